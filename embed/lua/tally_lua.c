/* The Lua module `tally`: policies in Lua 5.1 to 5.4 and LuaJIT, as FreeSWITCH's
 * mod_lua and Kamailio's app_lua load them. README.md beside this file is its manual.
 *
 * A thin layer over tally.h: a policy is a userdata that holds a tally_policy and one
 * tally_call, which every decide uses again; names are looked up once and kept as
 * handles in a table of the policy's. A Lua state is one thread, so nothing here
 * locks; each state opens a policy of its own.
 *
 * What fails gives nil and a message, misuse too: a switch's script should be able to
 * answer 500, not end. Only memory that Lua itself cannot get is a Lua error. */
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define POLICY "tally.policy"
#define DOCUMENT "tally.document"
#define MAX_DOCUMENTS 64
#define MAX_DEPTH 64 /* of a value: the language nests no deeper in practice, and Lua's stack is bounded */

typedef struct {
  tally_policy* policy;
  tally_call* call;
  int names;           /* registry reference: input name -> handle */
  int values;          /* likewise: input handle -> spelling -> value handle */
  uint64_t generation; /* that `decisions` is of */
  tally_decision* decisions;
  size_t decision_count;
} Policy;

typedef struct {
  tally_document* document;
} Document;

/* --- what Lua's versions differ in ------------------------------------------------ */

static void* test_userdata(lua_State* L, int index, const char* type) {
  void* data = lua_touserdata(L, index);
  if (data == NULL || !lua_getmetatable(L, index)) return NULL;
  lua_getfield(L, LUA_REGISTRYINDEX, type);
  if (!lua_rawequal(L, -1, -2)) data = NULL;
  lua_pop(L, 2);
  return data;
}

static size_t length_of(lua_State* L, int index) {
#if LUA_VERSION_NUM >= 502
  return lua_rawlen(L, index);
#else
  return lua_objlen(L, index);
#endif
}

static void set_functions(lua_State* L, const luaL_Reg* functions) {
  for (; functions->name != NULL; ++functions) {
    lua_pushcfunction(L, functions->func);
    lua_setfield(L, -2, functions->name);
  }
}

/* --- errors -------------------------------------------------------------------------- */

static int fail(lua_State* L, const char* message) {
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}

/* Frees the error. Where it is about a place in a document, the message names it. */
static int fail_with(lua_State* L, tally_error* error) {
  lua_pushnil(L);
  if (error == NULL)
    lua_pushliteral(L, "no memory");
  else if (tally_error_pointer(error)[0] != 0)
    lua_pushfstring(L, "%s (%s)", tally_error_message(error), tally_error_pointer(error));
  else
    lua_pushstring(L, tally_error_message(error));
  tally_error_free(error);
  return 2;
}

/* Leaves the message on the stack where it fails. */
static int fact_fails(lua_State* L, tally_error* error) {
  fail_with(L, error);
  lua_remove(L, -2);
  return 0;
}

static Policy* policy_at(lua_State* L, int index) {
  Policy* policy = test_userdata(L, index, POLICY);
  return policy != NULL && policy->policy != NULL ? policy : NULL;
}

static const char no_policy[] = "this is no policy: use policy:decide(...), with the colon";

/* --- JSON to Lua -----------------------------------------------------------------------
 * Of texts that tally.h made, so well formed: only depth is checked. Members that are
 * null are left out, as Lua tables cannot hold them. */

typedef struct {
  lua_State* L;
  const char* at;
} Reader;

static unsigned hexadecimal(const char* digits) {
  char text[5] = {digits[0], digits[1], digits[2], digits[3], 0};
  return (unsigned)strtoul(text, NULL, 16);
}

static void add_character(luaL_Buffer* buffer, unsigned code) {
  if (code < 0x80) {
    luaL_addchar(buffer, (char)code);
  } else if (code < 0x800) {
    luaL_addchar(buffer, (char)(0xc0 | code >> 6));
    luaL_addchar(buffer, (char)(0x80 | (code & 63)));
  } else if (code < 0x10000) {
    luaL_addchar(buffer, (char)(0xe0 | code >> 12));
    luaL_addchar(buffer, (char)(0x80 | (code >> 6 & 63)));
    luaL_addchar(buffer, (char)(0x80 | (code & 63)));
  } else {
    luaL_addchar(buffer, (char)(0xf0 | code >> 18));
    luaL_addchar(buffer, (char)(0x80 | (code >> 12 & 63)));
    luaL_addchar(buffer, (char)(0x80 | (code >> 6 & 63)));
    luaL_addchar(buffer, (char)(0x80 | (code & 63)));
  }
}

static void push_text(Reader* r) {
  luaL_Buffer buffer;
  luaL_buffinit(r->L, &buffer);
  for (++r->at; *r->at != '"' && *r->at != 0; ++r->at) {
    if (*r->at != '\\') {
      luaL_addchar(&buffer, *r->at);
      continue;
    }
    ++r->at;
    switch (*r->at) {
      case 'n': luaL_addchar(&buffer, '\n'); break;
      case 't': luaL_addchar(&buffer, '\t'); break;
      case 'r': luaL_addchar(&buffer, '\r'); break;
      case 'b': luaL_addchar(&buffer, '\b'); break;
      case 'f': luaL_addchar(&buffer, '\f'); break;
      case 'u': {
        unsigned code = hexadecimal(r->at + 1);
        r->at += 4;
        if (code >= 0xd800 && code < 0xdc00 && r->at[1] == '\\') {
          code = 0x10000 + ((code - 0xd800) << 10) + (hexadecimal(r->at + 3) - 0xdc00);
          r->at += 6;
        }
        add_character(&buffer, code);
        break;
      }
      default: luaL_addchar(&buffer, *r->at);
    }
  }
  if (*r->at == '"') ++r->at;
  luaL_pushresult(&buffer);
}

static int push_json(Reader* r, int depth) {
  if (depth > MAX_DEPTH || !lua_checkstack(r->L, 6)) return 0;
  switch (*r->at) {
    case '{':
      lua_newtable(r->L);
      for (++r->at; *r->at != '}' && *r->at != 0;) {
        if (*r->at == ',') ++r->at;
        push_text(r);
        ++r->at; /* the colon */
        if (!push_json(r, depth + 1)) return 0;
        lua_rawset(r->L, -3);
      }
      ++r->at;
      return 1;
    case '"': push_text(r); return 1;
    case 't':
      r->at += 4;
      lua_pushboolean(r->L, 1);
      return 1;
    case 'f':
      r->at += 5;
      lua_pushboolean(r->L, 0);
      return 1;
    case 'n':
      r->at += 4;
      lua_pushnil(r->L);
      return 1;
    default: {
      char* end;
      const unsigned long long number = strtoull(r->at, &end, 10);
      if (end == r->at) return 0;
      r->at = end;
#if LUA_VERSION_NUM >= 503
      lua_pushinteger(r->L, (lua_Integer)number);
#else
      lua_pushnumber(r->L, (lua_Number)number);
#endif
      return 1;
    }
  }
}

/* --- opening ----------------------------------------------------------------------------- */

static int give_policy(lua_State* L, tally_policy* opened) {
  tally_error* error = NULL;
  Policy* policy = lua_newuserdata(L, sizeof *policy);
  memset(policy, 0, sizeof *policy);
  policy->names = policy->values = LUA_NOREF;
  policy->policy = opened;
  lua_getfield(L, LUA_REGISTRYINDEX, POLICY);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  policy->names = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  policy->values = luaL_ref(L, LUA_REGISTRYINDEX);
  if (tally_call_new(opened, &policy->call, &error) != TALLY_OK) return fail_with(L, error);
  return 1;
}

static int open_policy(lua_State* L) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  if (lua_type(L, 1) != LUA_TSTRING) return fail(L, "tally.open(path): the path of a policy is expected");
  if (tally_policy_open(lua_tostring(L, 1), &policy, &error) != TALLY_OK) return fail_with(L, error);
  return give_policy(L, policy);
}

static int open_text(lua_State* L) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  size_t length = 0;
  const char* text;
  if (lua_type(L, 1) != LUA_TSTRING || lua_type(L, 2) != LUA_TSTRING)
    return fail(L, "tally.open_text(name, rules): two texts are expected");
  text = lua_tolstring(L, 2, &length);
  if (tally_policy_open_text(lua_tostring(L, 1), text, length, &policy, &error) != TALLY_OK) return fail_with(L, error);
  return give_policy(L, policy);
}

static int close_policy(lua_State* L) {
  Policy* policy = test_userdata(L, 1, POLICY);
  if (policy == NULL) return 0;
  tally_call_free(policy->call);
  tally_policy_release(policy->policy);
  free(policy->decisions);
  luaL_unref(L, LUA_REGISTRYINDEX, policy->names);
  luaL_unref(L, LUA_REGISTRYINDEX, policy->values);
  memset(policy, 0, sizeof *policy);
  policy->names = policy->values = LUA_NOREF;
  return 0;
}

static int close_document(lua_State* L) {
  Document* document = test_userdata(L, 1, DOCUMENT);
  if (document == NULL) return 0;
  tally_document_release(document->document);
  document->document = NULL;
  return 0;
}

/* --- reloading ------------------------------------------------------------------------------ */

static int reload(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  tally_reload done;
  tally_error* error = NULL;
  if (policy == NULL) return fail(L, no_policy);
  if (tally_policy_reload(policy->policy, &done, &error) != TALLY_OK) return fail_with(L, error);
  lua_pushnumber(L, (lua_Number)done.generation);
  return 1;
}

static int watch(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  tally_error* error = NULL;
  const lua_Number interval = lua_isnoneornil(L, 2) ? 1000 : lua_tonumber(L, 2);
  if (policy == NULL) return fail(L, no_policy);
  if (!(interval >= 10 && interval <= 3600000))
    return fail(L, "policy:watch(milliseconds): a number from 10 to 3600000 is expected");
  if (tally_policy_watch(policy->policy, (uint32_t)interval, NULL, NULL, &error) != TALLY_OK)
    return fail_with(L, error);
  lua_pushboolean(L, 1);
  return 1;
}

static int unwatch(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  if (policy == NULL) return fail(L, no_policy);
  tally_policy_unwatch(policy->policy);
  lua_pushboolean(L, 1);
  return 1;
}

static int generation(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  if (policy == NULL) return fail(L, no_policy);
  lua_pushnumber(L, (lua_Number)tally_policy_generation(policy->policy));
  return 1;
}

/* --- documents ------------------------------------------------------------------------------- */

static int bind(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  tally_document* bound = NULL;
  tally_error* error = NULL;
  Document* document;
  size_t length = 0;
  const char* text;
  if (policy == NULL) return fail(L, no_policy);
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

/* --- deciding ---------------------------------------------------------------------------------- */

/* The handle of the input whose name is at `index`; 0, and a message on the stack. */
static tally_input input_at(lua_State* L, Policy* policy, int index) {
  tally_input input = 0;
  tally_error* error = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, policy->names);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) {
    input = (tally_input)lua_tonumber(L, -1);
    lua_pop(L, 2);
    return input;
  }
  lua_pop(L, 1);
  if (tally_policy_input(policy->policy, lua_tostring(L, index), &input, &error) != TALLY_OK) {
    lua_pop(L, 1);
    fact_fails(L, error);
    return 0;
  }
  lua_pushvalue(L, index);
  lua_pushnumber(L, input);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return input;
}

/* The handle of the value whose spelling is at `index`; 0, and a message on the stack. */
static tally_value value_at(lua_State* L, Policy* policy, tally_input input, int index) {
  tally_value value = 0;
  tally_error* error = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, policy->values);
  lua_rawgeti(L, -1, (int)input);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, (int)input);
  }
  lua_remove(L, -2);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) {
    value = (tally_value)lua_tonumber(L, -1);
    lua_pop(L, 2);
    return value;
  }
  lua_pop(L, 1);
  if (tally_policy_value(policy->policy, input, lua_tostring(L, index), &value, &error) != TALLY_OK) {
    lua_pop(L, 1);
    fact_fails(L, error);
    return 0;
  }
  lua_pushvalue(L, index);
  lua_pushnumber(L, value);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return value;
}

/* One fact, its name at `name` and its value at `name + 1`; 0, and a message on the stack. */
static int set_fact(lua_State* L, Policy* policy, int name) {
  const int at = name + 1;
  tally_error* error = NULL;
  tally_status status = TALLY_OK;
  tally_kind kind;
  tally_input input;
  if (lua_type(L, name) != LUA_TSTRING) {
    lua_pushliteral(L, "facts have inputs' names as keys");
    return 0;
  }
  input = input_at(L, policy, name);
  if (input == 0) return 0;
  kind = tally_input_kind(policy->policy, input);
  if (kind == TALLY_KIND_UNSET) return 1; /* an input of an earlier version: this one does not ask */
  switch (lua_type(L, at)) {
    case LUA_TBOOLEAN:
      if (kind == TALLY_KIND_OBJECT)
        status = lua_toboolean(L, at) ? tally_call_set_present(policy->call, input, &error)
                                      : tally_call_unset(policy->call, input, &error);
      else if (kind == TALLY_KIND_FLAG)
        status = tally_call_set(policy->call, input, lua_toboolean(L, at) ? TALLY_ON : TALLY_OFF, &error);
      else
        goto misfit;
      break;
    case LUA_TNUMBER: {
      const lua_Number number = lua_tonumber(L, at);
      if (!(number >= 0 && number <= 9007199254740991.0) || number != (lua_Number)(uint64_t)number) {
        lua_pushfstring(L, "`%s` takes whole numbers from 0 on", lua_tostring(L, name));
        return 0;
      }
      status = tally_call_set_number(policy->call, input, (uint64_t)number, &error);
      break;
    }
    case LUA_TSTRING:
      if (kind == TALLY_KIND_ENUM || kind == TALLY_KIND_FLAG) {
        const tally_value value = value_at(L, policy, input, at);
        if (value == 0) return 0;
        status = tally_call_set(policy->call, input, value, &error);
      } else {
        size_t length = 0;
        const char* text = lua_tolstring(L, at, &length);
        status = tally_call_set_text(policy->call, input, text, length, &error);
      }
      break;
    default: goto misfit;
  }
  return status == TALLY_OK ? 1 : fact_fails(L, error);
misfit:
  lua_pushfstring(L, "`%s` cannot be a %s", lua_tostring(L, name), luaL_typename(L, at));
  return 0;
}

static int set_facts(lua_State* L, Policy* policy, int facts) {
  lua_pushnil(L);
  while (lua_next(L, facts) != 0) {
    const int name = lua_gettop(L) - 1;
    if (!set_fact(L, policy, name)) return 0;
    lua_settop(L, name);
  }
  return 1;
}

static int attach(lua_State* L, Policy* policy, int documents) {
  const size_t count = length_of(L, documents);
  size_t i;
  if (count > MAX_DOCUMENTS) {
    lua_pushliteral(L, "more documents than a call takes");
    return 0;
  }
  for (i = 1; i <= count; ++i) {
    tally_error* error = NULL;
    Document* document;
    lua_rawgeti(L, documents, (int)i);
    document = test_userdata(L, -1, DOCUMENT);
    lua_pop(L, 1);
    if (document == NULL || document->document == NULL) {
      lua_pushliteral(L, "documents are those of policy:bind(...)");
      return 0;
    }
    if (tally_call_attach(policy->call, document->document, &error) != TALLY_OK) return fact_fails(L, error);
  }
  return 1;
}

/* The decisions of the version that decided last; 0, and a message on the stack. */
static int refresh_decisions(lua_State* L, Policy* policy) {
  const uint64_t now = tally_call_generation(policy->call);
  size_t count = 0;
  tally_error* error = NULL;
  tally_decision* decisions;
  if (policy->decisions != NULL && policy->generation == now) return 1;
  if (tally_policy_decisions(policy->policy, NULL, 0, &count, &error) != TALLY_OK) return fact_fails(L, error);
  decisions = malloc((count + 1) * sizeof *decisions);
  if (decisions == NULL || tally_policy_decisions(policy->policy, decisions, count, &count, &error) != TALLY_OK) {
    free(decisions);
    return fact_fails(L, error);
  }
  free(policy->decisions);
  policy->decisions = decisions;
  policy->decision_count = count;
  policy->generation = now;
  return 1;
}

/* Pushes a decision's value, nil where it is unset; 0, and a message on the stack. */
static int push_value(lua_State* L, Policy* policy, tally_decision decision) {
  tally_result result;
  tally_error* error = NULL;
  if (tally_call_result(policy->call, decision, &result, &error) != TALLY_OK) return fact_fails(L, error);
  switch (result.kind) {
    case TALLY_KIND_UNSET: lua_pushnil(L); break;
    case TALLY_KIND_FLAG: lua_pushboolean(L, result.value == TALLY_ON); break;
    case TALLY_KIND_NUMBER:
#if LUA_VERSION_NUM >= 503
      lua_pushinteger(L, (lua_Integer)result.number);
#else
      lua_pushnumber(L, (lua_Number)result.number);
#endif
      break;
    case TALLY_KIND_ENUM:
    case TALLY_KIND_TEXT: lua_pushlstring(L, result.text, result.length); break;
    default: {
      Reader reader = {L, NULL};
      if (tally_call_json(policy->call, decision, &reader.at, NULL, &error) != TALLY_OK) return fact_fails(L, error);
      if (!push_json(&reader, 0)) {
        lua_pushliteral(L, "a value that is nested too deeply");
        return 0;
      }
    }
  }
  return 1;
}

/* A message is on the stack. */
static int fail_on_top(lua_State* L) {
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

/* With the policy, facts and documents at 1 to 3. Gives how many values are returned,
 * and whether it failed. */
static int decide_once(lua_State* L, Policy* policy, int* failed) {
  tally_error* error = NULL;
  size_t i;
  *failed = 1;
  if (tally_call_clear(policy->call, &error) != TALLY_OK) return fail_with(L, error);
  if (lua_istable(L, 2) && !set_facts(L, policy, 2)) return fail_on_top(L);
  if (lua_istable(L, 3) && !attach(L, policy, 3)) return fail_on_top(L);
  if (tally_call_decide(policy->call, &error) != TALLY_OK) return fail_with(L, error);
  if (!refresh_decisions(L, policy)) return fail_on_top(L);
  lua_createtable(L, 0, (int)policy->decision_count);
  for (i = 0; i < policy->decision_count; ++i) {
    if (!push_value(L, policy, policy->decisions[i])) return fail_on_top(L);
    lua_setfield(L, -2, tally_decision_name(policy->policy, policy->decisions[i]));
  }
  *failed = 0;
  return 1;
}

static int decide(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  int attempts, failed = 0, values = 0;
  if (policy == NULL) return fail(L, no_policy);
  if (!lua_isnoneornil(L, 2) && !lua_istable(L, 2))
    return fail(L, "policy:decide(facts, documents): facts are a table");
  if (!lua_isnoneornil(L, 3) && !lua_istable(L, 3))
    return fail(L, "policy:decide(facts, documents): documents are a list");
  /* Facts are told by one version's names and kinds. Where another takes over in the
   * middle, they are told anew. */
  for (attempts = 0; attempts < 3; ++attempts) {
    const uint64_t before = tally_policy_generation(policy->policy);
    lua_settop(L, 3);
    values = decide_once(L, policy, &failed);
    if (!failed || tally_policy_generation(policy->policy) == before) break;
  }
  return values;
}

/* Of the call that was decided last: the reason of each decision that has one. */
static int reasons(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  size_t i;
  if (policy == NULL) return fail(L, no_policy);
  lua_newtable(L);
  for (i = 0; i < policy->decision_count; ++i) {
    const char* text = NULL;
    size_t length = 0;
    tally_error* error = NULL;
    if (tally_call_reason(policy->call, policy->decisions[i], &text, &length, &error) != TALLY_OK)
      return fail_with(L, error);
    if (length == 0) continue;
    lua_pushlstring(L, text, length);
    lua_setfield(L, -2, tally_decision_name(policy->policy, policy->decisions[i]));
  }
  return 1;
}

/* The answer as JSON text, `tally decide`'s; with true, `tally decide --because`'s. */
static int json(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  const char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  if (policy == NULL) return fail(L, no_policy);
  if (tally_call_answer(policy->call, lua_toboolean(L, 2), &text, &length, &error) != TALLY_OK)
    return fail_with(L, error);
  lua_pushlstring(L, text, length);
  return 1;
}

static int explain(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  tally_decision decision = 0;
  const char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  if (policy == NULL) return fail(L, no_policy);
  if (lua_type(L, 2) != LUA_TSTRING) return fail(L, "policy:explain(decision): a decision's name is expected");
  if (tally_policy_decision(policy->policy, lua_tostring(L, 2), &decision, &error) != TALLY_OK ||
      tally_call_explain(policy->call, decision, &text, &length, &error) != TALLY_OK)
    return fail_with(L, error);
  lua_pushlstring(L, text, length);
  return 1;
}

static int decide_json(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  char* answer = NULL;
  size_t length = 0, answer_length = 0;
  tally_error* error = NULL;
  const char* request;
  if (policy == NULL) return fail(L, no_policy);
  if (lua_type(L, 2) != LUA_TSTRING) return fail(L, "policy:decide_json(request, because): a JSON text is expected");
  request = lua_tolstring(L, 2, &length);
  if (tally_decide_json(policy->policy, request, length, lua_toboolean(L, 3), &answer, &answer_length, &error) !=
      TALLY_OK)
    return fail_with(L, error);
  lua_pushlstring(L, answer, answer_length);
  tally_free(answer);
  return 1;
}

static int describe(lua_State* L) {
  Policy* policy = policy_at(L, 1);
  char* text = NULL;
  size_t length = 0;
  tally_error* error = NULL;
  if (policy == NULL) return fail(L, no_policy);
  if (tally_policy_json(policy->policy, &text, &length, &error) != TALLY_OK) return fail_with(L, error);
  lua_pushlstring(L, text, length);
  tally_free(text);
  return 1;
}

static int version(lua_State* L) {
  lua_pushstring(L, tally_version());
  return 1;
}

static const luaL_Reg policy_functions[] = {{"reload", reload},
                                            {"watch", watch},
                                            {"unwatch", unwatch},
                                            {"generation", generation},
                                            {"bind", bind},
                                            {"decide", decide},
                                            {"reasons", reasons},
                                            {"json", json},
                                            {"explain", explain},
                                            {"decide_json", decide_json},
                                            {"describe", describe},
                                            {"close", close_policy},
                                            {NULL, NULL}};

static const luaL_Reg module_functions[] = {
    {"open", open_policy}, {"open_text", open_text}, {"version", version}, {NULL, NULL}};

TALLY_API int luaopen_tally(lua_State* L) {
  luaL_newmetatable(L, POLICY);
  lua_newtable(L);
  set_functions(L, policy_functions);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, close_policy);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_newmetatable(L, DOCUMENT);
  lua_pushcfunction(L, close_document);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_newtable(L);
  set_functions(L, module_functions);
  return 1;
}
