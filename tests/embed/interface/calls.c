/* tally.h: the facts of a call, and deciding it. */
#include "checks.h"

#define NOTHING_SET                                                                                    \
  "{\"start\":\"none\",\"loud\":null,\"how\":null,\"limit\":null,\"note\":\"none\",\"grouped\":false," \
  "\"shared\":false}"

static void check_undecided(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start");
  tally_call* call = NULL;
  tally_error* missing = NULL;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_new(NULL, &call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_new(policy, NULL, &error));
  tally_call_free(NULL);
  WORKS(tally_call_new(policy, &call, &error));
  CHECK(tally_call_rule(call, start) == 0 && tally_call_value(call, start) == 0 && tally_call_generation(call) == 0);
  CHECK(tally_call_decide(call, &missing) == TALLY_ERROR_MISSING);
  CHECK(strcmp(tally_error_pointer(missing), "/source") == 0);
  CHECK(strstr(tally_error_json(missing), "\"pointer\":\"/minutes\"") != NULL);
  tally_error_free(missing);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_decide(NULL, &error));
  CHECK(tally_call_decide(NULL, NULL) == TALLY_ERROR_ARGUMENT);
  tally_call_free(call);
}

static void check_wrong_facts(tally_policy* policy) {
  const tally_input source = input_of(policy, "source"), vip = input_of(policy, "vip"),
                    minutes = input_of(policy, "minutes"), dialled = input_of(policy, "dialled");
  tally_call* const call = new_call(policy);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set(NULL, source, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_set(call, 0, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_set(call, 4000000000u, 1, &error));
  FAILS(TALLY_ERROR_VALUE, "handle 3", tally_call_set(call, source, 3, &error));
  FAILS(TALLY_ERROR_TYPE, "a number, not", tally_call_set(call, minutes, 1, &error));
  FAILS(TALLY_ERROR_TYPE, "an enum, not", tally_call_set_number(call, source, 1, &error));
  FAILS(TALLY_ERROR_VALUE, "outside 0..1439", tally_call_set_number(call, minutes, 1440, &error));
  FAILS(TALLY_ERROR_TYPE, "a flag, not", tally_call_set_text(call, vip, "x", 1, &error));
  FAILS(TALLY_ERROR_VALUE, "UTF-8", tally_call_set_text(call, dialled, "\xff", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_text(call, dialled, NULL, 1, &error));
  FAILS(TALLY_ERROR_TYPE, "not an object", tally_call_set_present(call, vip, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_unset(call, 9999, &error));
  check_answer(call, NOTHING_SET);
  CHECK(tally_call_generation(call) == tally_policy_generation(policy));
  tally_call_free(call);
}

/* Facts inside objects: the objects around become present, with their defaults and with what
 * they require. */
static void check_facts_in_objects(tally_policy* policy) {
  const tally_input enabled = input_of(policy, "device.enabled"), device = input_of(policy, "device");
  const tally_decision how = decision_of(policy, "how"), start = decision_of(policy, "start");
  tally_call* const call = new_call(policy);
  const char* text = NULL;
  tally_result result;
  WORKS(tally_call_set_named(call, "dialled", "+1", 2, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_set(call, enabled, TALLY_ON, &error));
  CHECK(tally_call_generation(call) == 0);
  FAILS(TALLY_ERROR_UNDECIDED, "`start`", tally_call_json(call, start, &text, NULL, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_json(call, how, &text, NULL, &error));
  CHECK(strcmp(text, "{\"enabled\":true,\"share\":true}") == 0);
  WORKS(tally_call_member(call, member_of(policy, "how", "/share"), &result, &error));
  CHECK(result.kind == TALLY_KIND_FLAG && result.value == TALLY_ON);
  WORKS(tally_call_unset(call, enabled, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_json(call, how, &text, NULL, &error));
  CHECK(strcmp(text, "null") == 0);
  WORKS(tally_call_set_present(call, device, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_json(call, how, &text, NULL, &error));
  CHECK(strcmp(text, "{\"share\":true}") == 0);
  WORKS(tally_call_unset(call, device, &error));
  WORKS(tally_call_set_number(call, input_of(policy, "group.deep.level"), 4, &error));
  FAILS(TALLY_ERROR_MISSING, "group.name", tally_call_decide(call, &error));
  WORKS(tally_call_set_named(call, "group.name", "sales", 5, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_result(call, decision_of(policy, "grouped"), &result, &error));
  CHECK(result.value == TALLY_ON);
  tally_call_free(call);
}

static void check_several_facts(tally_policy* policy) {
  const tally_input inputs[3] = {input_of(policy, "source"), input_of(policy, "vip"), 0};
  const tally_value values[3] = {2, TALLY_OFF, 1};
  const tally_decision decisions[3] = {decision_of(policy, "start"), decision_of(policy, "loud"),
                                       decision_of(policy, "how")};
  uint32_t rules_fired[3] = {77, 77, 77};
  tally_value found[3] = {77, 77, 77};
  tally_call* const call = new_call(policy);
  WORKS(tally_call_set_named(call, "dialled", "+1", 2, &error));
  WORKS(tally_call_decide(call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_set_values(call, inputs, values, 3, &error));
  WORKS(tally_call_set_values(call, inputs, values, 2, &error));
  WORKS(tally_call_set_values(call, NULL, NULL, 0, &error));
  WORKS(tally_call_outcomes(call, decisions, 3, rules_fired, found, &error));
  CHECK(rules_fired[0] == 0 && found[1] == 0);
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_outcomes(call, decisions, 3, rules_fired, found, &error));
  CHECK(rules_fired[0] == 2 && rules_fired[1] == 2 && found[0] == 2 && found[1] == TALLY_OFF && found[2] == 0);
  WORKS(tally_call_outcomes(call, decisions, 3, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_outcomes(NULL, decisions, 3, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_outcomes(call, NULL, 3, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_values(NULL, inputs, values, 2, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_values(call, inputs, NULL, 2, &error));
  tally_call_free(call);
}

static void check_some_decisions(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start"), limit = decision_of(policy, "limit");
  const tally_decision two[2] = {start, 9999};
  const tally_item* items = NULL;
  size_t count = 77;
  const char* text = NULL;
  tally_result result;
  tally_call* const call = new_call(policy);
  WORKS(tally_call_set_named(call, "vip", "on", 2, &error));
  WORKS(tally_call_decide_some(call, &limit, 1, &error));
  CHECK(tally_call_rule(call, limit) == 2 && tally_call_rule(call, start) == 0);
  FAILS(TALLY_ERROR_UNDECIDED, "`start`", tally_call_result(call, start, &result, &error));
  WORKS(tally_call_answer(call, 0, &text, NULL, &error));
  CHECK(strcmp(text, "{\"limit\":7}") == 0);
  WORKS(tally_call_items(call, &items, &count, &error));
  CHECK(count == 1 && items[0].decision == limit && items[0].result.number == 7);
  WORKS(tally_call_decide_some(call, NULL, 0, &error));
  WORKS(tally_call_items(call, &items, &count, &error));
  CHECK(count == 0);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_decide_some(call, NULL, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "handle 9999", tally_call_decide_some(call, two, 2, &error));
  CHECK(tally_call_rule(call, start) == 0);
  tally_call_free(call);
}

static void check_facts_by_name(tally_policy* policy) {
  tally_call* const call = new_call(policy);
  WORKS(tally_call_set_named(call, "source", "offnet", 6, &error));
  WORKS(tally_call_set_named(call, "vip", "off", 3, &error));
  WORKS(tally_call_set_named(call, "minutes", "30", 2, &error));
  FAILS(TALLY_ERROR_VALUE, "did you mean `offnet`?", tally_call_set_named(call, "source", "ofnet", 5, &error));
  FAILS(TALLY_ERROR_VALUE, "on", tally_call_set_named(call, "vip", "maybe", 5, &error));
  FAILS(TALLY_ERROR_VALUE, "not a whole number", tally_call_set_named(call, "minutes", "3x", 2, &error));
  FAILS(TALLY_ERROR_VALUE, "not a whole number",
        tally_call_set_named(call, "minutes", "99999999999999999999", 20, &error));
  FAILS(TALLY_ERROR_VALUE, "not a whole number", tally_call_set_named(call, "minutes", "", 0, &error));
  FAILS(TALLY_ERROR_TYPE, "an object", tally_call_set_named(call, "device", "x", 1, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `source`?", tally_call_set_named(call, "sorce", "x", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_named(call, NULL, "x", 1, &error));
  WORKS(tally_call_decide(call, &error));
  CHECK(tally_call_value(call, decision_of(policy, "loud")) == TALLY_OFF);
  WORKS(tally_call_clear(call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_clear(NULL, &error));
  FAILS(TALLY_ERROR_MISSING, "source", tally_call_decide(call, &error));
  tally_call_free(call);
}

static void check_finding_inputs(tally_policy* policy) {
  static const char name[] = "device.enabled and more";
  tally_call* const call = new_call(policy);
  tally_input input = 77;
  tally_kind kind = TALLY_KIND_UNSET;
  WORKS(tally_call_find_input(call, name, 14, &input, &kind, &error));
  CHECK(input == input_of(policy, "device.enabled") && kind == TALLY_KIND_FLAG);
  WORKS(tally_call_find_input(call, name, 6, &input, &kind, &error));
  CHECK(input == input_of(policy, "device") && kind == TALLY_KIND_OBJECT);
  input = 77;
  kind = TALLY_KIND_TEXT;
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `source`?", tally_call_find_input(call, "sorce", 5, &input, &kind, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no input", tally_call_find_input(call, NULL, 0, &input, &kind, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no input", tally_call_find_input(call, "source\0", 7, &input, &kind, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_input(call, NULL, 1, &input, &kind, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_input(call, name, 6, NULL, &kind, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_input(NULL, name, 6, &input, &kind, &error));
  CHECK(input == 77 && kind == TALLY_KIND_TEXT);
  WORKS(tally_call_find_input(call, name, 6, &input, NULL, &error));
  CHECK(input == input_of(policy, "device"));
  tally_call_free(call);
}

static void check_finding_values(tally_policy* policy) {
  const tally_input source = input_of(policy, "source"), vip = input_of(policy, "vip"),
                    minutes = input_of(policy, "minutes");
  tally_call* const call = new_call(policy);
  tally_value value = 77, same = 0;
  WORKS(tally_call_find_value(call, source, "offnet and more", 6, &value, &error));
  WORKS(tally_policy_value(policy, source, "offnet", &same, &error));
  CHECK(value == same);
  WORKS(tally_call_find_value(call, vip, "true", 4, &value, &error));
  CHECK(value == TALLY_ON);
  value = 77;
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `offnet`?", tally_call_find_value(call, source, "ofnet", 5, &value, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "`on` or `off`", tally_call_find_value(call, vip, NULL, 0, &value, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_call_find_value(call, minutes, "5", 1, &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_find_value(call, 9999, "x", 1, &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_value(call, source, NULL, 1, &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_value(call, source, "onnet", 5, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_find_value(NULL, source, "onnet", 5, &value, &error));
  CHECK(value == 77);
  tally_call_free(call);
}

void check_calls(tally_policy* policy) {
  check_undecided(policy);
  check_wrong_facts(policy);
  check_facts_in_objects(policy);
  check_several_facts(policy);
  check_some_decisions(policy);
  check_facts_by_name(policy);
  check_finding_inputs(policy);
  check_finding_values(policy);
}
