/* The SQLite extension `tally`:
 *
 *   tally_decide(policy, request)              all decisions, as `tally decide` prints them
 *   tally_decision(policy, decision, request)  a table of one row: value, rule, because, fault
 *   tally_policies()                           a table: policy, fault, description
 *
 * A policy is the file NAME.so in the directory that the environment variable TALLY_POLICIES names when the extension
 * is loaded. Each connection has policies of its own, and looks at most ten times a second whether a file was replaced.
 *
 * Always: a request at fault is a value, or a row; a policy that cannot be used is an error of the statement. */
#define _POSIX_C_SOURCE 200809L
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include <tally.h>

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "embed/database/policy_files.h"

#define MAX_PATH 4096
/* A connection has at most so many policies open. The one that was not used for longest makes room. */
#define MAX_OPEN 64
#define LOOK_EVERY_MS 100
/* A request of which a call does not keep the memory. */
#define LARGE_REQUEST (1 << 20)

typedef struct Policy {
  char name[TALLY_MAX_NAME + 1];
  char path[MAX_PATH];
  tally_policy* policy;
  tally_call* call;
  tally_file_state file; /* when it was last loaded */
  int64_t looked_at;     /* in milliseconds */
  uint64_t used;         /* grows with each use */
} Policy;

/* What a connection has. SQLite lets one thread at a time use it. */
typedef struct Connection {
  int references;
  char directory[MAX_PATH - TALLY_MAX_NAME - 8]; /* empty: none was named */
  char keys[TALLY_MAX_KEYS_TEXT];
  uint64_t serial;
  Policy* open[MAX_OPEN];
  int count;
  uint64_t uses;
} Connection;

/* --- policies by name ------------------------------------------------------------------------ */

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void drop(Connection* connection, int at) {
  Policy* const policy = connection->open[at];
  connection->open[at] = connection->open[--connection->count];
  tally_call_free(policy->call);
  tally_policy_release(policy->policy);
  sqlite3_free(policy);
}

static void release(void* context) {
  Connection* const connection = context;
  if (--connection->references > 0) return;
  while (connection->count > 0) drop(connection, connection->count - 1);
  sqlite3_free(connection);
}

/* "the policy `acc`: MESSAGE", for sqlite3_free; the error is freed. */
static char* message_of(const char* name, tally_error* error) {
  const char* const pointer = tally_error_pointer(error);
  char* const message =
      name == NULL ? sqlite3_mprintf("%s%s%s", pointer, *pointer == '\0' ? "" : ": ", tally_error_message(error))
                   : sqlite3_mprintf("the policy `%s`: %s", name, tally_error_message(error));
  tally_error_free(error);
  return message;
}

static char* no_policy(const char* name) {
  return sqlite3_mprintf("there is no policy `%s`; `SELECT policy FROM tally_policies` lists the policies", name);
}

static Policy* open_new(Connection* connection, const char* name, char** message) {
  tally_error* error = NULL;
  Policy* policy;
  if (connection->count == MAX_OPEN) {
    int oldest = 0;
    for (int i = 1; i < MAX_OPEN; ++i) {
      if (connection->open[i]->used < connection->open[oldest]->used) oldest = i;
    }
    drop(connection, oldest);
  }
  policy = sqlite3_malloc(sizeof *policy);
  if (policy == NULL) return NULL;
  memset(policy, 0, sizeof *policy);
  snprintf(policy->name, sizeof policy->name, "%s", name);
  snprintf(policy->path, sizeof policy->path, "%s/%s.so", connection->directory, name);
  policy->looked_at = now_ms();
  if (!tally_read_file_state(policy->path, &policy->file)) {
    *message = no_policy(name);
  } else if (tally_open_guarded(policy->path, connection->keys, connection->serial, &policy->policy, &error) !=
                 TALLY_OK ||
             tally_call_new(policy->policy, &policy->call, &error) != TALLY_OK) {
    *message = message_of(name, error);
  } else {
    connection->open[connection->count++] = policy;
    return policy;
  }
  tally_policy_release(policy->policy);
  sqlite3_free(policy);
  return NULL;
}

/* Loads the file again if it is another one. Returns 0 if there is none any more. If the new one is refused, the one
 * before stays in use, and SQLite's log has the reason. */
static int look_at_file(Policy* policy) {
  const int64_t now = now_ms();
  tally_file_state file;
  tally_error* error = NULL;
  char* message;
  if (now - policy->looked_at < LOOK_EVERY_MS) return 1;
  policy->looked_at = now;
  if (!tally_read_file_state(policy->path, &file)) return 0;
  if (tally_is_same_state(&file, &policy->file)) return 1;
  policy->file = file;
  if (tally_policy_reload(policy->policy, NULL, &error) == TALLY_OK) return 1;
  message = message_of(policy->name, error);
  sqlite3_log(SQLITE_WARNING, "%s; the version before stays in use", message == NULL ? policy->name : message);
  sqlite3_free(message);
  return 1;
}

/* The policy of a name. If there is none, returns NULL, and `message` receives why; NULL then stands for no memory. */
static Policy* policy_named(Connection* connection, sqlite3_value* value, char** message) {
  const char* const name = (const char*)sqlite3_value_text(value);
  Policy* policy = NULL;
  *message = NULL;
  if (name == NULL) return NULL;
  if (!tally_is_policy_name(name, (size_t)sqlite3_value_bytes(value))) {
    *message = sqlite3_mprintf(
        "this is not the name of a policy: it has at most %d letters, digits, `_`, `-` and `.`, "
        "and is not a path",
        TALLY_MAX_NAME);
    return NULL;
  }
  if (connection->directory[0] == '\0') {
    *message = sqlite3_mprintf(
        "set the environment variable TALLY_POLICIES to the directory of the policies before the "
        "extension is loaded");
    return NULL;
  }
  for (int i = 0; i < connection->count && policy == NULL; ++i) {
    if (strcmp(connection->open[i]->name, name) != 0) continue;
    policy = connection->open[i];
    if (look_at_file(policy)) break;
    drop(connection, i);
    *message = no_policy(name);
    return NULL;
  }
  if (policy == NULL) policy = open_new(connection, name, message);
  if (policy != NULL) policy->used = ++connection->uses;
  return policy;
}

static int is_of_the_request(tally_status status) {
  return status == TALLY_ERROR_DOCUMENT || status == TALLY_ERROR_MISSING;
}

static void end_request(Policy* policy, int bytes) {
  if (bytes > LARGE_REQUEST) (void)tally_call_clear(policy->call, NULL);
}

/* --- tally_decide ------------------------------------------------------------------------------ */

static void fail(sqlite3_context* context, char* message) {
  if (message == NULL) {
    sqlite3_result_error_nomem(context);
  } else {
    sqlite3_result_error(context, message, -1);
    sqlite3_free(message);
  }
}

static void decide(sqlite3_context* context, int count, sqlite3_value** values) {
  Policy* policy;
  const char *request, *answer = NULL;
  char* message = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  (void)count;
  if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
  policy = policy_named(sqlite3_user_data(context), values[0], &message);
  if (policy == NULL) {
    fail(context, message);
    return;
  }
  request = (const char*)sqlite3_value_text(values[1]);
  if (request == NULL) {
    sqlite3_result_error_nomem(context);
    return;
  }
  status = tally_call_bind(policy->call, request, (size_t)sqlite3_value_bytes(values[1]), &error);
  if (status == TALLY_OK) status = tally_call_decide(policy->call, &error);
  if (status == TALLY_OK) status = tally_call_answer(policy->call, 0, &answer, &length, &error);
  if (status == TALLY_OK) {
    sqlite3_result_text64(context, answer, length, SQLITE_TRANSIENT, SQLITE_UTF8);
    sqlite3_result_subtype(context, 'J'); /* JSON, as SQLite's own functions mark it */
  } else if (is_of_the_request(status)) {
    message = sqlite3_mprintf("{\"error\":%s}", tally_error_json(error));
    tally_error_free(error);
    if (message == NULL) {
      sqlite3_result_error_nomem(context);
    } else {
      sqlite3_result_text(context, message, -1, sqlite3_free);
      sqlite3_result_subtype(context, 'J');
    }
  } else {
    fail(context, message_of(policy->name, error));
  }
  end_request(policy, sqlite3_value_bytes(values[1]));
}

/* --- tables: what both have in common ----------------------------------------------------------- */

typedef struct Table {
  sqlite3_vtab base;
  Connection* connection;
} Table;

static int connect_as(sqlite3* database, void* context, const char* columns, sqlite3_vtab** out) {
  Table* table;
  const int declared = sqlite3_declare_vtab(database, columns);
  if (declared != SQLITE_OK) return declared;
  table = sqlite3_malloc(sizeof *table);
  if (table == NULL) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->connection = context;
  *out = &table->base;
  return SQLITE_OK;
}

static int disconnect(sqlite3_vtab* table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

/* Makes `message` the error of a table's statement. */
static int fail_table(sqlite3_vtab* table, char* message) {
  if (message == NULL) return SQLITE_NOMEM;
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = message;
  return SQLITE_ERROR;
}

/* --- tally_decision ------------------------------------------------------------------------------ */

enum { VALUE, RULE, BECAUSE, FAULT, POLICY, DECISION, REQUEST };

typedef struct DecisionCursor {
  sqlite3_vtab_cursor base;
  int at_end;
  tally_kind kind;
  int flag;
  uint64_t number;
  uint32_t rule;
  char *value, *because, *fault; /* texts, or NULL */
  sqlite3_int64 value_length;
  sqlite3_value* given[3]; /* policy, decision, request */
} DecisionCursor;

static int connect_decision(sqlite3* database, void* context, int count, const char* const* arguments,
                            sqlite3_vtab** out, char** message) {
  (void)count, (void)arguments, (void)message;
  return connect_as(database, context,
                    /* The hidden columns are the arguments. Their names are not those of a caller's columns. */
                    "CREATE TABLE x(value, rule INTEGER, because TEXT, fault TEXT, tally_policy HIDDEN, "
                    "tally_decision HIDDEN, tally_request HIDDEN)",
                    out);
}

/* All three arguments must be given. SQLite also asks for plans by other terms of the query alone: such a plan is
 * dear, and fails when it is run. */
static int plan_decision(sqlite3_vtab* table, sqlite3_index_info* plan) {
  int found[3] = {-1, -1, -1};
  int unusable = 0;
  (void)table;
  for (int i = 0; i < plan->nConstraint; ++i) {
    const int column = plan->aConstraint[i].iColumn - POLICY;
    if (column < 0 || plan->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (plan->aConstraint[i].usable) {
      found[column] = i;
    } else {
      unusable = 1;
    }
  }
  if (found[0] < 0 || found[1] < 0 || found[2] < 0) {
    if (unusable) return SQLITE_CONSTRAINT;
    plan->estimatedCost = 1e99;
    return SQLITE_OK;
  }
  for (int column = 0; column < 3; ++column) {
    plan->aConstraintUsage[found[column]].argvIndex = column + 1;
    plan->aConstraintUsage[found[column]].omit = 1;
  }
  plan->idxNum = 1;
  plan->estimatedCost = 10;
  plan->estimatedRows = 1;
  plan->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  return SQLITE_OK;
}

static int open_decision(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  DecisionCursor* const cursor = sqlite3_malloc(sizeof *cursor);
  (void)table;
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  cursor->at_end = 1;
  *out = &cursor->base;
  return SQLITE_OK;
}

static void empty(DecisionCursor* cursor) {
  sqlite3_free(cursor->value);
  sqlite3_free(cursor->because);
  sqlite3_free(cursor->fault);
  cursor->value = cursor->because = cursor->fault = NULL;
  cursor->kind = TALLY_KIND_UNSET;
  cursor->rule = 0;
  for (int i = 0; i < 3; ++i) {
    sqlite3_value_free(cursor->given[i]);
    cursor->given[i] = NULL;
  }
  cursor->at_end = 1;
}

static int close_decision(sqlite3_vtab_cursor* cursor) {
  empty((DecisionCursor*)cursor);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

/* A copy of a text, which ends with a zero byte; NULL if there is no memory. */
static char* copy_of(const char* text, size_t length) {
  char* const copy = sqlite3_malloc64(length + 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

/* Reads what was decided into the row. Returns 0 if there is no memory. */
static int read_decided(DecisionCursor* row, tally_call* call, tally_decision decision, tally_status* status,
                        tally_error** error) {
  tally_result result;
  const char* text = NULL;
  size_t length = 0;
  *status = tally_call_result(call, decision, &result, error);
  if (*status != TALLY_OK) return 1;
  row->kind = result.kind;
  row->rule = result.rule;
  row->number = result.number;
  row->flag = result.value == TALLY_ON;
  if (result.kind == TALLY_KIND_ENUM || result.kind == TALLY_KIND_TEXT) {
    text = result.text;
    length = result.length;
  } else if (result.kind == TALLY_KIND_OBJECT) {
    *status = tally_call_json(call, decision, &text, &length, error);
    if (*status != TALLY_OK) return 1;
  }
  if (text != NULL) {
    row->value = copy_of(text, length);
    row->value_length = (sqlite3_int64)length;
    if (row->value == NULL) return 0;
  }
  *status = tally_call_reason(call, decision, &text, &length, error);
  if (*status != TALLY_OK || length == 0) return 1;
  row->because = copy_of(text, length);
  return row->because != NULL;
}

static int decide_row(DecisionCursor* row, sqlite3_vtab* table, Policy* policy, const char* name, const char* request,
                      size_t length) {
  tally_decision decision = 0;
  tally_error* error = NULL;
  tally_status status = tally_policy_decision(policy->policy, name, &decision, &error);
  if (status == TALLY_OK) status = tally_call_bind(policy->call, request, length, &error);
  if (status == TALLY_OK) status = tally_call_decide_some(policy->call, &decision, 1, &error);
  if (status == TALLY_OK && !read_decided(row, policy->call, decision, &status, &error)) return SQLITE_NOMEM;
  if (status == TALLY_OK) return SQLITE_OK;
  if (!is_of_the_request(status)) return fail_table(table, message_of(policy->name, error));
  row->fault = message_of(NULL, error);
  return row->fault == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int filter_decision(sqlite3_vtab_cursor* base, int number, const char* text, int count, sqlite3_value** values) {
  DecisionCursor* const row = (DecisionCursor*)base;
  const char *name, *request;
  char* message = NULL;
  Policy* policy;
  int decided;
  (void)text, (void)count;
  empty(row);
  if (number == 0)
    return fail_table(base->pVtab, sqlite3_mprintf("tally_decision has three arguments: policy, decision and request"));
  for (int i = 0; i < 3; ++i) {
    if (sqlite3_value_type(values[i]) == SQLITE_NULL) return SQLITE_OK; /* no row */
  }
  policy = policy_named(((Table*)base->pVtab)->connection, values[0], &message);
  if (policy == NULL) return fail_table(base->pVtab, message);
  name = (const char*)sqlite3_value_text(values[1]);
  request = (const char*)sqlite3_value_text(values[2]);
  if (name == NULL || request == NULL) return SQLITE_NOMEM;
  decided = decide_row(row, base->pVtab, policy, name, request, (size_t)sqlite3_value_bytes(values[2]));
  end_request(policy, sqlite3_value_bytes(values[2]));
  if (decided != SQLITE_OK) return decided;
  for (int i = 0; i < 3; ++i) {
    row->given[i] = sqlite3_value_dup(values[i]);
    if (row->given[i] == NULL) return SQLITE_NOMEM;
  }
  row->at_end = 0;
  return SQLITE_OK;
}

static int next_decision(sqlite3_vtab_cursor* cursor) {
  ((DecisionCursor*)cursor)->at_end = 1;
  return SQLITE_OK;
}
static int is_decision_at_end(sqlite3_vtab_cursor* cursor) { return ((DecisionCursor*)cursor)->at_end; }

static void put_value(const DecisionCursor* row, sqlite3_context* context) {
  switch (row->kind) {
    case TALLY_KIND_UNSET: break;
    case TALLY_KIND_FLAG: sqlite3_result_text(context, row->flag ? "true" : "false", -1, SQLITE_STATIC); break;
    case TALLY_KIND_ENUM:
    case TALLY_KIND_TEXT:
      sqlite3_result_text64(context, row->value, (sqlite3_uint64)row->value_length, SQLITE_TRANSIENT, SQLITE_UTF8);
      break;
    case TALLY_KIND_OBJECT:
      sqlite3_result_text64(context, row->value, (sqlite3_uint64)row->value_length, SQLITE_TRANSIENT, SQLITE_UTF8);
      sqlite3_result_subtype(context, 'J');
      break;
    case TALLY_KIND_NUMBER:
      if (row->number <= INT64_MAX) {
        sqlite3_result_int64(context, (sqlite3_int64)row->number);
      } else {
        char digits[32];
        snprintf(digits, sizeof digits, "%" PRIu64, row->number);
        sqlite3_result_text(context, digits, -1, SQLITE_TRANSIENT);
      }
      break;
  }
}

static int decision_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  const DecisionCursor* const row = (DecisionCursor*)cursor;
  switch (column) {
    case VALUE: put_value(row, context); break;
    case RULE:
      if (row->rule != 0) sqlite3_result_int64(context, row->rule);
      break;
    case BECAUSE:
      if (row->because != NULL) sqlite3_result_text(context, row->because, -1, SQLITE_TRANSIENT);
      break;
    case FAULT:
      if (row->fault != NULL) sqlite3_result_text(context, row->fault, -1, SQLITE_TRANSIENT);
      break;
    default: sqlite3_result_value(context, row->given[column - POLICY]);
  }
  return SQLITE_OK;
}

static int first_row(sqlite3_vtab_cursor* cursor, sqlite3_int64* row) {
  (void)cursor;
  *row = 1;
  return SQLITE_OK;
}

/* Without xCreate, a table exists by its name alone, and only there. */
static const sqlite3_module decision_module = {
    .xConnect = connect_decision,
    .xBestIndex = plan_decision,
    .xDisconnect = disconnect,
    .xOpen = open_decision,
    .xClose = close_decision,
    .xFilter = filter_decision,
    .xNext = next_decision,
    .xEof = is_decision_at_end,
    .xColumn = decision_column,
    .xRowid = first_row,
};

/* --- tally_policies ------------------------------------------------------------------------------- */

typedef struct PoliciesCursor {
  sqlite3_vtab_cursor base;
  DIR* folder; /* NULL: at the end */
  sqlite3_int64 row;
  char name[TALLY_MAX_NAME + 1];
  char *fault, *description;
} PoliciesCursor;

static int connect_policies(sqlite3* database, void* context, int count, const char* const* arguments,
                            sqlite3_vtab** out, char** message) {
  (void)count, (void)arguments, (void)message;
  return connect_as(database, context, "CREATE TABLE x(policy TEXT, fault TEXT, description TEXT)", out);
}

static int plan_policies(sqlite3_vtab* table, sqlite3_index_info* plan) {
  (void)table;
  plan->estimatedCost = 1e6;
  plan->estimatedRows = 10;
  return SQLITE_OK;
}

static int open_policies(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  PoliciesCursor* const cursor = sqlite3_malloc(sizeof *cursor);
  (void)table;
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  *out = &cursor->base;
  return SQLITE_OK;
}

static void empty_policy(PoliciesCursor* cursor) {
  sqlite3_free(cursor->fault);
  sqlite3_free(cursor->description);
  cursor->fault = cursor->description = NULL;
}

static void end_policies(PoliciesCursor* cursor) {
  empty_policy(cursor);
  if (cursor->folder != NULL) closedir(cursor->folder);
  cursor->folder = NULL;
}

static int close_policies(sqlite3_vtab_cursor* cursor) {
  end_policies((PoliciesCursor*)cursor);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

/* Describes the policy of the row. Returns 0 if there is no memory. */
static int describe(PoliciesCursor* cursor, const Connection* connection) {
  char path[MAX_PATH];
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  char* json = NULL;
  size_t length = 0;
  tally_status status;
  snprintf(path, sizeof path, "%s/%s.so", connection->directory, cursor->name);
  status = tally_open_guarded(path, connection->keys, connection->serial, &policy, &error);
  if (status == TALLY_OK) status = tally_policy_json(policy, &json, &length, &error);
  tally_policy_release(policy);
  if (status != TALLY_OK) {
    cursor->fault = message_of(NULL, error);
    return cursor->fault != NULL;
  }
  cursor->description = copy_of(json, length);
  tally_free(json);
  return cursor->description != NULL;
}

static int next_policy(sqlite3_vtab_cursor* base) {
  PoliciesCursor* const cursor = (PoliciesCursor*)base;
  const Connection* const connection = ((Table*)base->pVtab)->connection;
  struct dirent* entry;
  empty_policy(cursor);
  while ((entry = readdir(cursor->folder)) != NULL) {
    const size_t length = strlen(entry->d_name);
    if (length < 4 || strcmp(entry->d_name + length - 3, ".so") != 0) continue;
    if (!tally_is_policy_name(entry->d_name, length - 3)) continue;
    memcpy(cursor->name, entry->d_name, length - 3);
    cursor->name[length - 3] = '\0';
    ++cursor->row;
    return describe(cursor, connection) ? SQLITE_OK : SQLITE_NOMEM;
  }
  end_policies(cursor);
  return SQLITE_OK;
}

static int filter_policies(sqlite3_vtab_cursor* base, int number, const char* text, int count, sqlite3_value** values) {
  PoliciesCursor* const cursor = (PoliciesCursor*)base;
  const Connection* const connection = ((Table*)base->pVtab)->connection;
  (void)number, (void)text, (void)count, (void)values;
  end_policies(cursor);
  cursor->row = 0;
  cursor->folder = opendir(connection->directory);
  if (cursor->folder == NULL)
    return fail_table(base->pVtab,
                      sqlite3_mprintf("the directory of the policies, which TALLY_POLICIES names, cannot be "
                                      "read"));
  return next_policy(base);
}

static int is_policies_at_end(sqlite3_vtab_cursor* cursor) { return ((PoliciesCursor*)cursor)->folder == NULL; }

static int policies_column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  const PoliciesCursor* const cursor = (PoliciesCursor*)base;
  const char* const texts[] = {cursor->name, cursor->fault, cursor->description};
  if (texts[column] != NULL) sqlite3_result_text(context, texts[column], -1, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

static int policies_row(sqlite3_vtab_cursor* cursor, sqlite3_int64* row) {
  *row = ((PoliciesCursor*)cursor)->row;
  return SQLITE_OK;
}

static const sqlite3_module policies_module = {
    .xConnect = connect_policies,
    .xBestIndex = plan_policies,
    .xDisconnect = disconnect,
    .xOpen = open_policies,
    .xClose = close_policies,
    .xFilter = filter_policies,
    .xNext = next_policy,
    .xEof = is_policies_at_end,
    .xColumn = policies_column,
    .xRowid = policies_row,
};

/* --- loading -------------------------------------------------------------------------------------- */

/* Copies an environment variable, or nothing. Returns 0 if it is too long. */
static int read_variable(const char* name, char* out, size_t size) {
  const char* const value = getenv(name);
  out[0] = '\0';
  if (value == NULL) return 1;
  if (strlen(value) >= size) return 0;
  memcpy(out, value, strlen(value) + 1);
  return 1;
}

static char* configure(Connection* connection) {
  char serial[32], *end;
  if (!read_variable("TALLY_POLICIES", connection->directory, sizeof connection->directory))
    return sqlite3_mprintf("TALLY_POLICIES is too long");
  if (!read_variable("TALLY_KEYS", connection->keys, sizeof connection->keys) || !tally_are_keys(connection->keys))
    return sqlite3_mprintf("TALLY_KEYS has at most %d keys, separated by commas", TALLY_MAX_KEYS);
  if (!read_variable("TALLY_SERIAL", serial, sizeof serial)) return sqlite3_mprintf("TALLY_SERIAL is a number");
  connection->serial = strtoull(serial, &end, 10);
  if (*end != '\0') return sqlite3_mprintf("TALLY_SERIAL is a number");
  return NULL;
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int sqlite3_tally_init(sqlite3 *database, char **message, const sqlite3_api_routines *api) {
  Connection* connection;
  int status;
  SQLITE_EXTENSION_INIT2(api);
  connection = sqlite3_malloc(sizeof *connection);
  if (connection == NULL) return SQLITE_NOMEM;
  memset(connection, 0, sizeof *connection);
  connection->references = 1;
  *message = configure(connection);
  if (*message != NULL) {
    release(connection);
    return SQLITE_ERROR;
  }
  /* Each registration holds a reference, which SQLite gives back, also if it fails. */
  connection->references += 1;
  status =
      sqlite3_create_function_v2(database, "tally_decide", 2, SQLITE_UTF8, connection, decide, NULL, NULL, release);
  if (status == SQLITE_OK) {
    connection->references += 1;
    status = sqlite3_create_module_v2(database, "tally_decision", &decision_module, connection, release);
  }
  if (status == SQLITE_OK) {
    connection->references += 1;
    status = sqlite3_create_module_v2(database, "tally_policies", &policies_module, connection, release);
  }
  release(connection);
  return status;
}
