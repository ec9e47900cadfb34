#include "checks.h"

int failures = 0;

tally_input input_of(const tally_policy* policy, const char* name) {
  tally_input input = 0;
  WORKS(tally_policy_input(policy, name, &input, &error));
  return input;
}

tally_decision decision_of(const tally_policy* policy, const char* name) {
  tally_decision decision = 0;
  WORKS(tally_policy_decision(policy, name, &decision, &error));
  return decision;
}

tally_member member_of(const tally_policy* policy, const char* decision, const char* pointer) {
  tally_member member = 0;
  WORKS(tally_policy_member(policy, decision_of(policy, decision), pointer, &member, &error));
  return member;
}

tally_call* new_call(tally_policy* policy) {
  tally_call* call = NULL;
  WORKS(tally_call_new(policy, &call, &error));
  WORKS(tally_call_set_named(call, "source", "onnet", 5, &error));
  WORKS(tally_call_set_named(call, "destination", "offnet", 6, &error));
  WORKS(tally_call_set_named(call, "minutes", "600", 3, &error));
  return call;
}

/* --- items as JSON, of texts that need no escapes ------------------------------------------ */

static void append(char* out, const char* text) { strcat(out, text); }

static void append_items(char* out, const tally_item* at, const tally_item* end) {
  const char* separator = "";
  append(out, "{");
  for (; at < end; at += 1 + at->inside) {
    char number[32];
    CHECK(strlen(at->key) == at->key_length);
    CHECK(at->inside == 0 || at->result.kind == TALLY_KIND_OBJECT);
    append(out, separator);
    append(out, "\"");
    append(out, at->key);
    append(out, "\":");
    switch (at->result.kind) {
      case TALLY_KIND_UNSET: append(out, "null"); break;
      case TALLY_KIND_FLAG: append(out, at->result.value == TALLY_ON ? "true" : "false"); break;
      case TALLY_KIND_NUMBER:
        snprintf(number, sizeof number, "%llu", (unsigned long long)at->result.number);
        append(out, number);
        break;
      case TALLY_KIND_ENUM:
      case TALLY_KIND_TEXT:
        CHECK(strlen(at->result.text) == at->result.length);
        append(out, "\"");
        append(out, at->result.text);
        append(out, "\"");
        break;
      case TALLY_KIND_OBJECT: append_items(out, at + 1, at + 1 + at->inside); break;
    }
    separator = ",";
  }
  append(out, "}");
}

void check_answer(tally_call* call, const char* wanted) {
  static char listed[10000];
  const char* text = "";
  size_t length = 0, count = 0;
  const tally_item* items = NULL;
  WORKS(tally_call_decide(call, &error));
  WORKS(tally_call_answer(call, 0, &text, &length, &error));
  if (strcmp(text, wanted) != 0 || strlen(text) != length) {
    ++failures;
    printf("decided %s\n instead %s\n", text, wanted);
  }
  WORKS(tally_call_items(call, &items, &count, &error));
  listed[0] = 0;
  append_items(listed, items, items + count);
  if (strcmp(listed, wanted) != 0) {
    ++failures;
    printf("listed %s\n instead %s\n", listed, wanted);
  }
}
