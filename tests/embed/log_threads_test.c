/* Threads decide and write to a log, while others reload the policy, and rotate, flush and open the log anew. Under the
 * thread sanitizer, too. Every decision is written or counted as dropped.
 *
 *   log_threads_test DIRECTORY ROUNDS V1.so V2.so V3.so
 *
 * Exit codes: 0 as it must be; 1 not so; 2 wrong usage. */
#include <tally.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { thread_count = 8 };

static tally_policy* policy;
static tally_input ask;
static atomic_int ending;
static atomic_ulong decided;
static atomic_int failures;

static void fail(const char* what, tally_error* error) {
  atomic_fetch_add(&failures, 1);
  fprintf(stderr, "log_threads_test: %s: %s\n", what, tally_error_message(error));
  tally_error_free(error);
}

static void* decide(void* number) {
  tally_error* error = NULL;
  tally_call* call = NULL;
  unsigned long done = 0;
  char id[32];
  while (!atomic_load_explicit(&ending, memory_order_relaxed)) {
    /* Calls come and go. */
    if (done % 5000 == 0) {
      tally_call_free(call);
      if (tally_call_new(policy, &call, &error) != TALLY_OK ||
          tally_call_set(call, ask, TALLY_ON, &error) != TALLY_OK) {
        fail("no call", error);
        return NULL;
      }
    }
    snprintf(id, sizeof id, "%zu-%lu", (size_t)number, done);
    if (tally_call_set_id(call, id, strlen(id), &error) != TALLY_OK || tally_call_decide(call, &error) != TALLY_OK) {
      fail("no decision", error);
      break;
    }
    ++done;
    if (done % 1000 == 0) {
      tally_log_counts counts;
      counts.size = sizeof counts;
      if (tally_policy_log_counts(policy, &counts, NULL, &error) != TALLY_OK) {
        fail("no counts", error);
        break;
      }
    }
  }
  tally_call_free(call);
  atomic_fetch_add(&decided, done);
  return NULL;
}

static void copy(const char* from, const char* to) {
  static char bytes[1 << 20];
  char beside[2100];
  FILE* file = fopen(from, "rb");
  const size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
  if (file != NULL) fclose(file);
  snprintf(beside, sizeof beside, "%s~", to);
  file = fopen(beside, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0 || rename(beside, to) != 0) exit(2);
}

int main(int argc, char** argv) {
  tally_error* error = NULL;
  pthread_t threads[thread_count];
  char path[2000];
  tally_log_options options;
  tally_log_counts counts;
  if (argc != 6) return 2;
  const long rounds = atol(argv[2]);
  snprintf(path, sizeof path, "%s/log_threads.so", argv[1]);
  copy(argv[3], path);
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.folder = argv[1];
  options.name = "threads";
  options.id_bytes = 16;
  options.file_bytes = 1 << 20;
  options.files = 4;
  options.ring_records = 1024;
  options.wait_ms = UINT32_MAX;
  if (tally_policy_open(path, &policy, &error) != TALLY_OK ||
      tally_policy_input(policy, "ask", &ask, &error) != TALLY_OK ||
      tally_policy_log_open(policy, &options, &error) != TALLY_OK) {
    fail("no policy", error);
    return 1;
  }
  for (size_t i = 0; i < thread_count; ++i) {
    if (pthread_create(&threads[i], NULL, decide, (void*)i) != 0) return 2;
  }
  for (long i = 0; i < rounds; ++i) {
    copy(argv[3 + i % 3], path);
    if (tally_policy_reload(policy, NULL, &error) != TALLY_OK) fail("a reload", error);
    const tally_status status =
        i % 2 == 0 ? tally_policy_log_rotate(policy, &error) : tally_policy_log_flush(policy, &error);
    if (status != TALLY_OK) fail("a flush", error);
  }
  atomic_store(&ending, 1);
  for (int i = 0; i < thread_count; ++i) pthread_join(threads[i], NULL);
  if (tally_policy_log_close(policy, &error) != TALLY_OK) fail("closing", error);
  counts.size = sizeof counts;
  if (tally_policy_log_counts(policy, &counts, NULL, &error) != TALLY_OK) fail("no counts", error);
  if (counts.written != atomic_load(&decided) || counts.dropped != 0 || counts.errors != 0)
    fail("decisions are lost", NULL);
  /* Once more, with a log that is opened anew under the threads: these may come too late for the one before. */
  atomic_store(&ending, 0);
  atomic_store(&decided, 0);
  options.wait_ms = 0;
  unsigned long found = 0;
  if (tally_policy_log_open(policy, &options, &error) != TALLY_OK) fail("opening again", error);
  for (size_t i = 0; i < thread_count; ++i) {
    if (pthread_create(&threads[i], NULL, decide, (void*)i) != 0) return 2;
  }
  for (long i = 0; i < rounds / 10 + 2; ++i) {
    if (tally_policy_log_open(policy, &options, &error) != TALLY_OK) fail("opening again", error);
  }
  atomic_store(&ending, 1);
  for (int i = 0; i < thread_count; ++i) pthread_join(threads[i], NULL);
  if (tally_policy_log_close(policy, &error) != TALLY_OK) fail("closing", error);
  if (tally_policy_log_counts(policy, &counts, NULL, &error) != TALLY_OK) fail("no counts", error);
  found = counts.written + counts.dropped;
  if (found > atomic_load(&decided)) fail("decisions that were not made", NULL);
  tally_policy_release(policy);
  remove(path);
  printf("%ld rounds under %d threads: %lu decisions, and %lu with logs that come and go\n", rounds, thread_count,
         (unsigned long)counts.written, (unsigned long)atomic_load(&decided));
  return atomic_load(&failures) == 0 ? 0 : 1;
}
