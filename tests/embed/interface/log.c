/* tally.h: the log of decisions. What the files have is the matter of decision_log_test. */
#include "checks.h"

static tally_log_counts counts_of(const tally_policy* policy) {
  tally_log_counts counts;
  memset(&counts, 0, sizeof counts);
  counts.size = sizeof counts;
  WORKS(tally_policy_log_counts(policy, &counts, NULL, &error));
  return counts;
}

static void check_misuse(tally_policy* policy, const char* folder) {
  const char* const no_names[] = {NULL};
  const char* const unknown[] = {"dialed"};
  const char* const flag[] = {"vip"};
  tally_log_options options;
  tally_log_counts counts;
  memset(&options, 0, sizeof options);
  FAILS(TALLY_ERROR_ARGUMENT, "size", tally_policy_log_open(policy, &options, &error));
  options.size = sizeof options + 8;
  FAILS(TALLY_ERROR_ARGUMENT, "size", tally_policy_log_open(policy, &options, &error));
  options.size = sizeof options;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_open(policy, &options, &error));
  options.folder = folder;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_open(NULL, &options, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_open(policy, NULL, &error));
  options.keep_count = 1;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_open(policy, &options, &error));
  options.keep = no_names;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_open(policy, &options, &error));
  options.keep = unknown;
  FAILS(TALLY_ERROR_UNKNOWN, "dialed", tally_policy_log_open(policy, &options, &error));
  options.keep = flag;
  FAILS(TALLY_ERROR_TYPE, "neither a number nor a text", tally_policy_log_open(policy, &options, &error));
  options.keep_count = 0;
  options.id_bytes = 256;
  FAILS(TALLY_ERROR_ARGUMENT, "255", tally_policy_log_open(policy, &options, &error));
  options.id_bytes = 0;
  options.folder = "/nowhere/at/all";
  FAILS(TALLY_ERROR_FILE, "/nowhere/at/all", tally_policy_log_open(policy, &options, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_close(NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_flush(NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_rotate(NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no log", tally_policy_log_flush(policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "no log", tally_policy_log_rotate(policy, &error));
  counts.size = sizeof counts;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_counts(policy, NULL, NULL, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_log_counts(NULL, &counts, NULL, &error));
  counts.size = 0;
  FAILS(TALLY_ERROR_ARGUMENT, "size", tally_policy_log_counts(policy, &counts, NULL, &error));
}

void check_log(tally_policy* policy, const char* folder) {
  const char* const keep[] = {"dialled", "minutes"};
  tally_log_options options;
  tally_log_counts counts;
  tally_error* last = NULL;
  tally_call* call = NULL;
  check_misuse(policy, folder);
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.folder = folder;
  options.name = "interface";
  options.keep = keep;
  options.keep_count = 2;
  options.id_bytes = 8;
  options.files = 2;
  WORKS(tally_policy_log_open(policy, &options, &error));
  call = new_call(policy);
  WORKS(tally_call_set_id(call, "a call", 6, &error));
  WORKS(tally_call_set_id(call, NULL, 0, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_id(call, NULL, 1, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_call_set_id(NULL, "x", 1, &error));
  FAILS(TALLY_ERROR_VALUE, "UTF-8", tally_call_set_id(call, "\xff", 1, &error));
  for (int i = 0; i < 10; ++i) WORKS(tally_call_decide(call, &error));
  WORKS(tally_policy_log_flush(policy, &error));
  WORKS(tally_policy_log_counts(policy, (counts.size = sizeof counts, &counts), &last, &error));
  CHECK(counts.written == 10 && counts.dropped == 0 && counts.errors == 0 && counts.files == 1 && counts.bytes > 0);
  CHECK(last == NULL);
  /* A program that was built with an earlier header has fewer counts. */
  counts.files = 77;
  counts.size = offsetof(tally_log_counts, files);
  WORKS(tally_policy_log_counts(policy, &counts, NULL, &error));
  CHECK(counts.written == 10 && counts.files == 77);
  WORKS(tally_policy_log_rotate(policy, &error));
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_policy_log_close(policy, &error));
  WORKS(tally_policy_log_close(policy, &error));
  counts = counts_of(policy);
  CHECK(counts.written == 11 && counts.files == 2);
  FAILS(TALLY_ERROR_ARGUMENT, "no log", tally_policy_log_flush(policy, &error));
  WORKS(tally_call_decide(call, &error));
  tally_call_free(call);
  CHECK(counts_of(policy).written == 11);
}
