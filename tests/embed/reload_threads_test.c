/* Threads decide while another one reloads. Every decision belongs to exactly one version, none
 * is lost, and memory is given back.
 *
 *   reload_threads_test DIRECTORY RELOADS V1.so V2.so V3.so
 *
 * One in four files is half a file, and is refused. The three versions decide `version` as 1, 2
 * and 3, and `check` as the same number. A decision that mixed two versions would not agree with
 * itself. Each decision has another document than the one before. */
#include <tally.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { thread_count = 8 };

static tally_policy* policy;
static tally_document* documents[2]; /* the limit is 42, 43 */
static tally_input ask;
static tally_decision version_of, check_of, limit_of;
static atomic_int ending;
static atomic_long decided[4];
static atomic_int failures;

static void fail(const char* what, tally_error* error) {
  atomic_fetch_add(&failures, 1);
  fprintf(stderr, "reload_threads_test: %s: %s\n", what, tally_error_message(error));
  tally_error_free(error);
}

static void* decide(void* number) {
  tally_error* error = NULL;
  tally_call* call = NULL;
  long done = 0;
  unsigned turn = (unsigned)(size_t)number;
  if (tally_call_new(policy, &call, &error) != TALLY_OK || tally_call_attach(call, documents[0], &error) != TALLY_OK) {
    fail("no call", error);
    return NULL;
  }
  while (!atomic_load_explicit(&ending, memory_order_relaxed)) {
    tally_result version, check, limit;
    /* The fact says which answer is right, whatever the version. */
    const tally_value wanted = turn++ % 2 == 0 ? TALLY_ON : TALLY_OFF;
    const unsigned which = turn / 2 % 2;
    if (tally_call_attach(call, documents[which], &error) != TALLY_OK ||
        tally_call_set(call, ask, wanted, &error) != TALLY_OK || tally_call_decide(call, &error) != TALLY_OK ||
        tally_call_result(call, version_of, &version, &error) != TALLY_OK ||
        tally_call_result(call, check_of, &check, &error) != TALLY_OK ||
        tally_call_result(call, limit_of, &limit, &error) != TALLY_OK) {
      fail("no decision", error);
      break;
    }
    const unsigned long expected = wanted == TALLY_ON ? version.number : version.number + 10;
    if (version.number < 1 || version.number > 3 || check.number != expected || limit.number != 42 + which) {
      fail("a decision of two versions", NULL);
      break;
    }
    atomic_fetch_add_explicit(&decided[version.number], 1, memory_order_relaxed);
    /* Calls come and go, too. */
    if (++done % 1000 == 0) {
      tally_call_free(call);
      call = NULL;
      if (tally_call_new(policy, &call, &error) != TALLY_OK ||
          tally_call_attach(call, documents[0], &error) != TALLY_OK) {
        fail("no call", error);
        break;
      }
    }
  }
  tally_call_free(call);
  return NULL;
}

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  char* bytes = malloc(1 << 20);
  if (file == NULL || bytes == NULL) exit(2);
  *size = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static void replace(const char* path, const char* next, const char* bytes, size_t size) {
  FILE* file = fopen(next, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0 || rename(next, path) != 0) exit(2);
}

static long resident_kilobytes(void) {
  long pages = 0, resident = 0;
  FILE* file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  fclose(file);
  return resident * 4;
}

int main(int argc, char** argv) {
  static const char* const json[2] = {"{\"limit\":42}", "{\"limit\":43}"};
  tally_error* error = NULL;
  pthread_t threads[thread_count];
  char path[2000], next[2000];
  char* versions[4];
  size_t sizes[4];
  long total = 0, after_warm_up = 0, at_end, refused = 0, loaded = 0;
  if (argc != 6) return 2;
  const long reloads = atol(argv[2]);
  snprintf(path, sizeof path, "%s/threads.so", argv[1]);
  snprintf(next, sizeof next, "%s/threads.next", argv[1]);
  for (int i = 0; i < 4; ++i) versions[i] = read_file(argv[3 + i % 3], &sizes[i]);
  sizes[3] /= 2;
  replace(path, next, versions[0], sizes[0]);
  if (tally_policy_open(path, &policy, &error) != TALLY_OK ||
      tally_policy_input(policy, "ask", &ask, &error) != TALLY_OK ||
      tally_policy_decision(policy, "version", &version_of, &error) != TALLY_OK ||
      tally_policy_decision(policy, "check", &check_of, &error) != TALLY_OK ||
      tally_policy_decision(policy, "limit", &limit_of, &error) != TALLY_OK ||
      tally_document_bind(policy, "/account", json[0], strlen(json[0]), &documents[0], &error) != TALLY_OK ||
      tally_document_bind(policy, "/account", json[1], strlen(json[1]), &documents[1], &error) != TALLY_OK) {
    fail("no policy", error);
    return 1;
  }
  for (size_t i = 0; i < thread_count; ++i) {
    if (pthread_create(&threads[i], NULL, decide, (void*)i) != 0) return 2;
  }
  for (long i = 0; i < reloads; ++i) {
    const int which = (int)(i % 4);
    replace(path, next, versions[which], sizes[which]);
    const tally_status status = tally_policy_reload(policy, NULL, &error);
    if (which == 3) {
      if (status != TALLY_ERROR_POLICY) fail("a broken file is taken", NULL);
      ++refused;
      tally_error_free(error);
      error = NULL;
    } else if (status != TALLY_OK) {
      fail("a reload", error);
      error = NULL;
    } else {
      ++loaded;
    }
    if (i == reloads / 5) after_warm_up = resident_kilobytes();
  }
  at_end = resident_kilobytes();
  atomic_store(&ending, 1);
  for (int i = 0; i < thread_count; ++i) pthread_join(threads[i], NULL);
  for (int i = 1; i < 4; ++i) {
    total += decided[i];
    if (decided[i] == 0) fail("a version that decided nothing", NULL);
  }
  if (tally_policy_generation(policy) != (uint64_t)loaded + 1) fail("a version that was lost", NULL);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  if (at_end - after_warm_up > 2048) fail("memory grows", NULL);
#endif
  for (int i = 0; i < 2; ++i) tally_document_release(documents[i]);
  tally_policy_release(policy);
  for (int i = 0; i < 4; ++i) free(versions[i]);
  remove(path);
  printf("%ld reloads (%ld refused) under %d threads: %ld decisions, by version %ld %ld %ld; %ld kB, then %ld kB\n",
         reloads, refused, thread_count, total, (long)decided[1], (long)decided[2], (long)decided[3], after_warm_up,
         at_end);
  return atomic_load(&failures) == 0 ? 0 : 1;
}
