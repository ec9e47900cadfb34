/* Every function of tally.h, used and misused, in plain C.
 *
 *   interface_test DIRECTORY RULES POLICY
 *     DIRECTORY  may be written to
 *     RULES      interface.tally, which libtally compiles
 *     POLICY     what `tally build` made of it
 *
 * Prints each check that fails, and then exits with 1. */
#define _POSIX_C_SOURCE 199309L
#include "checks.h"

#include <time.h>

static char directory[1024];
static char* in_directory(char* out, const char* name) {
  snprintf(out, 2000, "%s/%s", directory, name);
  return out;
}

static void write_file(const char* path, const char* text) {
  FILE* file = fopen(path, "wb");
  CHECK(file != NULL);
  if (file == NULL) return;
  CHECK(fwrite(text, 1, strlen(text), file) == strlen(text));
  CHECK(fclose(file) == 0);
}

/* The text of the rules, which ends in a zero byte. */
static const char* read_rules(const char* path) {
  static char text[10000];
  FILE* file = fopen(path, "rb");
  CHECK(file != NULL);
  if (file == NULL) return "";
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  CHECK(fclose(file) == 0);
  return text;
}

static void check_errors(void) {
  CHECK(strcmp(tally_version(), "0.1.0") == 0);
  CHECK(strcmp(tally_status_name(TALLY_OK), "TALLY_OK") == 0);
  CHECK(strcmp(tally_status_name(TALLY_ERROR_INTERNAL), "TALLY_ERROR_INTERNAL") == 0);
  CHECK(strcmp(tally_status_name((tally_status)99), "?") == 0);
  CHECK(strcmp(tally_status_name((tally_status)-1), "?") == 0);
  CHECK(tally_error_status(NULL) == TALLY_OK);
  CHECK(strcmp(tally_error_message(NULL), "") == 0);
  CHECK(strcmp(tally_error_pointer(NULL), "") == 0);
  CHECK(strcmp(tally_error_json(NULL), "null") == 0);
  tally_error_free(NULL);
  tally_free(NULL);
}

static void check_opening(void) {
  static const char no_policy[80] = "any bytes, as many as a header has";
  char path[2000];
  tally_policy* policy = NULL;
  tally_policy* const untouched = (tally_policy*)path;
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open(NULL, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open("x", NULL, &error));
  CHECK(tally_policy_open(NULL, NULL, NULL) == TALLY_ERROR_ARGUMENT);
  policy = untouched;
  FAILS(TALLY_ERROR_FILE, "no such file", tally_policy_open(in_directory(path, "missing.tally"), &policy, &error));
  FAILS(TALLY_ERROR_FILE, "is a directory", tally_policy_open(directory, &policy, &error));
  write_file(in_directory(path, "bad.so"), "\177ELF and no more");
  FAILS(TALLY_ERROR_POLICY, "ends early", tally_policy_open(path, &policy, &error));
  CHECK(policy == untouched);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_constant(NULL, &policy, &error));
  FAILS(TALLY_ERROR_POLICY, "no policy descriptor", tally_policy_open_constant(no_policy, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_text(NULL, "", 0, &policy, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_open_text("x", NULL, 1, &policy, &error));
  CHECK(policy == untouched);
  CHECK(tally_policy_retain(NULL) == NULL);
  tally_policy_release(NULL);
  CHECK(tally_policy_generation(NULL) == 0);
}

/* Where the library has a compiler, rules at fault have diagnostics; elsewhere no rules are opened. */
static void check_opening_rules(void) {
  char path[2000];
  tally_policy* policy = NULL;
  write_file(in_directory(path, "bad.tally"), "decision d : flag { on when nothing }\n");
  if (tally_can_compile()) {
    FAILS(TALLY_ERROR_RULES, "error[T", tally_policy_open(path, &policy, &error));
    FAILS(TALLY_ERROR_RULES, "error[T", tally_policy_open_text("x", "decision", 8, &policy, &error));
    FAILS(TALLY_ERROR_RULES, "use no files", tally_policy_open_text("x", "use \"y.tally\"", 13, &policy, &error));
  } else {
    FAILS(TALLY_ERROR_UNSUPPORTED, "no compiler", tally_policy_open(path, &policy, &error));
    FAILS(TALLY_ERROR_UNSUPPORTED, "no compiler", tally_policy_open_text("x", "", 0, &policy, &error));
  }
  CHECK(policy == NULL);
}

static void on_watch(void* context, const tally_reload* reload, const tally_error* error) {
  (void)context;
  (void)reload;
  (void)error;
}

static void check_reloading(tally_policy* policy, int has_file) {
  tally_reload reload = {0, 0, 0, 0};
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_reload(NULL, &reload, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_watch(NULL, 100, NULL, NULL, &error));
  tally_policy_unwatch(NULL);
  tally_policy_unwatch(policy);
  if (!has_file) {
    FAILS(TALLY_ERROR_ARGUMENT, "no file", tally_policy_reload(policy, &reload, &error));
    FAILS(TALLY_ERROR_ARGUMENT, "no file", tally_policy_watch(policy, 100, NULL, NULL, &error));
    return;
  }
  FAILS(TALLY_ERROR_ARGUMENT, "milliseconds", tally_policy_watch(policy, 9, NULL, NULL, &error));
  WORKS(tally_policy_watch(policy, 50, on_watch, NULL, &error));
  WORKS(tally_policy_watch(policy, 60, NULL, NULL, &error));
  tally_policy_unwatch(policy);
  tally_policy_unwatch(policy);
  WORKS(tally_policy_reload(policy, &reload, &error));
  CHECK(reload.generation == 2 && tally_policy_generation(policy) == 2);
  WORKS(tally_policy_reload(policy, NULL, &error));
  CHECK(tally_policy_generation(policy) == 3);
}

/* Whether the last reload ended so, within 20 seconds: `why` is a part of the refusal, or NULL. */
static int ends_with(const tally_policy* policy, int64_t after, const char* why) {
  const struct timespec moment = {0, 5000000};
  for (int i = 0; i < 4000; ++i) {
    int64_t when = -1;
    tally_error* refusal = NULL;
    int is_so;
    WORKS(tally_policy_last_reload(policy, &when, &refusal, &error));
    is_so = when >= after && (why == NULL ? refusal == NULL : strstr(tally_error_message(refusal), why) != NULL);
    tally_error_free(refusal);
    if (is_so) return 1;
    nanosleep(&moment, NULL);
  }
  return 0;
}

static void copy_file(const char* from, const char* to) {
  static char bytes[100000];
  FILE* file = fopen(from, "rb");
  size_t size;
  CHECK(file != NULL);
  if (file == NULL) return;
  size = fread(bytes, 1, sizeof bytes, file);
  CHECK(size < sizeof bytes && fclose(file) == 0);
  file = fopen(to, "wb");
  CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* A policy can be asked why its file was refused, by a reload or by a watch. */
static void check_last_reload(const char* policy_file) {
  char path[2000];
  int64_t when = -1;
  tally_policy* policy = NULL;
  tally_error* refusal = (tally_error*)path;
  copy_file(policy_file, in_directory(path, "reloaded_policy"));
  WORKS(tally_policy_open(path, &policy, &error));
  WORKS(tally_policy_last_reload(policy, &when, &refusal, &error));
  CHECK(when == 0 && refusal == NULL);
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_last_reload(NULL, &when, &refusal, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "NULL", tally_policy_last_reload(policy, &when, NULL, &error));
  write_file(path, "\177ELF and no more");
  FAILS(TALLY_ERROR_POLICY, "ends early", tally_policy_reload(policy, NULL, &error));
  WORKS(tally_policy_last_reload(policy, &when, &refusal, &error));
  CHECK(when > INT64_C(1700000000000) && tally_error_status(refusal) == TALLY_ERROR_POLICY);
  CHECK(strstr(tally_error_message(refusal), "ends early") != NULL);
  tally_error_free(refusal);
  copy_file(policy_file, path);
  WORKS(tally_policy_reload(policy, NULL, &error));
  WORKS(tally_policy_last_reload(policy, NULL, &refusal, &error));
  CHECK(refusal == NULL);
  /* A watch without a watcher. */
  WORKS(tally_policy_watch(policy, 10, NULL, NULL, &error));
  write_file(path, "\177ELF and nothing more");
  CHECK(ends_with(policy, when, "ends early"));
  CHECK(tally_policy_generation(policy) == 2);
  copy_file(policy_file, path);
  CHECK(ends_with(policy, when, NULL));
  CHECK(tally_policy_generation(policy) == 3);
  tally_policy_release(policy);
  remove(path);
}

/* Calls and documents keep what they need. Releases the policy. */
static void check_releasing(tally_policy* policy) {
  tally_document* document = NULL;
  tally_call* const call = new_call(policy);
  WORKS(tally_document_bind(policy, "/device", "{\"enabled\":true}", 16, &document, &error));
  tally_policy_release(policy);
  WORKS(tally_call_attach(call, document, &error));
  check_answer(call,
               "{\"start\":\"short\",\"loud\":null,\"how\":{\"enabled\":true,\"share\":true},\"limit\":null,\"note\":"
               "\"none\",\"grouped\":false,\"shared\":true}");
  tally_call_free(call);
  tally_document_release(document);
}

static void check_policy(tally_policy* policy, int has_file, int from_rules) {
  CHECK(tally_policy_generation(policy) == 1);
  CHECK(tally_policy_retain(policy) == policy);
  tally_policy_release(policy);
  check_names(policy);
  check_calls(policy);
  check_answers(policy, from_rules);
  check_documents(policy);
  check_requests(policy);
  check_bad_json(policy);
  check_batches(policy);
  check_log(policy, directory);
  check_reloading(policy, has_file);
  check_documents(policy);
  check_whole_requests(policy);
  check_releasing(policy);
}

static void check_two_policies(const char* path) {
  tally_policy *a = NULL, *b = NULL;
  tally_document* document = NULL;
  tally_call* call = NULL;
  WORKS(tally_policy_open(path, &a, &error));
  WORKS(tally_policy_open(path, &b, &error));
  WORKS(tally_document_bind(a, "/device", "{}", 2, &document, &error));
  WORKS(tally_call_new(b, &call, &error));
  FAILS(TALLY_ERROR_ARGUMENT, "another policy", tally_call_attach(call, document, &error));
  tally_policy_release(a);
  tally_policy_release(b);
  tally_call_free(call);
  tally_document_release(document);
}

int main(int argc, char** argv) {
  tally_policy* policy = NULL;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc != 4) return 2;
  snprintf(directory, sizeof directory, "%s", argv[1]);
  check_errors();
  check_opening();
  check_opening_rules();
  if (tally_can_compile()) {
    const char* const rules = read_rules(argv[2]);
    WORKS(tally_policy_open(argv[2], &policy, &error));
    if (policy != NULL) check_policy(policy, 1, 1);
    check_two_policies(argv[2]);
    policy = NULL;
    WORKS(tally_policy_open_text("interface.tally", rules, strlen(rules), &policy, &error));
    if (policy != NULL) check_policy(policy, 0, 1);
  }
  policy = NULL;
  WORKS(tally_policy_open(argv[3], &policy, &error));
  if (policy != NULL) check_policy(policy, 1, 0);
  check_two_policies(argv[3]);
  check_last_reload(argv[3]);
  printf("%s: %d failures\n", tally_can_compile() ? "libtally" : "libtally-runtime", failures);
  return failures == 0 ? 0 : 1;
}
