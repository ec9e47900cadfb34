/* The policies that a backend has open, by their names in SQL.
 *
 * A policy is the file NAME.so in the directory of the setting `tally.policies`. It is opened when it is first used,
 * and stays open as long as the backend lives. Each statement looks once whether the file was replaced, and then loads
 * it; so one statement of a backend decides by one version.
 *
 * Always: whatever raises an error of PostgreSQL has freed what the library handed over before. */
#ifndef TALLY_POSTGRESQL_POLICIES_H
#define TALLY_POSTGRESQL_POLICIES_H

#include "postgres.h"

#include <tally.h>

#include "embed/database/policy_files.h"

typedef struct OpenPolicy {
  tally_policy* policy;
  tally_call* call; /* one, used again and again: a backend is one thread */
} OpenPolicy;

/* Defines the settings. Called once, when the library is loaded. */
void tally_define_settings(void);

/* The policy of a name. Raises an error if there is none, or if it cannot be opened. */
OpenPolicy* tally_open_policy(const char* name, size_t length);

/* The handle of a decision of the policy that was opened last. Raises an error if it has none of this name. */
tally_decision tally_decision_named(OpenPolicy* open, const char* name, size_t length);

/* The directory of the policies. Raises an error if none is set. */
const char* tally_policy_directory(void);

/* Opens a policy for a moment, under the guard of the settings. */
tally_status tally_open_for_a_moment(const char* path, tally_policy** policy, tally_error** error);

/* Raises an error with the message of `error`, which is freed. `what` comes before it: "the policy \"acc\"". */
void tally_raise(const char* what, tally_error* error) pg_attribute_noreturn();

/* The message of an error, in the encoding of the database; the error is freed. It is valid until the next call. */
const char* tally_message_of(tally_error* error);

#endif
