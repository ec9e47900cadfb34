// Fuzz target: from JSON bytes to answers.
//
// In:     any bytes. The first chooses how the rest is read: as a request, as one document,
//         or as lines of requests.
// Always: no input crashes, hangs or throws; a refused input has a fault with its reason; a
//         bound input is printed, read again and printed the same; every answer is JSON, and
//         the reference interpreter decides by the same rule
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/lines.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

// Rules with every kind of value that a document can hold.
constexpr const char* rules = R"(
type network = onnet | offnet | "on hold"
type recording = {
  enabled : flag?, format : (mp3 | wav = "WAV")?, time_limit : (5..10800)?, url : text?
  min : number = 3
}
input source  : network
input account : (recording?[network, inbound | outbound])?  at /account/call_recording
input short   : flag?                          at /legacy if boolean
input long    : { enabled : flag?, ... }?      at /legacy if object
input label   : text?                          at "/a b/~0x/~1y"
input caller  : { user : recording? at /user/call_recording, device : recording? at /device/call_recording }?

decision record : flag {
  on   when account[source, inbound].enabled is on    because "{source}: {account[source, inbound].url}"
  on   when (caller.device else caller.user).enabled is on and label is not "off" because "{label} {caller.user.min}"
  on   when short is on or long.enabled is on          because "{short} {long.enabled}"
  off  otherwise
}
decision how : recording? = account[source, outbound] else caller.device else caller.user
decision long-call : flag = how.time_limit > 3600 or how.url starts ("http://", "https://")
decision all : (recording?[network, inbound | outbound])? = account
decision title : text = "a {label}, {source}, {how.time_limit}"
)";

using fuzz::fail;

class DocumentTarget {
 public:
  DocumentTarget() : compilation_(compile("rules.tally", [](const std::string&) { return std::string(rules); })) {
    if (!compilation_.policy) fail("the rules of the target are at fault");
    const auto deployment = deploy(*compilation_.policy, compilation_.diagnostics);
    auto compiled = compile_policy(*compilation_.policy, *deployment, compilation_.sources);
    if (!compiled) fail("no functions", compiled.error().message);
    compiled_.emplace(*std::move(compiled));
    descriptor_ = compiled_->descriptor;
    binder_.emplace(descriptor_);
  }

  void request(std::string_view text, const std::vector<const BoundDocument*>& documents = {}) const {
    const BindResult bound = binder_->bind(text, documents);
    if (!bound.call) return check_faults(bound.faults);
    round_trip(text);
    Results results;
    decide(*descriptor_, compiled_->code, *bound.call, true, results);
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < descriptor_->decisions.size(); ++i) all.push_back(i);
    for (const bool because : {false, true}) {
      std::string answer;
      append_answer(answer, *descriptor_, all, *bound.call, results, because);
      if (!nlohmann::json::accept(answer)) fail("an answer is not JSON", answer);
    }
    compare(*bound.call, results);
  }

  void document(std::string_view text) const {
    for (const char* name : {"caller.device", "/account", "/legacy"}) {
      const auto place = binder_->document_place(name);
      if (!place) fail("no such place", name);
      const BindDocumentResult bound = binder_->bind_document(*place, text);
      if (!bound.document) {
        check_faults(bound.faults);
      } else {
        request(R"({"source":"onnet"})", {&*bound.document});
      }
    }
  }

  void lines(std::string_view text) const {
    if (text.empty()) return;
    // Lines polls and reads a descriptor, which a stream in memory does not have.
    const int fd = memfd_create("lines", 0);
    if (fd < 0 || pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) fail("no memory file");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(fdopen(fd, "rb"), std::fclose);
    cli::Lines lines(stream.get(), 512);
    std::string_view line;
    while (lines.next(line)) {
      if (line.size() > 512 || line.find('\n') != std::string_view::npos) fail("a line that is not one");
      if (!lines.too_long()) request(line);
    }
  }

 private:
  static void check_faults(const std::vector<DocumentFault>& faults) {
    bool error = false;
    for (const DocumentFault& fault : faults) {
      if (fault.message.empty()) fail("a fault without a message");
      error = error || fault.is_error();
    }
    if (!error) fail("refused without an error");
  }

  void round_trip(std::string_view text) const {
    std::vector<DocumentFault> faults;
    const auto facts = binder_->read(text, faults);
    if (!facts) fail("what was bound is not read");
    const std::string printed = print_document(*descriptor_, binder_->places(), Places::root, *facts);
    const auto again = binder_->read(printed, faults);
    if (!again) fail("what was printed is not read", printed);
    if (print_document(*descriptor_, binder_->places(), Places::root, *again) != printed)
      fail("printing twice differs", printed);
  }

  void compare(const BoundCall& call, const Results& results) const {
    const Policy& policy = *compilation_.policy;
    const CallFacts facts = facts_of(*policy.model, *descriptor_, call);
    const reference::Interpreter interpreter(*policy.model);
    for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
      const auto expected = interpreter.decide(policy.outputs[i].decision, facts);
      const DecisionDescriptor& decision = descriptor_->decisions[i];
      if (rule_number(decision, results) != expected.rule) fail("another rule fires", decision.name);
      if (reason(decision, call, results).value_or("") != expected.reason)
        fail("another reason is given", expected.reason);
    }
  }

  Compilation compilation_;
  std::shared_ptr<const PolicyDescriptor> descriptor_;
  std::optional<CompiledPolicy> compiled_;
  std::optional<RequestBinder> binder_;
};

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tally::DocumentTarget target;
  const std::string_view bytes = tally::fuzz::text_of(data, size);
  if (bytes.empty()) return 0;
  switch (bytes.front()) {
    case 'd': target.document(bytes.substr(1)); break;
    case 'l': target.lines(bytes.substr(1)); break;
    default: target.request(bytes); break;
  }
  return 0;
}
