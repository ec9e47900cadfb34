#include "policies.h"

#include <limits.h>

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* A backend has at most so many policies open. The one that was not used for longest makes room. */
#define MAX_OPEN 64

typedef struct Entry {
  OpenPolicy open;
  char name[TALLY_MAX_NAME + 1];
  char path[MAXPGPATH];
  tally_file_state file; /* when it was last loaded */
  TimestampTz looked_at; /* the begin of the statement that last looked at it */
  uint64 used;           /* grows with each use */
  /* The decision that was named last, in a version. */
  char decision_name[TALLY_MAX_NAME + 1];
  tally_decision decision;
  uint64 decision_generation;
} Entry;

static Entry* entries[MAX_OPEN];
static int entry_count = 0;
static uint64 uses = 0;
static bool settings_changed = false;

static char* directory_setting = NULL;
static char* keys_setting = NULL;
static int serial_setting = 0;

/* --- settings --------------------------------------------------------------------------- */

static bool check_directory(char** value, void** extra, GucSource source) {
  if (*value == NULL || **value == '\0') return true;
  if (is_absolute_path(*value) && strlen(*value) < MAXPGPATH - TALLY_MAX_NAME - 16) return true;
  GUC_check_errdetail("The directory of the policies is an absolute path.");
  return false;
}

static bool check_keys(char** value, void** extra, GucSource source) {
  if (*value == NULL || tally_are_keys(*value)) return true;
  GUC_check_errdetail("There are at most %d keys, separated by commas.", TALLY_MAX_KEYS);
  return false;
}

static void assign_text(const char* value, void* extra) { settings_changed = true; }
static void assign_number(int value, void* extra) { settings_changed = true; }

void tally_define_settings(void) {
  DefineCustomStringVariable("tally.policies", "The directory of the policies: NAME.so is the policy NAME.",
                             "What stands there runs as the server: nobody else may write to it.", &directory_setting,
                             "", PGC_SUSET, GUC_SUPERUSER_ONLY, check_directory, assign_text, NULL);
  DefineCustomStringVariable("tally.keys",
                             "The public keys of the guard, separated by commas: files, or 64 digits each.",
                             "If there are any, a policy is used only if it is signed by one of them.", &keys_setting,
                             "", PGC_SUSET, GUC_SUPERUSER_ONLY, check_keys, assign_text, NULL);
  DefineCustomIntVariable("tally.serial", "Signatures with a smaller serial number are refused.", NULL, &serial_setting,
                          0, 0, INT_MAX, PGC_SUSET, 0, NULL, assign_number, NULL);
  MarkGUCPrefixReserved("tally");
}

const char* tally_policy_directory(void) {
  if (directory_setting == NULL || *directory_setting == '\0')
    ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR), errmsg("tally.policies is not set"),
                    errhint("A superuser sets it to the directory of the policies: "
                            "ALTER SYSTEM SET tally.policies = '/etc/tally/policies'.")));
  return directory_setting;
}

/* --- errors ----------------------------------------------------------------------------- */

const char* tally_message_of(tally_error* error) {
  static char text[8192];
  /* Copied without an allocation, which may raise an error before this one is freed. */
  const char* const message = tally_error_message(error);
  const char* const pointer = tally_error_pointer(error);
  snprintf(text, sizeof text, "%s%s%s", pointer, *pointer == '\0' ? "" : ": ", message);
  tally_error_free(error);
  /* What was cut in the middle of a character ends before it. */
  text[pg_encoding_mbcliplen(PG_UTF8, text, strlen(text), sizeof text - 1)] = '\0';
  return pg_any_to_server(text, strlen(text), PG_UTF8);
}

static int sqlstate_of(tally_status status) {
  switch (status) {
    case TALLY_ERROR_MEMORY: return ERRCODE_OUT_OF_MEMORY;
    case TALLY_ERROR_FILE: return ERRCODE_UNDEFINED_FILE;
    case TALLY_ERROR_POLICY:
    case TALLY_ERROR_RULES:
    case TALLY_ERROR_UNSUPPORTED: return ERRCODE_CONFIG_FILE_ERROR;
    case TALLY_ERROR_REFUSED: return ERRCODE_INSUFFICIENT_PRIVILEGE;
    case TALLY_ERROR_UNKNOWN: return ERRCODE_UNDEFINED_OBJECT;
    case TALLY_ERROR_DOCUMENT:
    case TALLY_ERROR_MISSING:
    case TALLY_ERROR_TYPE:
    case TALLY_ERROR_VALUE: return ERRCODE_INVALID_PARAMETER_VALUE;
    case TALLY_ERROR_SYSTEM: return ERRCODE_SYSTEM_ERROR;
    case TALLY_OK:
    case TALLY_ERROR_ARGUMENT:
    case TALLY_ERROR_UNDECIDED:
    case TALLY_ERROR_INTERNAL: return ERRCODE_INTERNAL_ERROR;
  }
  return ERRCODE_INTERNAL_ERROR;
}

void tally_raise(const char* what, tally_error* error) {
  const int state = sqlstate_of(tally_error_status(error));
  const char* const message = tally_message_of(error);
  ereport(ERROR, (errcode(state), errmsg("%s: %s", what, message)));
}

tally_status tally_open_for_a_moment(const char* path, tally_policy** policy, tally_error** error) {
  return tally_open_guarded(path, keys_setting, (uint64_t)serial_setting, policy, error);
}

/* --- the policies that are open ----------------------------------------------------------- */

static void drop(int at) {
  Entry* const entry = entries[at];
  entries[at] = entries[--entry_count];
  tally_call_free(entry->open.call);
  tally_policy_release(entry->open.policy);
  pfree(entry);
}

static int find(const char* name, size_t length) {
  for (int i = 0; i < entry_count; ++i) {
    if (memcmp(entries[i]->name, name, length) == 0 && entries[i]->name[length] == '\0') return i;
  }
  return -1;
}

static void no_policy(const char* name) pg_attribute_noreturn();
static void no_policy(const char* name) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no policy \"%s\"", name),
                  errhint("tally_policies() lists the policies.")));
}

static void make_room(void) {
  int oldest = 0;
  if (entry_count < MAX_OPEN) return;
  for (int i = 1; i < entry_count; ++i) {
    if (entries[i]->used < entries[oldest]->used) oldest = i;
  }
  drop(oldest);
}

/* What the library calls is written into the entry only at its end, so an error leaves nothing open. */
static Entry* open_entry(const char* name, size_t length) {
  const char* const directory = tally_policy_directory();
  char what[TALLY_MAX_NAME + 32];
  tally_error* error = NULL;
  Entry* entry;
  make_room();
  entry = MemoryContextAllocZero(TopMemoryContext, sizeof *entry);
  memcpy(entry->name, name, length);
  snprintf(entry->path, sizeof entry->path, "%s/%s.so", directory, entry->name);
  snprintf(what, sizeof what, "the policy \"%s\"", entry->name);
  /* Before it is read: a file that is replaced meanwhile is read again. */
  if (!tally_read_file_state(entry->path, &entry->file)) {
    pfree(entry);
    no_policy(pnstrdup(name, length));
  }
  if (tally_open_for_a_moment(entry->path, &entry->open.policy, &error) != TALLY_OK ||
      tally_call_new(entry->open.policy, &entry->open.call, &error) != TALLY_OK) {
    tally_policy_release(entry->open.policy);
    pfree(entry);
    tally_raise(what, error);
  }
  entry->looked_at = GetCurrentStatementStartTimestamp();
  entries[entry_count++] = entry;
  return entry;
}

/* Loads the file again if it is another one. If the new one is refused, the one before stays in use. */
static void look_at_file(int at) {
  Entry* const entry = entries[at];
  char name[TALLY_MAX_NAME + 1];
  tally_file_state file;
  tally_error* error = NULL;
  strlcpy(name, entry->name, sizeof name);
  if (!tally_read_file_state(entry->path, &file)) {
    drop(at);
    no_policy(name);
  }
  entry->looked_at = GetCurrentStatementStartTimestamp();
  if (tally_is_same_state(&file, &entry->file)) return;
  entry->file = file;
  if (tally_policy_reload(entry->open.policy, NULL, &error) != TALLY_OK) {
    const char* const message = tally_message_of(error);
    ereport(WARNING, (errmsg("the policy \"%s\" was replaced, but its new file is refused: %s", name, message),
                      errdetail("The version before stays in use in this session.")));
  }
}

OpenPolicy* tally_open_policy(const char* name, size_t length) {
  Entry* entry;
  int at;
  if (!tally_is_policy_name(name, length))
    ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("this is not the name of a policy"),
                    errdetail("A name has at most %d letters, digits, \"_\", \"-\" and \".\". It is not a path.",
                              TALLY_MAX_NAME)));
  if (settings_changed) {
    while (entry_count > 0) drop(entry_count - 1);
    settings_changed = false;
  }
  at = find(name, length);
  if (at < 0) {
    entry = open_entry(name, length);
  } else {
    entry = entries[at];
    if (entry->looked_at != GetCurrentStatementStartTimestamp()) look_at_file(at);
  }
  entry->used = ++uses;
  return &entry->open;
}

tally_decision tally_decision_named(OpenPolicy* open, const char* name, size_t length) {
  Entry* const entry = (Entry*)open;
  const uint64 generation = tally_policy_generation(open->policy);
  char copy[1024];
  tally_error* error = NULL;
  if (generation == entry->decision_generation && length <= TALLY_MAX_NAME &&
      memcmp(entry->decision_name, name, length) == 0 && entry->decision_name[length] == '\0')
    return entry->decision;
  if (length >= sizeof copy)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("the name of a decision is shorter")));
  memcpy(copy, name, length);
  copy[length] = '\0';
  entry->decision_generation = 0;
  if (tally_policy_decision(open->policy, copy, &entry->decision, &error) != TALLY_OK) {
    char what[TALLY_MAX_NAME + 32];
    snprintf(what, sizeof what, "the policy \"%s\"", entry->name);
    tally_raise(what, error);
  }
  if (length <= TALLY_MAX_NAME) {
    memcpy(entry->decision_name, copy, length + 1);
    entry->decision_generation = generation;
  }
  return entry->decision;
}
