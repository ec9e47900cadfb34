/* What the extensions of databases share: policies by name, as files of one directory.
 *
 * A name comes from SQL, where anybody may write it; so it is never a path, since a path would be running code. */
#ifndef TALLY_EMBED_POLICY_FILES_H
#define TALLY_EMBED_POLICY_FILES_H

#include <tally.h>

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* A name has at most so many bytes. */
#define TALLY_MAX_NAME 128
#define TALLY_MAX_KEYS 2
#define TALLY_MAX_KEYS_TEXT 8192

/* Whether a text may be the name of a policy: letters of ASCII, digits, `_`, `-` and, not at its begin, `.`. */
int tally_is_policy_name(const char* name, size_t length);

/* What shows that a policy's file, or the signature beside it, was replaced or written. */
typedef struct tally_one_file_state {
  dev_t device;
  ino_t inode;
  off_t size;
  struct timespec modified, changed;
} tally_one_file_state;
typedef struct tally_file_state {
  tally_one_file_state policy, signature; /* zeros: there is no such file */
} tally_file_state;

/* Returns 0 if there is no file at `path`. */
int tally_read_file_state(const char* path, tally_file_state* state);
int tally_is_same_state(const tally_file_state* a, const tally_file_state* b);

/* Whether a text is a list of at most TALLY_MAX_KEYS keys, separated by commas. */
int tally_are_keys(const char* keys);

/* Opens a policy. If there are keys, it has a guard, and must be signed by one of them with at least this serial.
 * keys: as above; may be NULL. Errors: as tally_policy_open and tally_policy_guard. */
tally_status tally_open_guarded(const char* path, const char* keys, uint64_t serial, tally_policy** policy,
                                tally_error** error);

#endif
