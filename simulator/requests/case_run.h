// Decides requests, and holds the answers against what is expected of them.
//
// In:     a policy that is ready to decide; cases (request_case.h), one after the other.
// Out:    for each, whether it was answered as expected, and where not.
// Always: values are compared, not their spelling: the order of members and of the values of a set does not matter. A
//         decision that a case does not name may be anything.
//
// For example, the case {"request": {"source": "offnet"}, "expect": {"recording": true}} of a policy that decides off
// deviates at /recording: expected true, decided false.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"
#include "simulator/requests/request_case.h"

namespace tally {

enum class CaseOutcome : std::uint8_t {
  as_expected,
  otherwise,  // the answer deviates
  refused,    // the request has a fault that was not expected
  open,       // nothing is expected
};

// A place at which an answer deviates. The values are JSON; an empty one means that there is none.
struct Deviation {
  std::string
      pointer;  // into the answer: "/recording/url"; "" if the request was to be refused, or is refused otherwise
  std::string expected, decided;
};

class CaseRun {
 public:
  // All of them must outlive the run. For one thread at a time.
  CaseRun(const PolicyDescriptor& policy, const PolicyFunctions& code, const RequestBinder& binder, ReadOptions options)
      : policy_(policy), code_(code), requests_(binder, std::move(options)) {}

  CaseOutcome run(const RequestCase& asked);

  // What follows is about the last case, until the next one.
  const std::vector<Deviation>& deviations() const { return deviations_; }
  const std::vector<DocumentFault>& faults() const { return requests_.faults(); }  // of the request; warnings too
  bool is_decided() const { return call_ != nullptr; }
  // The number of the rule that fired for a decision, from 1. The request must be decided.
  std::uint16_t rule(std::size_t decision) const { return rule_number(policy_.decisions[decision], results_); }
  // The expectation that would have been met, as a member of the line: `"expect": {"recording":false}`, with the
  // decisions that the case names; all of them if it names none.
  std::string met_expectation(const RequestCase& asked) const;

 private:
  const PolicyDescriptor& policy_;
  const PolicyFunctions& code_;
  RequestStream requests_;
  const BoundCall* call_ = nullptr;
  Results results_;
  std::vector<Deviation> deviations_;
};

}  // namespace tally
