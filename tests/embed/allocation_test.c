/* Setting facts, deciding and listing items allocates nothing, nor does attaching a document
 * that was attached before. Every allocation of the process is counted. A watch whose thread has no memory
 * goes on, and looks again.
 *
 *   allocation_test POLICY.so FILE     rules/call_recording.tally, built; a file that may be written */
#define _POSIX_C_SOURCE 199309L
#include <tally.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* glibc's own; the ones below stand before them. */
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);

static long allocations = 0;
static atomic_int others_fail = 0; /* whether all threads but the first one have no memory */
static atomic_long failed = 0;
static _Thread_local int is_first = 0;

static int fails(void) {
  if (!others_fail || is_first) return 0;
  ++failed;
  return 1;
}

void* malloc(size_t size) {
  ++allocations;
  return fails() ? NULL : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocations;
  return fails() ? NULL : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  ++allocations;
  return fails() ? NULL : __libc_realloc(old, size);
}

#define NEED(call)                                           \
  do {                                                       \
    tally_error* error = NULL;                               \
    if ((call) != TALLY_OK) {                                \
      printf("%s: %s\n", #call, tally_error_message(error)); \
      return 1;                                              \
    }                                                        \
  } while (0)

static int copy_file(const char* from, const char* to) {
  static char bytes[100000];
  FILE* file = fopen(from, "rb");
  size_t size;
  if (file == NULL) return 0;
  size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  file = fopen(to, "wb");
  if (file == NULL) return 0;
  return fwrite(bytes, 1, size, file) == size && fclose(file) == 0 && size < sizeof bytes;
}

/* Waits until the condition holds, at most 20 seconds. */
#define WAIT_FOR(condition)                                          \
  do {                                                               \
    const struct timespec moment = {0, 5000000};                     \
    int looks = 0;                                                   \
    while (!(condition) && ++looks < 4000) nanosleep(&moment, NULL); \
    if (!(condition)) {                                              \
      printf("%s\n", #condition);                                    \
      return 1;                                                      \
    }                                                                \
  } while (0)

static int watch_without_memory(const char* policy_file, const char* path) {
  tally_policy* policy = NULL;
  if (!copy_file(policy_file, path)) return 1;
  NEED(tally_policy_open(path, &policy, &error));
  others_fail = 1;
  NEED(tally_policy_watch(policy, 10, NULL, NULL, &error));
  WAIT_FOR(failed >= 3);
  others_fail = 0;
  if (!copy_file(policy_file, path)) return 1;
  WAIT_FOR(tally_policy_generation(policy) == 2);
  tally_policy_release(policy);
  remove(path);
  printf("a watch went on after %ld allocations that failed\n", (long)failed);
  return 0;
}

int main(int argc, char** argv) {
  static const char json[] =
      "{\"call_recording\":{\"account\":{\"inbound\":{\"offnet\":{\"enabled\":true,\"url\":\"a text that is longer "
      "than any buffer\"}}}}}";
  tally_policy* policy = NULL;
  tally_call* call = NULL;
  tally_document *one = NULL, *two = NULL;
  tally_input source, destination;
  tally_decision some[3], settings;
  tally_member url;
  tally_result result;
  const tally_item* items;
  size_t count;
  unsigned long sum = 0;
  is_first = 1;
  if (argc != 3) return 2;
  NEED(tally_policy_open(argv[1], &policy, &error));
  NEED(tally_call_new(policy, &call, &error));
  NEED(tally_policy_input(policy, "source", &source, &error));
  NEED(tally_policy_input(policy, "destination", &destination, &error));
  NEED(tally_policy_decision(policy, "account-recording", &some[0], &error));
  NEED(tally_policy_decision(policy, "caller-recording", &some[1], &error));
  NEED(tally_policy_decision(policy, "callee-recording", &some[2], &error));
  NEED(tally_policy_decision(policy, "account-settings", &settings, &error));
  NEED(tally_policy_member(policy, settings, "/url", &url, &error));
  {
    const long before = allocations;
    NEED(tally_document_bind(policy, "/account", json, strlen(json), &one, &error));
    if (allocations == before) {
      printf("allocations are not counted\n");
      return 1;
    }
    printf("binding a document: %ld allocations\n", allocations - before);
  }
  NEED(tally_document_bind(policy, "/account", "{}", 2, &two, &error));
  for (int round = 0; round < 2; ++round) {
    const long before = allocations;
    for (int i = 0; i < 1000; ++i) {
      if (i % 100 == 0) NEED(tally_call_clear(call, &error));
      NEED(tally_call_set(call, source, 1 + (i & 1), &error));
      NEED(tally_call_set(call, destination, 1 + (i >> 1 & 1), &error));
      NEED(tally_call_attach(call, i % 3 == 0 ? one : two, &error));
      NEED(tally_call_decide(call, &error));
      for (int d = 0; d < 3; ++d) sum += tally_call_rule(call, some[d]) + tally_call_value(call, some[d]);
      NEED(tally_call_result(call, some[0], &result, &error));
      NEED(tally_call_member(call, url, &result, &error));
      NEED(tally_call_items(call, &items, &count, &error));
      sum += count;
      if (result.kind == TALLY_KIND_TEXT) sum += result.length;
      NEED(tally_call_decide_some(call, some, 3, &error));
      NEED(tally_call_unset(call, source, &error));
    }
    /* The first round makes room that is kept. */
    if (round == 1 && allocations != before) {
      printf("%ld allocations in 1,000 calls\n", allocations - before);
      return 1;
    }
  }
  tally_call_free(call);
  tally_document_release(one);
  tally_document_release(two);
  tally_policy_release(policy);
  printf("1,000 calls: no allocation (%lu)\n", sum);
  return watch_without_memory(argv[1], argv[2]);
}
