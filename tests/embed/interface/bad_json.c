/* tally.h: JSON that is refused wherever it is given, and decides nothing: numbers that no input holds, texts
 * that are not UTF-8, bytes that JSON does not have, and nesting beyond 512. */
#include "checks.h"

enum { DEEPEST = 512 };

/* `json` stands for a device's settings, alone and as a part of a request. */
struct bad_json {
  const char* json;
  size_t length; /* 0: as far as the first zero byte */
  const char *code, *pointer, *message;
};

static const struct bad_json bad_json[] = {
    {"{\"limit\":1e400}", 0, "T504", "/limit", "1e400 is too large"},
    {"{\"limit\":-1e400}", 0, "T504", "/limit", "-1e400 is outside 5..100"},
    {"{\"limit\":1e-400}", 0, "T504", "/limit", "1e-400 is not a whole number"},
    {"{\"enabled\":1e400}", 0, "T502", "/enabled", "expected `true` or `false`, found a number"},
    {"{\"url\":1e400}", 0, "T502", "/url", "expected a text, found a number"},
    {"{\"url\":\"\\ud800\"}", 0, "T508", "", "surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"},
    {"{\"url\":\"\\udc00\"}", 0, "T508", "", "surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF"},
    {"{\"url\":\"\\ud800\\ud800\"}", 0, "T508", "", "surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"},
    {"{\"url\":\"\xed\xa0\x80\"}", 0, "T508", "", "ill-formed UTF-8 byte"},
    {"{\"url\":\"\xc0\x80\"}", 0, "T508", "", "ill-formed UTF-8 byte"},
    {"{\"url\":\"a\0b\"}", 13, "T508", "", "malformed JSON: a NUL byte"},
    {"{\"url\":\"a\"}\0", 12, "T508", "", "malformed JSON: a NUL byte"},
    {"{\"url\":\"a\nb\"}", 0, "T508", "", "malformed JSON: invalid string: control character U+000A"},
    {"{\"url\":NaN}", 0, "T508", "", "malformed JSON: invalid literal"},
};

static const char required[] = "{\"source\":\"onnet\",\"destination\":\"offnet\",\"minutes\":600";

/* A request with `json` as the device's settings. Returns its length. */
static size_t request_with(char* request, const char* json, size_t length) {
  const size_t before = (size_t)sprintf(request, "%s,\"device\":", required);
  memcpy(request + before, json, length);
  request[before + length] = '}';
  return before + length + 1;
}

/* An error of a document: its status, its message, its place and its code. Frees it. */
static void check_fault(tally_status status, tally_error* error, const struct bad_json* bad, const char* around) {
  char pointer[100], code[20];
  snprintf(pointer, sizeof pointer, "%s%s", *bad->pointer == 0 ? "" : around, bad->pointer);
  snprintf(code, sizeof code, "\"code\":\"%s\"", bad->code);
  const int fine = status == TALLY_ERROR_DOCUMENT && tally_error_status(error) == TALLY_ERROR_DOCUMENT &&
                   strstr(tally_error_message(error), bad->message) != NULL &&
                   strcmp(tally_error_pointer(error), pointer) == 0 && strstr(tally_error_json(error), code) != NULL;
  if (!fine) printf("%s: %s\n", bad->json, tally_error_json(error));
  CHECK(fine);
  tally_error_free(error);
}

static void check_bad(tally_policy* policy, const struct bad_json* bad) {
  char request[2000];
  char* answer = NULL;
  size_t answer_length = 77;
  tally_document* document = NULL;
  tally_error* error = NULL;
  const size_t length = bad->length == 0 ? strlen(bad->json) : bad->length;
  const size_t whole = request_with(request, bad->json, length);
  for (int because = 0; because < 2; ++because) {
    error = NULL;
    const tally_status status = tally_decide_json(policy, request, whole, because, &answer, &answer_length, &error);
    check_fault(status, error, bad, "/device");
    CHECK(answer == NULL && answer_length == 77);
  }
  error = NULL;
  const tally_status status = tally_document_bind(policy, "/device", bad->json, length, &document, &error);
  check_fault(status, error, bad, "");
  CHECK(document == NULL);
}

/* Arrays in arrays, at a key that no input knows, so that the request is `depth` deep. */
static size_t request_of_depth(char* request, int depth) {
  size_t at = (size_t)sprintf(request, "%s,\"else\":", required);
  const size_t arrays = (size_t)depth - 1;
  memset(request + at, '[', arrays);
  memset(request + at + arrays, ']', arrays);
  at += 2 * arrays;
  request[at] = '}';
  return at + 1;
}

static void check_depth(tally_policy* policy) {
  char request[2000];
  char* answer = NULL;
  tally_document* document = NULL;
  size_t length = request_of_depth(request, DEEPEST);
  WORKS(tally_decide_json(policy, request, length, 0, &answer, NULL, &error));
  tally_free(answer);
  answer = NULL;
  length = request_of_depth(request, DEEPEST + 1);
  FAILS(TALLY_ERROR_DOCUMENT, "nesting is deeper than 512",
        tally_decide_json(policy, request, length, 0, &answer, NULL, &error));
  CHECK(answer == NULL);
  memset(request, '[', DEEPEST + 1);
  FAILS(TALLY_ERROR_DOCUMENT, "expected an object, found an array",
        tally_document_bind(policy, "/device", request, DEEPEST + 1, &document, &error));
  length = (size_t)sprintf(request, "{\"url\":");
  memset(request + length, '[', DEEPEST);
  FAILS(TALLY_ERROR_DOCUMENT, "expected a text, found an array",
        tally_document_bind(policy, "/device", request, length + DEEPEST, &document, &error));
  CHECK(document == NULL);
}

/* Where no input reads it, a number is any number; and a text may have a zero byte, escaped. */
static void check_not_bad(tally_policy* policy) {
  static const char unread[] = ",\"else\":[1e400,-1e400,1e-400]}";
  static const char zero[] = ",\"dialled\":\"a\\u0000b\"}";
  char request[300];
  char* answer = NULL;
  size_t length = (size_t)sprintf(request, "%s%s", required, unread);
  WORKS(tally_decide_json(policy, request, length, 0, &answer, NULL, &error));
  tally_free(answer);
  length = (size_t)sprintf(request, "%s%s", required, zero);
  WORKS(tally_decide_json(policy, request, length, 0, &answer, NULL, &error));
  CHECK(strstr(answer, "\"note\":\"to a\\u0000b\"") != NULL);
  tally_free(answer);
}

/* A call keeps what it had decided when a document that was meant for it is refused. */
static void check_call_stays(tally_policy* policy) {
  tally_call* const call = new_call(policy);
  tally_document* document = NULL;
  tally_result result;
  WORKS(tally_call_decide(call, &error));
  CHECK(tally_document_bind(policy, "/device", "{\"limit\":1e400}", 15, &document, NULL) == TALLY_ERROR_DOCUMENT);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_attach(call, document, &error));
  WORKS(tally_call_result(call, decision_of(policy, "limit"), &result, &error));
  CHECK(result.kind == TALLY_KIND_UNSET);
  tally_call_free(call);
}

void check_bad_json(tally_policy* policy) {
  for (size_t i = 0; i < sizeof bad_json / sizeof *bad_json; ++i) check_bad(policy, &bad_json[i]);
  check_depth(policy);
  check_not_bad(policy);
  check_call_stays(policy);
}
