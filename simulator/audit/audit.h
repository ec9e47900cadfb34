// Audits: in which calls a wanted condition holds, for one document after another.
//
// In:     a policy and a question. Then the lines of a file: partial requests.
// Out:    for each line whether the condition holds in all calls that are possible with it, in some of them, or in
//         none; and a call in which it does not.
// Always: the answer is that of deciding all these calls. Memory does not grow with the number of lines.
//
// For example, "recording is on" when "source is offnet", for the line {"device":{"call_recording":{"enabled":false}}}:
// `source` is a fact of the call, which the line leaves open. The condition never holds.
//
// What a line leaves out is open or missing:
//   - An input that is a value of its own (an enum, a flag, a number, a text, a set) is a fact of the call. It is open:
//     it may have any value, and may be unset if its type ends in `?`. But if the line has the object that the
//     input stands in (/device of /device/model), or `null` at its place, the line has settled it.
//   - An input that is a record or a map is a document. It is missing: unset, or at its defaults.
//   - A place of `over` that the line leaves out is open, with all under it, and so are the objects around it that the
//     line leaves out too.
//
// Functions do not throw NodeLimit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "runtime/documents/request_binder.h"
#include "simulator/documents/request_text.h"
#include "simulator/documents/standing.h"

namespace tally {

struct AuditQuestion {
  ExprRef want;                 // the condition that is to hold
  std::vector<ExprRef> whens;   // conditions on the calls that count
  std::vector<ElementId> over;  // further places that are open where a line leaves them out
};

// `no_call`: the conditions on the calls hold in no call that is possible with the line.
enum class AuditAnswer : std::uint8_t { always, sometimes, never, no_call };
// "always", "sometimes", "never", "no call".
std::string_view to_string(AuditAnswer answer);

// A call that is possible with a line, and in which the wanted condition does not hold.
struct AuditCall {
  std::string text;  // what the line leaves open of it: "source is offnet"
  Document added;    // what a request has for it besides the line: {source = offnet}
};

// What stands at a place of a line, by its JSON Pointer.
using StandingAt = std::function<Standing(const std::string& pointer)>;

class Audit {
 public:
  // The policy and the binder, which is for this policy, must outlive the audit. The graph of the policy grows. Fails
  // if the question does not fit the policy, or if its diagrams pass the node limit.
  static Result<std::unique_ptr<Audit>> make(Policy& policy, const RequestBinder& binder, const AuditQuestion& question,
                                             ReadOptions options);
  ~Audit();
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  // Reads a line. `standing` is about the same text. Returns nothing if the line has a fault, or if an error ends the
  // audit; `faults` and `error` have these.
  std::optional<AuditAnswer> read(std::string_view line, const StandingAt& standing);
  // Of the last line, whose answer is `sometimes` or `never`.
  AuditCall failing_call() const;
  const std::vector<DocumentFault>& faults() const;  // of the last line, warnings too
  const Error* error() const;                        // of the last line; null if there is none

 private:
  class Impl;
  explicit Audit(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tally
