/* tally.h: what a decided call returns: results, members, texts, and the list of items. */
#include "checks.h"

/* A call that is decided, with a text and a flag that several decisions hand on. */
static tally_call* decided_call(tally_policy* policy) {
  tally_call* const call = new_call(policy);
  WORKS(tally_call_set_text(call, input_of(policy, "dialled"), "+1 212", 6, &error));
  WORKS(tally_call_set(call, input_of(policy, "vip"), TALLY_ON, &error));
  check_answer(call,
               "{\"start\":\"short\",\"loud\":true,\"how\":null,\"limit\":7,\"note\":\"to +1 "
               "212\",\"grouped\":false,\"shared\":false}");
  return call;
}

static void check_results(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start"), how = decision_of(policy, "how"),
                       limit = decision_of(policy, "limit"), note = decision_of(policy, "note"),
                       loud = decision_of(policy, "loud");
  const tally_member url = member_of(policy, "how", "/url");
  tally_call* const call = decided_call(policy);
  tally_result result;
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
  result.rule = 77;
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_result(call, 0, &result, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no member", tally_call_member(call, 0, &result, &error));
  CHECK(result.rule == 77);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_result(call, start, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_member(NULL, url, &result, &error));
  tally_call_free(call);
}

static void check_texts(tally_policy* policy, int from_rules) {
  const tally_decision start = decision_of(policy, "start"), note = decision_of(policy, "note");
  tally_call* const call = decided_call(policy);
  const char* text = NULL;
  size_t length = 0;
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
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_json(call, start, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_json(call, 9999, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_reason(NULL, start, &text, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", tally_call_explain(call, 9999, &text, NULL, &error));
  tally_call_free(call);
}

// The host's device has only a url, so that its `share` is the default; no device is one fact.
static void check_origins(tally_policy* policy, int from_rules) {
  const tally_decision shared = decision_of(policy, "shared");
  const char* text = NULL;
  tally_call* const call = new_call(policy);
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_explain(call, shared, &text, NULL, &error));
  CHECK((strstr(text, "\"setting\":\"device\",\"pointer\":\"/device\",\"value\":\"unset\",\"from\":\"absent\"") !=
         NULL) == from_rules);
  WORKS(tally_call_set_text(call, input_of(policy, "device.url"), "x", 1, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_explain(call, shared, &text, NULL, &error));
  CHECK((strstr(text, "\"value\":\"on\",\"from\":\"default\"") != NULL) == from_rules);
  WORKS(tally_call_set(call, input_of(policy, "device.share"), TALLY_ON, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_explain(call, shared, &text, NULL, &error));
  CHECK((strstr(text, "\"value\":\"on\",\"from\":\"request\"") != NULL) == from_rules);
  tally_call_free(call);
}

static int is_item(const tally_item* item, const char* key, tally_kind kind, size_t inside) {
  return strcmp(item->key, key) == 0 && item->result.kind == kind && item->inside == inside;
}

static void check_items(tally_policy* policy) {
  static const char device[] = "{\"format\":\"wav\",\"limit\":9,\"url\":\"http://x\"}";
  const tally_decision how = decision_of(policy, "how");
  tally_document* document = NULL;
  const tally_item* items = NULL;
  size_t count = 0;
  tally_call* const call = decided_call(policy);
  WORKS(tally_document_bind(policy, "/device", device, strlen(device), &document, &error));
  WORKS(tally_call_attach(call, document, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_items(call, &items, &count, &error));
  CHECK(count == 11);
  CHECK(is_item(&items[0], "start", TALLY_KIND_ENUM, 0) && items[0].result.value == 2 && items[0].result.rule == 2);
  CHECK(is_item(&items[1], "loud", TALLY_KIND_FLAG, 0) && items[1].result.value == TALLY_ON);
  CHECK(is_item(&items[2], "how", TALLY_KIND_OBJECT, 4) && items[2].decision == how && items[2].result.rule == 1);
  CHECK(is_item(&items[3], "format", TALLY_KIND_ENUM, 0) && items[3].result.value == 2 && items[3].decision == how);
  CHECK(is_item(&items[4], "limit", TALLY_KIND_NUMBER, 0) && items[4].result.number == 9);
  CHECK(is_item(&items[5], "url", TALLY_KIND_TEXT, 0) && strcmp(items[5].result.text, "http://x") == 0);
  CHECK(is_item(&items[6], "share", TALLY_KIND_FLAG, 0) && items[6].result.rule == 1);
  CHECK(is_item(&items[7], "limit", TALLY_KIND_NUMBER, 0) && items[7].decision == decision_of(policy, "limit"));
  CHECK(is_item(&items[8], "note", TALLY_KIND_TEXT, 0) && strcmp(items[8].result.text, "to +1 212") == 0);
  tally_document_release(document);
  tally_call_free(call);
}

/* The items stay while other results are asked for; a change of the call takes them away. */
static void check_life_of_items(tally_policy* policy) {
  const tally_decision note = decision_of(policy, "note");
  const tally_item *items = NULL, *again = NULL;
  size_t count = 0;
  const char* text = NULL;
  tally_result result;
  tally_call* const call = decided_call(policy);
  WORKS(tally_call_items(call, &items, &count, &error));
  WORKS(tally_call_result(call, note, &result, &error));
  WORKS(tally_call_reason(call, decision_of(policy, "start"), &text, NULL, &error));
  WORKS(tally_call_answer(call, 1, &text, NULL, &error));
  CHECK(count == 7 && strcmp(items[4].result.text, "to +1 212") == 0 && strcmp(items[2].key, "how") == 0);
  WORKS(tally_call_items(call, &again, &count, &error));
  CHECK(again == items && count == 7);
  WORKS(tally_call_set(call, input_of(policy, "vip"), TALLY_OFF, &error));
  again = NULL;
  count = 77;
  FAILS(TALLY_ERROR_UNDECIDED, "nothing", tally_call_items(call, &again, &count, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_items(NULL, &again, &count, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_items(call, NULL, &count, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_items(call, &again, NULL, &error));
  CHECK(again == NULL && count == 77);
  tally_call_free(call);
}

static void check_undecided_answers(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start");
  const tally_item* items = NULL;
  const char* text = NULL;
  size_t length = 0;
  tally_result result;
  tally_call* const call = new_call(policy);
  FAILS(TALLY_ERROR_UNDECIDED, "has not been decided", tally_call_result(call, start, &result, &error));
  FAILS(TALLY_ERROR_UNDECIDED, "nothing", tally_call_answer(call, 0, &text, &length, &error));
  FAILS(TALLY_ERROR_UNDECIDED, "nothing", tally_call_items(call, &items, &length, &error));
  tally_call_free(call);
}

void check_answers(tally_policy* policy, int from_rules) {
  check_undecided_answers(policy);
  check_results(policy);
  check_texts(policy, from_rules);
  check_origins(policy, from_rules);
  check_items(policy);
  check_life_of_items(policy);
}
