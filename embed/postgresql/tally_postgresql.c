/* The PostgreSQL extension `tally`: the functions of tally--0.1.sql.
 *
 * Always: no memory of the library outlives an error, since a result belongs to the call, which is kept, or is freed
 * before PostgreSQL allocates. A request at fault is a value; only a policy that cannot be used is an error. */
#include "postgres.h"

#include <tally.h>

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "policies.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_MODULE_MAGIC;

/* A request of which a call does not keep the memory. */
#define LARGE_REQUEST (1 << 20)

void _PG_init(void);
void _PG_init(void) { tally_define_settings(); }

/* --- texts ------------------------------------------------------------------------------ */

/* A text of the database in UTF-8. It is not copied if it is that already. */
typedef struct Utf8 {
  const char* bytes;
  size_t length;
} Utf8;

static Utf8 utf8_of(text* value) {
  Utf8 out = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
  if (GetDatabaseEncoding() != PG_UTF8) {
    char* const converted = pg_server_to_any(out.bytes, (int)out.length, PG_UTF8);
    if (converted != out.bytes) {
      out.bytes = converted;
      out.length = strlen(converted);
    }
  }
  return out;
}

/* A text of the library as one of the database. */
static text* text_of(const char* utf8, size_t length) {
  char* converted;
  if (memchr(utf8, 0, length) != NULL)
    ereport(ERROR, (errcode(ERRCODE_UNTRANSLATABLE_CHARACTER), errmsg("the text of a result has a zero byte"),
                    errdetail("\\u0000 cannot be converted to text. tally_decide() shows the result as JSON.")));
  if (GetDatabaseEncoding() == PG_UTF8) return cstring_to_text_with_len(utf8, (int)length);
  converted = pg_any_to_server(utf8, (int)length, PG_UTF8);
  return converted == utf8 ? cstring_to_text_with_len(utf8, (int)length) : cstring_to_text(converted);
}

/* {"error": ...} with everything that is known about it. The error is freed. */
static text* error_json(tally_error* error) {
  const char* const json = tally_error_json(error);
  const size_t length = strlen(json);
  char* const copy = palloc_extended(length + 16, MCXT_ALLOC_NO_OOM);
  if (copy != NULL) snprintf(copy, length + 16, "{\"error\":%s}", json);
  tally_error_free(error);
  if (copy == NULL) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  return text_of(copy, strlen(copy));
}

/* --- deciding --------------------------------------------------------------------------- */

static bool is_of_the_request(tally_status status) {
  return status == TALLY_ERROR_DOCUMENT || status == TALLY_ERROR_MISSING;
}

/* Gives back the memory of a large request. */
static void end_request(OpenPolicy* open, size_t length) {
  if (length > LARGE_REQUEST) (void)tally_call_clear(open->call, NULL);
}

PG_FUNCTION_INFO_V1(tally_decide);
Datum tally_decide(PG_FUNCTION_ARGS) {
  text* const name = PG_GETARG_TEXT_PP(0);
  text* const given = PG_GETARG_TEXT_PP(1);
  const Utf8 request = utf8_of(given);
  OpenPolicy* const open = tally_open_policy(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
  tally_error* error = NULL;
  const char* answer = NULL;
  size_t length = 0;
  tally_status status;
  text* out;
  CHECK_FOR_INTERRUPTS();
  status = tally_call_bind(open->call, request.bytes, request.length, &error);
  if (status == TALLY_OK) status = tally_call_decide(open->call, &error);
  if (status == TALLY_OK) status = tally_call_answer(open->call, 0, &answer, &length, &error);
  if (status != TALLY_OK && !is_of_the_request(status)) tally_raise("tally_decide", error);
  out = status == TALLY_OK ? text_of(answer, length) : error_json(error);
  end_request(open, request.length);
  PG_FREE_IF_COPY(given, 1);
  PG_RETURN_TEXT_P(out);
}

/* The columns of a row of tally_decision. */
enum { VALUE, RULE, BECAUSE, FAULT, COLUMNS };

/* The value of a decision as text: a scalar itself, an object as JSON; NULL if it is unset. */
static tally_status value_of(OpenPolicy* open, tally_decision decision, Datum* value, bool* is_null,
                             tally_error** error) {
  tally_result result;
  const char* text = NULL;
  size_t length = 0;
  tally_status status = tally_call_result(open->call, decision, &result, error);
  if (status != TALLY_OK) return status;
  *is_null = result.kind == TALLY_KIND_UNSET;
  switch (result.kind) {
    case TALLY_KIND_UNSET: break;
    case TALLY_KIND_FLAG: *value = PointerGetDatum(cstring_to_text(result.value == TALLY_ON ? "true" : "false")); break;
    case TALLY_KIND_ENUM:
    case TALLY_KIND_TEXT: *value = PointerGetDatum(text_of(result.text, result.length)); break;
    case TALLY_KIND_NUMBER: *value = PointerGetDatum(cstring_to_text(psprintf(UINT64_FORMAT, result.number))); break;
    case TALLY_KIND_OBJECT:
      status = tally_call_json(open->call, decision, &text, &length, error);
      if (status == TALLY_OK) *value = PointerGetDatum(text_of(text, length));
      break;
  }
  return status;
}

static tally_status decide_one(OpenPolicy* open, tally_decision decision, Utf8 request, Datum values[COLUMNS],
                               bool nulls[COLUMNS], tally_error** error) {
  const char* reason = NULL;
  size_t length = 0;
  tally_status status = tally_call_bind(open->call, request.bytes, request.length, error);
  if (status == TALLY_OK) status = tally_call_decide_some(open->call, &decision, 1, error);
  if (status == TALLY_OK) status = value_of(open, decision, &values[VALUE], &nulls[VALUE], error);
  if (status == TALLY_OK) status = tally_call_reason(open->call, decision, &reason, &length, error);
  if (status != TALLY_OK) return status;
  values[RULE] = Int32GetDatum((int32)tally_call_rule(open->call, decision));
  nulls[RULE] = false;
  if (length > 0) {
    values[BECAUSE] = PointerGetDatum(text_of(reason, length));
    nulls[BECAUSE] = false;
  }
  return TALLY_OK;
}

/* The description of the rows, which lives as long as the call of the function in its query. */
static TupleDesc described_rows(FunctionCallInfo fcinfo) {
  if (fcinfo->flinfo->fn_extra == NULL) {
    TupleDesc rows;
    MemoryContext before;
    if (get_call_result_type(fcinfo, NULL, &rows) != TYPEFUNC_COMPOSITE)
      ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("tally_decision returns rows")));
    before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
    fcinfo->flinfo->fn_extra = BlessTupleDesc(CreateTupleDescCopy(rows));
    MemoryContextSwitchTo(before);
  }
  return fcinfo->flinfo->fn_extra;
}

PG_FUNCTION_INFO_V1(tally_decision_row);
Datum tally_decision_row(PG_FUNCTION_ARGS) {
  text* const name = PG_GETARG_TEXT_PP(0);
  const Utf8 decision_name = utf8_of(PG_GETARG_TEXT_PP(1));
  text* const given = PG_GETARG_TEXT_PP(2);
  const Utf8 request = utf8_of(given);
  const TupleDesc rows = described_rows(fcinfo);
  OpenPolicy* const open = tally_open_policy(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
  const tally_decision decision = tally_decision_named(open, decision_name.bytes, decision_name.length);
  Datum values[COLUMNS] = {0};
  bool nulls[COLUMNS] = {true, true, true, true};
  tally_error* error = NULL;
  tally_status status;
  CHECK_FOR_INTERRUPTS();
  status = decide_one(open, decision, request, values, nulls, &error);
  if (status != TALLY_OK) {
    if (!is_of_the_request(status)) tally_raise("tally_decision", error);
    memset(nulls, true, sizeof nulls);
    values[FAULT] = PointerGetDatum(cstring_to_text(tally_message_of(error)));
    nulls[FAULT] = false;
  }
  end_request(open, request.length);
  PG_FREE_IF_COPY(given, 2);
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(rows, values, nulls)));
}

/* --- which policies there are -------------------------------------------------------------- */

/* Fills the columns for one file: its description, or why it is not a policy. */
static void describe(const char* path, Datum values[3], bool nulls[3]) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  char* json = NULL;
  size_t length = 0;
  tally_status status = tally_open_for_a_moment(path, &policy, &error);
  if (status == TALLY_OK) status = tally_policy_json(policy, &json, &length, &error);
  tally_policy_release(policy);
  if (status != TALLY_OK) {
    values[1] = PointerGetDatum(cstring_to_text(tally_message_of(error)));
    nulls[1] = false;
    return;
  }
  PG_TRY();
  {
    values[2] = PointerGetDatum(text_of(json, length));
    nulls[2] = false;
  }
  PG_FINALLY();
  { tally_free(json); }
  PG_END_TRY();
}

PG_FUNCTION_INFO_V1(tally_policies);
Datum tally_policies(PG_FUNCTION_ARGS) {
  ReturnSetInfo* const result = (ReturnSetInfo*)fcinfo->resultinfo;
  const char* const directory = tally_policy_directory();
  struct dirent* entry;
  DIR* folder;
  InitMaterializedSRF(fcinfo, 0);
  folder = AllocateDir(directory);
  while ((entry = ReadDir(folder, directory)) != NULL) {
    const size_t length = strlen(entry->d_name);
    Datum values[3] = {0};
    bool nulls[3] = {false, true, true};
    char path[MAXPGPATH];
    CHECK_FOR_INTERRUPTS();
    if (length < 4 || strcmp(entry->d_name + length - 3, ".so") != 0) continue;
    if (!tally_is_policy_name(entry->d_name, length - 3)) continue;
    values[0] = PointerGetDatum(cstring_to_text_with_len(entry->d_name, (int)length - 3));
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    describe(path, values, nulls);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
  FreeDir(folder);
  return (Datum)0;
}
