/* What the tests of tally.h in C share: checks that are counted, and names of interface.tally. */
#ifndef TALLY_TESTS_INTERFACE_CHECKS_H
#define TALLY_TESTS_INTERFACE_CHECKS_H

#include <tally.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int failures;

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) {                                      \
      ++failures;                                            \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    }                                                        \
  } while (0)

/* The call returns this status, and an error with it whose message contains `part`. */
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

/* The call returns TALLY_OK, and no error. */
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

/* The handles that interface.tally has for these names. */
tally_input input_of(const tally_policy* policy, const char* name);
tally_decision decision_of(const tally_policy* policy, const char* name);
tally_member member_of(const tally_policy* policy, const char* decision, const char* pointer);

/* A call with the three facts that interface.tally requires: onnet, offnet, minute 600. */
tally_call* new_call(tally_policy* policy);

/* Decides, and compares the JSON answer and the list of items with `wanted`. */
void check_answer(tally_call* call, const char* wanted);

/* Each checks one part of tally.h with a policy of interface.tally. `from_rules`: the library compiled the policy
 * itself, so that explanations go deeper. */
void check_names(tally_policy* policy);
void check_log(tally_policy* policy, const char* folder);
void check_calls(tally_policy* policy);
void check_answers(tally_policy* policy, int from_rules);
void check_documents(tally_policy* policy);
void check_requests(tally_policy* policy);
void check_whole_requests(tally_policy* policy);
void check_bad_json(tally_policy* policy);
void check_batches(tally_policy* policy);

#endif
