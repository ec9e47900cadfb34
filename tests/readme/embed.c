#include <stdio.h>
#include <string.h>
#include <tally.h>

int main(void) {
  static const char user[] = "{\"call_recording\": {\"enabled\": true, \"time_limit\": 600}}";
  tally_error* error = NULL;
  tally_policy* policy;
  tally_document* document;
  tally_call* call;
  const char* answer;

  /* Once: a policy, the documents that it decides by, a call for each thread. */
  if (tally_policy_open("recording.tally", &policy, &error) != TALLY_OK ||
      tally_document_bind(policy, "/user", user, strlen(user), &document, &error) != TALLY_OK ||
      tally_call_new(policy, &call, &error) != TALLY_OK) {
    fprintf(stderr, "%s\n", tally_error_message(error));
    return 1;
  }
  /* For each call: facts and documents in, decisions out. */
  if (tally_call_attach(call, document, NULL) != TALLY_OK ||
      tally_call_set_named(call, "source", "offnet", 6, NULL) != TALLY_OK ||
      tally_call_decide(call, NULL) != TALLY_OK || tally_call_answer(call, 0, &answer, NULL, NULL) != TALLY_OK)
    return 1;
  printf("%s\n", answer);

  tally_call_free(call);
  tally_document_release(document);
  tally_policy_release(policy);
  return 0;
}
