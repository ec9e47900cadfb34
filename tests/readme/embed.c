#include <stdio.h>
#include <string.h>
#include <tally.h>

int main(void) {
  static const char user[] = "{\"call_recording\": {\"enabled\": true, \"time_limit\": 600}}";
  tally_error *error = NULL;
  tally_policy *policy;
  tally_input source;
  tally_value offnet;
  tally_decision recording;
  tally_document *document;
  tally_call *call;
  const char *answer;

  /* Once: names become handles, documents are bound alone. */
  if (tally_policy_open("recording.tally", &policy, &error) != TALLY_OK ||
      tally_policy_input(policy, "source", &source, &error) != TALLY_OK ||
      tally_policy_value(policy, source, "offnet", &offnet, &error) != TALLY_OK ||
      tally_policy_decision(policy, "recording", &recording, &error) != TALLY_OK ||
      tally_document_bind(policy, "/user", user, strlen(user), &document, &error) != TALLY_OK ||
      tally_call_new(policy, &call, &error) != TALLY_OK) {
    fprintf(stderr, "%s\n", tally_error_message(error));
    return 1;
  }
  /* For each call: facts and documents in, decisions out. */
  tally_call_attach(call, document, NULL);
  tally_call_set(call, source, offnet, NULL);
  if (tally_call_decide(call, NULL) != TALLY_OK) return 1;
  printf("rule %u: recording is %s\n", tally_call_rule(call, recording),
         tally_call_value(call, recording) == TALLY_ON ? "on" : "off");
  tally_call_answer(call, 0, &answer, NULL, NULL);
  printf("%s\n", answer);

  tally_call_free(call);
  tally_document_release(document);
  tally_policy_release(policy);
  return 0;
}
