/* The native part of the application `tally`: policies as Erlang resources.
 *
 * A tally_call is used by one thread at a time, and a process may run on any scheduler. So a
 * policy keeps one call for each thread of the virtual machine that has decided by it. Threads
 * share none of them, and deciding takes no lock.
 *
 * Opening, reloading and binding large documents run on dirty schedulers; deciding
 * takes a microsecond or so and runs on normal ones. Every failure and misuse returns
 * {error, #{status, message, ...}}; nothing raises. */
#include <erl_nif.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define MAX_THREADS 1024
#define MAX_DOCUMENTS 64
#define MAX_ATOM 256         /* bytes of an atom's text, with the zero byte at its end */
#define LARGE_DOCUMENT 16384 /* bytes; larger ones are bound on a dirty scheduler */

typedef struct {
  tally_policy* policy;
  tally_call* calls[MAX_THREADS]; /* by the thread's number, less 1 */
} Policy;

typedef struct {
  tally_document* document;
} Document;

static ErlNifResourceType* policy_type;
static ErlNifResourceType* document_type;
static ErlNifTSDKey thread_key;
static ErlNifMutex* thread_lock;
static uintptr_t thread_count; /* numbers handed out; under thread_lock */

static ERL_NIF_TERM atom_ok, atom_error, atom_true, atom_false, atom_undefined, atom_status, atom_message, atom_pointer,
    atom_json, atom_value, atom_because, atom_rule, atom_carried, atom_rebound, atom_failed, atom_generation;

#define NIF(name) static ERL_NIF_TERM name(ErlNifEnv* env, __attribute__((unused)) int argc, const ERL_NIF_TERM argv[])

/* --- terms ------------------------------------------------------------------------- */

static ERL_NIF_TERM text_term(ErlNifEnv* env, const char* text, size_t length) {
  ERL_NIF_TERM term;
  memcpy(enif_make_new_binary(env, length, &term), text, length);
  return term;
}

static ERL_NIF_TERM string_term(ErlNifEnv* env, const char* text) { return text_term(env, text, strlen(text)); }

static ERL_NIF_TERM map_term(ErlNifEnv* env, const ERL_NIF_TERM* keys, const ERL_NIF_TERM* values, size_t count) {
  ERL_NIF_TERM map;
  enif_make_map_from_arrays(env, (ERL_NIF_TERM*)keys, (ERL_NIF_TERM*)values, count, &map);
  return map;
}

static ERL_NIF_TERM ok_term(ErlNifEnv* env, ERL_NIF_TERM value) { return enif_make_tuple2(env, atom_ok, value); }

static ERL_NIF_TERM fault(ErlNifEnv* env, const char* status, const char* message) {
  const ERL_NIF_TERM keys[] = {atom_status, atom_message};
  const ERL_NIF_TERM values[] = {enif_make_atom(env, status), string_term(env, message)};
  return enif_make_tuple2(env, atom_error, map_term(env, keys, values, 2));
}

static ERL_NIF_TERM misuse(ErlNifEnv* env, const char* message) { return fault(env, "argument", message); }

/* TALLY_ERROR_FILE is `file`. */
static ERL_NIF_TERM status_atom(ErlNifEnv* env, tally_status status) {
  static const char prefix[] = "TALLY_ERROR_";
  char name[32];
  size_t i;
  const char* full = tally_status_name(status);
  if (strncmp(full, prefix, sizeof prefix - 1) == 0) full += sizeof prefix - 1;
  for (i = 0; full[i] != 0 && i + 1 < sizeof name; ++i)
    name[i] = (char)(full[i] >= 'A' && full[i] <= 'Z' ? full[i] - 'A' + 'a' : full[i]);
  name[i] = 0;
  return enif_make_atom(env, name);
}

/* #{status, message, pointer, json}. Frees the error. */
static ERL_NIF_TERM fault_map(ErlNifEnv* env, tally_error* error) {
  const ERL_NIF_TERM keys[] = {atom_status, atom_message, atom_pointer, atom_json};
  ERL_NIF_TERM values[4];
  values[0] = status_atom(env, tally_error_status(error));
  values[1] = string_term(env, tally_error_message(error));
  values[2] = string_term(env, tally_error_pointer(error));
  values[3] = string_term(env, tally_error_json(error));
  tally_error_free(error);
  return map_term(env, keys, values, 4);
}

/* Frees the error. */
static ERL_NIF_TERM fault_of(ErlNifEnv* env, tally_error* error) {
  if (error == NULL) return fault(env, "memory", "no memory");
  return enif_make_tuple2(env, atom_error, fault_map(env, error));
}

/* {ok, Text}, and frees the text. */
static ERL_NIF_TERM give_text(ErlNifEnv* env, tally_status status, char* text, size_t length, tally_error* error) {
  ERL_NIF_TERM term;
  if (status != TALLY_OK) return fault_of(env, error);
  term = text_term(env, text, length);
  tally_free(text);
  return ok_term(env, term);
}

/* {ok, Resource}; the resource is the garbage collector's from then on. */
static ERL_NIF_TERM give_resource(ErlNifEnv* env, void* resource) {
  const ERL_NIF_TERM term = enif_make_resource(env, resource);
  enif_release_resource(resource);
  return ok_term(env, term);
}

/* A name or spelling: a binary, or an atom's text, which is put into `buffer`. */
static int text_of(ErlNifEnv* env, ERL_NIF_TERM term, char* buffer, const char** text, size_t* length) {
  ErlNifBinary binary;
  int size;
  if (enif_inspect_binary(env, term, &binary)) {
    *text = (const char*)binary.data;
    *length = binary.size;
    return 1;
  }
  size = enif_get_atom(env, term, buffer, MAX_ATOM, ERL_NIF_LATIN1);
  if (size <= 0) return 0;
  *text = buffer;
  *length = (size_t)size - 1;
  return 1;
}

/* A text that ends in a zero byte, for paths and names; the caller frees it. */
static char* string_of(ErlNifEnv* env, ERL_NIF_TERM term) {
  ErlNifBinary binary;
  char* out;
  if (!enif_inspect_iolist_as_binary(env, term, &binary) || memchr(binary.data, 0, binary.size) != NULL) return NULL;
  out = malloc(binary.size + 1);
  if (out == NULL) return NULL;
  memcpy(out, binary.data, binary.size);
  out[binary.size] = 0;
  return out;
}

/* --- policies ------------------------------------------------------------------------ */

static ERL_NIF_TERM give_policy(ErlNifEnv* env, tally_status status, tally_policy* opened, tally_error* error) {
  Policy* policy;
  if (status != TALLY_OK) return fault_of(env, error);
  policy = enif_alloc_resource(policy_type, sizeof *policy);
  memset(policy, 0, sizeof *policy);
  policy->policy = opened;
  return give_resource(env, policy);
}

NIF(open_nif) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  char* path = string_of(env, argv[0]);
  if (path == NULL) return misuse(env, "open(Path): a path is expected, a binary or a string");
  status = tally_policy_open(path, &policy, &error);
  free(path);
  return give_policy(env, status, policy, error);
}

NIF(open_text_nif) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  ErlNifBinary rules;
  char* name = string_of(env, argv[0]);
  if (name == NULL || !enif_inspect_iolist_as_binary(env, argv[1], &rules)) {
    free(name);
    return misuse(env, "open_text(Name, Rules): two texts are expected");
  }
  status = tally_policy_open_text(name, (const char*)rules.data, rules.size, &policy, &error);
  free(name);
  return give_policy(env, status, policy, error);
}

static int get_policy(ErlNifEnv* env, ERL_NIF_TERM term, Policy** policy) {
  return enif_get_resource(env, term, policy_type, (void**)policy);
}
static ERL_NIF_TERM no_policy(ErlNifEnv* env) {
  return misuse(env, "the first argument is a policy that tally:open/1 made");
}

static ERL_NIF_TERM changed_version(ErlNifEnv* env, ERL_NIF_TERM term,
                                    tally_status (*change)(tally_policy*, tally_reload*, tally_error**)) {
  const ERL_NIF_TERM keys[] = {atom_generation, atom_carried, atom_rebound, atom_failed};
  ERL_NIF_TERM values[4];
  Policy* policy;
  tally_reload done;
  tally_error* error = NULL;
  if (!get_policy(env, term, &policy)) return no_policy(env);
  if (change(policy->policy, &done, &error) != TALLY_OK) return fault_of(env, error);
  values[0] = enif_make_uint64(env, done.generation);
  values[1] = enif_make_uint64(env, done.carried);
  values[2] = enif_make_uint64(env, done.rebound);
  values[3] = enif_make_uint64(env, done.failed);
  return ok_term(env, map_term(env, keys, values, 4));
}
NIF(reload_nif) { return changed_version(env, argv[0], tally_policy_reload); }
NIF(roll_back_nif) { return changed_version(env, argv[0], tally_policy_roll_back); }

NIF(watch_nif) {
  Policy* policy;
  unsigned interval;
  tally_error* error = NULL;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_get_uint(env, argv[1], &interval)) return misuse(env, "watch(Policy, Milliseconds): a number is expected");
  if (tally_policy_watch(policy->policy, interval, NULL, NULL, &error) != TALLY_OK) return fault_of(env, error);
  return atom_ok;
}

NIF(unwatch_nif) {
  Policy* policy;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  tally_policy_unwatch(policy->policy);
  return atom_ok;
}

NIF(generation_nif) {
  Policy* policy;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  return enif_make_uint64(env, tally_policy_generation(policy->policy));
}

/* {ok, #{status := none | loaded | refused, time => Milliseconds, fault => Fault}}. */
NIF(last_reload_nif) {
  ERL_NIF_TERM map = enif_make_new_map(env);
  Policy* policy;
  int64_t when = 0;
  tally_error *refusal = NULL, *error = NULL;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (tally_policy_last_reload(policy->policy, &when, &refusal, &error) != TALLY_OK) return fault_of(env, error);
  enif_make_map_put(env, map, atom_status,
                    enif_make_atom(env, refusal != NULL ? "refused"
                                        : when != 0     ? "loaded"
                                                        : "none"),
                    &map);
  if (when != 0) enif_make_map_put(env, map, enif_make_atom(env, "time"), enif_make_int64(env, when), &map);
  if (refusal != NULL) enif_make_map_put(env, map, enif_make_atom(env, "fault"), fault_map(env, refusal), &map);
  return ok_term(env, map);
}

/* A number of a map; unchanged if the map has none. Returns 0 if it is not one. */
static int map_number(ErlNifEnv* env, ERL_NIF_TERM map, const char* key, ErlNifUInt64 most, ErlNifUInt64* number) {
  ERL_NIF_TERM value;
  if (!enif_get_map_value(env, map, enif_make_atom(env, key), &value)) return 1;
  return enif_get_uint64(env, value, number) && *number <= most;
}

/* The texts of a list, which the caller frees: `texts[0]` to `texts[*count - 1]`. Returns 0 if there is something else
 * in it, or more. */
static int list_texts(ErlNifEnv* env, ERL_NIF_TERM list, char** texts, size_t most, size_t* count) {
  ERL_NIF_TERM head;
  if (!enif_is_list(env, list)) return 0;
  while (enif_get_list_cell(env, list, &head, &list)) {
    if (*count == most || (texts[*count] = string_of(env, head)) == NULL) return 0;
    ++*count;
  }
  return 1;
}

/* --- the guard --------------------------------------------------------------------------- */

NIF(guard_nif) {
  char* keys[3];
  tally_guard_options options;
  tally_error* error = NULL;
  Policy* policy;
  ERL_NIF_TERM term, result = misuse(env, "guard(Policy, Options): a map with keys, paths of public keys, is expected");
  ErlNifUInt64 serial = 0;
  size_t count = 0, i;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_is_map(env, argv[1])) return result;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.trust_version_in_use = enif_get_map_value(env, argv[1], enif_make_atom(env, "trust_version_in_use"), &term) &&
                                 enif_is_identical(term, atom_true);
  if (map_number(env, argv[1], "serial", UINT64_MAX, &serial) &&
      enif_get_map_value(env, argv[1], enif_make_atom(env, "keys"), &term) &&
      list_texts(env, term, keys, sizeof keys / sizeof keys[0], &count)) {
    options.serial = serial;
    options.keys = (const char* const*)keys;
    options.key_count = count;
    result = tally_policy_guard(policy->policy, &options, &error) == TALLY_OK ? atom_ok : fault_of(env, error);
  }
  for (i = 0; i < count; ++i) free(keys[i]);
  return result;
}

/* {ok, #{admitted, refused, serial, fault => Fault}}. */
NIF(guard_counts_nif) {
  ERL_NIF_TERM map = enif_make_new_map(env);
  tally_guard_counts counts;
  Policy* policy;
  tally_error *last = NULL, *error = NULL;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  counts.size = sizeof counts;
  if (tally_policy_guard_counts(policy->policy, &counts, &last, &error) != TALLY_OK) return fault_of(env, error);
  enif_make_map_put(env, map, enif_make_atom(env, "admitted"), enif_make_uint64(env, counts.admitted), &map);
  enif_make_map_put(env, map, enif_make_atom(env, "refused"), enif_make_uint64(env, counts.refused), &map);
  enif_make_map_put(env, map, enif_make_atom(env, "serial"), enif_make_uint64(env, counts.serial), &map);
  if (last != NULL) enif_make_map_put(env, map, enif_make_atom(env, "fault"), fault_map(env, last), &map);
  return ok_term(env, map);
}

/* --- the log of decisions -------------------------------------------------------------- */

/* Opens a log with options whose texts are already there: `folder`, `name` (may be NULL) and `keep`. */
static ERL_NIF_TERM open_log(ErlNifEnv* env, Policy* policy, ERL_NIF_TERM map, tally_log_options* options) {
  ErlNifUInt64 text_bytes = 0, id_bytes = 0, file_bytes = 0, files = 0, ring_records = 0, wait_ms = 0;
  ERL_NIF_TERM sync;
  tally_error* error = NULL;
  if (!map_number(env, map, "text_bytes", UINT32_MAX, &text_bytes) ||
      !map_number(env, map, "id_bytes", UINT32_MAX, &id_bytes) ||
      !map_number(env, map, "file_bytes", UINT64_MAX, &file_bytes) ||
      !map_number(env, map, "files", UINT32_MAX, &files) ||
      !map_number(env, map, "ring_records", UINT32_MAX, &ring_records) ||
      !map_number(env, map, "wait_ms", UINT32_MAX, &wait_ms))
    return misuse(env, "log_open(Policy, Options): a number of the options is not one");
  options->size = sizeof *options;
  options->text_bytes = (uint32_t)text_bytes;
  options->id_bytes = (uint32_t)id_bytes;
  options->file_bytes = file_bytes;
  options->files = (uint32_t)files;
  options->ring_records = (uint32_t)ring_records;
  options->wait_ms = (uint32_t)wait_ms;
  options->sync =
      enif_get_map_value(env, map, enif_make_atom(env, "sync"), &sync) && enif_is_identical(sync, atom_true);
  if (tally_policy_log_open(policy->policy, options, &error) != TALLY_OK) return fault_of(env, error);
  return atom_ok;
}

NIF(log_open_nif) {
  enum { most_kept = 100 };
  char* keep[most_kept];
  char *folder = NULL, *name = NULL;
  tally_log_options options;
  Policy* policy;
  ERL_NIF_TERM term, list,
      result = misuse(env, "log_open(Policy, Options): a map with a folder, and texts, are expected");
  size_t kept = 0, i;
  int fits = 1;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_is_map(env, argv[1])) return result;
  memset(&options, 0, sizeof options);
  if (enif_get_map_value(env, argv[1], enif_make_atom(env, "folder"), &term)) folder = string_of(env, term);
  if (enif_get_map_value(env, argv[1], enif_make_atom(env, "name"), &term))
    fits = (name = string_of(env, term)) != NULL;
  if (enif_get_map_value(env, argv[1], enif_make_atom(env, "keep"), &list)) {
    fits = list_texts(env, list, keep, most_kept, &kept) && fits;
  }
  if (folder != NULL && fits) {
    options.folder = folder;
    options.name = name;
    options.keep = (const char* const*)keep;
    options.keep_count = kept;
    result = open_log(env, policy, argv[1], &options);
  }
  for (i = 0; i < kept; ++i) free(keep[i]);
  free(name);
  free(folder);
  return result;
}

static ERL_NIF_TERM done_with_log(ErlNifEnv* env, ERL_NIF_TERM term,
                                  tally_status (*run)(tally_policy*, tally_error**)) {
  Policy* policy;
  tally_error* error = NULL;
  if (!get_policy(env, term, &policy)) return no_policy(env);
  if (run(policy->policy, &error) != TALLY_OK) return fault_of(env, error);
  return atom_ok;
}
NIF(log_close_nif) { return done_with_log(env, argv[0], tally_policy_log_close); }
NIF(log_flush_nif) { return done_with_log(env, argv[0], tally_policy_log_flush); }
NIF(log_rotate_nif) { return done_with_log(env, argv[0], tally_policy_log_rotate); }

/* {ok, #{written, dropped, waited, shared, files, bytes, errors, fault => Fault}}. */
NIF(log_counts_nif) {
  ERL_NIF_TERM map = enif_make_new_map(env);
  tally_log_counts counts;
  Policy* policy;
  size_t i;
  tally_error *last = NULL, *error = NULL;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  counts.size = sizeof counts;
  if (tally_policy_log_counts(policy->policy, &counts, &last, &error) != TALLY_OK) return fault_of(env, error);
  const struct {
    const char* key;
    uint64_t number;
  } fields[] = {{"written", counts.written}, {"dropped", counts.dropped}, {"waited", counts.waited},
                {"shared", counts.shared},   {"files", counts.files},     {"bytes", counts.bytes},
                {"errors", counts.errors}};
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i)
    enif_make_map_put(env, map, enif_make_atom(env, fields[i].key), enif_make_uint64(env, fields[i].number), &map);
  if (last != NULL) enif_make_map_put(env, map, enif_make_atom(env, "fault"), fault_map(env, last), &map);
  return ok_term(env, map);
}

NIF(describe_nif) {
  Policy* policy;
  char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  status = tally_policy_json(policy->policy, &text, &length, &error);
  return give_text(env, status, text, length, error);
}

NIF(version_nif) {
  (void)argv;
  return string_term(env, tally_version());
}

/* --- documents ----------------------------------------------------------------------- */

NIF(bind_now) {
  Policy* policy;
  ErlNifBinary json;
  tally_document* bound = NULL;
  tally_error* error = NULL;
  tally_status status;
  Document* document;
  char* place;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  place = string_of(env, argv[1]);
  if (place == NULL || !enif_inspect_iolist_as_binary(env, argv[2], &json)) {
    free(place);
    return misuse(env, "bind(Policy, Place, Json): two texts are expected");
  }
  status = tally_document_bind(policy->policy, place, (const char*)json.data, json.size, &bound, &error);
  free(place);
  if (status != TALLY_OK) return fault_of(env, error);
  document = enif_alloc_resource(document_type, sizeof *document);
  document->document = bound;
  return give_resource(env, document);
}

static ERL_NIF_TERM no_document(ErlNifEnv* env) {
  return misuse(env, "the argument is a document that tally:bind/3 made");
}

typedef ERL_NIF_TERM (*Nif)(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]);

/* Runs `now` here if the text is small, otherwise on a dirty scheduler. */
static ERL_NIF_TERM run_by_size(ErlNifEnv* env, ERL_NIF_TERM text, const char* name, Nif now, int argc,
                                const ERL_NIF_TERM argv[]) {
  ErlNifBinary binary;
  if (!enif_inspect_binary(env, text, &binary) || binary.size > LARGE_DOCUMENT)
    return enif_schedule_nif(env, name, ERL_NIF_DIRTY_JOB_CPU_BOUND, now, argc, argv);
  enif_consume_timeslice(env, 1 + (int)(binary.size / 1024));
  return now(env, argc, argv);
}

NIF(bind_nif) { return run_by_size(env, argv[2], "bind_nif", bind_now, argc, argv); }

NIF(unknown_keys_nif) {
  Document* document;
  if (!enif_get_resource(env, argv[0], document_type, (void**)&document)) return no_document(env);
  return enif_make_uint64(env, tally_document_unknown_keys(document->document));
}

NIF(warnings_nif) {
  Document* document;
  char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  if (!enif_get_resource(env, argv[0], document_type, (void**)&document)) return no_document(env);
  status = tally_document_warnings(document->document, &text, &length, &error);
  return give_text(env, status, text, length, error);
}

/* {ok, #{unknown_keys, warnings}}. */
NIF(request_warnings_nif) {
  const ERL_NIF_TERM keys[] = {enif_make_atom(env, "unknown_keys"), enif_make_atom(env, "warnings")};
  ERL_NIF_TERM values[2];
  Policy* policy;
  ErlNifBinary request;
  char* text = NULL;
  size_t length = 0, unknown = 0;
  tally_error* error = NULL;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_inspect_iolist_as_binary(env, argv[1], &request))
    return misuse(env, "request_warnings(Policy, Request): a JSON text is expected");
  if (tally_request_warnings(policy->policy, (const char*)request.data, request.size, &unknown, &text, &length,
                             &error) != TALLY_OK)
    return fault_of(env, error);
  values[0] = enif_make_uint64(env, unknown);
  values[1] = text_term(env, text, length);
  tally_free(text);
  return ok_term(env, map_term(env, keys, values, 2));
}

/* --- facts and documents of a call -----------------------------------------------------
 * These return whether they succeeded; if not, `failure` is what the function returns. */

static int failed_with(ErlNifEnv* env, tally_error* error, ERL_NIF_TERM* failure) {
  *failure = fault_of(env, error);
  return 0;
}

static int misused(ErlNifEnv* env, const char* message, ERL_NIF_TERM* failure) {
  *failure = misuse(env, message);
  return 0;
}

static tally_status set_text(tally_call* call, tally_input input, tally_kind kind, const char* text, size_t length,
                             tally_error** error) {
  tally_value value = 0;
  tally_status status;
  if (kind != TALLY_KIND_ENUM && kind != TALLY_KIND_FLAG) return tally_call_set_text(call, input, text, length, error);
  status = tally_call_find_value(call, input, text, length, &value, error);
  return status == TALLY_OK ? tally_call_set(call, input, value, error) : status;
}

static int set_fact(ErlNifEnv* env, tally_call* call, ERL_NIF_TERM key, ERL_NIF_TERM value, ERL_NIF_TERM* failure) {
  const int is_true = enif_is_identical(value, atom_true), is_false = enif_is_identical(value, atom_false);
  char buffer[MAX_ATOM];
  const char* text;
  size_t length;
  ErlNifUInt64 number;
  tally_error* error = NULL;
  tally_status status;
  tally_input input;
  tally_kind kind;
  if (!text_of(env, key, buffer, &text, &length))
    return misused(env, "facts have inputs' names as keys, binaries or atoms", failure);
  if (tally_call_find_input(call, text, length, &input, &kind, &error) != TALLY_OK)
    return failed_with(env, error, failure);
  if (kind == TALLY_KIND_UNSET) return 1; /* an input of an earlier version: this one does not ask */
  if (enif_is_identical(value, atom_undefined) || (kind == TALLY_KIND_OBJECT && is_false))
    status = tally_call_unset(call, input, &error);
  else if (kind == TALLY_KIND_OBJECT && is_true)
    status = tally_call_set_present(call, input, &error);
  else if (enif_get_uint64(env, value, &number))
    status = tally_call_set_number(call, input, number, &error);
  else if (text_of(env, value, buffer, &text, &length))
    status = set_text(call, input, kind, text, length, &error);
  else
    return misused(env, "a fact is a binary, an atom, true, false, a whole number from 0 on, or undefined", failure);
  return status == TALLY_OK ? 1 : failed_with(env, error, failure);
}

static int set_facts(ErlNifEnv* env, tally_call* call, ERL_NIF_TERM facts, ERL_NIF_TERM* failure) {
  ErlNifMapIterator at;
  ERL_NIF_TERM key, value;
  int fine = 1;
  if (!enif_map_iterator_create(env, facts, &at, ERL_NIF_MAP_ITERATOR_FIRST))
    return misused(env, "facts are a map", failure);
  while (fine && enif_map_iterator_get_pair(env, &at, &key, &value)) {
    fine = set_fact(env, call, key, value, failure);
    enif_map_iterator_next(env, &at);
  }
  enif_map_iterator_destroy(env, &at);
  return fine;
}

static int attach(ErlNifEnv* env, tally_call* call, ERL_NIF_TERM documents, ERL_NIF_TERM* failure) {
  ERL_NIF_TERM head;
  size_t count = 0;
  for (; enif_get_list_cell(env, documents, &head, &documents); ++count) {
    Document* document;
    tally_error* error = NULL;
    if (count == MAX_DOCUMENTS || !enif_get_resource(env, head, document_type, (void**)&document))
      return misused(env, "documents are a list of at most 64 that tally:bind/3 made", failure);
    if (tally_call_attach(call, document->document, &error) != TALLY_OK) return failed_with(env, error, failure);
  }
  return enif_is_empty_list(env, documents) ? 1 : misused(env, "documents are a list", failure);
}

/* --- answers ------------------------------------------------------------------------------ */

static ERL_NIF_TERM value_term(ErlNifEnv* env, const tally_item* item) {
  const tally_item *at = item + 1, *end = at + item->inside;
  ERL_NIF_TERM map;
  switch (item->result.kind) {
    case TALLY_KIND_UNSET: return atom_undefined;
    case TALLY_KIND_FLAG: return item->result.value == TALLY_ON ? atom_true : atom_false;
    case TALLY_KIND_NUMBER: return enif_make_uint64(env, item->result.number);
    case TALLY_KIND_ENUM:
    case TALLY_KIND_TEXT: return text_term(env, item->result.text, item->result.length);
    case TALLY_KIND_OBJECT: break;
  }
  map = enif_make_new_map(env);
  for (; at < end; at += 1 + at->inside)
    enif_make_map_put(env, map, text_term(env, at->key, at->key_length), value_term(env, at), &map);
  return map;
}

/* #{value, because, rule}. */
static int because_term(ErlNifEnv* env, tally_call* call, const tally_item* item, ERL_NIF_TERM* term,
                        ERL_NIF_TERM* failure) {
  const ERL_NIF_TERM keys[] = {atom_value, atom_because, atom_rule};
  ERL_NIF_TERM values[3];
  const char* text;
  size_t length;
  tally_error* error = NULL;
  if (tally_call_reason(call, item->decision, &text, &length, &error) != TALLY_OK)
    return failed_with(env, error, failure);
  values[0] = value_term(env, item);
  values[1] = length > 0 ? text_term(env, text, length) : atom_undefined;
  values[2] = enif_make_uint(env, item->result.rule);
  *term = map_term(env, keys, values, 3);
  return 1;
}

/* --- deciding -------------------------------------------------------------------------------- */

/* The number of this thread, from 1. */
static uintptr_t thread_number(void) {
  uintptr_t number = (uintptr_t)enif_tsd_get(thread_key);
  if (number != 0) return number;
  enif_mutex_lock(thread_lock);
  number = ++thread_count;
  enif_mutex_unlock(thread_lock);
  enif_tsd_set(thread_key, (void*)number);
  return number;
}

/* The call of this thread; NULL and an error. A thread beyond those that keep one gets a call
 * of its own, `owned`, which the caller frees. */
static tally_call* call_of(Policy* policy, int* owned, tally_error** error) {
  const uintptr_t number = thread_number();
  tally_call* call = NULL;
  *owned = number > MAX_THREADS;
  if (!*owned && policy->calls[number - 1] != NULL) return policy->calls[number - 1];
  if (tally_call_new(policy->policy, &call, error) == TALLY_OK && !*owned) policy->calls[number - 1] = call;
  return call;
}

static ERL_NIF_TERM decide_once(ErlNifEnv* env, tally_call* call, const ERL_NIF_TERM argv[], int* failed) {
  const int because = enif_is_identical(argv[3], atom_true);
  ERL_NIF_TERM answer, value, failure;
  ErlNifBinary id;
  const tally_item *at, *end;
  size_t count;
  tally_error* error = NULL;
  *failed = 1;
  if (tally_call_clear(call, &error) != TALLY_OK) return fault_of(env, error);
  if (!set_facts(env, call, argv[1], &failure) || !attach(env, call, argv[2], &failure)) return failure;
  if (!enif_inspect_iolist_as_binary(env, argv[4], &id)) return misuse(env, "an id is a binary or a string");
  if (tally_call_set_id(call, (const char*)id.data, id.size, &error) != TALLY_OK) return fault_of(env, error);
  if (tally_call_decide(call, &error) != TALLY_OK || tally_call_items(call, &at, &count, &error) != TALLY_OK)
    return fault_of(env, error);
  answer = enif_make_new_map(env);
  for (end = at + count; at < end; at += 1 + at->inside) {
    if (!because)
      value = value_term(env, at);
    else if (!because_term(env, call, at, &value, &failure))
      return failure;
    enif_make_map_put(env, answer, text_term(env, at->key, at->key_length), value, &answer);
  }
  *failed = 0;
  return ok_term(env, answer);
}

NIF(decide_nif) {
  Policy* policy;
  tally_call* call;
  int owned, failed, attempts = 0;
  uint64_t before;
  tally_error* error = NULL;
  ERL_NIF_TERM result;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  call = call_of(policy, &owned, &error);
  if (call == NULL) return fault_of(env, error);
  /* The kinds of the facts are those of one version. If another one takes over between two
   * facts, and a fact fails in it, all of them are set again. */
  do {
    before = tally_policy_generation(policy->policy);
    result = decide_once(env, call, argv, &failed);
  } while (failed && ++attempts < 3 && tally_policy_generation(policy->policy) != before);
  if (owned) tally_call_free(call);
  /* A decision takes longer than the one reduction that a call of native code counts:
   * without this, a process in a loop would hold its scheduler for milliseconds. */
  enif_consume_timeslice(env, 1);
  return result;
}

NIF(decide_json_now) {
  const int because = enif_is_identical(argv[2], atom_true);
  Policy* policy;
  ErlNifBinary request;
  char* answer = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_inspect_iolist_as_binary(env, argv[1], &request))
    return misuse(env, "decide_json(Policy, Request): a JSON text is expected");
  status =
      tally_decide_json(policy->policy, (const char*)request.data, request.size, because, &answer, &length, &error);
  return give_text(env, status, answer, length, error);
}

NIF(decide_json_nif) { return run_by_size(env, argv[1], "decide_json_nif", decide_json_now, argc, argv); }

/* --- loading ---------------------------------------------------------------------------------- */

static void drop_policy(ErlNifEnv* env, void* resource) {
  Policy* policy = resource;
  size_t i;
  (void)env;
  for (i = 0; i < MAX_THREADS; ++i) tally_call_free(policy->calls[i]);
  tally_policy_release(policy->policy);
}

static void drop_document(ErlNifEnv* env, void* resource) {
  (void)env;
  tally_document_release(((Document*)resource)->document);
}

static void make_atoms(ErlNifEnv* env) {
  const struct {
    ERL_NIF_TERM* atom;
    const char* text;
  } atoms[] = {{&atom_ok, "ok"},
               {&atom_error, "error"},
               {&atom_true, "true"},
               {&atom_false, "false"},
               {&atom_undefined, "undefined"},
               {&atom_status, "status"},
               {&atom_message, "message"},
               {&atom_pointer, "pointer"},
               {&atom_json, "json"},
               {&atom_value, "value"},
               {&atom_because, "because"},
               {&atom_rule, "rule"},
               {&atom_carried, "carried"},
               {&atom_rebound, "rebound"},
               {&atom_failed, "failed"},
               {&atom_generation, "generation"}};
  size_t i;
  for (i = 0; i < sizeof atoms / sizeof atoms[0]; ++i) *atoms[i].atom = enif_make_atom(env, atoms[i].text);
}

static int load(ErlNifEnv* env, void** data, ERL_NIF_TERM info) {
  (void)data, (void)info;
  policy_type = enif_open_resource_type(env, NULL, "tally_policy", drop_policy, ERL_NIF_RT_CREATE, NULL);
  document_type = enif_open_resource_type(env, NULL, "tally_document", drop_document, ERL_NIF_RT_CREATE, NULL);
  thread_lock = enif_mutex_create("tally_threads");
  if (policy_type == NULL || document_type == NULL || thread_lock == NULL) return 1;
  if (enif_tsd_key_create("tally_thread", &thread_key) != 0) return 1;
  make_atoms(env);
  return 0;
}

static ErlNifFunc functions[] = {{"open", 1, open_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"open_text", 2, open_text_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"reload", 1, reload_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"watch", 2, watch_nif, 0},
                                 {"unwatch", 1, unwatch_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"generation", 1, generation_nif, 0},
                                 {"describe", 1, describe_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"last_reload", 1, last_reload_nif, 0},
                                 {"roll_back", 1, roll_back_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"guard", 2, guard_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"guard_counts", 1, guard_counts_nif, 0},
                                 {"log_open", 2, log_open_nif, ERL_NIF_DIRTY_JOB_IO_BOUND},
                                 {"log_close", 1, log_close_nif, ERL_NIF_DIRTY_JOB_IO_BOUND},
                                 {"log_flush", 1, log_flush_nif, ERL_NIF_DIRTY_JOB_IO_BOUND},
                                 {"log_rotate", 1, log_rotate_nif, ERL_NIF_DIRTY_JOB_IO_BOUND},
                                 {"log_counts", 1, log_counts_nif, 0},
                                 {"bind_nif", 3, bind_nif, 0},
                                 {"unknown_keys", 1, unknown_keys_nif, 0},
                                 {"warnings", 1, warnings_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"request_warnings", 2, request_warnings_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"decide_nif", 5, decide_nif, 0},
                                 {"decide_json_nif", 3, decide_json_nif, 0},
                                 {"version", 0, version_nif, 0}};

ERL_NIF_INIT(tally, functions, load, NULL, NULL, NULL)
