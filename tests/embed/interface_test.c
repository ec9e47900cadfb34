/* Every function of tally.h, used and misused, in plain C.
 *
 * Run with one argument, a directory that may be written to, and where there is
 * no compiler (libtally-runtime) with a second, a policy that `tally build` made
 * of `rules` below. Prints each check that fails, and ends with 1 then. */
#include <tally.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) {                                      \
      ++failures;                                            \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    }                                                        \
  } while (0)

/* The call gives this status; where it fails, an error comes with it, whose
 * message holds `part`. */
#define FAILS(status, part, call)                                                                                   \
  do {                                                                                                              \
    tally_error* error = NULL;                                                                                      \
    const tally_status got = (call);                                                                                \
    if (got != (status) || tally_error_status(error) != (status) ||                                                 \
        strstr(tally_error_message(error), part) == NULL) {                                                         \
      ++failures;                                                                                                   \
      printf("%s:%d: %s: %s: %s\n", __FILE__, __LINE__, #call, tally_status_name(got), tally_error_message(error)); \
    }                                                                                                               \
    tally_error_free(error);                                                                                        \
  } while (0)

#define WORKS(call)                                                                                                 \
  do {                                                                                                              \
    tally_error* error = NULL;                                                                                      \
    const tally_status got = (call);                                                                                \
    if (got != TALLY_OK || error != NULL) {                                                                         \
      ++failures;                                                                                                   \
      printf("%s:%d: %s: %s: %s\n", __FILE__, __LINE__, #call, tally_status_name(got), tally_error_message(error)); \
    }                                                                                                               \
    tally_error_free(error);                                                                                        \
  } while (0)

static const char* const rules =
    "type network = onnet | offnet\n"
    "type settings = {\n"
    "  enabled : flag?\n"
    "  format : (mp3 | wav)?\n"
    "  limit : (5..100)? \n"
    "  url : text?\n"
    "  share : flag = on\n"
    "}\n"
    "type group = { name : text, deep : { level : number }? }\n"
    "input source : network\n"
    "input destination : network\n"
    "input vip : flag?\n"
    "input minutes : 0..1439\n"
    "input dialled : text?\n"
    "input account : (settings?[network])?\n"
    "input device : settings?\n"
    "input group : group?\n"
    "decision start : none | short | long {\n"
    "  long when account[source].enabled is on and minutes < 480 because \"early, {minutes}, from {source}\"\n"
    "  short when device.enabled is on or dialled starts \"+1\" because \"device or {dialled}\"\n"
    "  none otherwise\n"
    "}\n"
    "decision loud : flag? { on when vip is on  off when vip is off  unset otherwise }\n"
    "decision how : settings? { device else account[destination] when start is not none  unset otherwise }\n"
    "decision limit : number? { device.limit when device.limit is set  7 when vip is on  unset otherwise }\n"
    "decision note : text { \"to {dialled}\" when dialled is set  \"none\" otherwise }\n"
    "decision grouped : flag = group.deep.level > 3\n"
    "decision shared : flag = device is set and device.share is on\n";

static int saw_watch = 0;
static void on_watch(void* context, const tally_reload* reload, const tally_error* error) {
  (void)context;
  (void)reload;
  (void)error;
  ++saw_watch;
}

static char directory[1024];
static char* in_directory(char* out, const char* name) {
  snprintf(out, 2000, "%s/%s", directory, name);
  return out;
}

static void write_file(const char* path, const char* text) {
  FILE* file = fopen(path, "wb");
  CHECK(file != NULL);
  if (file == NULL) return;
  CHECK(fwrite(text, 1, strlen(text), file) == strlen(text));
  CHECK(fclose(file) == 0);
}

static void check_errors(void) {
  CHECK(strcmp(tally_version(), "0.1.0") == 0);
  CHECK(strcmp(tally_status_name(TALLY_OK), "TALLY_OK") == 0);
  CHECK(strcmp(tally_status_name(TALLY_ERROR_INTERNAL), "TALLY_ERROR_INTERNAL") == 0);
  CHECK(strcmp(tally_status_name((tally_status)99), "?") == 0);
  CHECK(strcmp(tally_status_name((tally_status)-1), "?") == 0);
  CHECK(tally_error_status(NULL) == TALLY_OK);
  CHECK(strcmp(tally_error_message(NULL), "") == 0);
  CHECK(strcmp(tally_error_pointer(NULL), "") == 0);
  CHECK(strcmp(tally_error_json(NULL), "null") == 0);
  tally_error_free(NULL);
  tally_free(NULL);
}

static void check_opening(const char* built) {
  char path[2000];
  tally_policy* policy = NULL;
  tally_policy* const untouched = (tally_policy*)path;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open(NULL, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open("x", NULL, &error));
  CHECK(tally_policy_open(NULL, NULL, NULL) == TALLY_ERROR_ARGUMENT);
  policy = untouched;
  FAILS(TALLY_ERROR_FILE, "no such file", tally_policy_open(in_directory(path, "missing.tally"), &policy, &error));
  FAILS(TALLY_ERROR_FILE, "is a directory", tally_policy_open(directory, &policy, &error));
  write_file(in_directory(path, "bad.so"), "\177ELF and no more");
  FAILS(TALLY_ERROR_POLICY, "ends early", tally_policy_open(path, &policy, &error));
  CHECK(policy == untouched);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_constant(NULL, &policy, &error));
  FAILS(TALLY_ERROR_POLICY, "no policy descriptor", tally_policy_open_constant(rules, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_text(NULL, "", 0, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_text("x", NULL, 1, &policy, &error));
  write_file(in_directory(path, "bad.tally"), "decision d : flag { on when nothing }\n");
  if (tally_can_compile()) {
    FAILS(TALLY_ERROR_RULES, "error[T", tally_policy_open(path, &policy, &error));
    FAILS(TALLY_ERROR_RULES, "error[T", tally_policy_open_text("x", "decision", 8, &policy, &error));
    FAILS(TALLY_ERROR_RULES, "use no files", tally_policy_open_text("x", "use \"y.tally\"", 13, &policy, &error));
  } else {
    FAILS(TALLY_ERROR_UNSUPPORTED, "no compiler", tally_policy_open(path, &policy, &error));
    FAILS(TALLY_ERROR_UNSUPPORTED, "no compiler", tally_policy_open_text("x", "", 0, &policy, &error));
    CHECK(built != NULL);
  }
  CHECK(policy == untouched);
  CHECK(tally_policy_retain(NULL) == NULL);
  tally_policy_release(NULL);
  CHECK(tally_policy_generation(NULL) == 0);
}

static void check_names(tally_policy* policy) {
  tally_input inputs[64], input = 77;
  tally_decision decisions[16], decision = 77;
  tally_member member = 77;
  tally_value value = 77;
  size_t count = 0, length = 0;
  char* text = NULL;
  WORKS(tally_policy_json(policy, &text, &length, &error));
  CHECK(text != NULL && strlen(text) == length && strstr(text, "\"minimum\":5,\"maximum\":100") != NULL);
  tally_free(text);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_json(NULL, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_json(policy, NULL, NULL, &error));

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

  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `source`?", tally_policy_input(policy, "sourc", &input, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no input", tally_policy_input(policy, "", &input, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_input(policy, NULL, &input, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `start`?", tally_policy_decision(policy, "stat", &decision, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_decision(policy, "start", NULL, &error));
  CHECK(input == 77 && decision == 77);
  WORKS(tally_policy_input(policy, "account[offnet].format", &input, &error));
  CHECK(tally_input_kind(policy, input) == TALLY_KIND_ENUM);
  WORKS(tally_policy_value(policy, input, "wav", &value, &error));
  CHECK(value == 2);
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `mp3`?", tally_policy_value(policy, input, "mp4", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input has the handle 9999", tally_policy_value(policy, 9999, "x", &value, &error));
  WORKS(tally_policy_input(policy, "vip", &input, &error));
  WORKS(tally_policy_value(policy, input, "true", &value, &error));
  CHECK(value == TALLY_ON && tally_input_kind(policy, input) == TALLY_KIND_FLAG);
  FAILS(TALLY_ERROR_UNKNOWN, "`on` or `off`", tally_policy_value(policy, input, "yes", &value, &error));
  WORKS(tally_policy_input(policy, "minutes", &input, &error));
  CHECK(tally_input_kind(policy, input) == TALLY_KIND_NUMBER);
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_value(policy, input, "5", &value, &error));
  WORKS(tally_policy_input(policy, "dialled", &input, &error));
  CHECK(tally_input_kind(policy, input) == TALLY_KIND_TEXT);
  WORKS(tally_policy_input(policy, "device", &input, &error));
  CHECK(tally_input_kind(policy, input) == TALLY_KIND_OBJECT);
  CHECK(tally_input_kind(policy, 0) == TALLY_KIND_UNSET && tally_input_kind(NULL, 1) == TALLY_KIND_UNSET);
  CHECK(tally_input_name(policy, 0) == NULL && tally_input_name(policy, 9999) == NULL &&
        tally_input_name(NULL, 1) == NULL);
  CHECK(tally_decision_name(policy, 0) == NULL && tally_decision_name(NULL, 1) == NULL);

  WORKS(tally_policy_decision(policy, "start", &decision, &error));
  WORKS(tally_policy_decision_value(policy, decision, "long", &value, &error));
  CHECK(value == 3);
  FAILS(TALLY_ERROR_UNKNOWN, "no value",
        tally_policy_decision_value(policy, decision, "longish-thing", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_policy_decision_value(policy, 0, "long", &value, &error));
  WORKS(tally_policy_member(policy, decision, "", &member, &error));
  WORKS(tally_policy_decision(policy, "how", &decision, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_decision_value(policy, decision, "on", &value, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `/url`?", tally_policy_member(policy, decision, "/ur", &member, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_policy_member(policy, 0, "/url", &member, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_member(policy, decision, NULL, &member, &error));
  WORKS(tally_policy_member(policy, decision, "/format", &member, &error));
  WORKS(tally_policy_member_value(policy, member, "mp3", &value, &error));
  CHECK(value == 1);
  FAILS(TALLY_ERROR_UNKNOWN, "no value", tally_policy_member_value(policy, member, "ogg", &value, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no member", tally_policy_member_value(policy, 0, "mp3", &value, &error));
  WORKS(tally_policy_member(policy, decision, "/url", &member, &error));
  FAILS(TALLY_ERROR_TYPE, "neither", tally_policy_member_value(policy, member, "x", &value, &error));
}

static tally_input input_of(const tally_policy* policy, const char* name) {
  tally_input input = 0;
  WORKS(tally_policy_input(policy, name, &input, &error));
  return input;
}
static tally_decision decision_of(const tally_policy* policy, const char* name) {
  tally_decision decision = 0;
  WORKS(tally_policy_decision(policy, name, &decision, &error));
  return decision;
}

static void check_answer(tally_call* call, const char* wanted) {
  const char* text = "";
  size_t length = 0;
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_answer(call, 0, &text, &length, &error));
  if (strcmp(text, wanted) != 0 || strlen(text) != length) {
    ++failures;
    printf("decided %s\n instead %s\n", text, wanted);
  }
}

static void check_calls(tally_policy* policy, int from_rules) {
  const tally_input source = input_of(policy, "source"), destination = input_of(policy, "destination"),
                    vip = input_of(policy, "vip"), minutes = input_of(policy, "minutes"),
                    number = input_of(policy, "dialled"), device = input_of(policy, "device"),
                    enabled = input_of(policy, "device.enabled"), level = input_of(policy, "group.deep.level");
  const tally_decision start = decision_of(policy, "start"), how = decision_of(policy, "how"),
                       limit = decision_of(policy, "limit"), note = decision_of(policy, "note"),
                       loud = decision_of(policy, "loud");
  tally_member url = 0, share = 0;
  tally_call* call = NULL;
  tally_result result;
  const char* text = NULL;
  size_t length = 0;
  WORKS(tally_policy_member(policy, how, "/url", &url, &error));
  WORKS(tally_policy_member(policy, how, "/share", &share, &error));

  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_new(NULL, &call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_new(policy, NULL, &error));
  tally_call_free(NULL);
  WORKS(tally_call_new(policy, &call, &error));
  FAILS(TALLY_ERROR_UNDECIDED, "has not been decided", tally_call_result(call, start, &result, &error));
  FAILS(TALLY_ERROR_UNDECIDED, "nothing", tally_call_answer(call, 0, &text, &length, &error));
  CHECK(tally_call_rule(call, start) == 0 && tally_call_value(call, start) == 0 && tally_call_generation(call) == 0);
  {
    tally_error* error = NULL;
    CHECK(tally_call_decide(call, &error) == TALLY_ERROR_MISSING);
    CHECK(strcmp(tally_error_pointer(error), "/source") == 0);
    CHECK(strstr(tally_error_json(error), "\"pointer\":\"/minutes\"") != NULL);
    tally_error_free(error);
  }
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set(NULL, source, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_set(call, 0, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_set(call, 4000000000u, 1, &error));
  FAILS(TALLY_ERROR_VALUE, "handle 3", tally_call_set(call, source, 3, &error));
  FAILS(TALLY_ERROR_TYPE, "a number, not", tally_call_set(call, minutes, 1, &error));
  FAILS(TALLY_ERROR_TYPE, "an enum, not", tally_call_set_number(call, source, 1, &error));
  FAILS(TALLY_ERROR_VALUE, "outside 0..1439", tally_call_set_number(call, minutes, 1440, &error));
  FAILS(TALLY_ERROR_TYPE, "a flag, not", tally_call_set_text(call, vip, "x", 1, &error));
  FAILS(TALLY_ERROR_VALUE, "UTF-8", tally_call_set_text(call, number, "\xff", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_text(call, number, NULL, 1, &error));
  FAILS(TALLY_ERROR_TYPE, "not an object", tally_call_set_present(call, vip, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_call_unset(call, 9999, &error));
  WORKS(tally_call_set(call, source, 1, &error));
  WORKS(tally_call_set(call, destination, 2, &error));
  WORKS(tally_call_set_number(call, minutes, 600, &error));
  check_answer(call,
               "{\"start\":\"none\",\"loud\":null,\"how\":null,\"limit\":null,\"note\":\"none\",\"grouped\":false,"
               "\"shared\":false}");
  CHECK(tally_call_generation(call) == tally_policy_generation(policy));

  WORKS(tally_call_set_text(call, number, "+1 212", 6, &error));
  WORKS(tally_call_set(call, vip, TALLY_ON, &error));
  check_answer(call,
               "{\"start\":\"short\",\"loud\":true,\"how\":null,\"limit\":7,\"note\":\"to +1 "
               "212\",\"grouped\":false,\"shared\":false}");
  CHECK(tally_call_rule(call, start) == 2 && tally_call_value(call, start) == 2 &&
        tally_call_value(call, loud) == TALLY_ON);
  CHECK(tally_call_rule(call, 0) == 0 && tally_call_rule(NULL, start) == 0);
  CHECK(tally_call_value(call, how) == 0 && tally_call_value(call, limit) == 0 && tally_call_value(NULL, start) == 0);
  WORKS(tally_call_result(call, start, &result, &error));
  CHECK(result.kind == TALLY_KIND_ENUM && result.rule == 2 && result.value == 2 && strcmp(result.text, "short") == 0);
  WORKS(tally_call_result(call, loud, &result, &error));
  CHECK(result.kind == TALLY_KIND_FLAG && result.value == TALLY_ON && strcmp(result.text, "on") == 0 &&
        result.length == 2);
  WORKS(tally_call_result(call, limit, &result, &error));
  CHECK(result.kind == TALLY_KIND_NUMBER && result.number == 7 && result.rule == 2);
  WORKS(tally_call_result(call, note, &result, &error));
  CHECK(result.kind == TALLY_KIND_TEXT && strcmp(result.text, "to +1 212") == 0 && result.length == 9);
  WORKS(tally_call_result(call, how, &result, &error));
  CHECK(result.kind == TALLY_KIND_UNSET);
  WORKS(tally_call_member(call, url, &result, &error));
  CHECK(result.kind == TALLY_KIND_UNSET && result.text == NULL);
  WORKS(tally_call_reason(call, start, &text, &length, &error));
  CHECK(strcmp(text, "device or +1 212") == 0 && length == 16);
  WORKS(tally_call_reason(call, note, &text, NULL, &error));
  CHECK(strcmp(text, "") == 0);
  WORKS(tally_call_json(call, note, &text, &length, &error));
  CHECK(strcmp(text, "\"to +1 212\"") == 0);
  WORKS(tally_call_explain(call, start, &text, &length, &error));
  CHECK(strstr(text, "\"because\":\"device or +1 212\",\"rule\":2") != NULL);
  CHECK((strstr(text, "\"rests_on\":[") != NULL) == from_rules);
  WORKS(tally_call_answer(call, 1, &text, NULL, &error));
  CHECK(strstr(text, "\"start\":{\"value\":\"short\",\"because\":\"device or +1 212\",\"rule\":2,\"file\":") != NULL);
  result.rule = 77;
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_result(call, 0, &result, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no member", tally_call_member(call, 0, &result, &error));
  CHECK(result.rule == 77);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_result(call, start, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_member(NULL, url, &result, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_json(call, start, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_json(call, 9999, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_reason(NULL, start, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_explain(call, 9999, &text, NULL, &error));

  /* Facts inside objects: what is around becomes present, defaults and what is
   * required come with it. */
  WORKS(tally_call_set(call, enabled, TALLY_ON, &error));
  CHECK(tally_call_generation(call) == 0);
  FAILS(TALLY_ERROR_UNDECIDED, "`start`", tally_call_json(call, start, &text, NULL, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_json(call, how, &text, NULL, &error));
  CHECK(strcmp(text, "{\"enabled\":true,\"share\":true}") == 0);
  WORKS(tally_call_member(call, share, &result, &error));
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
  WORKS(tally_call_set_number(call, level, 4, &error));
  FAILS(TALLY_ERROR_MISSING, "group.name", tally_call_decide(call, &error));
  WORKS(tally_call_set_named(call, "group.name", "sales", 5, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_result(call, decision_of(policy, "grouped"), &result, &error));
  CHECK(result.value == TALLY_ON);

  /* Several at once. */
  {
    const tally_input inputs[3] = {source, vip, 0};
    const tally_value values[3] = {2, TALLY_OFF, 1};
    const tally_decision decisions[3] = {start, loud, how};
    uint32_t rules_fired[3] = {77, 77, 77};
    tally_value found[3] = {77, 77, 77};
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
    WORKS(tally_call_set(call, vip, TALLY_ON, &error));
    WORKS(tally_call_set(call, source, 1, &error));
  }

  /* Some only. */
  WORKS(tally_call_decide_some(call, &limit, 1, &error));
  CHECK(tally_call_rule(call, limit) == 2 && tally_call_rule(call, start) == 0);
  FAILS(TALLY_ERROR_UNDECIDED, "`start`", tally_call_result(call, start, &result, &error));
  WORKS(tally_call_answer(call, 0, &text, NULL, &error));
  CHECK(strcmp(text, "{\"limit\":7}") == 0);
  WORKS(tally_call_decide_some(call, NULL, 0, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_decide_some(call, NULL, 1, &error));
  {
    const tally_decision two[2] = {start, 9999};
    FAILS(TALLY_ERROR_ARGUMENT, "handle 9999", tally_call_decide_some(call, two, 2, &error));
    CHECK(tally_call_rule(call, start) == 0);
  }

  /* By name. */
  WORKS(tally_call_set_named(call, "source", "offnet", 6, &error));
  WORKS(tally_call_set_named(call, "vip", "off", 3, &error));
  WORKS(tally_call_set_named(call, "minutes", "30", 2, &error));
  FAILS(TALLY_ERROR_VALUE, "did you mean `offnet`?", tally_call_set_named(call, "source", "ofnet", 5, &error));
  FAILS(TALLY_ERROR_VALUE, "on", tally_call_set_named(call, "vip", "maybe", 5, &error));
  FAILS(TALLY_ERROR_VALUE, "no whole number", tally_call_set_named(call, "minutes", "3x", 2, &error));
  FAILS(TALLY_ERROR_VALUE, "no whole number",
        tally_call_set_named(call, "minutes", "99999999999999999999", 20, &error));
  FAILS(TALLY_ERROR_VALUE, "no whole number", tally_call_set_named(call, "minutes", "", 0, &error));
  FAILS(TALLY_ERROR_TYPE, "an object", tally_call_set_named(call, "device", "x", 1, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "did you mean `source`?", tally_call_set_named(call, "sorce", "x", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_named(call, NULL, "x", 1, &error));
  WORKS(tally_call_decide(call, &error));
  CHECK(tally_call_value(call, loud) == TALLY_OFF);
  WORKS(tally_call_clear(call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_clear(NULL, &error));
  FAILS(TALLY_ERROR_MISSING, "source", tally_call_decide(call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_decide(NULL, &error));
  CHECK(tally_call_decide(NULL, NULL) == TALLY_ERROR_ARGUMENT);
  tally_call_free(call);
}

static void check_documents(tally_policy* policy) {
  static const char json[] = "{\"enabled\":true,\"url\":\"http://x\",\"limit\":9}";
  static const char bad[] = "{\"enabled\":1,\"limt\":9}";
  const tally_decision how = decision_of(policy, "how"), limit = decision_of(policy, "limit");
  tally_document *device = NULL, *account = NULL, *other = NULL, *group = NULL;
  tally_call* call = NULL;
  tally_result result;
  tally_member url = 0;
  WORKS(tally_policy_member(policy, how, "/url", &url, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(NULL, "/device", json, 1, &device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, NULL, json, 1, &device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, "/device", NULL, 1, &device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, "/device", json, 1, NULL, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no document stands at",
        tally_document_bind(policy, "/devic", json, strlen(json), &device, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no document stands at",
        tally_document_bind(policy, "", json, strlen(json), &device, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_document_bind(policy, "/device", json, 5, &device, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_document_bind(policy, "/device", "", 0, &device, &error));
  {
    tally_error* error = NULL;
    CHECK(tally_document_bind(policy, "/device", bad, strlen(bad), &device, &error) == TALLY_ERROR_DOCUMENT);
    CHECK(strcmp(tally_error_pointer(error), "/enabled") == 0);
    CHECK(strstr(tally_error_json(error), "\"meant\":\"limit\"") != NULL);
    tally_error_free(error);
  }
  {
    tally_error* error = NULL;
    CHECK(tally_document_bind(policy, "/group", "{}", 2, &group, &error) == TALLY_ERROR_DOCUMENT);
    CHECK(strcmp(tally_error_pointer(error), "/name") == 0);
    CHECK(strstr(tally_error_message(error), "is missing") != NULL);
    tally_error_free(error);
  }
  CHECK(device == NULL && group == NULL);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &device, &error));
  WORKS(tally_document_bind(policy, "device", "{}", 2, &other, &error));
  WORKS(tally_document_bind(policy, "account", "{\"offnet\":{\"format\":\"wav\",\"limit\":20}}", 38, &account, &error));
  WORKS(tally_document_check(device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_check(NULL, &error));

  WORKS(tally_call_new(policy, &call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_attach(call, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_attach(NULL, device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "not attached", tally_call_detach(call, device, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_detach(call, NULL, &error));
  WORKS(tally_call_set_named(call, "source", "onnet", 5, &error));
  WORKS(tally_call_set_named(call, "destination", "offnet", 6, &error));
  WORKS(tally_call_set_named(call, "minutes", "5", 1, &error));
  WORKS(tally_call_set_named(call, "device.limit", "50", 2, &error));
  check_answer(call,
               "{\"start\":\"none\",\"loud\":null,\"how\":null,\"limit\":50,\"note\":\"none\",\"grouped\":false,"
               "\"shared\":true}");
  WORKS(tally_call_attach(call, device, &error));
  WORKS(tally_call_attach(call, device, &error));
  WORKS(tally_call_attach(call, account, &error));
  check_answer(call,
               "{\"start\":\"short\",\"loud\":null,\"how\":{\"enabled\":true,\"format\":\"wav\",\"limit\":9,\"url\":"
               "\"http://x\",\"share\":true},"
               "\"limit\":9,\"note\":\"none\",\"grouped\":false,\"shared\":true}");
  WORKS(tally_call_member(call, url, &result, &error));
  CHECK(result.kind == TALLY_KIND_TEXT && strcmp(result.text, "http://x") == 0);
  /* A document says it all at its place, whatever the facts say. */
  WORKS(tally_call_set_named(call, "device.limit", "60", 2, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_result(call, limit, &result, &error));
  CHECK(result.number == 9);
  WORKS(tally_call_attach(call, other, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "not attached", tally_call_detach(call, device, &error));
  check_answer(call,
               "{\"start\":\"none\",\"loud\":null,\"how\":null,\"limit\":null,\"note\":\"none\",\"grouped\":false,"
               "\"shared\":true}");
  WORKS(tally_call_detach(call, other, &error));
  check_answer(call,
               "{\"start\":\"none\",\"loud\":null,\"how\":null,\"limit\":60,\"note\":\"none\",\"grouped\":false,"
               "\"shared\":true}");
  WORKS(tally_call_attach(call, device, &error));
  /* Freed in any order. */
  CHECK(tally_document_retain(NULL) == NULL);
  CHECK(tally_document_retain(account) == account);
  tally_document_release(account);
  tally_document_release(account);
  tally_document_release(device);
  tally_document_release(other);
  tally_document_release(NULL);
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_result(call, limit, &result, &error));
  CHECK(result.number == 9);
  tally_call_free(call);
}

static void check_at_once(tally_policy* policy) {
  static const char request[] =
      "{\"source\":\"onnet\",\"destination\":\"offnet\",\"minutes\":5,\"device\":{\"enabled\":true}}";
  char* answer = NULL;
  size_t length = 0;
  WORKS(tally_decide_json(policy, request, strlen(request), 0, &answer, &length, &error));
  CHECK(answer != NULL && strlen(answer) == length && strstr(answer, "\"start\":\"short\"") != NULL);
  tally_free(answer);
  WORKS(tally_decide_json(policy, request, strlen(request), 1, &answer, NULL, &error));
  CHECK(strstr(answer, "\"because\":\"device or \"") != NULL);
  tally_free(answer);
  answer = NULL;
  FAILS(TALLY_ERROR_DOCUMENT, "is missing", tally_decide_json(policy, "{}", 2, 0, &answer, NULL, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_decide_json(policy, NULL, 0, 0, &answer, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_json(policy, NULL, 1, 0, &answer, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_json(NULL, "{}", 2, 0, &answer, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_json(policy, "{}", 2, 0, NULL, NULL, &error));
  CHECK(answer == NULL);
  {
    const uint8_t onnet[3] = {1, 1, 2}, flags[3] = {2, 0, 0}, wrong[3] = {1, 3, 1}, unset[3] = {1, 0, 1};
    const uint64_t early[3] = {5, 6, 700}, late[3] = {5, 6, 1500};
    const char* const numbers[3] = {NULL, "+1 5", "x"};
    const tally_decision start = decision_of(policy, "start"), how = decision_of(policy, "how");
    tally_column columns[5] = {{0, NULL, NULL, NULL, NULL}};
    tally_answer_column answers[1] = {{0, NULL, NULL}};
    uint16_t rules_fired[3] = {0}, values[3] = {0};
    columns[0].input = input_of(policy, "source");
    columns[0].values = onnet;
    columns[1].input = input_of(policy, "destination");
    columns[1].values = onnet;
    columns[2].input = input_of(policy, "minutes");
    columns[2].numbers = early;
    columns[3].input = input_of(policy, "dialled");
    columns[3].texts = numbers;
    columns[4].input = input_of(policy, "account[onnet].enabled");
    columns[4].values = flags;
    answers[0].decision = start;
    answers[0].rules = rules_fired;
    answers[0].values = values;
    WORKS(tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    CHECK(rules_fired[0] == 1 && rules_fired[1] == 2 && rules_fired[2] == 3);
    CHECK(values[0] == 3 && values[1] == 2 && values[2] == 1);
    WORKS(tally_decide_batch(policy, columns, 5, answers, 1, 0, &error));
    WORKS(tally_decide_batch(policy, columns, 5, NULL, 0, 3, &error));
    FAILS(TALLY_ERROR_MISSING, "`minutes` is missing", tally_decide_batch(policy, columns, 2, answers, 1, 3, &error));
    columns[2].numbers = late;
    FAILS(TALLY_ERROR_VALUE, "1500 is outside 0..1439 in row 2",
          tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[2].numbers = early;
    columns[0].values = wrong;
    FAILS(TALLY_ERROR_VALUE, "handle 3 in row 1", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[0].values = unset;
    FAILS(TALLY_ERROR_MISSING, "in row 1", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[0].numbers = early;
    FAILS(TALLY_ERROR_ARGUMENT, "not one array", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[0].values = NULL;
    FAILS(TALLY_ERROR_TYPE, "another kind", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[0].values = onnet;
    columns[0].numbers = NULL;
    columns[1].input = columns[0].input;
    FAILS(TALLY_ERROR_ARGUMENT, "two columns", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[1].input = 0;
    FAILS(TALLY_ERROR_ARGUMENT, "no input", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    columns[1].input = input_of(policy, "destination");
    answers[0].decision = how;
    FAILS(TALLY_ERROR_TYPE, "neither", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    answers[0].values = NULL;
    WORKS(tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    CHECK(rules_fired[0] == 1 && rules_fired[2] == 2);
    /* A fault in the last row, and what was there before is there still. */
    {
      const char* const bad_texts[3] = {NULL, "+1 5", "\xff"};
      const uint8_t no_source[3] = {1, 1, 0}, bad_flags[3] = {0, 1, 3};
      const uint8_t two_minutes[3] = {1, 1, 0};
      answers[0].decision = start;
      answers[0].values = values;
      memset(rules_fired, 0x5a, sizeof rules_fired);
      memset(values, 0x5a, sizeof values);
      columns[2].numbers = late;
      FAILS(TALLY_ERROR_VALUE, "in row 2", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      columns[2].numbers = early;
      columns[2].set = two_minutes;
      FAILS(TALLY_ERROR_MISSING, "`minutes` is missing in row 2",
            tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      columns[2].set = NULL;
      columns[3].texts = bad_texts;
      FAILS(TALLY_ERROR_VALUE, "UTF-8 in row 2", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      columns[3].texts = numbers;
      columns[0].values = no_source;
      FAILS(TALLY_ERROR_MISSING, "`source` is missing in row 2",
            tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      columns[0].values = onnet;
      columns[4].values = bad_flags;
      FAILS(TALLY_ERROR_VALUE, "handle 3 in row 2", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      columns[4].values = flags;
      for (size_t i = 0; i < sizeof rules_fired; ++i) CHECK(((const unsigned char*)rules_fired)[i] == 0x5a);
      for (size_t i = 0; i < sizeof values; ++i) CHECK(((const unsigned char*)values)[i] == 0x5a);
      WORKS(tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
      CHECK(rules_fired[2] == 3 && values[2] == 1);
      answers[0].values = NULL;
      answers[0].decision = how;
    }
    answers[0].decision = 0;
    FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_decide_batch(policy, columns, 5, answers, 1, 3, &error));
    FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_batch(policy, NULL, 5, answers, 1, 3, &error));
    FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_batch(NULL, columns, 5, answers, 1, 3, &error));
  }
}

static void check_reloading(tally_policy* policy, int has_file) {
  tally_reload reload = {0, 0, 0, 0};
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_reload(NULL, &reload, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_watch(NULL, 100, NULL, NULL, &error));
  tally_policy_unwatch(NULL);
  tally_policy_unwatch(policy);
  if (!has_file) {
    FAILS(TALLY_ERROR_ARGUMENT, "no file", tally_policy_reload(policy, &reload, &error));
    FAILS(TALLY_ERROR_ARGUMENT, "no file", tally_policy_watch(policy, 100, NULL, NULL, &error));
    return;
  }
  FAILS(TALLY_ERROR_ARGUMENT, "milliseconds", tally_policy_watch(policy, 9, NULL, NULL, &error));
  WORKS(tally_policy_watch(policy, 50, on_watch, NULL, &error));
  WORKS(tally_policy_watch(policy, 60, NULL, NULL, &error));
  tally_policy_unwatch(policy);
  tally_policy_unwatch(policy);
  WORKS(tally_policy_reload(policy, &reload, &error));
  CHECK(reload.generation == 2 && tally_policy_generation(policy) == 2);
  WORKS(tally_policy_reload(policy, NULL, &error));
  CHECK(tally_policy_generation(policy) == 3);
}

static void check_policy(tally_policy* policy, int has_file, int from_rules) {
  CHECK(tally_policy_generation(policy) == 1);
  CHECK(tally_policy_retain(policy) == policy);
  tally_policy_release(policy);
  check_names(policy);
  check_calls(policy, from_rules);
  check_documents(policy);
  check_at_once(policy);
  check_reloading(policy, has_file);
  check_documents(policy);
  {
    /* Calls and documents keep what they need. */
    tally_call* call = NULL;
    tally_document* document = NULL;
    WORKS(tally_call_new(policy, &call, &error));
    WORKS(tally_document_bind(policy, "/device", "{\"enabled\":true}", 16, &document, &error));
    tally_policy_release(policy);
    WORKS(tally_call_set_named(call, "source", "onnet", 5, &error));
    WORKS(tally_call_set_named(call, "destination", "onnet", 5, &error));
    WORKS(tally_call_set_named(call, "minutes", "700", 3, &error));
    WORKS(tally_call_attach(call, document, &error));
    check_answer(call,
                 "{\"start\":\"short\",\"loud\":null,\"how\":{\"enabled\":true,\"share\":true},\"limit\":null,\"note\":"
                 "\"none\",\"grouped\":false,\"shared\":true}");
    tally_call_free(call);
    tally_document_release(document);
  }
}

static void check_two_policies(const char* path) {
  tally_policy *a = NULL, *b = NULL;
  tally_document* document = NULL;
  tally_call* call = NULL;
  WORKS(tally_policy_open(path, &a, &error));
  WORKS(tally_policy_open(path, &b, &error));
  WORKS(tally_document_bind(a, "/device", "{}", 2, &document, &error));
  WORKS(tally_call_new(b, &call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "another policy", tally_call_attach(call, document, &error));
  tally_policy_release(a);
  tally_policy_release(b);
  tally_call_free(call);
  tally_document_release(document);
}

int main(int argc, char** argv) {
  tally_policy* policy = NULL;
  char path[2000];
  const char* built = argc > 2 ? argv[2] : NULL;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc < 2) return 2;
  snprintf(directory, sizeof directory, "%s", argv[1]);
  check_errors();
  check_opening(built);
  if (tally_can_compile()) {
    write_file(in_directory(path, "interface.tally"), rules);
    WORKS(tally_policy_open(path, &policy, &error));
    if (policy != NULL) check_policy(policy, 1, 1);
    check_two_policies(path);
    policy = NULL;
    WORKS(tally_policy_open_text("interface.tally", rules, strlen(rules), &policy, &error));
    if (policy != NULL) check_policy(policy, 0, 1);
  }
  if (built != NULL) {
    policy = NULL;
    WORKS(tally_policy_open(built, &policy, &error));
    if (policy != NULL) check_policy(policy, 1, 0);
    check_two_policies(built);
  }
  printf("%s: %d failures\n", tally_can_compile() ? "libtally" : "libtally-runtime", failures);
  return failures == 0 ? 0 : 1;
}
