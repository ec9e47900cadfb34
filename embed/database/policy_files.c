#define _POSIX_C_SOURCE 200809L
#include "policy_files.h"

#include <string.h>
#include <sys/stat.h>

int tally_is_policy_name(const char* name, size_t length) {
  if (length == 0 || length > TALLY_MAX_NAME || name[0] == '.') return 0;
  for (size_t i = 0; i < length; ++i) {
    const char c = name[i];
    const int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '_' && c != '-' && c != '.') return 0;
  }
  return 1;
}

static int read_one(const char* path, tally_one_file_state* state) {
  struct stat found;
  memset(state, 0, sizeof *state);
  if (stat(path, &found) != 0) return 0;
  state->device = found.st_dev;
  state->inode = found.st_ino;
  state->size = found.st_size;
  state->modified = found.st_mtim;
  state->changed = found.st_ctim;
  return 1;
}

int tally_read_file_state(const char* path, tally_file_state* state) {
  char signature[4096 + 8];
  const size_t length = strlen(path);
  memset(state, 0, sizeof *state);
  if (length > 4096) return 0;
  memcpy(signature, path, length);
  memcpy(signature + length, ".sig", sizeof ".sig");
  (void)read_one(signature, &state->signature);
  return read_one(path, &state->policy);
}

static int is_same_time(struct timespec a, struct timespec b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }
static int is_same(const tally_one_file_state* a, const tally_one_file_state* b) {
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         is_same_time(a->modified, b->modified) && is_same_time(a->changed, b->changed);
}
int tally_is_same_state(const tally_file_state* a, const tally_file_state* b) {
  return is_same(&a->policy, &b->policy) && is_same(&a->signature, &b->signature);
}

/* Cuts the list in `room` into keys, without blanks. Returns how many there are; at most one more than are allowed. */
static size_t cut_keys(char* room, const char* keys[TALLY_MAX_KEYS + 1]) {
  size_t count = 0;
  char* next = room;
  while (next != NULL && count <= TALLY_MAX_KEYS) {
    char* key = next;
    next = strchr(next, ',');
    if (next != NULL) *next++ = '\0';
    while (*key == ' ') ++key;
    for (size_t end = strlen(key); end > 0 && key[end - 1] == ' ';) key[--end] = '\0';
    if (*key != '\0') keys[count++] = key;
  }
  return count;
}

int tally_are_keys(const char* keys) {
  char room[TALLY_MAX_KEYS_TEXT];
  const char* list[TALLY_MAX_KEYS + 1];
  if (strlen(keys) >= sizeof room) return 0;
  memcpy(room, keys, strlen(keys) + 1);
  return cut_keys(room, list) <= TALLY_MAX_KEYS;
}

tally_status tally_open_guarded(const char* path, const char* keys, uint64_t serial, tally_policy** policy,
                                tally_error** error) {
  char room[TALLY_MAX_KEYS_TEXT] = "";
  const char* list[TALLY_MAX_KEYS + 1];
  tally_guard_options guard;
  tally_policy* opened = NULL;
  tally_status status;
  memset(&guard, 0, sizeof guard);
  if (keys != NULL && strlen(keys) < sizeof room) memcpy(room, keys, strlen(keys) + 1);
  guard.size = sizeof guard;
  guard.keys = list;
  guard.key_count = cut_keys(room, list);
  guard.serial = serial;
  status = tally_policy_open(path, &opened, error);
  if (status != TALLY_OK) return status;
  if (guard.key_count > 0) status = tally_policy_guard(opened, &guard, error);
  if (status == TALLY_OK) {
    *policy = opened;
  } else {
    tally_policy_release(opened);
  }
  return status;
}
