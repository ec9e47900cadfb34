/* What a host may do around the library: fork while a watch reloads, limit the memory, forbid executable
 * memory, use small stacks, and get signals at any moment. Every trial runs in a child; it must end by
 * itself, with a status that tally.h names.
 *
 *   host_test fork FOLDER RULES COUNT           forks at varying moments of a watch that reloads
 *   host_test memory RULES FROM TO STEP         opens RULES with FROM, FROM + STEP, ... kB of memory left
 *   host_test denied RULES POLICY.so            opens both where written memory must not be run
 *   host_test stack KB FILE...                  opens, decides and frees each in a thread with KB kB
 *   host_test signals FOLDER RULES SECONDS      reloads and watches under a storm of SIGALRM
 *   host_test exit FOLDER RULES COUNT           exits at varying moments of a watch that reloads
 *   host_test threads FOLDER FILE...            watches each where no thread can be made
 *
 * Exit codes: 0 as it must be; 1 not so; 2 wrong usage. */
#define _GNU_SOURCE
#include <tally.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char request[] = "{\"source\":\"onnet\",\"destination\":\"offnet\"}";

/* Decides a request in JSON. The rules may lack inputs of it, or need others: that is an answer, too. */
static tally_status decide(tally_policy* policy) {
  char* answer = NULL;
  const tally_status status = tally_decide_json(policy, request, strlen(request), 1, &answer, NULL, NULL);
  if (status == TALLY_OK) tally_free(answer);
  return status == TALLY_ERROR_DOCUMENT ? TALLY_OK : status;
}

static int complain(const char* what, tally_status status, tally_error* error) {
  printf("%s: %s: %s\n", what, tally_status_name(status), tally_error_message(error));
  tally_error_free(error);
  return 1;
}

/* Puts a copy of a file in place of another, as careful writers do. */
static void replace(const char* from, const char* to) {
  static char bytes[1 << 20];
  char beside[4096];
  FILE* file = fopen(from, "rb");
  const size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
  if (file != NULL) fclose(file);
  snprintf(beside, sizeof beside, "%s~", to);
  file = fopen(beside, "wb");
  if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0 || rename(beside, to) != 0) {
    perror(to);
    exit(2);
  }
}

static void copy_path(char* path, size_t size, const char* folder, const char* file) {
  const char* name = strrchr(file, '/');
  snprintf(path, size, "%s/host_%ld_%s", folder, (long)getpid(), name == NULL ? file : name + 1);
}

/* The exit code of a child; a signal is 1,000 and its number. */
static int end_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void pause_for(long microseconds) {
  const struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
  nanosleep(&time, NULL);
}

/* --- fork, exit ------------------------------------------------------------------------- */

/* What a child does with what it inherited. It ends the process. */
static void in_child(int what, tally_policy* policy, tally_document* document, tally_call* call) {
  tally_document* other = NULL;
  int fine = 1;
  alarm(20);
  switch (what) {
    case 0:
      for (int i = 0; i < 20; ++i) {
        fine = fine && decide(policy) == TALLY_OK && tally_document_check(document, NULL) == TALLY_OK &&
               tally_call_decide(call, NULL) == TALLY_OK &&
               tally_document_bind(policy, "/account", "{}", 2, &other, NULL) == TALLY_OK;
        tally_document_release(other);
      }
      break;
    case 1: fine = tally_policy_reload(policy, NULL, NULL) == TALLY_OK && decide(policy) == TALLY_OK; break;
    case 2: tally_policy_unwatch(policy); break;
    case 3:
      tally_call_free(call);
      tally_document_release(document);
      tally_policy_release(policy);
      break;
    case 4: {
      fine = tally_policy_watch(policy, 10, NULL, NULL, NULL) == TALLY_OK && decide(policy) == TALLY_OK;
      tally_policy_unwatch(policy);
      break;
    }
    case 5: exit(decide(policy) == TALLY_OK ? 0 : 1);
    case 6: { /* a grandchild */
      const pid_t child = fork();
      if (child == 0) _exit(tally_policy_reload(policy, NULL, NULL) == TALLY_OK && decide(policy) == TALLY_OK ? 0 : 1);
      fine = end_of(child) == 0;
      break;
    }
    default:
      tally_call_free(call);
      fine = tally_call_new(policy, &call, NULL) == TALLY_OK &&
             tally_call_set_named(call, "source", "onnet", 5, NULL) == TALLY_OK;
      break;
  }
  _exit(fine ? 0 : 1);
}

enum { actions = 8 };

static int forks(const char* folder, const char* rules, int count) {
  char path[4096];
  tally_policy* policy = NULL;
  tally_document* document = NULL;
  tally_call* call = NULL;
  tally_error* error = NULL;
  int bad = 0;
  copy_path(path, sizeof path, folder, rules);
  replace(rules, path);
  if (tally_policy_open(path, &policy, &error) != TALLY_OK ||
      tally_policy_watch(policy, 10, NULL, NULL, &error) != TALLY_OK ||
      tally_document_bind(policy, "/account", "{}", 2, &document, &error) != TALLY_OK ||
      tally_call_new(policy, &call, &error) != TALLY_OK ||
      tally_call_set_named(call, "source", "onnet", 5, &error) != TALLY_OK ||
      tally_call_set_named(call, "destination", "offnet", 6, &error) != TALLY_OK)
    return complain(path, tally_error_status(error), error);
  for (int k = 0; k < count; ++k) {
    if (k % 3 == 0) replace(rules, path);
    pause_for(500 + k * 137 % 29000);
    const pid_t child = fork();
    if (child == 0) in_child(k % actions, policy, document, call);
    const int end = end_of(child);
    if (end != 0) {
      ++bad;
      printf("fork %d, action %d: ended with %d\n", k, k % actions, end);
    }
  }
  const uint64_t generation = tally_policy_generation(policy);
  tally_call_free(call);
  tally_document_release(document);
  tally_policy_release(policy);
  remove(path);
  printf("%d forks, %d reloads, %d bad\n", count, (int)generation - 1, bad);
  return bad > 0 || generation < 2;
}

static int exits(const char* folder, const char* rules, int count) {
  char path[4096];
  int bad = 0;
  copy_path(path, sizeof path, folder, rules);
  replace(rules, path);
  for (int k = 0; k < count; ++k) {
    const pid_t child = fork();
    if (child == 0) {
      tally_policy* policy = NULL;
      alarm(20);
      if (tally_policy_open(path, &policy, NULL) != TALLY_OK ||
          tally_policy_watch(policy, 10, NULL, NULL, NULL) != TALLY_OK)
        _exit(1);
      replace(rules, path);
      pause_for(20000 + k * 1371 % 40000);
      exit(0);
    }
    const int end = end_of(child);
    if (end != 0) {
      ++bad;
      printf("exit %d: ended with %d\n", k, end);
    }
  }
  remove(path);
  printf("%d exits, %d bad\n", count, bad);
  return bad > 0;
}

/* --- memory ----------------------------------------------------------------------------- */

static void limit_memory(long kilobytes) {
  long pages = 0;
  FILE* file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld", &pages) != 1) _exit(3);
  fclose(file);
  const struct rlimit none = {0, 0};
  const struct rlimit limit = {(rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (rlim_t)kilobytes * 1024, RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_AS, &limit);
}

static int memory(const char* rules, long from, long to, long step) {
  int fine = 0, refused = 0, bad = 0;
  for (long left = from; left <= to; left += step) {
    const pid_t child = fork();
    if (child == 0) {
      tally_policy* policy = NULL;
      tally_error* error = NULL;
      alarm(100);
      limit_memory(left);
      tally_status status = tally_policy_open(rules, &policy, &error);
      if (status == TALLY_OK) status = decide(policy);
      tally_error_free(error);
      if (policy != NULL) tally_policy_release(policy);
      _exit((int)status);
    }
    const int end = end_of(child);
    if (end == TALLY_OK) {
      ++fine;
    } else if (end == TALLY_ERROR_MEMORY || end == TALLY_ERROR_SYSTEM) {
      ++refused;
    } else {
      ++bad;
      printf("%ld kB: ended with %d\n", left, end);
    }
  }
  printf("%d opened, %d refused, %d bad\n", fine, refused, bad);
  return bad > 0;
}

/* --- threads ----------------------------------------------------------------------------- */

/* What keeps a process from making a thread. Each ends with the code 77 if it does not here. */
enum { no_room, no_process, large_stacks, reasons };

static const char* const reason_names[] = {"no room for a stack", "no process is left", "a stack that is too large"};

static void refuse_threads(int reason) {
  struct rlimit limit;
  getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = 0;
  switch (reason) {
    case no_room: limit_memory(2000); break;
    case no_process:
      /* The administrator is not limited. */
      if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) _exit(77);
      if (setrlimit(RLIMIT_NPROC, &limit) != 0) _exit(77);
      break;
    default: {
      /* What the host gives its threads by default is more than there is. */
      pthread_attr_t attributes;
      pthread_attr_init(&attributes);
      if (pthread_attr_setstacksize(&attributes, (size_t)1 << 40) != 0 || pthread_setattr_default_np(&attributes) != 0)
        _exit(77);
      limit_memory(64000);
      break;
    }
  }
}

static void allow_threads(int reason) {
  const int resource = reason == no_process ? RLIMIT_NPROC : RLIMIT_AS;
  struct rlimit limit;
  getrlimit(resource, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(resource, &limit);
  if (reason == large_stacks) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)1 << 20);
    pthread_setattr_default_np(&attributes);
  }
}

/* Whether a watch that is there notices that its file was replaced. */
static int notices(tally_policy* policy, const char* from, const char* path) {
  const uint64_t before = tally_policy_generation(policy);
  replace(from, path);
  for (int i = 0; i < 1000 && tally_policy_generation(policy) == before; ++i) pause_for(10000);
  return tally_policy_generation(policy) > before;
}

/* A watch that cannot begin is an error; the policy decides as before, and can be watched later. An earlier
 * watch goes on. */
static void watch_without_threads(const char* from, const char* path, int reason, int watched) {
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  int fine = 1;
  alarm(60);
  tally_status status = tally_policy_open(path, &policy, &error);
  if (status == TALLY_OK && watched) status = tally_policy_watch(policy, 10, NULL, NULL, &error);
  if (status != TALLY_OK) _exit(complain(path, status, error));
  refuse_threads(reason);
  for (int i = 0; i < 3; ++i) {
    error = NULL;
    status = tally_policy_watch(policy, 20, NULL, NULL, &error);
    if (status != TALLY_ERROR_SYSTEM || strstr(tally_error_message(error), "no thread for a watch") == NULL) {
      complain("a watch without a thread", status, error);
      fine = 0;
    } else {
      tally_error_free(error);
    }
    fine = fine && decide(policy) == TALLY_OK && tally_policy_generation(policy) == 1;
  }
  allow_threads(reason);
  /* As another user it may be unable to write and read the file. */
  const int same_user = reason != no_process;
  if (watched && same_user) fine = fine && notices(policy, from, path);
  error = NULL;
  status = tally_policy_watch(policy, 10, NULL, NULL, &error);
  if (status != TALLY_OK) {
    complain("a watch with a thread", status, error);
    fine = 0;
  }
  if (same_user) fine = fine && notices(policy, from, path);
  fine = fine && decide(policy) == TALLY_OK;
  tally_policy_release(policy);
  fflush(stdout);
  _exit(fine ? 0 : 1);
}

static int threads(const char* folder, char** files) {
  char path[4096];
  int bad = 0;
  for (; *files != NULL; ++files) {
    copy_path(path, sizeof path, folder, *files);
    replace(*files, path);
    for (int way = 0; way < 2 * reasons; ++way) {
      const int reason = way / 2, watched = way % 2;
      fflush(stdout);
      const pid_t child = fork();
      if (child == 0) watch_without_threads(*files, path, reason, watched);
      const int end = end_of(child);
      printf("%s: %s, %s: %s\n", *files, reason_names[reason], watched ? "watched" : "not watched",
             end == 0    ? "fine"
             : end == 77 ? "cannot be tried"
                         : "bad");
      bad += end != 0 && end != 77;
    }
    remove(path);
  }
  return bad > 0;
}

/* --- executable memory ------------------------------------------------------------------- */

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif

static int denied(const char* rules, const char* built) {
  static const char* const keys[] = {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"};
  const tally_guard_options guard = {.size = sizeof guard, .keys = keys, .key_count = 1, .trust_version_in_use = 1};
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  if (prctl(PR_SET_MDWE, 1UL, 0UL, 0UL, 0UL) != 0) {
    printf("this system cannot deny memory that is written and run\n");
    return 77;
  }
  tally_status status = tally_policy_open(rules, &policy, &error);
  if (status != TALLY_ERROR_SYSTEM || strstr(tally_error_message(error), "executable memory") == NULL ||
      strstr(tally_error_message(error), "tally build") == NULL)
    return complain(rules, status, error);
  tally_error_free(error);
  error = NULL;
  status = tally_policy_open(built, &policy, &error);
  if (status == TALLY_OK) status = decide(policy);
  if (status == TALLY_OK) status = tally_policy_reload(policy, NULL, &error);
  if (status == TALLY_OK) status = decide(policy);
  /* A guard refuses code that is mapped from its file: so it is mapped from a copy. */
  if (status == TALLY_OK) status = tally_policy_guard(policy, &guard, &error);
  if (status == TALLY_OK) status = tally_policy_reload(policy, NULL, &error);
  if (status != TALLY_OK) return complain(built, status, error);
  tally_policy_release(policy);
  return 0;
}

/* --- stacks ------------------------------------------------------------------------------ */

static void* open_and_decide(void* path) {
  tally_policy* policy = NULL;
  tally_call* call = NULL;
  tally_document* document = NULL;
  tally_error* error = NULL;
  const char *text = NULL, *other = NULL;
  const tally_item* items = NULL;
  size_t count = 0;
  char nested[4096];
  tally_status status = tally_policy_open(path, &policy, &error);
  if (status == TALLY_OK) status = tally_call_new(policy, &call, &error);
  if (status != TALLY_OK) {
    complain(path, status, error);
    return path;
  }
  (void)tally_call_set_named(call, "a", "on", 2, NULL);
  if (tally_call_decide(call, NULL) == TALLY_OK) {
    (void)tally_call_items(call, &items, &count, NULL);
    (void)tally_call_answer(call, 1, &text, NULL, NULL);
    (void)tally_call_explain(call, 1, &other, NULL, NULL);
  }
  status = decide(policy);
  /* A document that nests as deep as is allowed, and one that nests deeper. */
  for (int depth = 500; depth <= 2000; depth += 1500) {
    memset(nested, '[', (size_t)depth);
    (void)tally_document_bind(policy, "/account", nested, (size_t)depth, &document, NULL);
  }
  if (status == TALLY_OK) status = tally_policy_reload(policy, NULL, &error);
  tally_policy_release(policy);
  tally_call_free(call);
  if (status == TALLY_OK) return NULL;
  complain(path, status, error);
  return path;
}

static int in_stack(long kilobytes, char* path) {
  pthread_attr_t attributes;
  pthread_t thread;
  void* failed = path;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, (size_t)kilobytes * 1024) != 0 ||
      pthread_create(&thread, &attributes, open_and_decide, path) != 0)
    return 2;
  pthread_join(thread, &failed);
  return failed != NULL;
}

/* --- signals ------------------------------------------------------------------------------ */

static volatile sig_atomic_t signals_seen = 0;
static void on_signal(int number) {
  (void)number;
  ++signals_seen;
}
static int reloads_seen = 0;
static void on_reload(void* context, const tally_reload* reload, const tally_error* error) {
  (void)context;
  (void)reload;
  if (error == NULL) __atomic_add_fetch(&reloads_seen, 1, __ATOMIC_RELAXED);
}

static int storm(const char* folder, const char* rules, int seconds) {
  char path[4096];
  struct sigaction action;
  const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
  tally_policy* policy = NULL;
  tally_error* error = NULL;
  int rounds = 0, bad = 0;
  copy_path(path, sizeof path, folder, rules);
  replace(rules, path);
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal; /* without SA_RESTART */
  sigaction(SIGALRM, &action, NULL);
  const time_t end = time(NULL) + seconds;
  setitimer(ITIMER_REAL, &often, NULL);
  while (time(NULL) < end && bad == 0) {
    tally_status status = tally_policy_open(path, &policy, &error);
    if (status == TALLY_OK) status = tally_policy_watch(policy, 10, on_reload, NULL, &error);
    for (int i = 0; i < 4 && status == TALLY_OK; ++i) {
      status = tally_policy_reload(policy, NULL, &error);
      if (status == TALLY_OK) status = decide(policy);
    }
    if (status != TALLY_OK) bad = complain(path, status, error);
    tally_policy_unwatch(policy);
    tally_policy_release(policy);
    ++rounds;
  }
  setitimer(ITIMER_REAL, &never, NULL);
  remove(path);
  printf("%d rounds, %d signals, %d bad\n", rounds, (int)signals_seen, bad);
  return bad > 0 || signals_seen == 0;
}

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "fork") == 0 && argc == 5) return forks(argv[2], argv[3], atoi(argv[4]));
  if (strcmp(what, "exit") == 0 && argc == 5) return exits(argv[2], argv[3], atoi(argv[4]));
  if (strcmp(what, "memory") == 0 && argc == 6)
    return memory(argv[2], atol(argv[3]), atol(argv[4]), atol(argv[5]) > 0 ? atol(argv[5]) : 50);
  if (strcmp(what, "denied") == 0 && argc == 4) return denied(argv[2], argv[3]);
  if (strcmp(what, "stack") == 0 && argc > 3) {
    int bad = 0;
    for (int i = 3; i < argc; ++i) bad |= in_stack(atol(argv[2]), argv[i]);
    return bad;
  }
  if (strcmp(what, "threads") == 0 && argc > 3) return threads(argv[2], argv + 3);
  if (strcmp(what, "signals") == 0 && argc == 5) return storm(argv[2], argv[3], atoi(argv[4]));
  printf("usage: the comment at the start of host_test.c\n");
  return 2;
}
