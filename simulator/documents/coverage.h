// Coverage: which rules and which combinations of inputs some requests reached.
//
// In:     decided calls, one by one, each with the rule that fired for each decision.
// Out:    how often each rule fired, and how often each combination of some inputs occurred,
//         including those that never did.
// Always: combinations are those of documents that can exist, in the order of the values. The
//         last input varies fastest.
//
// For example, after one request with `source` onnet that rule 2 decided, `fired(0, 2)` is 1,
// and the combinations of `source` are {"onnet", 1 request} and {"offnet", 0 requests}.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "runtime/documents/facts.h"

namespace tally {

class Coverage {
 public:
  struct Combination {
    std::vector<std::string> values;  // one per input: "onnet", "unset", "< 30"
    std::uint64_t requests = 0;
  };
  static constexpr std::size_t max_combinations = 10'000;

  // `by` are leaves of the model. The policy and the descriptor must outlive the coverage. Fails
  // if requests do not hold one of these inputs, or if the inputs have too many combinations.
  static Result<Coverage> make(const Policy& policy, const PolicyDescriptor& descriptor, std::vector<ElementId> by);

  // Adds a call. `rules` has, for each decision of the descriptor, the number of the rule that
  // fired, from 1.
  void add(const BoundCall& call, const std::vector<std::uint16_t>& rules);

  std::uint64_t fired(std::size_t decision, std::size_t rule) const { return fired_[decision][rule]; }  // rule: from 1
  const std::vector<ElementId>& by() const { return by_; }
  std::vector<Combination> combinations() const;

 private:
  Coverage(const Policy& policy, std::vector<ElementId> by) : policy_(&policy), by_(std::move(by)) {}
  // Enters every possible combination of codes with a count of 0.
  void count_possible(std::size_t all);
  Code code(std::size_t input, const Fact& fact) const;

  const Policy* policy_;
  std::vector<std::vector<std::uint64_t>> fired_;  // by decision and rule
  std::vector<ElementId> by_;
  std::vector<ElementIndex> indices_;                    // the indices of `by_` in the descriptor
  std::map<std::vector<Code>, std::uint64_t> requests_;  // by codes; holds every possible combination
  std::vector<Code> codes_;                              // the codes of the call that is being added
};

}  // namespace tally
