/* Tally: decisions for a switch, behind one C interface.
 *
 * Open a policy once, bind the documents that it decides by, and keep one call per thread. For
 * each phone call set the facts, decide, and read the answers:
 *
 *   tally_policy_open("recording.so", &policy, &error);
 *   tally_policy_input(policy, "source", &source, &error);
 *   tally_policy_value(policy, source, "offnet", &offnet, &error);
 *   tally_policy_decision(policy, "recording", &recording, &error);
 *   tally_document_bind(policy, "/user", json, length, &user, &error);
 *   tally_call_new(policy, &call, &error);
 *
 *   tally_call_attach(call, user, &error);             // for each phone call
 *   tally_call_set(call, source, offnet, &error);
 *   tally_call_decide(call, &error);
 *   if (tally_call_value(call, recording) == TALLY_ON) start_recording();
 *
 * Two libraries have this interface. libtally-runtime loads the shared objects that
 * `tally build` makes, and knows nothing of rules. libtally can do all that, and also compiles
 * rule files (.tally) itself. Where a function does more in libtally, its comment describes that.
 *
 * Objects. There are four:
 *
 *   tally_policy    rules that can be reloaded; shared by all threads
 *   tally_document  a JSON document, bound once and kept; shared by all threads
 *   tally_call      facts and documents in, decisions out; used by one thread at a time
 *   tally_error     why something failed
 *
 * Handles. A name is resolved once, to a handle: a small number that belongs to the policy and
 * stays valid as long as the policy lives, even over reloads. 0 is never a handle. With handles,
 * deciding looks no name up and allocates nothing.
 *
 * Errors. Every function that can fail returns a tally_status. If that is TALLY_OK, `*error` is
 * not touched. If it is anything else, the function has written to none of its other results,
 * and `*error` is a new tally_error, which the caller frees with tally_error_free. A caller that
 * needs no details passes NULL for `error`. No function aborts, exits, or lets a C++ exception
 * out.
 *
 * Memory. Where there is none, a function returns TALLY_ERROR_MEMORY, and everything is as it was
 * before. LLVM, which compiles rule files in libtally, ends the process if it gets no memory. So
 * before it begins, the library asks for as much as compiling these rules can take, and returns
 * TALLY_ERROR_MEMORY if the system refuses (a limit of the process: RLIMIT_AS, RLIMIT_DATA). That is
 * no promise for a limit that other threads exhaust while rules are compiled. A process whose
 * memory is scarce should open a `.so`: nothing there is beyond TALLY_ERROR_MEMORY.
 *
 * Stack. Opening, reloading and, in libtally, explaining need 6 MiB. If the caller's stack has less
 * left, they take place in a thread that exists for that long and gets no signals. All other functions
 * need at most 64 kB of the caller's stack, and where a decision's result nests more than 100 deep,
 * 512 bytes more for each level. Documents may nest as deep as they like.
 *
 * Signals may arrive in any thread and interrupt any function, with SA_RESTART or without. In a
 * handler, no function of this library may be called.
 *
 * Fork. A child may use everything that it inherits: policies, documents, and calls that no other
 * thread was using. A fork waits until reloads, explanations and whatever else takes a lock in
 * other threads have ended, at most as long as it takes to compile the rules. Only watches are not
 * inherited, since their threads are not: in a child nothing is reloaded by itself until it calls
 * tally_policy_watch. tally_policy_unwatch and the last release do not wait there for the watch.
 * What a thread of the parent held at the moment of the fork, such as a version that it was about to
 * put in use, is not freed in the child.
 *
 * The end. `exit` waits in the same way, and whatever would be compiled after that fails with
 * TALLY_ERROR_SYSTEM.
 *
 * Pointers. If a function needs a pointer and is given NULL, it returns TALLY_ERROR_ARGUMENT.
 * The functions that free or release an object accept NULL, and do nothing with it.
 *
 * Texts are UTF-8. A text that goes in has a length in bytes, unless it is declared as a
 * `const char*` alone; then it ends with a zero byte. A text that comes out has a length and
 * also ends with a zero byte, which the length does not count.
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

/* The version of this interface. It is raised only by a change that breaks programs built
 * against an earlier one. */
#define TALLY_INTERFACE_VERSION 1

typedef enum tally_status {
  TALLY_OK = 0,
  TALLY_ERROR_ARGUMENT = 1,    /* NULL, an unknown handle, or a use that is not allowed */
  TALLY_ERROR_MEMORY = 2,      /* there is no memory */
  TALLY_ERROR_FILE = 3,        /* a file cannot be read */
  TALLY_ERROR_POLICY = 4,      /* a file is not a policy, is damaged, or is for another version or machine */
  TALLY_ERROR_RULES = 5,       /* a rule file has errors; the message has all of them */
  TALLY_ERROR_UNSUPPORTED = 6, /* a rule file was given to a library without a compiler */
  TALLY_ERROR_UNKNOWN = 7,     /* the policy has no input, decision, member, value or place of this name */
  TALLY_ERROR_TYPE = 8,        /* a fact has the wrong kind: a number for a flag */
  TALLY_ERROR_VALUE = 9,       /* a fact has the right kind, but its value is out of range or unknown */
  TALLY_ERROR_DOCUMENT = 10,   /* a document has faults; the error's JSON lists them */
  TALLY_ERROR_MISSING = 11,    /* a required input was not set */
  TALLY_ERROR_UNDECIDED = 12,  /* a result was asked for before it was decided */
  TALLY_ERROR_SYSTEM = 13,     /* the system refused a thread, or executable memory */
  TALLY_ERROR_INTERNAL = 14,   /* a defect of this library */
  TALLY_ERROR_REFUSED = 15     /* the guard of the policy refuses a version */
} tally_status;

typedef struct tally_policy tally_policy;
typedef struct tally_document tally_document;
typedef struct tally_call tally_call;
typedef struct tally_error tally_error;

/* Handles. */
typedef uint32_t tally_input;    /* an input: `source`, `caller.device[inbound, onnet].enabled` */
typedef uint32_t tally_decision; /* a decision: `recording` */
typedef uint32_t tally_member;   /* a scalar of a decision's result: `/time_limit` of a record */
typedef uint32_t tally_value;    /* a value of an enum or flag: `offnet`; 0 is unset */

/* The values of every flag. */
#define TALLY_UNSET 0u
#define TALLY_OFF 1u
#define TALLY_ON 2u

typedef enum tally_kind {
  TALLY_KIND_UNSET = 0, /* there is no value */
  TALLY_KIND_ENUM = 1,
  TALLY_KIND_FLAG = 2,
  TALLY_KIND_NUMBER = 3,
  TALLY_KIND_TEXT = 4,
  TALLY_KIND_OBJECT = 5 /* a record, a map, or a set: a flag per value */
} tally_kind;

/* The value of a decision, or of a member of one, and the rule that gave it. */
typedef struct tally_result {
  uint32_t rule;     /* the rule that fired, from 1 */
  tally_kind kind;   /* which of the following fields hold the value */
  tally_value value; /* ENUM, FLAG; otherwise 0 */
  uint64_t number;   /* NUMBER; otherwise 0 */
  const char* text;  /* TEXT, and the spelling of ENUM and FLAG ("on", "off"); otherwise NULL */
  size_t length;     /* of the text, in bytes */
} tally_result;

/* One value of an answer, as tally_call_items lists them. */
typedef struct tally_item {
  const char* key;         /* the decision's name, or the member's key; ends with a zero byte */
  size_t key_length;       /* in bytes */
  tally_decision decision; /* the decision that this item is, or belongs to */
  size_t inside;           /* how many of the items after this one are inside it; 0 unless it is an OBJECT */
  tally_result result;
} tally_item;

/* --- the library -----------------------------------------------------------------------
 * Any thread may call these. */

/* Returns the version of the library, for example "0.1.0". The text is static. */
TALLY_API const char* tally_version(void);

/* Returns 1 if the library can compile rule files (libtally), and 0 if not (libtally-runtime). */
TALLY_API int tally_can_compile(void);

/* Returns the name of a status, for example "TALLY_ERROR_FILE", or "?" if there is no such
 * status. The text is static. */
TALLY_API const char* tally_status_name(tally_status status);

/* Frees a text that a function of this library handed over to the caller. */
TALLY_API void tally_free(void* text);

/* --- errors ----------------------------------------------------------------------------
 * An error belongs to the caller that received it, and is used by one thread at a time. The
 * texts belong to the error, and live as long as it does. */

/* Returns the status that the failing function returned, or TALLY_OK if `error` is NULL. */
TALLY_API tally_status tally_error_status(const tally_error* error);

/* Returns a message for people: one line, or, for a rule file, its diagnostics as `tally check`
 * prints them. Returns "" if `error` is NULL. */
TALLY_API const char* tally_error_message(const tally_error* error);

/* Returns the JSON Pointer of the value that is at fault: in a request, or in the document that
 * was being bound. Returns "" if the error is not about a document, or if `error` is NULL. */
TALLY_API const char* tally_error_pointer(const tally_error* error);

/* Returns everything that is known about the error, for programs, as one JSON object: `status`,
 * `message`, `pointer` and `faults`. Each fault has `code`, `pointer` and `message`, and, where
 * they are known, `value`, `expected`, `meant`, `help` and `byte`. Returns "null" if `error` is NULL. */
TALLY_API const char* tally_error_json(const tally_error* error);

TALLY_API void tally_error_free(tally_error* error);

/* --- policies --------------------------------------------------------------------------
 * A policy counts its references. Any thread may call these functions at any time, even while
 * another thread reloads the policy. */

/* Opens a policy from a file: a shared object that `tally build` made, or, in libtally, a rule
 * file. The first bytes of the file show which of the two it is. A rule file is checked as
 * `tally check` checks it, with its proofs and examples.
 *
 * A `.so` is copied into memory, and does not depend on its file afterwards. A system may refuse code
 * in memory that was written (MemoryDenyWriteExecute of systemd, SELinux). There a rule file cannot
 * be compiled (SYSTEM), and the code of a `.so` is mapped from a sealed copy in memory or, if the system
 * refuses that too, from its file: so replace the file by renaming another one to it, as `tally build`
 * does, and never write over it.
 *
 * path: the file. A relative path is kept as it is, and looked up again by each reload.
 * policy: receives a reference, which the caller releases with tally_policy_release.
 * Errors: FILE (the file cannot be read, or it, or a file that it uses, changes whenever it is
 * read), POLICY, RULES, UNSUPPORTED, MEMORY, SYSTEM. */
TALLY_API tally_status tally_policy_open(const char* path, tally_policy** policy, tally_error** error);

/* Opens a policy that is linked into the program. It cannot be reloaded.
 *
 * constant: the address of the constant `<prefix>_policy`, which an object file of `tally build`
 * defines. It must stay valid as long as the policy does.
 * policy: as above.
 * Errors: POLICY, MEMORY, SYSTEM. */
TALLY_API tally_status tally_policy_open_constant(const void* constant, tally_policy** policy, tally_error** error);

/* Opens rules from memory. They cannot use other files, and cannot be reloaded. Only libtally
 * can do this.
 *
 * name: what messages and reasons call the rules, for example "recording.tally".
 * text, length: the rules; they are not kept.
 * policy: as above.
 * Errors: RULES, UNSUPPORTED, MEMORY, SYSTEM. */
TALLY_API tally_status tally_policy_open_text(const char* name, const char* text, size_t length, tally_policy** policy,
                                              tally_error** error);

/* Adds a reference, and returns `policy` (NULL if `policy` is NULL). */
TALLY_API tally_policy* tally_policy_retain(tally_policy* policy);

/* Gives a reference back. Documents and calls hold references of their own, so they may be freed
 * before the policy is released, or after. The last release ends a watch. */
TALLY_API void tally_policy_release(tally_policy* policy);

/* Returns how many versions were loaded so far: 1 after opening, and one more after each reload
 * that succeeded. Returns 0 if `policy` is NULL. Never waits. */
TALLY_API uint64_t tally_policy_generation(const tally_policy* policy);

/* Describes the policy as one JSON object: `name`, `generation`, `source_hash` (the SHA-256 of
 * the rules, in hexadecimal), `fingerprint` (of a policy that `tally build` made: what it decides, as it claims itself;
 * of rules null), `inputs` (each with name, pointer, kind, type, optional, values,
 * minimum, maximum; for what documents spell in several ways other_spellings, any_case, as_text,
 * off, on) and `decisions` (each with name, type, values, members, rules).
 *
 * text: receives a text that the caller frees with tally_free.
 * length: receives its length; may be NULL.
 * Errors: MEMORY. */
TALLY_API tally_status tally_policy_json(const tally_policy* policy, char** text, size_t* length, tally_error** error);

/* Lists the inputs of the version in use, in the order of the rule file. A record or map comes
 * before what is in it. Call it with a capacity of 0 first to learn how many there are.
 *
 * inputs: receives at most `capacity` handles; may be NULL if `capacity` is 0.
 * count: receives how many inputs there are. */
TALLY_API tally_status tally_policy_inputs(const tally_policy* policy, tally_input* inputs, size_t capacity,
                                           size_t* count, tally_error** error);

/* Lists the decisions in the same way. */
TALLY_API tally_status tally_policy_decisions(const tally_policy* policy, tally_decision* decisions, size_t capacity,
                                              size_t* count, tally_error** error);

/* Finds an input by its name in the rules: "source",
 * "caller.device[inbound, onnet].enabled". A value of a set is a flag: "codecs[g729]".
 * Errors: UNKNOWN (the message suggests a similar name). */
TALLY_API tally_status tally_policy_input(const tally_policy* policy, const char* name, tally_input* input,
                                          tally_error** error);

/* Finds a value of an enum or flag by any of its spellings in documents: "offnet". A flag also
 * accepts "on", "off", "true" and "false". The handle is valid for this input only.
 * Errors: UNKNOWN; TYPE if the input is neither an enum nor a flag. */
TALLY_API tally_status tally_policy_value(const tally_policy* policy, tally_input input, const char* spelling,
                                          tally_value* value, tally_error** error);

/* Finds a decision by its name. Errors: UNKNOWN. */
TALLY_API tally_status tally_policy_decision(const tally_policy* policy, const char* name, tally_decision* decision,
                                             tally_error** error);

/* Finds a scalar of a decision's result by its JSON Pointer in the value: "/time_limit" of a
 * record, "/inbound/onnet/enabled" of a map of records, "" of a decision that is a scalar
 * itself. A set has a flag per value: "/G729".
 * Errors: UNKNOWN. */
TALLY_API tally_status tally_policy_member(const tally_policy* policy, tally_decision decision, const char* pointer,
                                           tally_member* member, tally_error** error);

/* Find a value that a decision, or a member of its result, may have, to compare it with
 * tally_result.value.
 * Errors: UNKNOWN; TYPE if it is neither an enum nor a flag. */
TALLY_API tally_status tally_policy_decision_value(const tally_policy* policy, tally_decision decision,
                                                   const char* spelling, tally_value* value, tally_error** error);
TALLY_API tally_status tally_policy_member_value(const tally_policy* policy, tally_member member, const char* spelling,
                                                 tally_value* value, tally_error** error);

/* Return the name of a handle, or NULL if there is no such handle. The text belongs to the
 * policy. */
TALLY_API const char* tally_input_name(const tally_policy* policy, tally_input input);
TALLY_API const char* tally_decision_name(const tally_policy* policy, tally_decision decision);

/* Returns the kind of an input in the version in use, or TALLY_KIND_UNSET if that version does
 * not have the input. */
TALLY_API tally_kind tally_input_kind(const tally_policy* policy, tally_input input);

/* --- reloading -------------------------------------------------------------------------- */

/* What a reload did with the documents that are bound. */
typedef struct tally_reload {
  uint64_t generation; /* of the version in use */
  size_t carried;      /* documents whose inputs are unchanged, so that they were kept as they are */
  size_t rebound;      /* documents that were read again from their text */
  size_t failed;       /* documents that the version refuses; tally_document_check returns why */
} tally_reload;

/* Loads the policy's file again, while calls go on.
 *
 * The new version is loaded and checked aside, and all documents are bound to it. Then one
 * atomic store puts it in use. If the file has faults, the old version stays in use. Deciding
 * threads never wait: a decision that has begun finishes in the version that it began with, and
 * each call takes over its facts and documents when it is next used to set a fact or to decide.
 * A later reload, or a watch, frees an old version after the last call has left it.
 *
 * Any thread; two reloads of one policy wait for each other.
 * reload: receives what was done; may be NULL.
 * Errors: as tally_policy_open; REFUSED (the guard refuses the version); ARGUMENT if the policy has no file. */
TALLY_API tally_status tally_policy_reload(tally_policy* policy, tally_reload* reload, tally_error** error);

/* A function that a watch calls after each reload, in the thread of the watch.
 *
 * error: NULL if the reload succeeded. `reload` and `error` are valid during the call only.
 * The function must not release the last reference to the policy. It cannot change the watch:
 * tally_policy_watch fails in it, and tally_policy_unwatch does nothing. */
typedef void (*tally_watcher)(void* context, const tally_reload* reload, const tally_error* error);

/* Starts a thread that looks at the policy's file every `interval` milliseconds, and for a rule
 * file also at the files that it uses. If one of them was replaced, or has another size or time,
 * and then stays the same for one interval, the policy is reloaded. So a file that is still
 * being written is left alone. A second watch replaces the first, which goes on if the second fails.
 *
 * interval: 10 to 3,600,000.
 * watcher: is called with `context` after each reload; may be NULL.
 * Errors: ARGUMENT (the policy has no file, the interval is out of range, or a watcher makes the
 * call), SYSTEM (there is no thread), MEMORY. */
TALLY_API tally_status tally_policy_watch(tally_policy* policy, uint32_t interval, tally_watcher watcher, void* context,
                                          tally_error** error);

/* Asks how the last reload ended, whether tally_policy_reload or a watch began it. A watch that has no
 * watcher refuses a file in silence: the version before stays in use, and this function returns why.
 *
 * when: receives the time at which it ended, in milliseconds since 1970 (UTC), or 0 if there was none;
 * may be NULL.
 * refusal: receives NULL if the reload succeeded, or if there was none. If the file was refused,
 * receives a new error with the reason, which the caller frees with tally_error_free. So after a reload
 * that succeeds it is NULL again.
 * Any thread, also in a watcher, which sees the reload that it is called for. Never waits for a reload.
 * Errors: ARGUMENT, MEMORY. */
TALLY_API tally_status tally_policy_last_reload(const tally_policy* policy, int64_t* when, tally_error** refusal,
                                                tally_error** error);

/* Ends the watch, after a reload that it is busy with. May be called from any thread; has no
 * effect if the watcher calls it. */
TALLY_API void tally_policy_unwatch(tally_policy* policy);

/* Returns to the version that was in use before the last reload, while calls go on. It needs no file: the version is
 * still in memory. Handles, documents and calls follow as in a reload, and the generation grows.
 *
 * One version is kept. After a roll back there is none before until a reload succeeds; setting a guard gives up
 * the version before as well. A watch leaves the file alone until it changes again; tally_policy_reload takes the file
 * that was rolled back from once more.
 *
 * Any thread.
 * reload: receives what was done; may be NULL.
 * Errors: ARGUMENT (there is no version before), MEMORY, SYSTEM. */
TALLY_API tally_status tally_policy_roll_back(tally_policy* policy, tally_reload* reload, tally_error** error);

/* --- the guard ------------------------------------------------------------------------------
 * A guard decides which versions come in use, whether a reload or a watch brings them. docs/guard.md describes keys,
 * statements, and what somebody can do who can write the policy's file.
 *
 * The statement stands beside the policy's file, in PATH.sig, a small text:
 *   a signature (`tally sign`)     of the bytes of a `.so`, or of a rule file and all files that it uses;
 *   an approval (`tally approve`)  of rules, from what the version in use decides to what the new one decides.
 * What is verified is what is loaded: the file is read once. A version whose statement is older than one that was in
 * use is refused. A refused version leaves the one in use as it is; the error names what is missing and, for rules in
 * libtally, the first change that nobody allowed. */
typedef struct tally_guard_options {
  size_t size;             /* sizeof(tally_guard_options) */
  const char* const* keys; /* trusted public keys: the path of a file of `tally keygen`, or its 64 digits */
  size_t key_count;        /* 1 or 2: two while a key is changed */
  uint64_t serial; /* statements with a smaller serial are refused: the greatest that the host has seen; 0: none */
  int trust_version_in_use; /* 1: the version in use needs no statement; 0: it does */
  /* In libtally, rules that nobody signed or approved may come in use if they keep the invariants and change no more
   * than is allowed, counted from the last version that was signed or approved. Without `invariants` they may not. */
  const char* invariants;             /* the path of a file of proofs and examples, which is read at once; NULL: none */
  const char* const* allow;           /* conditions: calls that may be decided differently */
  size_t allow_count;                 /* of them */
  const char* const* allow_decisions; /* names of decisions that may change */
  size_t allow_decision_count;        /* of them */
  uint64_t at_most;                   /* the maximum of combinations that change; 0: no such maximum */
} tally_guard_options;

typedef struct tally_guard_counts {
  size_t size;       /* set by the caller: sizeof(tally_guard_counts) */
  uint64_t admitted; /* versions that the guard admitted, the first included */
  uint64_t refused;  /* that it refused */
  uint64_t serial;   /* the greatest that was admitted: keep it for the next start */
} tally_guard_counts;

/* Sets the guard of a policy, which then holds for every reload and for a watch. Call it after tally_policy_open and
 * before the first decision: the version in use is judged too. An earlier guard is replaced, which is how keys are
 * changed. If the function fails, the guard is as it was before, and a policy without one stays without: do not
 * decide by it.
 *
 * options: are not needed afterwards. Members that are 0 have their defaults.
 * Any thread.
 * Errors: REFUSED (the version in use has no statement that fits), ARGUMENT (the policy has no file, no key, more
 * than two; invariants without anything that is allowed, or the other way round), FILE and POLICY (a key or the
 * invariants cannot be read), UNSUPPORTED (invariants, in libtally-runtime), SYSTEM (the system lets code be mapped
 * from its file only), MEMORY. */
TALLY_API tally_status tally_policy_guard(tally_policy* policy, const tally_guard_options* options,
                                          tally_error** error);

/* Reads the counts of the guard.
 *
 * counts: its `size` is set by the caller; receives the counts.
 * last: receives a new error with the last refusal, which the caller frees with tally_error_free, or NULL if there was
 * none; may be NULL.
 * Any thread. Never waits for a reload.
 * Errors: ARGUMENT (there is no guard), MEMORY. */
TALLY_API tally_status tally_policy_guard_counts(const tally_policy* policy, tally_guard_counts* counts,
                                                 tally_error** last, tally_error** error);

/* --- the log of decisions ------------------------------------------------------------------
 * A policy can write a record of each decision to files: when, by which version, the codes of what was
 * read, the rules that fired, their results, and an id that the host gives. `tally log` shows and counts
 * them, and decides them again by other rules. docs/log.md describes the log.
 *
 * A record has the classes of numbers and texts that the rules distinguish (`"+1..."`), and not the
 * numbers and texts themselves, except those of the inputs that the host lists.
 *
 * A call adds its records to a ring of its own; a thread of the library writes them to files, within 10
 * milliseconds. So deciding takes no lock and never waits for the disk, unless a ring is full. The first
 * decision of a call after the log was opened, or after a reload, takes a lock and allocates the ring.
 * Calls beyond the first 256, and tally_decide_json, share a ring with a lock.
 *
 * tally_decide_batch writes no records, and its rows are in no count of the log: a row has neither an id nor
 * a time. A call that is made, and that the log should have, is decided by a tally_call.
 *
 * The time of a record is that of the system's tick (1 to 10 milliseconds), or up to 10 milliseconds older: up
 * to 16 records of a call share one reading of the clock. docs/log.md has the worst case.
 *
 * Nothing is lost that is not counted: a decision for which a ring has no room in time counts as dropped,
 * in tally_log_counts and in the files. If the disk refuses, the log tries again once a second, with
 * a new file and the same records. What was written stays if the process is killed; at most what was not
 * written yet is lost with it. `exit` waits until everything is written, at most 2 seconds.
 *
 * A child of a fork does not write to the log of its parent: there decisions count as dropped, until the child
 * opens a log itself. */
typedef struct tally_log_options {
  size_t size;             /* sizeof(tally_log_options) */
  const char* folder;      /* an existing folder; several processes may write to it */
  const char* name;        /* how names of files begin; NULL: "decisions" */
  const char* const* keep; /* names of the inputs, numbers and texts, whose values are written too */
  size_t keep_count;       /* of them */
  uint32_t text_bytes;     /* of each such text at most; a longer one is cut, and marked. 0: 32 */
  uint32_t id_bytes;       /* of an id at most, up to 255; 0: no ids are written */
  uint64_t file_bytes;     /* the size of a file at which another one begins. 0: 64 MiB */
  uint32_t files;          /* how many files of this name stay in the folder: the oldest are removed. 0: all */
  uint32_t ring_records;   /* of each call, a power of two. 0: 4,096 */
  uint32_t wait_ms;        /* how long a decision waits for room in its ring; 0: it is dropped; UINT32_MAX: no end */
  int sync;                /* 1: after each write wait until it is on the disk (fdatasync); 0: do not */
} tally_log_options;

typedef struct tally_log_counts {
  size_t size;      /* set by the caller: sizeof(tally_log_counts) */
  uint64_t written; /* decisions that are in files */
  uint64_t dropped; /* decisions that are not, and will not be */
  uint64_t waited;  /* decisions that waited for room */
  uint64_t shared;  /* decisions through the shared ring */
  uint64_t files;   /* that were begun */
  uint64_t bytes;   /* that were written */
  uint64_t errors;  /* of the disk */
} tally_log_counts;

/* Begins the log of a policy, with its first file. An earlier log of the policy is closed afterwards; it goes on
 * if this fails. The counts are then those of the new log.
 *
 * options: are not needed afterwards. Members that are 0 have their defaults; `folder` is needed.
 * Any thread.
 * Errors: ARGUMENT, UNKNOWN and TYPE (an input of `keep`), FILE (no file can be made), SYSTEM (there is no thread),
 * MEMORY. If only the earlier log could not write everything, the error is FILE too, its message begins with "the
 * earlier log", and the new one is in use. */
TALLY_API tally_status tally_policy_log_open(tally_policy* policy, const tally_log_options* options,
                                             tally_error** error);

/* Writes everything that was decided before, and ends the log. Does nothing if there is none. The last
 * release of the policy does it as well.
 * Errors: FILE (the disk refuses; what is not written counts as dropped). */
TALLY_API tally_status tally_policy_log_close(tally_policy* policy, tally_error** error);

/* Waits until everything that was decided before is written.
 * Errors: ARGUMENT (there is no log, or it is that of the parent of a fork), FILE (the disk refuses; the log tries
 * again). */
TALLY_API tally_status tally_policy_log_flush(tally_policy* policy, tally_error** error);

/* Likewise, and begins a new file. Errors: as tally_policy_log_flush. */
TALLY_API tally_status tally_policy_log_rotate(tally_policy* policy, tally_error** error);

/* Reads the counts of the log, or of the last one if it was closed. Never waits for the disk.
 *
 * counts: its `size` is set by the caller; receives the counts.
 * last: receives a new error with the last that the disk reported, which the caller frees with
 * tally_error_free, or NULL if there was none; may be NULL.
 * Errors: ARGUMENT (there never was a log), MEMORY. */
TALLY_API tally_status tally_policy_log_counts(const tally_policy* policy, tally_log_counts* counts, tally_error** last,
                                               tally_error** error);

/* --- documents --------------------------------------------------------------------------
 * A document is never changed. It counts its references, and any thread may use it, in any
 * number of calls. */

/* Binds a document alone: what stands at one place of a request, such as a device's settings.
 * Bind it when it is read or has changed, and attach it to calls as often as it is needed.
 *
 * place: a JSON Pointer into a request ("/caller/device"), or the name of an input
 * ("caller.device"), which means the document that the input stands in.
 * json, length: the text of the document; it is kept, for reloads.
 * document: receives a reference, which the caller releases with tally_document_release.
 * Errors: UNKNOWN (the rules read no such place), DOCUMENT, MEMORY. */
TALLY_API tally_status tally_document_bind(tally_policy* policy, const char* place, const char* json, size_t length,
                                           tally_document** document, tally_error** error);

/* Adds a reference, and returns `document` (NULL if `document` is NULL). */
TALLY_API tally_document* tally_document_retain(tally_document* document);

/* Gives a reference back. A call keeps a document that is attached to it. */
TALLY_API void tally_document_release(tally_document* document);

/* Checks whether the version in use accepts the document. It always does until a reload.
 * Errors: DOCUMENT, UNKNOWN (the version reads no such place), MEMORY. */
TALLY_API tally_status tally_document_check(tally_document* document, tally_error** error);

/* Returns how many keys of the document no decision reads, although they are allowed: the unknown keys of
 * open records (`...`), and of objects that an input's place only passes through. What is in the value of
 * such a key is not counted. Any other unknown key is an error when the document is bound.
 *
 * They are counted while the document is bound, which costs nothing. After a reload the count is that
 * of the newest version that accepted the document. Returns 0 if `document` is NULL. Any thread; takes
 * no lock. */
TALLY_API size_t tally_document_unknown_keys(const tally_document* document);

/* Lists those of these keys that are probably slips: a key that is nearly a known one, or that is the
 * name of an input that stands elsewhere. It reads the document again, in the version in use, and
 * searches; so it is for a document that has unknown keys and for people who ask, not for every call.
 *
 * text: receives a JSON array, "[]" if there are none, which the caller frees with tally_free. Each
 * entry has `code` ("T904"), `pointer` (of the key in the document), `message` and, for a near key,
 * `meant`. At most 20 are listed:
 *   [{"code":"T904","pointer":"/recrod","message":"no input stands at key `recrod`","meant":"record"}]
 * length: receives its length; may be NULL.
 * Any thread.
 * Errors: DOCUMENT, UNKNOWN (the version in use refuses the document), ARGUMENT, MEMORY. */
TALLY_API tally_status tally_document_warnings(const tally_document* document, char** text, size_t* length,
                                               tally_error** error);

/* --- calls: facts and documents in -------------------------------------------------------
 * A call is used by one thread at a time. Make it once, and use it again and again: facts and
 * documents stay until they are changed. */

/* Makes a call without facts and documents. It holds a reference to the policy. Any thread.
 *
 * call: receives the call, which the caller frees with tally_call_free.
 * Errors: MEMORY. */
TALLY_API tally_status tally_call_new(tally_policy* policy, tally_call** call, tally_error** error);
TALLY_API void tally_call_free(tally_call* call);

/* Removes all facts and documents, and what was decided. Errors: ARGUMENT. */
TALLY_API tally_status tally_call_clear(tally_call* call, tally_error** error);

/* Sets a fact whose input is an enum or a flag. While a document is attached at the input's
 * place, the document is read instead of the fact.
 *
 * value: a handle from tally_policy_value; TALLY_OFF or TALLY_ON for a flag; 0 removes the fact.
 * Errors: TYPE, VALUE, ARGUMENT. */
TALLY_API tally_status tally_call_set(tally_call* call, tally_input input, tally_value value, tally_error** error);

/* Sets several such facts. It stops at the first that fails; those before it are set.
 *
 * inputs, values: arrays of `count` entries.
 * Errors: as tally_call_set. */
TALLY_API tally_status tally_call_set_values(tally_call* call, const tally_input* inputs, const tally_value* values,
                                             size_t count, tally_error** error);

/* Sets a fact whose input is a number. Errors: TYPE, VALUE (out of range), ARGUMENT. */
TALLY_API tally_status tally_call_set_number(tally_call* call, tally_input input, uint64_t number, tally_error** error);

/* Sets a fact whose input is a text, which is copied. Errors: TYPE, VALUE (not UTF-8), ARGUMENT. */
TALLY_API tally_status tally_call_set_text(tally_call* call, tally_input input, const char* text, size_t length,
                                           tally_error** error);

/* Marks a record, map or set as present but empty. Setting a fact inside an object does so by
 * itself. The values of a set that are not set keep their defaults: without a default of the set,
 * they are not in it. Errors: TYPE (the input is not an object), ARGUMENT. */
TALLY_API tally_status tally_call_set_present(tally_call* call, tally_input input, tally_error** error);

/* Removes a fact, if there is one. Errors: ARGUMENT. */
TALLY_API tally_status tally_call_unset(tally_call* call, tally_input input, tally_error** error);

/* Sets a fact by the input's name, from text: an enum's value as documents spell it; "on",
 * "off", "true" or "false"; a number in decimal; or a text itself. Takes no lock.
 * Errors: UNKNOWN, TYPE (the input is an object), VALUE. */
TALLY_API tally_status tally_call_set_named(tally_call* call, const char* name, const char* text, size_t length,
                                            tally_error** error);

/* Finds an input by its name. A host that knows its names resolves them once, with
 * tally_policy_input. This function is for a script that brings names with every call: it takes
 * no lock, and the name need not end with a zero byte.
 *
 * name, length: the name and its length in bytes.
 * kind: receives the input's kind; may be NULL. TALLY_KIND_UNSET means that only another version
 * of the rules has the input; the caller may then leave the fact out.
 * Errors: UNKNOWN (the message suggests a similar name), ARGUMENT. */
TALLY_API tally_status tally_call_find_input(tally_call* call, const char* name, size_t length, tally_input* input,
                                             tally_kind* kind, tally_error** error);

/* Finds a value of an enum or flag by any of its spellings, in the same way.
 * Errors: UNKNOWN; TYPE if the input is neither an enum nor a flag; ARGUMENT. */
TALLY_API tally_status tally_call_find_value(tally_call* call, tally_input input, const char* spelling, size_t length,
                                             tally_value* value, tally_error** error);

/* Attaches a document; the call holds a reference until the document is detached. What the
 * document has replaces the facts at its place, and the document that was attached at the same
 * place before, which is detached. A call can hold documents at different places, but they must
 * not overlap.
 *
 * Takes no lock. If a document was attached at the place before, and the policy was not
 * reloaded since, nothing is allocated.
 * Errors: ARGUMENT (the document is of another policy, or overlaps another one), DOCUMENT (the
 * version in use refuses it), UNKNOWN (the version reads no such place). The documents that were
 * attached before are then still attached. */
TALLY_API tally_status tally_call_attach(tally_call* call, tally_document* document, tally_error** error);

/* Gives the id with which the following decisions of the call are in the log of the policy, for example a
 * Call-ID. It stays until it is changed, or tally_call_clear. An id that is longer than the log's `id_bytes` is cut,
 * and marked.
 *
 * id, length: bytes of UTF-8, which are copied.
 * Errors: ARGUMENT, VALUE (not UTF-8), MEMORY. */
TALLY_API tally_status tally_call_set_id(tally_call* call, const char* id, size_t length, tally_error** error);

/* Detaches a document. Errors: ARGUMENT if it is not attached. */
TALLY_API tally_status tally_call_detach(tally_call* call, tally_document* document, tally_error** error);

/* Binds a whole request to the call, a JSON object of facts and documents, as tally_decide_json takes it. It stands in
 * place of all facts and documents of the call, which are removed first. Then the call decides, all decisions or some,
 * and has their values, rules and reasons. So a host that has requests as texts pays only for what it asks:
 *
 *   tally_call_bind(call, request, length, &error);
 *   tally_call_decide_some(call, &recording, 1, &error);
 *   tally_call_json(call, recording, &value, &value_length, &error);
 *
 * Until another request is bound, or tally_call_clear, no fact can be set and no document attached: that fails with
 * ARGUMENT. After a reload the request is read again by the version that decides.
 *
 * request, length: the text of the request; it is copied. At most 16 MiB.
 * Takes no lock, unless the policy was reloaded since the last time. Uses the memory of the request before again.
 * Errors: DOCUMENT (nothing is bound then: the call has no facts and no documents), ARGUMENT, MEMORY. */
TALLY_API tally_status tally_call_bind(tally_call* call, const char* request, size_t length, tally_error** error);

/* --- calls: deciding --------------------------------------------------------------------- */

/* Decides all decisions, by the version in use. Unless the policy was reloaded since the last
 * time, it allocates nothing and takes no lock.
 *
 * Errors: MISSING (of a request that was bound whole, DOCUMENT). After a reload also VALUE, TYPE, DOCUMENT and UNKNOWN
 * (the version refuses a fact or a document), and ARGUMENT (two documents overlap in it). If it fails, nothing is
 * decided, and earlier results are gone. */
TALLY_API tally_status tally_call_decide(tally_call* call, tally_error** error);

/* Decides only these decisions; all others are undecided afterwards.
 *
 * decisions: an array of `count` handles.
 * Errors: as tally_call_decide; ARGUMENT (an unknown handle). */
TALLY_API tally_status tally_call_decide_some(tally_call* call, const tally_decision* decisions, size_t count,
                                              tally_error** error);

/* Returns the generation of the version that decided. Returns 0 if nothing was decided since a
 * fact or document changed, or if `call` is NULL. */
TALLY_API uint64_t tally_call_generation(const tally_call* call);

/* --- calls: answers out ------------------------------------------------------------------ */

/* Returns the rule of a decision that fired, from 1, or 0 if it was not decided. */
TALLY_API uint32_t tally_call_rule(const tally_call* call, tally_decision decision);

/* Returns the value of a decision that is an enum or a flag. Returns 0 if it is unset, was not
 * decided, or is of another kind. */
TALLY_API tally_value tally_call_value(const tally_call* call, tally_decision decision);

/* Reads the rules and values of several decisions, as tally_call_rule and tally_call_value
 * return them.
 *
 * decisions: an array of `count` handles.
 * rules, values: receive `count` entries each; either may be NULL.
 * Errors: ARGUMENT. */
TALLY_API tally_status tally_call_outcomes(const tally_call* call, const tally_decision* decisions, size_t count,
                                           uint32_t* rules, tally_value* values, tally_error** error);

/* Reads a decision's rule and value, of any kind. The kind of a record or map is
 * TALLY_KIND_OBJECT; tally_call_member and tally_call_items read what is in it.
 *
 * result: its text is valid until the call decides or is changed, or another result is read.
 * Errors: UNDECIDED, ARGUMENT. */
TALLY_API tally_status tally_call_result(tally_call* call, tally_decision decision, tally_result* result,
                                         tally_error** error);

/* Reads a member of a decision's value in the same way. A member is unset if an object around it
 * is. */
TALLY_API tally_status tally_call_member(tally_call* call, tally_member member, tally_result* result,
                                         tally_error** error);

/* Lists the values of all decisions that were decided, and the members of records and maps, in
 * the order of the JSON answer. A set is an object with a flag per value. A binding turns this list into values of its
 * own language:
 *
 *   decision                                   key      kind    inside
 *   limit = 60                                 limit    NUMBER  0
 *   how = {"enabled": true, "format": "wav"}   how      OBJECT  2
 *                                              enabled  FLAG    0
 *                                              format   ENUM    0
 *
 * The items that are inside `items[i]` follow it, and the next item that is not inside it is
 * `items[i + 1 + items[i].inside]`. A member that is unset is left out; a decision that is unset
 * has TALLY_KIND_UNSET. Objects nest at most 1,000 deep.
 *
 * items, count: receive the first item, and how many there are. The items and their texts belong
 * to the call. They are valid until they are listed again, or the call decides or is changed.
 * Nothing is allocated if an earlier list was as long.
 * Errors: UNDECIDED (nothing was decided), ARGUMENT, MEMORY. */
TALLY_API tally_status tally_call_items(tally_call* call, const tally_item** items, size_t* count, tally_error** error);

/* The following functions return a text that belongs to the call. It is valid until another text
 * is asked for, or the call is changed. `length` may be NULL.
 * Errors: UNDECIDED, ARGUMENT, MEMORY. */

/* Returns a decision's value as JSON; `null` if it is unset. */
TALLY_API tally_status tally_call_json(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                       tally_error** error);

/* Returns the reason of the rule that fired, for example "a call from offnet"; "" if the rule
 * has no reason. */
TALLY_API tally_status tally_call_reason(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                         tally_error** error);

/* Returns everything that was decided, as one JSON object with a member per decision.
 *
 * because: 0 for values alone; 1 for an object {value, because, rule, file, line} each. */
TALLY_API tally_status tally_call_answer(tally_call* call, int because, const char** text, size_t* length,
                                         tally_error** error);

/* Explains a decision, as one JSON object: `value`, `because`, `rule`, `file`, `line`.
 *
 * In libtally, for a policy from a rule file, the object also has `rests_on` (the settings that
 * the outcome depends on), `earlier` (why no earlier rule fired) and `changes` (single settings
 * that would have changed the outcome), as `tally explain --format json` prints them. That takes
 * milliseconds: it is for people who ask, not for every call. */
TALLY_API tally_status tally_call_explain(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                          tally_error** error);

/* --- at once -----------------------------------------------------------------------------
 * Without a call, from any thread. */

/* Decides one request, a JSON object, as `tally decide` does.
 *
 * request, length: the text of the request.
 * because: as in tally_call_answer.
 * answer: receives a text that the caller frees with tally_free.
 * answer_length: receives its length; may be NULL.
 * Errors: DOCUMENT, MEMORY. */
TALLY_API tally_status tally_decide_json(tally_policy* policy, const char* request, size_t length, int because,
                                         char** answer, size_t* answer_length, tally_error** error);

/* Counts and lists the unknown keys of a request in the same way as tally_document_unknown_keys and
 * tally_document_warnings, without deciding it. The root of a request is open as well.
 *
 * request, length: the text of the request.
 * unknown_keys: receives how many unknown keys are allowed; may be NULL.
 * text: receives the warnings as a JSON array, which the caller frees with tally_free.
 * text_length: receives its length; may be NULL.
 * Errors: DOCUMENT (tally_decide_json would refuse the request), ARGUMENT, MEMORY. */
TALLY_API tally_status tally_request_warnings(const tally_policy* policy, const char* request, size_t length,
                                              size_t* unknown_keys, char** text, size_t* text_length,
                                              tally_error** error);

/* One input of many calls: a column with an entry per row. Exactly one of `values`, `numbers`
 * and `texts` is given; the other two are NULL. The arrays belong to the caller.
 *
 * A column holds handles up to 255. Larger ones exist only if reloads have spelled the values of
 * one enum in hundreds of ways. */
typedef struct tally_column {
  tally_input input;
  const uint8_t* values;    /* enum or flag: handles of values, 0 unset; object: 0 absent, anything else present */
  const uint64_t* numbers;  /* number */
  const char* const* texts; /* text: each ends with a zero byte; NULL is unset */
  const uint8_t* set;       /* number: 0 unset, anything else set; NULL: every row is set */
} tally_column;

/* One decision of many calls: columns with an entry per row. Either may be NULL. They belong to
 * the caller. */
typedef struct tally_answer_column {
  tally_decision decision;
  uint16_t* rules;  /* receives the rules that fired, from 1 */
  uint16_t* values; /* receives the values of an enum or flag, 0 unset; NULL for other kinds */
} tally_answer_column;

/* Decides many calls at once, by the version in use when it begins. An input without a column is
 * unset. An object is present if something in it is. A member that has a default takes it.
 *
 * All rows are checked before the first one is decided. So if the function fails, it has written
 * no answer. The rows are not written to the log of the policy, if it has one.
 *
 * Allocates one byte per row for each column, except enum and flag columns without a default
 * whose enclosing object no rule depends on.
 *
 * columns, answers: `column_count` and `answer_count` entries; each of their arrays has `rows`
 * entries. Answers must not overlap columns or each other.
 * Errors: MISSING (a required input has no column, or is unset in a row that needs it), VALUE (a
 * handle, number or text is not a value of its input), TYPE, ARGUMENT, MEMORY, POLICY (the policy
 * was built without functions over columns). The pointer of an error is that of the input, and
 * its message has the row, from 0. */
TALLY_API tally_status tally_decide_batch(tally_policy* policy, const tally_column* columns, size_t column_count,
                                          const tally_answer_column* answers, size_t answer_count, size_t rows,
                                          tally_error** error);

#ifdef __cplusplus
}
#endif
#endif
