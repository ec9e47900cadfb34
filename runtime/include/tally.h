/* Tally: decisions for a switch, behind one C interface.
 *
 * Two libraries have this interface. libtally-runtime loads policies that
 * `tally build` made (.so) and knows nothing of rules; libtally also compiles
 * rule files (.tally). What a function gives in the one and not in the other is
 * said where it is declared.
 *
 * The objects:
 *
 *   tally_policy    a policy that can be reloaded; shared by all threads
 *   tally_document  a JSON document, bound alone and kept; shared by all threads
 *   tally_call      one thread's call: facts and documents in, decisions out
 *   tally_error     why something failed
 *
 * Names are resolved once, to handles. Handles are small numbers; they belong to
 * a policy, stay valid as long as it lives, over reloads too, and 0 is never a
 * handle. Deciding with handles looks nothing up by name and allocates nothing.
 *
 * Every function that can fail returns a tally_status. Where it is not TALLY_OK,
 * what the function would have given is left untouched, and if `error` is not
 * NULL, *error is a new tally_error that the caller frees with tally_error_free.
 * Where it is TALLY_OK, *error is left untouched. No function aborts, exits, or
 * lets a C++ exception out. NULL where a pointer is needed is
 * TALLY_ERROR_ARGUMENT; every `free` and `release` takes NULL and does nothing.
 *
 * Texts are UTF-8. Texts that go in have a length in bytes; texts that come out
 * also end in a zero byte that the length does not count.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TALLY_API __attribute__((visibility("default")))
#else
#define TALLY_API
#endif

/* The version of this interface. It grows only where a program that was built
 * against an earlier one would break. */
#define TALLY_INTERFACE_VERSION 1

typedef enum tally_status {
  TALLY_OK = 0,
  TALLY_ERROR_ARGUMENT = 1,    /* a NULL, a handle of nothing, a use that is not allowed */
  TALLY_ERROR_MEMORY = 2,      /* no memory */
  TALLY_ERROR_FILE = 3,        /* a file cannot be read */
  TALLY_ERROR_POLICY = 4,      /* a file is no policy, is damaged, or of another version or machine */
  TALLY_ERROR_RULES = 5,       /* a rule file has errors; the message has them all */
  TALLY_ERROR_UNSUPPORTED = 6, /* a rule file, and this library has no compiler */
  TALLY_ERROR_UNKNOWN = 7,     /* no input, decision, member, value or place of this name */
  TALLY_ERROR_TYPE = 8,        /* a fact of the wrong kind: a number for a flag */
  TALLY_ERROR_VALUE = 9,       /* a fact of the right kind that cannot be: out of range, no such value */
  TALLY_ERROR_DOCUMENT = 10,   /* a document at fault; the JSON of the error has every fault */
  TALLY_ERROR_MISSING = 11,    /* a required input was not given */
  TALLY_ERROR_UNDECIDED = 12,  /* a result was asked for that nothing has been decided for */
  TALLY_ERROR_SYSTEM = 13,     /* the system refused a thread or memory for code */
  TALLY_ERROR_INTERNAL = 14    /* a defect of this library */
} tally_status;

typedef struct tally_policy tally_policy;
typedef struct tally_document tally_document;
typedef struct tally_call tally_call;
typedef struct tally_error tally_error;

typedef uint32_t tally_input; /* a leaf or an object of the inputs: `source`, `caller.device[inbound, onnet].enabled` */
typedef uint32_t tally_decision; /* a decision */
typedef uint32_t tally_member;   /* a scalar of a decision's result: `/time_limit` of a record */
typedef uint32_t tally_value;    /* a value of an enum or a flag; 0 is unset */

/* The values of every flag. */
#define TALLY_UNSET 0u
#define TALLY_OFF 1u
#define TALLY_ON 2u

typedef enum tally_kind {
  TALLY_KIND_UNSET = 0, /* of a result: there is no value */
  TALLY_KIND_ENUM = 1,
  TALLY_KIND_FLAG = 2,
  TALLY_KIND_NUMBER = 3,
  TALLY_KIND_TEXT = 4,
  TALLY_KIND_OBJECT = 5 /* a record or a map */
} tally_kind;

/* A typed value. `value` is for enums and flags; `text` for texts, and the
 * spelling of enums and flags ("on", "off"). */
typedef struct tally_result {
  uint32_t rule;     /* the rule that fired, from 1 */
  tally_kind kind;   /* TALLY_KIND_UNSET where there is no value */
  tally_value value; /* enum, flag */
  uint64_t number;   /* number */
  const char* text;  /* enum, flag, text; else NULL */
  size_t length;     /* of the text, bytes */
} tally_result;

/* One value of an answer, as tally_call_items lists them. */
typedef struct tally_item {
  const char* key;         /* of a decision its name, of a member its key; ends in a zero byte */
  size_t key_length;       /* bytes */
  tally_decision decision; /* the decision that it is, or is a part of */
  size_t inside;           /* how many of the items that follow are inside it: 0 unless it is TALLY_KIND_OBJECT */
  tally_result result;
} tally_item;

/* --- the library ----------------------------------------------------------------- */

/* The version of the library: "0.1.0". Static. Any thread. */
TALLY_API const char* tally_version(void);

/* Whether rule files can be compiled: 1 in libtally, 0 in libtally-runtime. Any thread. */
TALLY_API int tally_can_compile(void);

/* The name of a status: "TALLY_ERROR_FILE"; "?" of what is none. Static. Any thread. */
TALLY_API const char* tally_status_name(tally_status status);

/* Frees a text that this library gave to the caller. Any thread. */
TALLY_API void tally_free(void* text);

/* --- errors ----------------------------------------------------------------------
 * An error belongs to who received it; one thread at a time. */

/* What the function returned; TALLY_OK of NULL. */
TALLY_API tally_status tally_error_status(const tally_error* error);

/* One line, or, for a rule file, its diagnostics as `tally check` prints them.
 * Owned by the error; "" of NULL. */
TALLY_API const char* tally_error_message(const tally_error* error);

/* The JSON Pointer of what is at fault, in the request or in the document that was
 * bound; "" where there is none. Owned by the error; "" of NULL. */
TALLY_API const char* tally_error_pointer(const tally_error* error);

/* All that is known, as one JSON object: status, message, pointer, and `faults`,
 * each with code, pointer, message, and where known value, expected, meant, byte.
 * Owned by the error; "null" of NULL. */
TALLY_API const char* tally_error_json(const tally_error* error);

TALLY_API void tally_error_free(tally_error* error);

/* --- policies --------------------------------------------------------------------
 * A policy counts its references. All functions here may be called from any
 * thread at any time, also while another thread reloads. */

/* Opens a policy: a .so of `tally build`, or, in libtally, a rule file (told
 * apart by their first bytes). A rule file is checked like `tally check`: proofs
 * and examples too.
 * path: a file; kept as it is, for reloading: a relative one is looked up anew.
 * policy: receives a reference that the caller releases with tally_policy_release.
 * Errors: FILE (it cannot be read, or it, or a file that it uses, changes whenever it
 * is read), POLICY, RULES, UNSUPPORTED, MEMORY, SYSTEM. Any thread. */
TALLY_API tally_status tally_policy_open(const char* path, tally_policy** policy, tally_error** error);

/* Opens a policy that is linked into the program: the constant `<prefix>_policy`
 * of an object file that `tally build` made. It cannot be reloaded.
 * constant: its address; must stay valid as long as the policy.
 * policy: as above. Errors: POLICY, MEMORY. */
TALLY_API tally_status tally_policy_open_constant(const void* constant, tally_policy** policy, tally_error** error);

/* Opens rules from memory, without files that they use (libtally only).
 * name: what the rules are called in messages and reasons. text, length: the
 * rules; not kept. It cannot be reloaded.
 * policy: as above. Errors: RULES, UNSUPPORTED, MEMORY, SYSTEM. */
TALLY_API tally_status tally_policy_open_text(const char* name, const char* text, size_t length, tally_policy** policy,
                                              tally_error** error);

/* One reference more; gives the policy back, NULL of NULL. */
TALLY_API tally_policy* tally_policy_retain(tally_policy* policy);

/* One reference less. Documents and calls hold references of their own, so they
 * may be freed before or after. With the last one a watch ends. */
TALLY_API void tally_policy_release(tally_policy* policy);

/* How many versions were loaded so far: 1 after it was opened, one more with each
 * reload that succeeded; 0 of NULL. Never waits. */
TALLY_API uint64_t tally_policy_generation(const tally_policy* policy);

/* What the policy is, as one JSON object: name, generation, source_hash (SHA-256
 * of the rules, hexadecimal), inputs (name, pointer, kind, type, optional,
 * values, minimum, maximum), decisions (name, type, values, members, rules).
 * text: receives a text that the caller frees with tally_free. length: may be NULL.
 * Errors: MEMORY. */
TALLY_API tally_status tally_policy_json(const tally_policy* policy, char** text, size_t* length, tally_error** error);

/* The inputs of the version in use, in the order of the rule file, objects before
 * what is in them.
 * inputs: receives at most `capacity` handles; may be NULL where that is 0.
 * count: receives how many there are. */
TALLY_API tally_status tally_policy_inputs(const tally_policy* policy, tally_input* inputs, size_t capacity,
                                           size_t* count, tally_error** error);
/* The decisions, likewise. */
TALLY_API tally_status tally_policy_decisions(const tally_policy* policy, tally_decision* decisions, size_t capacity,
                                              size_t* count, tally_error** error);

/* The handle of an input, by its name in the rules ("source",
 * "caller.device[inbound, onnet].enabled"). Errors: UNKNOWN (the message has the
 * name that was probably meant). */
TALLY_API tally_status tally_policy_input(const tally_policy* policy, const char* name, tally_input* input,
                                          tally_error** error);
/* The handle of a value of an input, as documents spell it; "on", "off", "true" and
 * "false" of a flag. The handle is good for that input only. Errors: UNKNOWN; TYPE
 * where the input is neither enum nor flag. */
TALLY_API tally_status tally_policy_value(const tally_policy* policy, tally_input input, const char* spelling,
                                          tally_value* value, tally_error** error);
/* The handle of a decision by its name. Errors: UNKNOWN. */
TALLY_API tally_status tally_policy_decision(const tally_policy* policy, const char* name, tally_decision* decision,
                                             tally_error** error);
/* The handle of a scalar of a decision's result, by its JSON Pointer in the value:
 * "/time_limit" of a record, "/inbound/onnet/enabled" of a map of records, "" of a
 * decision that is a scalar itself. Errors: UNKNOWN. */
TALLY_API tally_status tally_policy_member(const tally_policy* policy, tally_decision decision, const char* pointer,
                                           tally_member* member, tally_error** error);
/* The handle of a value that a decision, or a member of it, may have, for
 * comparing with tally_result.value. Errors: UNKNOWN; TYPE as above. */
TALLY_API tally_status tally_policy_decision_value(const tally_policy* policy, tally_decision decision,
                                                   const char* spelling, tally_value* value, tally_error** error);
TALLY_API tally_status tally_policy_member_value(const tally_policy* policy, tally_member member, const char* spelling,
                                                 tally_value* value, tally_error** error);

/* The names of handles; NULL of what is none. Owned by the policy, as long as it lives. */
TALLY_API const char* tally_input_name(const tally_policy* policy, tally_input input);
TALLY_API const char* tally_decision_name(const tally_policy* policy, tally_decision decision);

/* The kind of an input in the version in use; TALLY_KIND_UNSET of what is none. */
TALLY_API tally_kind tally_input_kind(const tally_policy* policy, tally_input input);

/* --- reloading ------------------------------------------------------------------- */

/* What a reload did with the documents that are bound. */
typedef struct tally_reload {
  uint64_t generation; /* of the version in use */
  size_t carried;      /* documents whose inputs are unchanged */
  size_t rebound;      /* documents that were read again */
  size_t failed;       /* documents that the version refuses: tally_document_check says why */
} tally_reload;

/* Loads the file again. The version is loaded and checked aside, documents are
 * bound to it, and then one atomic store puts it in use. Threads that are deciding
 * finish on the version they began with; each call takes the version in use when
 * a fact is set or it decides next, and tells its facts and documents anew. Where the
 * file is at fault, the version in use stays. Deciding threads never wait. The
 * memory of a version is given back by a later reload, or by a watch, after the
 * last call has left it.
 * reload: receives what was done; may be NULL.
 * Errors: as tally_policy_open; ARGUMENT where the policy has no file.
 * Any thread; reloads of one policy wait for each other. */
TALLY_API tally_status tally_policy_reload(tally_policy* policy, tally_reload* reload, tally_error** error);

/* Told after each reload of a watch, in the thread of the watch. `error` is NULL
 * where it succeeded; it and `reload` are valid during the call only. It must not
 * release the last reference; tally_policy_watch fails in it, and tally_policy_unwatch
 * does nothing. */
typedef void (*tally_watcher)(void* context, const tally_reload* reload, const tally_error* error);

/* Watches the policy's file and, of a rule file, the files that it uses: looks
 * every `interval` milliseconds (10 to 3,600,000) whether one of them is another
 * file or has another size or time, and reloads then. A file is loaded when it has
 * stayed the same for one interval, so that one that is being written is left
 * alone. A second watch replaces the first.
 * watcher: may be NULL; context is handed to it.
 * Errors: ARGUMENT (no file, no such interval, in the thread of the watch), SYSTEM (no
 * thread), MEMORY. Any thread. */
TALLY_API tally_status tally_policy_watch(tally_policy* policy, uint32_t interval, tally_watcher watcher, void* context,
                                          tally_error** error);
/* Ends the watch, and waits for a reload that it is busy with. Any thread; does nothing
 * in the watch's own. */
TALLY_API void tally_policy_unwatch(tally_policy* policy);

/* --- documents -------------------------------------------------------------------
 * A document counts its references, is never changed, and may be used from any
 * thread, in any number of calls. */

/* Binds a document alone: what stands at one place of a request.
 * place: a JSON Pointer into a request ("/caller/device"), or the name of an input
 * ("caller.device"), which means the document that it stands in.
 * json, length: the text; it is kept, for reloads.
 * document: receives a reference that the caller releases with tally_document_release.
 * Errors: UNKNOWN (no such place), DOCUMENT (nothing is bound then), MEMORY. */
TALLY_API tally_status tally_document_bind(tally_policy* policy, const char* place, const char* json, size_t length,
                                           tally_document** document, tally_error** error);
/* One reference more; gives the document back, NULL of NULL. */
TALLY_API tally_document* tally_document_retain(tally_document* document);
/* One reference less; calls that it is attached to keep it. */
TALLY_API void tally_document_release(tally_document* document);
/* Whether the version in use takes the document. Errors: DOCUMENT, UNKNOWN (it has no
 * such place), MEMORY. */
TALLY_API tally_status tally_document_check(tally_document* document, tally_error** error);

/* --- calls -----------------------------------------------------------------------
 * A call is used by one thread at a time. It is made once and used again and
 * again; facts and documents stay until they are changed. */

/* A call without facts and documents. It holds a reference to the policy.
 * call: freed with tally_call_free. Errors: MEMORY. Any thread. */
TALLY_API tally_status tally_call_new(tally_policy* policy, tally_call** call, tally_error** error);
TALLY_API void tally_call_free(tally_call* call);

/* Takes all facts and documents away, and what was decided. Errors: none but ARGUMENT. */
TALLY_API tally_status tally_call_clear(tally_call* call, tally_error** error);

/* Sets a fact. What a document says stands instead of it where one is attached.
 * value: a handle of tally_policy_value; TALLY_OFF, TALLY_ON of a flag; 0 unsets.
 * Errors: TYPE, VALUE, ARGUMENT. */
TALLY_API tally_status tally_call_set(tally_call* call, tally_input input, tally_value value, tally_error** error);
/* Sets several facts; stops at the first that fails: those before it are set.
 * inputs, values: `count` of each. Errors: as above. */
TALLY_API tally_status tally_call_set_values(tally_call* call, const tally_input* inputs, const tally_value* values,
                                             size_t count, tally_error** error);
/* Likewise a number. Errors: TYPE, VALUE (out of range), ARGUMENT. */
TALLY_API tally_status tally_call_set_number(tally_call* call, tally_input input, uint64_t number, tally_error** error);
/* Likewise a text; it is copied. Errors: TYPE, VALUE (not UTF-8), ARGUMENT. */
TALLY_API tally_status tally_call_set_text(tally_call* call, tally_input input, const char* text, size_t length,
                                           tally_error** error);
/* Likewise, an object that is there, with nothing in it yet. */
TALLY_API tally_status tally_call_set_present(tally_call* call, tally_input input, tally_error** error);
/* Takes a fact away, where there is one. Errors: ARGUMENT. */
TALLY_API tally_status tally_call_unset(tally_call* call, tally_input input, tally_error** error);
/* Sets a fact by the input's name, from text: an enum's value as documents spell it,
 * "on", "off", "true", "false", a number in decimal, or a text itself.
 * Errors: UNKNOWN, TYPE (an object), VALUE. */
TALLY_API tally_status tally_call_set_named(tally_call* call, const char* name, const char* text, size_t length,
                                            tally_error** error);

/* Finds an input by its name in the rules. A host that knows its names resolves them once, with
 * tally_policy_input; a script that brings names with every call has this function, which takes
 * no lock and asks for no zero byte at the end of the name.
 * name, length: as tally_policy_input has it; length in bytes.
 * input: receives the handle. kind: receives its kind; may be NULL. TALLY_KIND_UNSET means that
 * only an earlier version of the rules has the input; whoever brings a fact for it may leave
 * it out.
 * Errors: UNKNOWN (no version has it; the message suggests a name), ARGUMENT. */
TALLY_API tally_status tally_call_find_input(tally_call* call, const char* name, size_t length, tally_input* input,
                                             tally_kind* kind, tally_error** error);
/* Likewise finds a value of an enum or flag by its spelling, as tally_policy_value does.
 * Errors: UNKNOWN, TYPE (the input is neither), ARGUMENT. */
TALLY_API tally_status tally_call_find_value(tally_call* call, tally_input input, const char* spelling, size_t length,
                                             tally_value* value, tally_error** error);

/* Brings a document along; the call holds a reference until it is detached. What
 * the document says stands instead of facts at its place, and instead of a
 * document at the same place, which is detached. Takes no lock, and nothing is
 * allocated for another document at a place, unless the policy was reloaded since
 * the last time. Errors: ARGUMENT (a document of another policy, or one that overlaps
 * another), DOCUMENT (the version in use refuses it), UNKNOWN (it has no such place);
 * what was attached before is then attached still. */
TALLY_API tally_status tally_call_attach(tally_call* call, tally_document* document, tally_error** error);
/* Leaves a document behind. Errors: ARGUMENT where it is not attached. */
TALLY_API tally_status tally_call_detach(tally_call* call, tally_document* document, tally_error** error);

/* Decides all decisions, by the version in use. Nothing is allocated, and no lock
 * is taken, unless the policy was reloaded since the last time.
 * Errors: MISSING; after a reload also VALUE, TYPE, DOCUMENT, UNKNOWN where the
 * version refuses a fact or a document, and ARGUMENT where two documents overlap in
 * it: nothing is decided then, and earlier results are gone. */
TALLY_API tally_status tally_call_decide(tally_call* call, tally_error** error);
/* Decides some decisions only; the others are undecided then.
 * decisions: `count` handles. Errors: as above; ARGUMENT. */
TALLY_API tally_status tally_call_decide_some(tally_call* call, const tally_decision* decisions, size_t count,
                                              tally_error** error);

/* The version that the results are of; 0 where nothing was decided since a fact or a
 * document changed, and of NULL. */
TALLY_API uint64_t tally_call_generation(const tally_call* call);

/* The rule of a decision that fired, from 1; 0 where it was not decided. */
TALLY_API uint32_t tally_call_rule(const tally_call* call, tally_decision decision);
/* The value of a decision that is an enum or a flag; 0 where it is unset, was not
 * decided, or is of another kind. */
TALLY_API tally_value tally_call_value(const tally_call* call, tally_decision decision);

/* Both, of several decisions. rules, values: receive `count` entries each, or are
 * NULL; what tally_call_rule and tally_call_value give. Errors: ARGUMENT. */
TALLY_API tally_status tally_call_outcomes(const tally_call* call, const tally_decision* decisions, size_t count,
                                           uint32_t* rules, tally_value* values, tally_error** error);

/* A decision's rule and value; the kind of a record or map is TALLY_KIND_OBJECT.
 * result: its text is valid until the call is used to decide or changed.
 * Errors: UNDECIDED, ARGUMENT. */
TALLY_API tally_status tally_call_result(tally_call* call, tally_decision decision, tally_result* result,
                                         tally_error** error);
/* A member of a decision's value; unset where an object around it is.
 * result, errors: as above. */
TALLY_API tally_status tally_call_member(tally_call* call, tally_member member, tally_result* result,
                                         tally_error** error);

/* Lists the values of all decisions that were decided, with the members of records and maps,
 * in the order of the JSON answer: what a binding turns into values of its own language.
 *
 *   decision                                     key         kind    inside
 *   limit = 60                                   limit       NUMBER  0
 *   how = {"enabled": true, "format": "wav"}     how         OBJECT  2
 *                                                enabled     FLAG    0
 *                                                format      ENUM    0
 *
 * The item after `items[i]` that is not inside it is `items[i + 1 + items[i].inside]`. A member
 * that is unset is left out; a decision that is unset has TALLY_KIND_UNSET. Objects nest at most
 * 1,000 deep.
 * items: receives the first of `count` items. They and their texts are owned by the call, and
 * valid until they are asked for again, or the call is used to decide or changed. Once a list as
 * long was made, making another allocates nothing.
 * Errors: UNDECIDED (nothing was decided), ARGUMENT, MEMORY. */
TALLY_API tally_status tally_call_items(tally_call* call, const tally_item** items, size_t* count, tally_error** error);

/* The texts below are owned by the call, and valid until another text is asked of
 * it or it is changed. length: may be NULL. Errors: UNDECIDED, ARGUMENT, MEMORY. */

/* A decision's value as JSON; `null` where it is unset. */
TALLY_API tally_status tally_call_json(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                       tally_error** error);
/* The reason of the rule that fired; "" where it has none. */
TALLY_API tally_status tally_call_reason(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                         tally_error** error);
/* All that was decided, as one JSON object by decision.
 * because: 1: each as {value, because, rule, file, line}; 0: the values. */
TALLY_API tally_status tally_call_answer(tally_call* call, int because, const char** text, size_t* length,
                                         tally_error** error);
/* Why a decision is as it is, as one JSON object: value, because, rule, file,
 * line. In libtally, for a policy from a rule file, also rests_on (the settings
 * that the outcome rests on), earlier (why no earlier rule fired) and changes
 * (single settings that would have changed it), as `tally explain --format json`
 * gives them; that takes diagrams, and milliseconds. */
TALLY_API tally_status tally_call_explain(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                          tally_error** error);

/* --- at once --------------------------------------------------------------------- */

/* Decides one request, a JSON object, as `tally decide` does.
 * because: as in tally_call_answer.
 * answer: receives a text that the caller frees with tally_free. answer_length: may be NULL.
 * Errors: DOCUMENT, MEMORY. Any thread. */
TALLY_API tally_status tally_decide_json(tally_policy* policy, const char* request, size_t length, int because,
                                         char** answer, size_t* answer_length, tally_error** error);

/* One input of many calls, a row each. Exactly one of the arrays is given; the
 * caller owns them. A handle of a value above 255 fits no column; there are such only
 * where a policy that was reloaded has spelled the values of one enum in hundreds of
 * ways. */
typedef struct tally_column {
  tally_input input;
  const uint8_t* values;    /* enum, flag: value handles, 0 unset; object: 0 not there, else there */
  const uint64_t* numbers;  /* number */
  const char* const* texts; /* text, ending in a zero byte; NULL unset */
  const uint8_t* set;       /* numbers: 0 unset, else set, a row each; NULL: all set */
} tally_column;

/* One decision of many calls, a row each. Either array may be NULL; the caller owns
 * them. */
typedef struct tally_answer_column {
  tally_decision decision;
  uint16_t* rules;  /* receives the rule that fired, from 1 */
  uint16_t* values; /* receives the value of an enum or flag, 0 unset; NULL for other kinds */
} tally_answer_column;

/* Decides many calls at once, by the version in use when it begins. Inputs without
 * a column are unset, objects are present where something in them is, members with
 * a default take it. All rows are checked before the first is decided.
 * columns, answers: arrays of `rows` entries each; answers must overlap neither
 * columns nor each other.
 * Takes memory for a byte a row and column, but for enums and flags that have no
 * default and stand in no object that something depends on.
 * Errors: MISSING (a required input without a column, or unset in a row where it
 * is needed), VALUE (a value handle, number or text that cannot be; the pointer of
 * the error is the input's, the message has the row, from 0), TYPE, ARGUMENT, MEMORY,
 * POLICY (a policy that was built without functions over columns). Where it is not
 * TALLY_OK, no answer was touched. Any thread. */
TALLY_API tally_status tally_decide_batch(tally_policy* policy, const tally_column* columns, size_t column_count,
                                          const tally_answer_column* answers, size_t answer_count, size_t rows,
                                          tally_error** error);

#ifdef __cplusplus
}
#endif
#endif
