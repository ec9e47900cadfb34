/* tally.h: documents that are bound alone, and the calls that they are attached to. */
#include "checks.h"

static const char json[] = "{\"enabled\":true,\"url\":\"http://x\",\"limit\":9}";

static void check_binding(tally_policy* policy) {
  tally_document* document = NULL;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(NULL, "/device", json, 1, &document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, NULL, json, 1, &document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, "/device", NULL, 1, &document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_bind(policy, "/device", json, 1, NULL, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no document stands at",
        tally_document_bind(policy, "/devic", json, strlen(json), &document, &error));
  FAILS(TALLY_ERROR_UNKNOWN, "no document stands at",
        tally_document_bind(policy, "", json, strlen(json), &document, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_document_bind(policy, "/device", json, 5, &document, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_document_bind(policy, "/device", "", 0, &document, &error));
  CHECK(document == NULL);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &document, &error));
  WORKS(tally_document_check(document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_check(NULL, &error));
  tally_document_release(document);
}

static const char whole[] =
    "{\"source\":\"onnet\",\"destination\":\"offnet\",\"minutes\":5,\"dialled\":\"+1555\",\"device\":{\"limit\":9},"
    "\"account\":{\"onnet\":{\"enabled\":true}}}";

/* What is refused leaves nothing behind in the call. */
static void check_refused_request(tally_policy* policy, tally_call* call, tally_document* document) {
  static const char bad[] = "{\"source\":\"onnet\",\"destination\":\"offnet\",\"minuts\":5}";
  const tally_decision start = decision_of(policy, "start");
  const char* text = NULL;
  tally_error* refusal = NULL;
  CHECK(tally_call_bind(call, bad, strlen(bad), &refusal) == TALLY_ERROR_DOCUMENT);
  CHECK(strcmp(tally_error_pointer(refusal), "/minutes") == 0);
  CHECK(strstr(tally_error_json(refusal), "\"meant\":\"minutes\"") != NULL);
  tally_error_free(refusal);
  FAILS(TALLY_ERROR_UNDECIDED, "", tally_call_json(call, start, &text, NULL, &error));
  FAILS(TALLY_ERROR_MISSING, "", tally_call_decide(call, &error));
  FAILS(TALLY_ERROR_DOCUMENT, "", tally_call_bind(call, "", 0, &error));
  WORKS(tally_call_bind(call, whole, strlen(whole), &error));
  WORKS(tally_call_clear(call, &error));
  FAILS(TALLY_ERROR_MISSING, "", tally_call_decide(call, &error));
  WORKS(tally_call_attach(call, document, &error));
}

/* A whole request stands in place of facts and documents. Reloads the policy, if it has a file. */
void check_whole_requests(tally_policy* policy) {
  const tally_decision start = decision_of(policy, "start");
  char* answer = NULL;
  const char* text = NULL;
  size_t length = 0;
  tally_document* document = NULL;
  tally_call* const call = new_call(policy);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_bind(NULL, whole, 2, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_bind(call, NULL, 2, &error));
  for (int again = 0; again < 3; ++again) {
    WORKS(tally_call_bind(call, whole, strlen(whole), &error));
    WORKS(tally_decide_json(policy, whole, strlen(whole), 1, &answer, NULL, &error));
    WORKS(tally_call_decide(call, &error));
    WORKS(tally_call_answer(call, 1, &text, &length, &error));
    CHECK(strcmp(text, answer) == 0 && length == strlen(answer));
    tally_free(answer);
    WORKS(tally_call_decide_some(call, &start, 1, &error));
    WORKS(tally_call_json(call, start, &text, NULL, &error));
    CHECK(strcmp(text, "\"long\"") == 0);
    WORKS(tally_call_reason(call, start, &text, NULL, &error));
    CHECK(strcmp(text, "early, 5, from onnet") == 0);
    FAILS(TALLY_ERROR_UNDECIDED, "`limit`", tally_call_json(call, decision_of(policy, "limit"), &text, NULL, &error));
    /* The defaults of a request are those that an explanation knows. */
    WORKS(tally_call_explain(call, start, &text, NULL, &error));
    CHECK(strstr(text, "\"value\":\"long\"") != NULL);
  }
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request", tally_call_set_named(call, "minutes", "5", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request", tally_call_set(call, input_of(policy, "vip"), TALLY_ON, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request",
        tally_call_set_text(call, input_of(policy, "dialled"), "5", 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request", tally_call_set_present(call, input_of(policy, "device"), &error));
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request", tally_call_unset(call, input_of(policy, "minutes"), &error));
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "a whole request", tally_call_attach(call, document, &error));
  /* A reload in between. */
  WORKS(tally_call_decide(call, &error));
  if (tally_policy_reload(policy, NULL, NULL) == TALLY_OK) {
    WORKS(tally_call_decide_some(call, &start, 1, &error));
    CHECK(tally_call_generation(call) == tally_policy_generation(policy));
    CHECK(tally_call_rule(call, start) == 1);
  }
  check_refused_request(policy, call, document);
  tally_document_release(document);
  tally_call_free(call);
}

/* A document at fault has an error with the place of its first fault. */
static void check_faults(tally_policy* policy) {
  static const char bad[] = "{\"enabled\":1,\"limt\":9}";
  tally_document* document = NULL;
  tally_error* error = NULL;
  CHECK(tally_document_bind(policy, "/device", bad, strlen(bad), &document, &error) == TALLY_ERROR_DOCUMENT);
  CHECK(strcmp(tally_error_pointer(error), "/enabled") == 0);
  CHECK(strstr(tally_error_json(error), "\"meant\":\"limit\"") != NULL);
  tally_error_free(error);
  error = NULL;
  CHECK(tally_document_bind(policy, "/group", "{}", 2, &document, &error) == TALLY_ERROR_DOCUMENT);
  CHECK(strcmp(tally_error_pointer(error), "/name") == 0);
  CHECK(strstr(tally_error_message(error), "is missing") != NULL);
  tally_error_free(error);
  CHECK(document == NULL);
}

static void check_misuse_of_attach(tally_policy* policy) {
  tally_document* document = NULL;
  tally_call* const call = new_call(policy);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_attach(call, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_attach(NULL, document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "not attached", tally_call_detach(call, document, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_detach(call, NULL, &error));
  tally_document_release(document);
  tally_call_free(call);
}

/* What a document says replaces the facts at its place, until it is detached. */
static void check_documents_and_facts(tally_policy* policy) {
  const tally_decision limit = decision_of(policy, "limit");
  tally_document *device = NULL, *other = NULL, *account = NULL;
  tally_result result;
  tally_call* const call = new_call(policy);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &device, &error));
  WORKS(tally_document_bind(policy, "device", "{}", 2, &other, &error));
  WORKS(tally_document_bind(policy, "account", "{\"offnet\":{\"format\":\"wav\",\"limit\":20}}", 38, &account, &error));
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
  WORKS(tally_call_member(call, member_of(policy, "how", "/url"), &result, &error));
  CHECK(result.kind == TALLY_KIND_TEXT && strcmp(result.text, "http://x") == 0);
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
  tally_document_release(device);
  tally_document_release(other);
  tally_document_release(account);
  tally_call_free(call);
}

/* A call keeps a document that is attached to it. */
static void check_releasing_documents(tally_policy* policy) {
  tally_document* device = NULL;
  tally_result result;
  tally_call* const call = new_call(policy);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &device, &error));
  WORKS(tally_call_attach(call, device, &error));
  CHECK(tally_document_retain(NULL) == NULL);
  CHECK(tally_document_retain(device) == device);
  tally_document_release(device);
  tally_document_release(device);
  tally_document_release(NULL);
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_result(call, decision_of(policy, "limit"), &result, &error));
  CHECK(result.number == 9);
  tally_call_free(call);
}

/* The list of warnings for a document or request is `wanted`. Frees the text. */
static void check_warnings(const char* text, size_t length, const char* wanted) {
  CHECK(text != NULL && strlen(text) == length);
  if (text == NULL || strcmp(text, wanted) == 0) return;
  ++failures;
  printf("warned of %s\n  instead of %s\n", text, wanted);
}

static void check_unknown_keys(tally_policy* policy) {
  static const char open[] = "{\"count\":1,\"Level\":2,\"other\":{\"x\":1,\"y\":2}}";
  static const char request[] =
      "{\"source\":\"onnet\",\"destination\":\"offnet\",\"minutes\":1,\"dialed\":\"1\",\"far\":{\"levle\":3,\"z\":1},"
      "\"rank\":1}";
  tally_document* document = NULL;
  size_t length = 0, count = 9;
  char* text = NULL;
  WORKS(tally_document_bind(policy, "/loose", open, strlen(open), &document, &error));
  CHECK(tally_document_unknown_keys(document) == 2);
  CHECK(tally_document_unknown_keys(NULL) == 0);
  WORKS(tally_document_warnings(document, &text, &length, &error));
  check_warnings(text, length,
                 "[{\"code\":\"T904\",\"pointer\":\"/Level\",\"message\":\"no input stands at key `Level`\","
                 "\"meant\":\"level\"}]");
  tally_free(text);
  text = NULL;
  WORKS(tally_document_warnings(document, &text, NULL, &error));
  tally_free(text);
  text = NULL;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_warnings(document, NULL, &length, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_document_warnings(NULL, &text, &length, &error));
  tally_document_release(document);
  WORKS(tally_document_bind(policy, "/device", json, strlen(json), &document, &error));
  CHECK(tally_document_unknown_keys(document) == 0);
  WORKS(tally_document_warnings(document, &text, &length, &error));
  check_warnings(text, length, "[]");
  tally_free(text);
  tally_document_release(document);

  WORKS(tally_request_warnings(policy, request, strlen(request), &count, &text, &length, &error));
  CHECK(count == 4);
  check_warnings(text, length,
                 "[{\"code\":\"T904\",\"pointer\":\"/dialed\",\"message\":\"no input stands at key `dialed`\","
                 "\"meant\":\"dialled\"},"
                 "{\"code\":\"T904\",\"pointer\":\"/far/levle\",\"message\":\"no input stands at key `levle`\","
                 "\"meant\":\"level\"},"
                 "{\"code\":\"T904\",\"pointer\":\"/rank\",\"message\":\"no input stands at key `rank`: input `rank` "
                 "stands at /far/level\"}]");
  tally_free(text);
  text = NULL;
  count = 9;
  FAILS(TALLY_ERROR_DOCUMENT, "missing", tally_request_warnings(policy, "{}", 2, &count, &text, &length, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_request_warnings(NULL, "{}", 2, &count, &text, &length, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_request_warnings(policy, NULL, 2, &count, &text, &length, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_request_warnings(policy, "{}", 2, &count, NULL, &length, &error));
  CHECK(text == NULL && count == 9);
  WORKS(tally_request_warnings(policy, request, strlen(request), NULL, &text, NULL, &error));
  tally_free(text);
}

/* A request that is refused has its slips among the faults, although they are only counted as a rule. */
static void check_slips_of_refused_requests(tally_policy* policy) {
  static const char slip[] = "{\"sourse\":\"onnet\",\"destination\":\"offnet\",\"minutes\":1}";
  char* answer = NULL;
  tally_error* error = NULL;
  CHECK(tally_decide_json(policy, slip, strlen(slip), 0, &answer, NULL, &error) == TALLY_ERROR_DOCUMENT);
  CHECK(strstr(tally_error_message(error), "`source` is missing") != NULL);
  CHECK(strstr(tally_error_json(error), "\"meant\":\"source\"") != NULL);
  tally_error_free(error);
}

void check_documents(tally_policy* policy) {
  check_binding(policy);
  check_faults(policy);
  check_misuse_of_attach(policy);
  check_documents_and_facts(policy);
  check_releasing_documents(policy);
  check_unknown_keys(policy);
  check_slips_of_refused_requests(policy);
}
