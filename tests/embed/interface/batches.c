/* tally.h: many calls at once, a request as JSON or rows of columns. */
#include "checks.h"

void check_requests(tally_policy* policy) {
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
}

/* --- columns -------------------------------------------------------------------------------
 * A batch of three rows, which every check begins with and then damages. */

enum { ROWS = 3, COLUMNS = 5 };
enum { SOURCE, DESTINATION, MINUTES, DIALLED, ENABLED };

typedef struct {
  tally_policy* policy;
  tally_column columns[COLUMNS];
  tally_answer_column answer;
  uint16_t rules[ROWS], values[ROWS];
} Batch;

static const uint8_t networks[ROWS] = {1, 1, 2}, flags[ROWS] = {2, 0, 0};
static const uint64_t minutes[ROWS] = {5, 6, 700}, late[ROWS] = {5, 6, 1500};
static const char* const texts[ROWS] = {NULL, "+1 5", "x"};

static void begin(Batch* batch, tally_policy* policy) {
  static const char* const names[COLUMNS] = {"source", "destination", "minutes", "dialled", "account[onnet].enabled"};
  memset(batch, 0, sizeof *batch);
  batch->policy = policy;
  for (int i = 0; i < COLUMNS; ++i) batch->columns[i].input = input_of(policy, names[i]);
  batch->columns[SOURCE].values = networks;
  batch->columns[DESTINATION].values = networks;
  batch->columns[MINUTES].numbers = minutes;
  batch->columns[DIALLED].texts = texts;
  batch->columns[ENABLED].values = flags;
  batch->answer.decision = decision_of(policy, "start");
  batch->answer.rules = batch->rules;
  batch->answer.values = batch->values;
}

static tally_status decide(Batch* batch, tally_error** error) {
  return tally_decide_batch(batch->policy, batch->columns, COLUMNS, &batch->answer, 1, ROWS, error);
}

static void check_rows(tally_policy* policy) {
  Batch b;
  begin(&b, policy);
  WORKS(decide(&b, &error));
  CHECK(b.rules[0] == 1 && b.rules[1] == 2 && b.rules[2] == 3);
  CHECK(b.values[0] == 3 && b.values[1] == 2 && b.values[2] == 1);
  WORKS(tally_decide_batch(policy, b.columns, COLUMNS, &b.answer, 1, 0, &error));
  WORKS(tally_decide_batch(policy, b.columns, COLUMNS, NULL, 0, ROWS, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_batch(policy, NULL, COLUMNS, &b.answer, 1, ROWS, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_decide_batch(NULL, b.columns, COLUMNS, &b.answer, 1, ROWS, &error));
}

static void check_wrong_columns(tally_policy* policy) {
  Batch b;
  begin(&b, policy);
  FAILS(TALLY_ERROR_MISSING, "`minutes` is missing",
        tally_decide_batch(policy, b.columns, 2, &b.answer, 1, ROWS, &error));
  b.columns[SOURCE].numbers = minutes;
  FAILS(TALLY_ERROR_ARGUMENT, "not one array", decide(&b, &error));
  b.columns[SOURCE].values = NULL;
  FAILS(TALLY_ERROR_TYPE, "another kind", decide(&b, &error));
  begin(&b, policy);
  b.columns[DESTINATION].input = b.columns[SOURCE].input;
  FAILS(TALLY_ERROR_ARGUMENT, "two columns", decide(&b, &error));
  b.columns[DESTINATION].input = 0;
  FAILS(TALLY_ERROR_ARGUMENT, "no input", decide(&b, &error));
}

static void check_answers_of_batches(tally_policy* policy) {
  Batch b;
  begin(&b, policy);
  b.answer.decision = decision_of(policy, "how");
  FAILS(TALLY_ERROR_TYPE, "neither", decide(&b, &error));
  b.answer.values = NULL;
  WORKS(decide(&b, &error));
  CHECK(b.rules[0] == 1 && b.rules[2] == 2);
  b.answer.decision = 0;
  FAILS(TALLY_ERROR_ARGUMENT, "no decision", decide(&b, &error));
}

/* The batch fails with this status, and its answers are as they were. */
static void fails_untouched(Batch* b, tally_status status, const char* part, int line) {
  tally_error* error = NULL;
  memset(b->rules, 0x5a, sizeof b->rules);
  memset(b->values, 0x5a, sizeof b->values);
  if (decide(b, &error) != status || strstr(tally_error_message(error), part) == NULL) {
    ++failures;
    printf("%s:%d: %s\n", __FILE__, line, tally_error_message(error));
  }
  for (size_t i = 0; i < sizeof b->rules; ++i) CHECK(((const unsigned char*)b->rules)[i] == 0x5a);
  for (size_t i = 0; i < sizeof b->values; ++i) CHECK(((const unsigned char*)b->values)[i] == 0x5a);
  tally_error_free(error);
}

static void check_wrong_rows(tally_policy* policy) {
  static const uint8_t wrong[ROWS] = {1, 3, 1}, unset[ROWS] = {1, 0, 1}, unset_last[ROWS] = {1, 1, 0},
                       wrong_last[ROWS] = {0, 1, 3};
  static const char* const not_utf8[ROWS] = {NULL, "+1 5", "\xff"};
  Batch b;
  begin(&b, policy);
  b.columns[MINUTES].numbers = late;
  fails_untouched(&b, TALLY_ERROR_VALUE, "1500 is outside 0..1439 in row 2", __LINE__);
  b.columns[MINUTES].numbers = minutes;
  b.columns[MINUTES].set = unset_last;
  fails_untouched(&b, TALLY_ERROR_MISSING, "`minutes` is missing in row 2", __LINE__);
  b.columns[MINUTES].set = NULL;
  b.columns[SOURCE].values = wrong;
  fails_untouched(&b, TALLY_ERROR_VALUE, "handle 3 in row 1", __LINE__);
  b.columns[SOURCE].values = unset;
  fails_untouched(&b, TALLY_ERROR_MISSING, "in row 1", __LINE__);
  b.columns[SOURCE].values = unset_last;
  fails_untouched(&b, TALLY_ERROR_MISSING, "`source` is missing in row 2", __LINE__);
  b.columns[SOURCE].values = networks;
  b.columns[DIALLED].texts = not_utf8;
  fails_untouched(&b, TALLY_ERROR_VALUE, "UTF-8 in row 2", __LINE__);
  b.columns[DIALLED].texts = texts;
  b.columns[ENABLED].values = wrong_last;
  fails_untouched(&b, TALLY_ERROR_VALUE, "handle 3 in row 2", __LINE__);
  b.columns[ENABLED].values = flags;
  WORKS(decide(&b, &error));
  CHECK(b.rules[2] == 3 && b.values[2] == 1);
}

void check_batches(tally_policy* policy) {
  check_rows(policy);
  check_wrong_columns(policy);
  check_answers_of_batches(policy);
  check_wrong_rows(policy);
}
