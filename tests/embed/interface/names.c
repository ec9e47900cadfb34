/* tally.h: the names of a policy as handles, its inputs and decisions, and their values. */
#include "checks.h"

static void check_description(tally_policy* policy) {
  char* text = NULL;
  size_t length = 0;
  WORKS(tally_policy_json(policy, &text, &length, &error));
  CHECK(text != NULL && strlen(text) == length && strstr(text, "\"minimum\":5,\"maximum\":100") != NULL);
  tally_free(text);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_json(NULL, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_json(policy, NULL, NULL, &error));
}

static void check_lists(tally_policy* policy) {
  tally_input inputs[64];
  tally_decision decisions[16];
  size_t count = 0;
  WORKS(tally_policy_inputs(policy, NULL, 0, &count, &error));
  CHECK(count > 10 && count <= 64);
  inputs[2] = 0;
  WORKS(tally_policy_inputs(policy, inputs, 2, &count, &error));
  CHECK(inputs[2] == 0);
  WORKS(tally_policy_inputs(policy, inputs, 64, &count, &error));
  CHECK(strcmp(tally_input_name(policy, inputs[0]), "source") == 0);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_inputs(policy, NULL, 1, &count, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_inputs(policy, inputs, 1, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_inputs(NULL, inputs, 1, &count, &error));
  WORKS(tally_policy_decisions(policy, decisions, 16, &count, &error));
  CHECK(count == 7 && strcmp(tally_decision_name(policy, decisions[0]), "start") == 0);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_decisions(NULL, decisions, 16, &count, &error));
}

static void check_unknown_names(tally_policy* policy) {
  tally_input input = 77;
  tally_decision decision = 77;
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `source`?", tally_policy_input(policy, "sourc", &input, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no input", tally_policy_input(policy, "", &input, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_input(policy, NULL, &input, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `start`?", tally_policy_decision(policy, "stat", &decision, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_decision(policy, "start", NULL, &error));
  CHECK(input == 77 && decision == 77);
  CHECK(tally_input_kind(policy, 0) == TALLY_KIND_UNSET && tally_input_kind(NULL, 1) == TALLY_KIND_UNSET);
  CHECK(tally_input_name(policy, 0) == NULL && tally_input_name(policy, 9999) == NULL &&
        tally_input_name(NULL, 1) == NULL);
  CHECK(tally_decision_name(policy, 0) == NULL && tally_decision_name(NULL, 1) == NULL);
}

static void check_inputs(tally_policy* policy) {
  const tally_input format = input_of(policy, "account[offnet].format"), vip = input_of(policy, "vip"),
                    minutes = input_of(policy, "minutes");
  tally_value value = 77;
  CHECK(tally_input_kind(policy, format) == TALLY_KIND_ENUM);
  CHECK(tally_input_kind(policy, vip) == TALLY_KIND_FLAG);
  CHECK(tally_input_kind(policy, minutes) == TALLY_KIND_NUMBER);
  CHECK(tally_input_kind(policy, input_of(policy, "dialled")) == TALLY_KIND_TEXT);
  CHECK(tally_input_kind(policy, input_of(policy, "device")) == TALLY_KIND_OBJECT);
  WORKS(tally_policy_value(policy, format, "wav", &value, &error));
  CHECK(value == 2);
  WORKS(tally_policy_value(policy, vip, "true", &value, &error));
  CHECK(value == TALLY_ON);
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `mp3`?", tally_policy_value(policy, format, "mp4", &value, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "`on` or `off`", tally_policy_value(policy, vip, "yes", &value, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_value(policy, minutes, "5", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input has the handle 9999", tally_policy_value(policy, 9999, "x", &value, &error));
}

static void check_decisions(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start"), how = decision_of(policy, "how");
  tally_value value = 77;
  WORKS(tally_policy_decision_value(policy, start, "long", &value, &error));
  CHECK(value == 3);
  FAILS(TALLY_ERROR_UNKNOWN, "no value", tally_policy_decision_value(policy, start, "longish-thing", &value, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no value `lnog` of `start`; did you mean `long`?",
        tally_policy_decision_value(policy, start, "lnog", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_policy_decision_value(policy, 0, "long", &value, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_decision_value(policy, how, "on", &value, &error));
}

static void check_members(tally_policy* policy) {
  const tally_decision how = decision_of(policy, "how");
  const tally_member format = member_of(policy, "how", "/format"), url = member_of(policy, "how", "/url");
  tally_member member = 77;
  tally_value value = 77;
  CHECK(member_of(policy, "start", "") != 0);
  FAILS(TALLY_ERROR_UNKNOWN, "no member `/ur` of `how`; did you mean `/url`?",
        tally_policy_member(policy, how, "/ur", &member, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_policy_member(policy, 0, "/url", &member, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_member(policy, how, NULL, &member, &error));
  WORKS(tally_policy_member_value(policy, format, "mp3", &value, &error));
  CHECK(value == 1 && member == 77);
  FAILS(TALLY_ERROR_UNKNOWN, "no value", tally_policy_member_value(policy, format, "ogg", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no member", tally_policy_member_value(policy, 0, "mp3", &value, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_member_value(policy, url, "x", &value, &error));
}

void check_names(tally_policy* policy) {
  check_description(policy);
  check_lists(policy);
  check_unknown_names(policy);
  check_inputs(policy);
  check_decisions(policy);
  check_members(policy);
}
