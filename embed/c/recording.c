/* A switch in one file. It opens a policy, binds the documents of an account and of a device once,
 * and decides one call after another, while a watch reloads the rules when they have changed.
 *
 *   recording POLICY     a .so of `tally build`, or, with libtally, a .tally file
 *
 * The policy is that of rules/call_recording.tally. */
#include <tally.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints an error and exits. A switch would log it, and go on with the policy that it has. */
static void stop(const char* doing, tally_error* error) {
  fprintf(stderr, "recording: %s: %s %s\n", doing, tally_error_message(error), tally_error_pointer(error));
  tally_error_free(error);
  exit(1);
}

/* Called in the thread of the watch. */
static void reloaded(void* context, const tally_reload* reload, const tally_error* error) {
  (void)context;
  if (error != NULL) {
    fprintf(stderr, "recording: the rules are refused, the old ones stay: %s\n", tally_error_message(error));
    return;
  }
  fprintf(stderr, "recording: rules %llu are in use; %zu documents carried over, %zu read again, %zu refused\n",
          (unsigned long long)reload->generation, reload->carried, reload->rebound, reload->failed);
}

/* The handles of this policy: names are looked up once. */
struct handles {
  tally_input source, destination;
  tally_value onnet, offnet;
  tally_decision account, caller, settings;
  tally_value inbound, outbound;
  tally_member url;
};

static void resolve(const tally_policy* policy, struct handles* h) {
  tally_error* error = NULL;
  if (tally_policy_input(policy, "source", &h->source, &error) != TALLY_OK ||
      tally_policy_input(policy, "destination", &h->destination, &error) != TALLY_OK ||
      tally_policy_value(policy, h->source, "onnet", &h->onnet, &error) != TALLY_OK ||
      tally_policy_value(policy, h->source, "offnet", &h->offnet, &error) != TALLY_OK ||
      tally_policy_decision(policy, "account-recording", &h->account, &error) != TALLY_OK ||
      tally_policy_decision(policy, "caller-recording", &h->caller, &error) != TALLY_OK ||
      tally_policy_decision(policy, "account-settings", &h->settings, &error) != TALLY_OK ||
      tally_policy_decision_value(policy, h->account, "inbound", &h->inbound, &error) != TALLY_OK ||
      tally_policy_decision_value(policy, h->account, "outbound", &h->outbound, &error) != TALLY_OK ||
      tally_policy_member(policy, h->settings, "/url", &h->url, &error) != TALLY_OK) {
    stop("another policy", error);
  }
}

/* One call. Setting facts and deciding neither allocates nor takes a lock. */
static void decide(tally_call* call, const struct handles* h, tally_value source, tally_value destination) {
  tally_error* error = NULL;
  tally_result url;
  const char* why;
  if (tally_call_set(call, h->source, source, &error) != TALLY_OK ||
      tally_call_set(call, h->destination, destination, &error) != TALLY_OK ||
      tally_call_decide(call, &error) != TALLY_OK) {
    stop("no decision", error);
  }
  const tally_value account = tally_call_value(call, h->account);
  printf("%-6s to %-6s  account: %-8s caller: %s", source == h->onnet ? "onnet" : "offnet",
         destination == h->onnet ? "onnet" : "offnet",
         account == h->inbound    ? "inbound"
         : account == h->outbound ? "outbound"
                                  : "none",
         tally_call_value(call, h->caller) == TALLY_ON ? "on" : "off");
  /* A setting that is handed on: the text stands in the document. */
  if (tally_call_member(call, h->url, &url, &error) != TALLY_OK) stop("no setting", error);
  if (url.kind == TALLY_KIND_TEXT) printf("  to %s", url.text);
  if (tally_call_reason(call, h->account, &why, NULL, &error) != TALLY_OK) stop("no reason", error);
  if (*why != '\0') printf("  (%s)", why);
  printf("\n");
}

int main(int argc, char** argv) {
  static const char account_json[] =
      "{\"call_recording\":{\"account\":{\"inbound\":{\"offnet\":{\"enabled\":true,\"url\":\"https://recorder/in\"}},"
      "\"outbound\":{\"offnet\":{\"enabled\":true,\"url\":\"https://recorder/out\"}}}}}";
  static const char device_json[] = "{\"call_recording\":{\"outbound\":{\"offnet\":{\"enabled\":true}}}}";
  tally_error* error = NULL;
  tally_policy* policy;
  tally_document *account, *device;
  tally_call* call;
  struct handles h;
  if (argc != 2) {
    fprintf(stderr, "usage: recording POLICY\n");
    return 2;
  }
  if (tally_policy_open(argv[1], &policy, &error) != TALLY_OK) stop("no policy", error);
  if (tally_policy_watch(policy, 1000, reloaded, NULL, &error) != TALLY_OK) stop("no watch", error);
  resolve(policy, &h);

  /* Documents are bound alone, when they change; they are kept for many calls. */
  if (tally_document_bind(policy, "/account", account_json, strlen(account_json), &account, &error) != TALLY_OK ||
      tally_document_bind(policy, "/caller/device", device_json, strlen(device_json), &device, &error) != TALLY_OK) {
    stop("a document is at fault", error);
  }

  /* Each thread of a switch has a call of its own. */
  if (tally_call_new(policy, &call, &error) != TALLY_OK || tally_call_attach(call, account, &error) != TALLY_OK ||
      tally_call_attach(call, device, &error) != TALLY_OK) {
    stop("no call", error);
  }
  decide(call, &h, h.offnet, h.onnet);
  decide(call, &h, h.onnet, h.offnet);
  decide(call, &h, h.onnet, h.onnet);

  tally_call_free(call);
  tally_document_release(device);
  tally_document_release(account);
  tally_policy_release(policy);
  return 0;
}
