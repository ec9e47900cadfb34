/* The native part of the application `tally`: policies as Erlang resources.
 *
 * A thin layer over tally.h. A tally_call is used by one thread at a time, and a
 * process may run on any scheduler, so a policy keeps one call for each thread of
 * the virtual machine that has decided by it (`Slot`), with what that thread has
 * looked up by name. Nothing is shared between slots, so nothing locks.
 *
 * Opening, reloading and binding large documents run on dirty schedulers; deciding
 * takes a microsecond or so and runs on normal ones. Every failure and misuse is
 * {error, #{status, message, ...}}; nothing raises. */
#include <erl_nif.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define MAX_THREADS 1024
#define MAX_DOCUMENTS 64
#define MAX_DEPTH 64
#define MAX_NAME 512         /* of an input, with its indices */
#define LARGE_DOCUMENT 16384 /* bytes that are bound on a dirty scheduler */
#define CACHE_SIZE 1024      /* names and spellings that a slot knows; a power of two */

typedef struct {
  uint32_t input;  /* 0: a name; else a spelling of this input's values */
  uint32_t length; /* of the text; `handle` 0: the entry is free */
  uint32_t handle;
  char* text;
} Known;

typedef struct {
  tally_call* call;
  uint64_t generation; /* that the decisions are of */
  tally_decision* decisions;
  size_t decision_count;
  size_t known_count;
  Known known[CACHE_SIZE];
} Slot;

typedef struct {
  tally_policy* policy;
  Slot* slots[MAX_THREADS];
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

/* --- terms ------------------------------------------------------------------------- */

static ERL_NIF_TERM text_term(ErlNifEnv* env, const char* text, size_t length) {
  ERL_NIF_TERM term;
  unsigned char* bytes = enif_make_new_binary(env, length, &term);
  memcpy(bytes, text, length);
  return term;
}

static ERL_NIF_TERM fault(ErlNifEnv* env, const char* status, const char* message) {
  const ERL_NIF_TERM keys[] = {atom_status, atom_message};
  const ERL_NIF_TERM values[] = {enif_make_atom(env, status), text_term(env, message, strlen(message))};
  ERL_NIF_TERM map;
  enif_make_map_from_arrays(env, (ERL_NIF_TERM*)keys, (ERL_NIF_TERM*)values, 2, &map);
  return enif_make_tuple2(env, atom_error, map);
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

/* Frees the error. */
static ERL_NIF_TERM fault_of(ErlNifEnv* env, tally_error* error) {
  ERL_NIF_TERM keys[4], values[4], map;
  const char *pointer = tally_error_pointer(error), *json = tally_error_json(error);
  const char* message = tally_error_message(error);
  if (error == NULL) return fault(env, "memory", "no memory");
  keys[0] = atom_status, values[0] = status_atom(env, tally_error_status(error));
  keys[1] = atom_message, values[1] = text_term(env, message, strlen(message));
  keys[2] = atom_pointer, values[2] = text_term(env, pointer, strlen(pointer));
  keys[3] = atom_json, values[3] = text_term(env, json, strlen(json));
  enif_make_map_from_arrays(env, keys, values, 4, &map);
  tally_error_free(error);
  return enif_make_tuple2(env, atom_error, map);
}

/* A name or spelling: a binary, or an atom's text in `buffer`. */
static int text_of(ErlNifEnv* env, ERL_NIF_TERM term, char* buffer, const char** text, size_t* length) {
  ErlNifBinary binary;
  int size;
  if (enif_inspect_binary(env, term, &binary)) {
    *text = (const char*)binary.data;
    *length = binary.size;
    return 1;
  }
  size = enif_get_atom(env, term, buffer, MAX_NAME, ERL_NIF_LATIN1);
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

/* --- JSON to terms: of texts that tally.h made, so well formed; only depth is checked -- */

static unsigned hexadecimal(const char* digits) {
  char text[5] = {digits[0], digits[1], digits[2], digits[3], 0};
  return (unsigned)strtoul(text, NULL, 16);
}

static size_t put_character(unsigned char* out, unsigned code) {
  if (code < 0x80) {
    out[0] = (unsigned char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (unsigned char)(0xc0 | code >> 6);
    out[1] = (unsigned char)(0x80 | (code & 63));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (unsigned char)(0xe0 | code >> 12);
    out[1] = (unsigned char)(0x80 | (code >> 6 & 63));
    out[2] = (unsigned char)(0x80 | (code & 63));
    return 3;
  }
  out[0] = (unsigned char)(0xf0 | code >> 18);
  out[1] = (unsigned char)(0x80 | (code >> 12 & 63));
  out[2] = (unsigned char)(0x80 | (code >> 6 & 63));
  out[3] = (unsigned char)(0x80 | (code & 63));
  return 4;
}

static ERL_NIF_TERM json_text(ErlNifEnv* env, const char** at) {
  const char* begin = ++*at;
  const char* end = begin;
  ErlNifBinary binary;
  size_t length = 0;
  for (; *end != '"' && *end != 0; ++end)
    if (*end == '\\' && end[1] != 0) ++end;
  if (!enif_alloc_binary((size_t)(end - begin), &binary)) return atom_undefined;
  while (*at < end) {
    const char c = *(*at)++;
    if (c != '\\') {
      binary.data[length++] = (unsigned char)c;
      continue;
    }
    switch (*(*at)++) {
      case 'n': binary.data[length++] = '\n'; break;
      case 't': binary.data[length++] = '\t'; break;
      case 'r': binary.data[length++] = '\r'; break;
      case 'b': binary.data[length++] = '\b'; break;
      case 'f': binary.data[length++] = '\f'; break;
      case 'u': {
        unsigned code = hexadecimal(*at);
        *at += 4;
        if (code >= 0xd800 && code < 0xdc00 && (*at)[0] == '\\') {
          code = 0x10000 + ((code - 0xd800) << 10) + (hexadecimal(*at + 2) - 0xdc00);
          *at += 6;
        }
        length += put_character(binary.data + length, code);
        break;
      }
      default: binary.data[length++] = (unsigned char)(*at)[-1];
    }
  }
  if (**at == '"') ++*at;
  enif_realloc_binary(&binary, length);
  return enif_make_binary(env, &binary);
}

static int json_term(ErlNifEnv* env, const char** at, int depth, ERL_NIF_TERM* term) {
  if (depth > MAX_DEPTH) return 0;
  switch (**at) {
    case '{':
      *term = enif_make_new_map(env);
      for (++*at; **at != '}' && **at != 0;) {
        ERL_NIF_TERM key, value;
        if (**at == ',') ++*at;
        key = json_text(env, at);
        ++*at; /* the colon */
        if (!json_term(env, at, depth + 1, &value)) return 0;
        enif_make_map_put(env, *term, key, value, term);
      }
      ++*at;
      return 1;
    case '"': *term = json_text(env, at); return 1;
    case 't':
      *at += 4;
      *term = atom_true;
      return 1;
    case 'f':
      *at += 5;
      *term = atom_false;
      return 1;
    case 'n':
      *at += 4;
      *term = atom_undefined;
      return 1;
    default: {
      char* end;
      const unsigned long long number = strtoull(*at, &end, 10);
      if (end == *at) return 0;
      *at = end;
      *term = enif_make_uint64(env, number);
      return 1;
    }
  }
}

/* --- slots ------------------------------------------------------------------------------- */

static void free_slot(Slot* slot) {
  size_t i;
  if (slot == NULL) return;
  tally_call_free(slot->call);
  free(slot->decisions);
  for (i = 0; i < CACHE_SIZE; ++i) free(slot->known[i].text);
  free(slot);
}

static Slot* new_slot(Policy* policy, tally_error** error) {
  Slot* slot = calloc(1, sizeof *slot);
  if (slot == NULL) return NULL;
  if (tally_call_new(policy->policy, &slot->call, error) == TALLY_OK) return slot;
  free(slot);
  return NULL;
}

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

/* The slot of this thread; `owned` is set where the caller has to free it (a
 * thread beyond those that have slots). */
static Slot* slot_of(Policy* policy, int* owned, tally_error** error) {
  const uintptr_t number = thread_number();
  *owned = number > MAX_THREADS;
  if (*owned) return new_slot(policy, error);
  if (policy->slots[number - 1] == NULL) policy->slots[number - 1] = new_slot(policy, error);
  return policy->slots[number - 1];
}

static Known* known(Slot* slot, uint32_t input, const char* text, size_t length) {
  uint32_t hash = 2166136261u ^ input; /* FNV-1a */
  size_t i;
  for (i = 0; i < length; ++i) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  for (;; ++hash) {
    Known* entry = &slot->known[hash % CACHE_SIZE];
    if (entry->handle == 0) return entry;
    if (entry->input == input && entry->length == length && memcmp(entry->text, text, length) == 0) return entry;
  }
}

/* The handle of an input's name, or, with an input, of a spelling of its values; 0 and
 * an error. Known ones are not looked up again. */
static uint32_t handle_of(Policy* policy, Slot* slot, uint32_t input, const char* text, size_t length,
                          tally_error** error) {
  Known* entry = known(slot, input, text, length);
  char name[MAX_NAME];
  uint32_t handle = 0;
  tally_status status;
  if (entry->handle != 0) return entry->handle;
  if (length >= sizeof name || memchr(text, 0, length) != NULL) length = 0; /* no name: the library says so */
  memcpy(name, text, length);
  name[length] = 0;
  status = input == 0 ? tally_policy_input(policy->policy, name, &handle, error)
                      : tally_policy_value(policy->policy, input, name, &handle, error);
  if (status != TALLY_OK) return 0;
  if (slot->known_count < CACHE_SIZE / 2 && (entry->text = malloc(length + 1)) != NULL) {
    memcpy(entry->text, name, length + 1);
    entry->input = input;
    entry->length = (uint32_t)length;
    entry->handle = handle;
    ++slot->known_count;
  }
  return handle;
}

/* --- facts and documents ------------------------------------------------------------------ */

static int set_fact(ErlNifEnv* env, Policy* policy, Slot* slot, ERL_NIF_TERM key, ERL_NIF_TERM value,
                    ERL_NIF_TERM* failure) {
  char buffer[MAX_NAME];
  const char* text;
  size_t length;
  ErlNifUInt64 number;
  tally_error* error = NULL;
  tally_status status;
  tally_input input;
  tally_kind kind;
  if (!text_of(env, key, buffer, &text, &length)) {
    *failure = misuse(env, "facts have inputs' names as keys, binaries or atoms");
    return 0;
  }
  input = handle_of(policy, slot, 0, text, length, &error);
  if (input == 0) {
    *failure = fault_of(env, error);
    return 0;
  }
  kind = tally_input_kind(policy->policy, input);
  if (kind == TALLY_KIND_UNSET) return 1; /* an input of an earlier version: this one does not ask */
  if (enif_is_identical(value, atom_undefined)) {
    status = tally_call_unset(slot->call, input, &error);
  } else if (enif_get_uint64(env, value, &number)) {
    status = tally_call_set_number(slot->call, input, number, &error);
  } else if (kind == TALLY_KIND_OBJECT && enif_is_identical(value, atom_true)) {
    status = tally_call_set_present(slot->call, input, &error);
  } else if (kind == TALLY_KIND_OBJECT && enif_is_identical(value, atom_false)) {
    status = tally_call_unset(slot->call, input, &error);
  } else if (kind == TALLY_KIND_FLAG && (enif_is_identical(value, atom_true) || enif_is_identical(value, atom_false))) {
    status = tally_call_set(slot->call, input, enif_is_identical(value, atom_true) ? TALLY_ON : TALLY_OFF, &error);
  } else if (text_of(env, value, buffer, &text, &length)) {
    if (kind == TALLY_KIND_ENUM || kind == TALLY_KIND_FLAG) {
      const tally_value handle = handle_of(policy, slot, input, text, length, &error);
      status = handle != 0 ? tally_call_set(slot->call, input, handle, &error) : TALLY_ERROR_UNKNOWN;
    } else {
      status = tally_call_set_text(slot->call, input, text, length, &error);
    }
  } else {
    *failure = misuse(env, "a fact is a binary, an atom, true, false, a whole number from 0 on, or undefined");
    return 0;
  }
  if (status == TALLY_OK) return 1;
  *failure = fault_of(env, error);
  return 0;
}

static int set_facts(ErlNifEnv* env, Policy* policy, Slot* slot, ERL_NIF_TERM facts, ERL_NIF_TERM* failure) {
  ErlNifMapIterator at;
  ERL_NIF_TERM key, value;
  int fine = 1;
  if (!enif_map_iterator_create(env, facts, &at, ERL_NIF_MAP_ITERATOR_FIRST)) {
    *failure = misuse(env, "facts are a map");
    return 0;
  }
  while (fine && enif_map_iterator_get_pair(env, &at, &key, &value)) {
    fine = set_fact(env, policy, slot, key, value, failure);
    enif_map_iterator_next(env, &at);
  }
  enif_map_iterator_destroy(env, &at);
  return fine;
}

static int attach(ErlNifEnv* env, Slot* slot, ERL_NIF_TERM documents, ERL_NIF_TERM* failure) {
  ERL_NIF_TERM head;
  size_t count = 0;
  for (; enif_get_list_cell(env, documents, &head, &documents); ++count) {
    Document* document;
    tally_error* error = NULL;
    if (count == MAX_DOCUMENTS || !enif_get_resource(env, head, document_type, (void**)&document)) {
      *failure = misuse(env, "documents are a list of at most 64 that tally:bind/3 made");
      return 0;
    }
    if (tally_call_attach(slot->call, document->document, &error) != TALLY_OK) {
      *failure = fault_of(env, error);
      return 0;
    }
  }
  if (!enif_is_empty_list(env, documents)) {
    *failure = misuse(env, "documents are a list");
    return 0;
  }
  return 1;
}

/* --- answers --------------------------------------------------------------------------------- */

static int refresh_decisions(ErlNifEnv* env, Policy* policy, Slot* slot, ERL_NIF_TERM* failure) {
  const uint64_t now = tally_call_generation(slot->call);
  tally_error* error = NULL;
  tally_decision* decisions = NULL;
  size_t count = 0;
  if (slot->decisions != NULL && slot->generation == now) return 1;
  if (tally_policy_decisions(policy->policy, NULL, 0, &count, &error) == TALLY_OK &&
      (decisions = malloc((count + 1) * sizeof *decisions)) != NULL &&
      tally_policy_decisions(policy->policy, decisions, count, &count, &error) == TALLY_OK) {
    free(slot->decisions);
    slot->decisions = decisions;
    slot->decision_count = count;
    slot->generation = now;
    return 1;
  }
  free(decisions);
  *failure = fault_of(env, error);
  return 0;
}

static int value_term(ErlNifEnv* env, Slot* slot, tally_decision decision, ERL_NIF_TERM* term, uint32_t* rule,
                      ERL_NIF_TERM* failure) {
  tally_result result;
  tally_error* error = NULL;
  const char* text;
  if (tally_call_result(slot->call, decision, &result, &error) != TALLY_OK) {
    *failure = fault_of(env, error);
    return 0;
  }
  *rule = result.rule;
  switch (result.kind) {
    case TALLY_KIND_UNSET: *term = atom_undefined; return 1;
    case TALLY_KIND_FLAG: *term = result.value == TALLY_ON ? atom_true : atom_false; return 1;
    case TALLY_KIND_NUMBER: *term = enif_make_uint64(env, result.number); return 1;
    case TALLY_KIND_ENUM:
    case TALLY_KIND_TEXT: *term = text_term(env, result.text, result.length); return 1;
    default: break;
  }
  if (tally_call_json(slot->call, decision, &text, NULL, &error) != TALLY_OK) {
    *failure = fault_of(env, error);
    return 0;
  }
  if (json_term(env, &text, 0, term)) return 1;
  *failure = fault(env, "internal", "a value that is nested too deeply");
  return 0;
}

static int because_term(ErlNifEnv* env, Slot* slot, tally_decision decision, ERL_NIF_TERM value, uint32_t rule,
                        ERL_NIF_TERM* term, ERL_NIF_TERM* failure) {
  ERL_NIF_TERM keys[3], values[3];
  const char* text;
  size_t length;
  tally_error* error = NULL;
  if (tally_call_reason(slot->call, decision, &text, &length, &error) != TALLY_OK) {
    *failure = fault_of(env, error);
    return 0;
  }
  keys[0] = atom_value, values[0] = value;
  keys[1] = atom_because, values[1] = length > 0 ? text_term(env, text, length) : atom_undefined;
  keys[2] = atom_rule, values[2] = enif_make_uint(env, rule);
  return enif_make_map_from_arrays(env, keys, values, 3, term);
}

static int answer_term(ErlNifEnv* env, Policy* policy, Slot* slot, int because, ERL_NIF_TERM* answer,
                       ERL_NIF_TERM* failure) {
  size_t i;
  *answer = enif_make_new_map(env);
  for (i = 0; i < slot->decision_count; ++i) {
    const char* name = tally_decision_name(policy->policy, slot->decisions[i]);
    ERL_NIF_TERM value;
    uint32_t rule = 0;
    if (!value_term(env, slot, slot->decisions[i], &value, &rule, failure)) return 0;
    if (because && !because_term(env, slot, slot->decisions[i], value, rule, &value, failure)) return 0;
    enif_make_map_put(env, *answer, text_term(env, name, strlen(name)), value, answer);
  }
  return 1;
}

/* --- the functions of tally_nif ------------------------------------------------------------------ */

/* The resource is made first: where nothing is opened it is empty. */
static ERL_NIF_TERM give_policy(ErlNifEnv* env, tally_policy* opened) {
  ERL_NIF_TERM term;
  Policy* policy = enif_alloc_resource(policy_type, sizeof *policy);
  memset(policy, 0, sizeof *policy);
  policy->policy = opened;
  term = enif_make_resource(env, policy);
  enif_release_resource(policy);
  return enif_make_tuple2(env, atom_ok, term);
}

static ERL_NIF_TERM open_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  char* path = string_of(env, argv[0]);
  (void)argc;
  if (path == NULL) return misuse(env, "open(Path): a path is expected, a binary or a string");
  status = tally_policy_open(path, &policy, &error);
  free(path);
  return status == TALLY_OK ? give_policy(env, policy) : fault_of(env, error);
}

static ERL_NIF_TERM open_text_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  ErlNifBinary rules;
  char* name = string_of(env, argv[0]);
  (void)argc;
  if (name == NULL || !enif_inspect_iolist_as_binary(env, argv[1], &rules)) {
    free(name);
    return misuse(env, "open_text(Name, Rules): two texts are expected");
  }
  status = tally_policy_open_text(name, (const char*)rules.data, rules.size, &policy, &error);
  free(name);
  return status == TALLY_OK ? give_policy(env, policy) : fault_of(env, error);
}

static int get_policy(ErlNifEnv* env, ERL_NIF_TERM term, Policy** policy) {
  return enif_get_resource(env, term, policy_type, (void**)policy);
}
static ERL_NIF_TERM no_policy(ErlNifEnv* env) {
  return misuse(env, "the first argument is a policy that tally:open/1 made");
}

static ERL_NIF_TERM reload_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  tally_reload done;
  tally_error* error = NULL;
  ERL_NIF_TERM keys[] = {atom_generation, atom_carried, atom_rebound, atom_failed}, values[4], map;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (tally_policy_reload(policy->policy, &done, &error) != TALLY_OK) return fault_of(env, error);
  values[0] = enif_make_uint64(env, done.generation);
  values[1] = enif_make_uint64(env, done.carried);
  values[2] = enif_make_uint64(env, done.rebound);
  values[3] = enif_make_uint64(env, done.failed);
  enif_make_map_from_arrays(env, keys, values, 4, &map);
  return enif_make_tuple2(env, atom_ok, map);
}

static ERL_NIF_TERM watch_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  unsigned interval;
  tally_error* error = NULL;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_get_uint(env, argv[1], &interval)) return misuse(env, "watch(Policy, Milliseconds): a number is expected");
  if (tally_policy_watch(policy->policy, interval, NULL, NULL, &error) != TALLY_OK) return fault_of(env, error);
  return atom_ok;
}

static ERL_NIF_TERM unwatch_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  tally_policy_unwatch(policy->policy);
  return atom_ok;
}

static ERL_NIF_TERM generation_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  return enif_make_uint64(env, tally_policy_generation(policy->policy));
}

static ERL_NIF_TERM describe_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  char* text;
  size_t length;
  tally_error* error = NULL;
  ERL_NIF_TERM term;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (tally_policy_json(policy->policy, &text, &length, &error) != TALLY_OK) return fault_of(env, error);
  term = text_term(env, text, length);
  tally_free(text);
  return enif_make_tuple2(env, atom_ok, term);
}

static ERL_NIF_TERM bind_now(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  ErlNifBinary json;
  tally_document* bound = NULL;
  tally_error* error = NULL;
  tally_status status;
  Document* document;
  ERL_NIF_TERM term;
  char* place;
  (void)argc;
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
  term = enif_make_resource(env, document);
  enif_release_resource(document);
  return enif_make_tuple2(env, atom_ok, term);
}

static ERL_NIF_TERM bind_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  ErlNifBinary json;
  if (enif_inspect_binary(env, argv[2], &json) && json.size <= LARGE_DOCUMENT) {
    enif_consume_timeslice(env, 1 + (int)(json.size / 1024));
    return bind_now(env, argc, argv);
  }
  return enif_schedule_nif(env, "bind_nif", ERL_NIF_DIRTY_JOB_CPU_BOUND, bind_now, argc, argv);
}

static ERL_NIF_TERM decide_once(ErlNifEnv* env, Policy* policy, Slot* slot, const ERL_NIF_TERM argv[], int* failed) {
  ERL_NIF_TERM answer, failure;
  tally_error* error = NULL;
  const int because = enif_is_identical(argv[3], atom_true);
  *failed = 1;
  if (tally_call_clear(slot->call, &error) != TALLY_OK) return fault_of(env, error);
  if (!set_facts(env, policy, slot, argv[1], &failure) || !attach(env, slot, argv[2], &failure)) return failure;
  if (tally_call_decide(slot->call, &error) != TALLY_OK) return fault_of(env, error);
  if (!refresh_decisions(env, policy, slot, &failure) || !answer_term(env, policy, slot, because, &answer, &failure))
    return failure;
  *failed = 0;
  return enif_make_tuple2(env, atom_ok, answer);
}

/* Facts are told by one version's names and kinds. Where another takes over in the
 * middle, they are told anew. */
static ERL_NIF_TERM decide_in(ErlNifEnv* env, Policy* policy, Slot* slot, const ERL_NIF_TERM argv[]) {
  ERL_NIF_TERM result;
  int attempts = 0, failed;
  uint64_t before;
  do {
    before = tally_policy_generation(policy->policy);
    result = decide_once(env, policy, slot, argv, &failed);
  } while (failed && ++attempts < 3 && tally_policy_generation(policy->policy) != before);
  return result;
}

static ERL_NIF_TERM decide_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  Slot* slot;
  int owned;
  tally_error* error = NULL;
  ERL_NIF_TERM result;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  slot = slot_of(policy, &owned, &error);
  if (slot == NULL) return fault_of(env, error);
  result = decide_in(env, policy, slot, argv);
  if (owned) free_slot(slot);
  /* A decision takes longer than the one reduction that a call of native code counts:
   * without this, a process in a loop would hold its scheduler for milliseconds. */
  enif_consume_timeslice(env, 1);
  return result;
}

static ERL_NIF_TERM decide_json_now(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  Policy* policy;
  ErlNifBinary request;
  char* answer;
  size_t length;
  tally_error* error = NULL;
  ERL_NIF_TERM term;
  (void)argc;
  if (!get_policy(env, argv[0], &policy)) return no_policy(env);
  if (!enif_inspect_iolist_as_binary(env, argv[1], &request))
    return misuse(env, "decide_json(Policy, Request): a JSON text is expected");
  if (tally_decide_json(policy->policy, (const char*)request.data, request.size, enif_is_identical(argv[2], atom_true),
                        &answer, &length, &error) != TALLY_OK)
    return fault_of(env, error);
  term = text_term(env, answer, length);
  tally_free(answer);
  return enif_make_tuple2(env, atom_ok, term);
}

static ERL_NIF_TERM decide_json_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  ErlNifBinary request;
  if (enif_inspect_binary(env, argv[1], &request) && request.size <= LARGE_DOCUMENT) {
    enif_consume_timeslice(env, 1 + (int)(request.size / 1024));
    return decide_json_now(env, argc, argv);
  }
  return enif_schedule_nif(env, "decide_json_nif", ERL_NIF_DIRTY_JOB_CPU_BOUND, decide_json_now, argc, argv);
}

static ERL_NIF_TERM version_nif(ErlNifEnv* env, int argc, const ERL_NIF_TERM argv[]) {
  (void)argc, (void)argv;
  return text_term(env, tally_version(), strlen(tally_version()));
}

/* --- loading -------------------------------------------------------------------------------------- */

static void drop_policy(ErlNifEnv* env, void* resource) {
  Policy* policy = resource;
  size_t i;
  (void)env;
  for (i = 0; i < MAX_THREADS; ++i) free_slot(policy->slots[i]);
  tally_policy_release(policy->policy);
}

static void drop_document(ErlNifEnv* env, void* resource) {
  (void)env;
  tally_document_release(((Document*)resource)->document);
}

static int load(ErlNifEnv* env, void** data, ERL_NIF_TERM info) {
  (void)data, (void)info;
  policy_type = enif_open_resource_type(env, NULL, "tally_policy", drop_policy, ERL_NIF_RT_CREATE, NULL);
  document_type = enif_open_resource_type(env, NULL, "tally_document", drop_document, ERL_NIF_RT_CREATE, NULL);
  thread_lock = enif_mutex_create("tally_threads");
  if (policy_type == NULL || document_type == NULL || thread_lock == NULL) return 1;
  if (enif_tsd_key_create("tally_thread", &thread_key) != 0) return 1;
  atom_ok = enif_make_atom(env, "ok");
  atom_error = enif_make_atom(env, "error");
  atom_true = enif_make_atom(env, "true");
  atom_false = enif_make_atom(env, "false");
  atom_undefined = enif_make_atom(env, "undefined");
  atom_status = enif_make_atom(env, "status");
  atom_message = enif_make_atom(env, "message");
  atom_pointer = enif_make_atom(env, "pointer");
  atom_json = enif_make_atom(env, "json");
  atom_value = enif_make_atom(env, "value");
  atom_because = enif_make_atom(env, "because");
  atom_rule = enif_make_atom(env, "rule");
  atom_carried = enif_make_atom(env, "carried");
  atom_rebound = enif_make_atom(env, "rebound");
  atom_failed = enif_make_atom(env, "failed");
  atom_generation = enif_make_atom(env, "generation");
  return 0;
}

static ErlNifFunc functions[] = {{"open", 1, open_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"open_text", 2, open_text_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"reload", 1, reload_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"watch", 2, watch_nif, 0},
                                 {"unwatch", 1, unwatch_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"generation", 1, generation_nif, 0},
                                 {"describe", 1, describe_nif, ERL_NIF_DIRTY_JOB_CPU_BOUND},
                                 {"bind_nif", 3, bind_nif, 0},
                                 {"decide_nif", 4, decide_nif, 0},
                                 {"decide_json_nif", 3, decide_json_nif, 0},
                                 {"version", 0, version_nif, 0}};

ERL_NIF_INIT(tally, functions, load, NULL, NULL, NULL)
