/* The Lua module `tally`: policies in Lua 5.1 to 5.4 and LuaJIT, as FreeSWITCH's
 * mod_lua and Kamailio's app_lua load them. README.md beside this file is its manual.
 *
 * A policy is a userdata with a tally_policy and one tally_call, which every `decide` uses
 * again. A Lua state is one thread, so nothing here locks; each state opens a policy of its own.
 *
 * A failure returns nil and a message, and so does misuse: a switch's script can then answer
 * 500 instead of ending. The only Lua error is Lua's own, when it has no memory. */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "tally.h"

#define POLICY "tally.policy"
#define DOCUMENT "tally.document"
#define MAX_DOCUMENTS 64

typedef struct {
  tally_policy* policy; /* NULL: closed */
  tally_call* call;
} Policy;

typedef struct {
  tally_document* document;
} Document;

/* --- where the versions of Lua differ -------------------------------------------------- */

static void* test_userdata(lua_State* L, int index, const char* type) {
  void* data = lua_touserdata(L, index);
  if (data == NULL || !lua_getmetatable(L, index)) return NULL;
  lua_getfield(L, LUA_REGISTRYINDEX, type);
  if (!lua_rawequal(L, -1, -2)) data = NULL;
  lua_pop(L, 2);
  return data;
}

#if LUA_VERSION_NUM >= 502
#define raw_length lua_rawlen
#else
#define raw_length lua_objlen
#endif

static void push_number(lua_State* L, uint64_t number) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, (lua_Integer)number);
#else
  lua_pushnumber(L, (lua_Number)number);
#endif
}

/* --- what a function returns -------------------------------------------------------------
 * Functions below that may fail return how many values they pushed: 2, nil and a message. */

#define FAILED 2

static int fail(lua_State* L, const char* message) {
  lua_pushnil(L);
  lua_pushstring(L, message);
  return FAILED;
}

/* Frees the error. If it is about a place in a document, the message ends with the place. */
static int fail_with(lua_State* L, tally_error* error) {
  lua_pushnil(L);
  if (error == NULL)
    lua_pushliteral(L, "no memory");
  else if (tally_error_pointer(error)[0] != 0)
    lua_pushfstring(L, "%s (%s)", tally_error_message(error), tally_error_pointer(error));
  else
    lua_pushstring(L, tally_error_message(error));
  tally_error_free(error);
  return FAILED;
}

static int give_true(lua_State* L, tally_status status, tally_error* error) {
  if (status != TALLY_OK) return fail_with(L, error);
  lua_pushboolean(L, 1);
  return 1;
}

static int give_text(lua_State* L, tally_status status, const char* text, size_t length, tally_error* error) {
  if (status != TALLY_OK) return fail_with(L, error);
  lua_pushlstring(L, text, length);
  return 1;
}

/* Likewise, and frees the text. */
static int give_own_text(lua_State* L, tally_status status, char* text, size_t length, tally_error* error) {
  const int count = give_text(L, status, text, length, error);
  if (status == TALLY_OK) tally_free(text);
  return count;
}

/* --- policies ------------------------------------------------------------------------------ */

static int give_policy(lua_State* L, tally_status status, tally_policy* opened, tally_error* error) {
  Policy* policy;
  if (status != TALLY_OK) return fail_with(L, error);
  policy = lua_newuserdata(L, sizeof *policy);
  policy->policy = opened;
  policy->call = NULL;
  lua_getfield(L, LUA_REGISTRYINDEX, POLICY);
  lua_setmetatable(L, -2);
  return tally_call_new(opened, &policy->call, &error) == TALLY_OK ? 1 : fail_with(L, error);
}

static int open_policy(lua_State* L) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  if (lua_type(L, 1) != LUA_TSTRING) return fail(L, "tally.open(path): the path of a policy is expected");
  status = tally_policy_open(lua_tostring(L, 1), &policy, &error);
  return give_policy(L, status, policy, error);
}

static int open_text(lua_State* L) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  tally_status status;
  size_t length = 0;
  const char* text;
  if (lua_type(L, 1) != LUA_TSTRING || lua_type(L, 2) != LUA_TSTRING)
    return fail(L, "tally.open_text(name, rules): two texts are expected");
  text = lua_tolstring(L, 2, &length);
  status = tally_policy_open_text(lua_tostring(L, 1), text, length, &policy, &error);
  return give_policy(L, status, policy, error);
}

static int version(lua_State* L) {
  lua_pushstring(L, tally_version());
  return 1;
}

/* Of any userdata that is not a policy, does nothing. */
static int close_policy(lua_State* L) {
  Policy* policy = test_userdata(L, 1, POLICY);
  if (policy == NULL) return 0;
  tally_call_free(policy->call);
  tally_policy_release(policy->policy);
  memset(policy, 0, sizeof *policy);
  return 0;
}

static int reload(lua_State* L, Policy* policy) {
  tally_reload done;
  tally_error* error = NULL;
  if (tally_policy_reload(policy->policy, &done, &error) != TALLY_OK) return fail_with(L, error);
  push_number(L, done.generation);
  return 1;
}

static int roll_back(lua_State* L, Policy* policy) {
  tally_reload done;
  tally_error* error = NULL;
  if (tally_policy_roll_back(policy->policy, &done, &error) != TALLY_OK) return fail_with(L, error);
  push_number(L, done.generation);
  return 1;
}

static int watch(lua_State* L, Policy* policy) {
  tally_error* error = NULL;
  tally_status status;
  const lua_Number interval = lua_isnoneornil(L, 2) ? 1000 : lua_tonumber(L, 2);
  if (!(interval >= 10 && interval <= 3600000))
    return fail(L, "policy:watch(milliseconds): a number from 10 to 3600000 is expected");
  status = tally_policy_watch(policy->policy, (uint32_t)interval, NULL, NULL, &error);
  return give_true(L, status, error);
}

static int unwatch(lua_State* L, Policy* policy) {
  tally_policy_unwatch(policy->policy);
  return give_true(L, TALLY_OK, NULL);
}

static int generation(lua_State* L, Policy* policy) {
  push_number(L, tally_policy_generation(policy->policy));
  return 1;
}

/* {status = "none" | "loaded" | "refused", time = seconds, message = text}. */
static int last_reload(lua_State* L, Policy* policy) {
  int64_t when = 0;
  tally_error *refusal = NULL, *error = NULL;
  if (tally_policy_last_reload(policy->policy, &when, &refusal, &error) != TALLY_OK) return fail_with(L, error);
  lua_newtable(L);
  lua_pushstring(L, refusal != NULL ? "refused" : when != 0 ? "loaded" : "none");
  lua_setfield(L, -2, "status");
  if (when != 0) {
    push_number(L, (uint64_t)when / 1000);
    lua_setfield(L, -2, "time");
  }
  if (refusal != NULL) {
    lua_pushstring(L, tally_error_message(refusal));
    lua_setfield(L, -2, "message");
  }
  tally_error_free(refusal);
  return 1;
}

/* --- options ---------------------------------------------------------------------------------- */

/* A number of the table at index 2; 0 if it has none. Returns 0 if it is not one. */
static int option_number(lua_State* L, const char* key, uint64_t most, uint64_t* number) {
  int fits = 1;
  lua_getfield(L, 2, key);
  *number = 0;
  if (!lua_isnil(L, -1)) {
    const lua_Number given = lua_tonumber(L, -1);
    fits = lua_type(L, -1) == LUA_TNUMBER && given >= 0 && given <= (lua_Number)most;
    if (fits) *number = (uint64_t)given;
  }
  lua_pop(L, 1);
  return fits;
}

/* The texts stay on the stack, and so alive. */
static const char* option_text(lua_State* L, const char* key) {
  lua_getfield(L, 2, key);
  return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

/* The texts of the list at the top of the stack, at most `most`. They stay on the stack, and so alive. Returns 0 if
 * something else is among them. */
static int option_texts(lua_State* L, const char** texts, size_t most, size_t* count) {
  const int list = lua_gettop(L);
  for (*count = 0; *count < most; ++*count) {
    lua_rawgeti(L, list, (int)*count + 1);
    if (lua_isnil(L, -1)) break;
    if (lua_type(L, -1) != LUA_TSTRING) return 0;
    texts[*count] = lua_tostring(L, -1);
  }
  return 1;
}

/* --- the guard ----------------------------------------------------------------------------------- */

static int guard(lua_State* L, Policy* policy) {
  static const char wrong[] =
      "policy:guard{keys = {...}, serial, trust_version_in_use}: paths of public keys are expected, and a number";
  const char* keys[3];
  tally_guard_options options;
  tally_error* error = NULL;
  tally_status status;
  if (!lua_istable(L, 2)) return fail(L, wrong);
  lua_settop(L, 2);
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  if (!option_number(L, "serial", (uint64_t)1 << 53, &options.serial)) return fail(L, wrong);
  lua_getfield(L, 2, "trust_version_in_use");
  options.trust_version_in_use = lua_toboolean(L, -1);
  lua_getfield(L, 2, "keys");
  if (!lua_istable(L, -1) || !option_texts(L, keys, sizeof keys / sizeof keys[0], &options.key_count))
    return fail(L, wrong);
  options.keys = keys;
  status = tally_policy_guard(policy->policy, &options, &error);
  return give_true(L, status, error);
}

/* {admitted = ..., refused = ..., serial = ..., message = text}. */
static int guard_counts(lua_State* L, Policy* policy) {
  tally_guard_counts counts;
  tally_error *last = NULL, *error = NULL;
  counts.size = sizeof counts;
  if (tally_policy_guard_counts(policy->policy, &counts, &last, &error) != TALLY_OK) return fail_with(L, error);
  lua_newtable(L);
  push_number(L, counts.admitted);
  lua_setfield(L, -2, "admitted");
  push_number(L, counts.refused);
  lua_setfield(L, -2, "refused");
  push_number(L, counts.serial);
  lua_setfield(L, -2, "serial");
  if (last != NULL) {
    lua_pushstring(L, tally_error_message(last));
    lua_setfield(L, -2, "message");
  }
  tally_error_free(last);
  return 1;
}

/* --- the log of decisions ------------------------------------------------------------------- */

static int log_open(lua_State* L, Policy* policy) {
  static const char wrong[] =
      "policy:log{folder = ..., name = ..., keep = {...}, text_bytes, id_bytes, file_bytes, files, ring_records, "
      "wait_ms, sync}: a folder is expected, and numbers";
  const char* keep[100];
  tally_log_options options;
  uint64_t text_bytes, id_bytes, files, ring_records, wait_ms;
  tally_error* error = NULL;
  tally_status status;
  if (!lua_istable(L, 2)) return fail(L, wrong);
  lua_settop(L, 2);
  luaL_checkstack(L, 120, "a log");
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.folder = option_text(L, "folder");
  options.name = option_text(L, "name");
  if (options.folder == NULL || !option_number(L, "text_bytes", UINT32_MAX, &text_bytes) ||
      !option_number(L, "id_bytes", UINT32_MAX, &id_bytes) ||
      !option_number(L, "file_bytes", (uint64_t)1 << 53, &options.file_bytes) ||
      !option_number(L, "files", UINT32_MAX, &files) || !option_number(L, "ring_records", UINT32_MAX, &ring_records) ||
      !option_number(L, "wait_ms", UINT32_MAX, &wait_ms))
    return fail(L, wrong);
  options.text_bytes = (uint32_t)text_bytes;
  options.id_bytes = (uint32_t)id_bytes;
  options.files = (uint32_t)files;
  options.ring_records = (uint32_t)ring_records;
  options.wait_ms = (uint32_t)wait_ms;
  lua_getfield(L, 2, "sync");
  options.sync = lua_toboolean(L, -1);
  lua_getfield(L, 2, "keep");
  if (lua_istable(L, -1)) {
    if (!option_texts(L, keep, sizeof keep / sizeof keep[0], &options.keep_count))
      return fail(L, "policy:log{keep = {...}}: names of inputs are expected");
    options.keep = keep;
  }
  status = tally_policy_log_open(policy->policy, &options, &error);
  return give_true(L, status, error);
}

static int log_close(lua_State* L, Policy* policy) {
  tally_error* error = NULL;
  const tally_status status = tally_policy_log_close(policy->policy, &error);
  return give_true(L, status, error);
}

static int log_flush(lua_State* L, Policy* policy) {
  tally_error* error = NULL;
  const tally_status status = tally_policy_log_flush(policy->policy, &error);
  return give_true(L, status, error);
}

static int log_rotate(lua_State* L, Policy* policy) {
  tally_error* error = NULL;
  const tally_status status = tally_policy_log_rotate(policy->policy, &error);
  return give_true(L, status, error);
}

/* {written = ..., dropped = ..., ..., message = text}. */
static int log_counts(lua_State* L, Policy* policy) {
  tally_log_counts counts;
  tally_error *last = NULL, *error = NULL;
  counts.size = sizeof counts;
  if (tally_policy_log_counts(policy->policy, &counts, &last, &error) != TALLY_OK) return fail_with(L, error);
  const struct {
    const char* key;
    uint64_t number;
  } fields[] = {{"written", counts.written}, {"dropped", counts.dropped}, {"waited", counts.waited},
                {"shared", counts.shared},   {"files", counts.files},     {"bytes", counts.bytes},
                {"errors", counts.errors}};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; ++i) {
    push_number(L, fields[i].number);
    lua_setfield(L, -2, fields[i].key);
  }
  if (last != NULL) {
    lua_pushstring(L, tally_error_message(last));
    lua_setfield(L, -2, "message");
  }
  tally_error_free(last);
  return 1;
}

static int describe(lua_State* L, Policy* policy) {
  char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  const tally_status status = tally_policy_json(policy->policy, &text, &length, &error);
  return give_own_text(L, status, text, length, error);
}

/* --- documents ------------------------------------------------------------------------------- */

static int bind(lua_State* L, Policy* policy) {
  tally_document* bound = NULL;
  tally_error* error = NULL;
  Document* document;
  size_t length = 0;
  const char* text;
  if (lua_type(L, 2) != LUA_TSTRING || lua_type(L, 3) != LUA_TSTRING)
    return fail(L, "policy:bind(place, json): two texts are expected");
  text = lua_tolstring(L, 3, &length);
  if (tally_document_bind(policy->policy, lua_tostring(L, 2), text, length, &bound, &error) != TALLY_OK)
    return fail_with(L, error);
  document = lua_newuserdata(L, sizeof *document);
  document->document = bound;
  lua_getfield(L, LUA_REGISTRYINDEX, DOCUMENT);
  lua_setmetatable(L, -2);
  return 1;
}

static int close_document(lua_State* L) {
  Document* document = test_userdata(L, 1, DOCUMENT);
  if (document == NULL) return 0;
  tally_document_release(document->document);
  document->document = NULL;
  return 0;
}

/* Every function of a document begins with this. */
static Document* document_at(lua_State* L) {
  Document* document = test_userdata(L, 1, DOCUMENT);
  return document == NULL || document->document == NULL ? NULL : document;
}

static int no_document(lua_State* L) {
  return fail(L, "this is not a document: use document:warnings(), with the colon");
}

static int unknown_keys(lua_State* L) {
  const Document* document = document_at(L);
  if (document == NULL) return no_document(L);
  push_number(L, tally_document_unknown_keys(document->document));
  return 1;
}

static int document_warnings(lua_State* L) {
  const Document* document = document_at(L);
  char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  if (document == NULL) return no_document(L);
  status = tally_document_warnings(document->document, &text, &length, &error);
  return give_own_text(L, status, text, length, error);
}

/* --- facts -------------------------------------------------------------------------------------
 * These return 0, or FAILED. */

static int misfit(lua_State* L, int name) {
  lua_pushnil(L);
  lua_pushfstring(L, "`%s` cannot be a %s", lua_tostring(L, name), luaL_typename(L, name + 1));
  return FAILED;
}

static tally_status set_boolean(tally_call* call, tally_input input, tally_kind kind, int on, tally_error** error) {
  if (kind == TALLY_KIND_FLAG) return tally_call_set(call, input, on ? TALLY_ON : TALLY_OFF, error);
  return on ? tally_call_set_present(call, input, error) : tally_call_unset(call, input, error);
}

static tally_status set_string(tally_call* call, tally_input input, tally_kind kind, const char* text, size_t length,
                               tally_error** error) {
  tally_value value = 0;
  tally_status status;
  if (kind != TALLY_KIND_ENUM && kind != TALLY_KIND_FLAG) return tally_call_set_text(call, input, text, length, error);
  status = tally_call_find_value(call, input, text, length, &value, error);
  return status == TALLY_OK ? tally_call_set(call, input, value, error) : status;
}

/* One fact: its name is at `name`, its value at `name + 1`. */
static int set_fact(lua_State* L, tally_call* call, int name) {
  tally_error* error = NULL;
  tally_status status;
  tally_kind kind;
  tally_input input;
  size_t length = 0;
  const char* text;
  if (lua_type(L, name) != LUA_TSTRING) return fail(L, "facts have inputs' names as keys");
  text = lua_tolstring(L, name, &length);
  if (tally_call_find_input(call, text, length, &input, &kind, &error) != TALLY_OK) return fail_with(L, error);
  if (kind == TALLY_KIND_UNSET) return 0; /* an input of an earlier version: this one does not ask */
  switch (lua_type(L, name + 1)) {
    case LUA_TBOOLEAN:
      if (kind != TALLY_KIND_FLAG && kind != TALLY_KIND_OBJECT) return misfit(L, name);
      status = set_boolean(call, input, kind, lua_toboolean(L, name + 1), &error);
      break;
    case LUA_TNUMBER: {
      const lua_Number number = lua_tonumber(L, name + 1);
      if (!(number >= 0 && number <= 9007199254740991.0) || number != (lua_Number)(uint64_t)number) {
        lua_pushnil(L);
        lua_pushfstring(L, "`%s` takes whole numbers from 0 on", text);
        return FAILED;
      }
      status = tally_call_set_number(call, input, (uint64_t)number, &error);
      break;
    }
    case LUA_TSTRING:
      text = lua_tolstring(L, name + 1, &length);
      status = set_string(call, input, kind, text, length, &error);
      break;
    default: return misfit(L, name);
  }
  return status == TALLY_OK ? 0 : fail_with(L, error);
}

static int set_facts(lua_State* L, tally_call* call, int facts) {
  lua_pushnil(L);
  while (lua_next(L, facts) != 0) {
    const int name = lua_gettop(L) - 1;
    if (set_fact(L, call, name) != 0) return FAILED;
    lua_settop(L, name);
  }
  return 0;
}

static int attach(lua_State* L, tally_call* call, int documents) {
  const size_t count = raw_length(L, documents);
  size_t i;
  if (count > MAX_DOCUMENTS) return fail(L, "more documents than a call takes");
  for (i = 1; i <= count; ++i) {
    tally_error* error = NULL;
    Document* document;
    lua_rawgeti(L, documents, (int)i);
    document = test_userdata(L, -1, DOCUMENT);
    lua_pop(L, 1);
    if (document == NULL || document->document == NULL) return fail(L, "documents are those of policy:bind(...)");
    if (tally_call_attach(call, document->document, &error) != TALLY_OK) return fail_with(L, error);
  }
  return 0;
}

/* --- deciding ------------------------------------------------------------------------------------ */

/* Pushes a table of the items from `at` to `end`, by key. A member that is unset is left out. */
static int push_items(lua_State* L, const tally_item* at, const tally_item* end) {
  if (!lua_checkstack(L, 6)) return fail(L, "a value that is nested too deeply");
  lua_newtable(L);
  for (; at < end; at += 1 + at->inside) {
    lua_pushlstring(L, at->key, at->key_length);
    switch (at->result.kind) {
      case TALLY_KIND_UNSET: lua_pushnil(L); break;
      case TALLY_KIND_FLAG: lua_pushboolean(L, at->result.value == TALLY_ON); break;
      case TALLY_KIND_NUMBER: push_number(L, at->result.number); break;
      case TALLY_KIND_ENUM:
      case TALLY_KIND_TEXT: lua_pushlstring(L, at->result.text, at->result.length); break;
      case TALLY_KIND_OBJECT:
        if (push_items(L, at + 1, at + 1 + at->inside) == FAILED) return FAILED;
    }
    lua_rawset(L, -3);
  }
  return 1;
}

/* With facts and documents at 2 and 3. Returns how many values it pushed. */
static int decide_once(lua_State* L, tally_call* call) {
  const tally_item* items;
  size_t count;
  tally_error* error = NULL;
  if (tally_call_clear(call, &error) != TALLY_OK) return fail_with(L, error);
  if (lua_istable(L, 2) && set_facts(L, call, 2) != 0) return FAILED;
  if (lua_istable(L, 3) && attach(L, call, 3) != 0) return FAILED;
  if (lua_type(L, 4) == LUA_TSTRING) {
    size_t length = 0;
    const char* id = lua_tolstring(L, 4, &length);
    if (tally_call_set_id(call, id, length, &error) != TALLY_OK) return fail_with(L, error);
  }
  if (tally_call_decide(call, &error) != TALLY_OK || tally_call_items(call, &items, &count, &error) != TALLY_OK)
    return fail_with(L, error);
  return push_items(L, items, items + count);
}

static int decide(lua_State* L, Policy* policy) {
  int attempts = 0, values;
  uint64_t before;
  if (!lua_isnoneornil(L, 2) && !lua_istable(L, 2))
    return fail(L, "policy:decide(facts, documents): facts are a table");
  if (!lua_isnoneornil(L, 3) && !lua_istable(L, 3))
    return fail(L, "policy:decide(facts, documents): documents are a list");
  if (!lua_isnoneornil(L, 4) && lua_type(L, 4) != LUA_TSTRING)
    return fail(L, "policy:decide(facts, documents, id): an id is a text");
  /* The kinds of the facts are those of one version. If another one takes over between two
   * facts, and a fact fails in it, all of them are set again. */
  do {
    before = tally_policy_generation(policy->policy);
    lua_settop(L, 4);
    values = decide_once(L, policy->call);
  } while (values == FAILED && ++attempts < 3 && tally_policy_generation(policy->policy) != before);
  return values;
}

/* The reason of each decision that has one, in the call that was decided last. */
static int reasons(lua_State* L, Policy* policy) {
  const tally_item *at, *end;
  size_t count;
  tally_error* error = NULL;
  if (tally_call_items(policy->call, &at, &count, &error) != TALLY_OK) return fail_with(L, error);
  lua_newtable(L);
  for (end = at + count; at < end; at += 1 + at->inside) {
    const char* text = NULL;
    size_t length = 0;
    if (tally_call_reason(policy->call, at->decision, &text, &length, &error) != TALLY_OK) return fail_with(L, error);
    if (length == 0) continue;
    lua_pushlstring(L, at->key, at->key_length);
    lua_pushlstring(L, text, length);
    lua_rawset(L, -3);
  }
  return 1;
}

static int json(lua_State* L, Policy* policy) {
  const char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  const tally_status status = tally_call_answer(policy->call, lua_toboolean(L, 2), &text, &length, &error);
  return give_text(L, status, text, length, error);
}

static int explain(lua_State* L, Policy* policy) {
  tally_decision decision = 0;
  const char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  tally_status status;
  if (lua_type(L, 2) != LUA_TSTRING) return fail(L, "policy:explain(decision): a decision's name is expected");
  status = tally_policy_decision(policy->policy, lua_tostring(L, 2), &decision, &error);
  if (status == TALLY_OK) status = tally_call_explain(policy->call, decision, &text, &length, &error);
  return give_text(L, status, text, length, error);
}

static int decide_json(lua_State* L, Policy* policy) {
  char* answer = NULL;
  size_t length = 0, answer_length = 0;
  tally_error* error = NULL;
  tally_status status;
  const char* request;
  if (lua_type(L, 2) != LUA_TSTRING) return fail(L, "policy:decide_json(request, because): a JSON text is expected");
  request = lua_tolstring(L, 2, &length);
  status = tally_decide_json(policy->policy, request, length, lua_toboolean(L, 3), &answer, &answer_length, &error);
  return give_own_text(L, status, answer, answer_length, error);
}

/* The warnings, and how many unknown keys there are. */
static int request_warnings(lua_State* L, Policy* policy) {
  char* text = NULL;
  size_t length = 0, text_length = 0, unknown = 0;
  tally_error* error = NULL;
  tally_status status;
  const char* request;
  if (lua_type(L, 2) != LUA_TSTRING) return fail(L, "policy:warnings(request): a JSON text is expected");
  request = lua_tolstring(L, 2, &length);
  status = tally_request_warnings(policy->policy, request, length, &unknown, &text, &text_length, &error);
  if (give_own_text(L, status, text, text_length, error) == FAILED) return FAILED;
  push_number(L, unknown);
  return 2;
}

/* --- the module ------------------------------------------------------------------------------------ */

typedef struct {
  const char* name;
  int (*run)(lua_State* L, Policy* policy);
} Method;

static const Method methods[] = {{"reload", reload},
                                 {"watch", watch},
                                 {"unwatch", unwatch},
                                 {"generation", generation},
                                 {"bind", bind},
                                 {"decide", decide},
                                 {"reasons", reasons},
                                 {"json", json},
                                 {"explain", explain},
                                 {"describe", describe},
                                 {"decide_json", decide_json},
                                 {"warnings", request_warnings},
                                 {"last_reload", last_reload},
                                 {"roll_back", roll_back},
                                 {"guard", guard},
                                 {"guard_counts", guard_counts},
                                 {"log", log_open},
                                 {"log_close", log_close},
                                 {"log_flush", log_flush},
                                 {"log_rotate", log_rotate},
                                 {"log_counts", log_counts}};

/* Every method of a policy: its index among `methods` is the closure's value. */
static int run_method(lua_State* L) {
  Policy* policy = test_userdata(L, 1, POLICY);
  if (policy == NULL || policy->policy == NULL)
    return fail(L, "this is not a policy: use policy:decide(...), with the colon");
  return methods[lua_tointeger(L, lua_upvalueindex(1))].run(L, policy);
}

static void set_function(lua_State* L, const char* name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

TALLY_API int luaopen_tally(lua_State* L) {
  size_t i;
  luaL_newmetatable(L, POLICY);
  set_function(L, "__gc", close_policy);
  lua_newtable(L);
  set_function(L, "close", close_policy);
  for (i = 0; i < sizeof methods / sizeof methods[0]; ++i) {
    lua_pushinteger(L, (lua_Integer)i);
    lua_pushcclosure(L, run_method, 1);
    lua_setfield(L, -2, methods[i].name);
  }
  lua_setfield(L, -2, "__index");
  luaL_newmetatable(L, DOCUMENT);
  set_function(L, "__gc", close_document);
  lua_newtable(L);
  set_function(L, "unknown_keys", unknown_keys);
  set_function(L, "warnings", document_warnings);
  lua_setfield(L, -2, "__index");
  lua_newtable(L);
  set_function(L, "open", open_policy);
  set_function(L, "open_text", open_text);
  set_function(L, "version", version);
  return 1;
}
