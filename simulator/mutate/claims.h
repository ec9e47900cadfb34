// The proofs and examples of a file, as a mutant sees them. Private to mutation.
//
// In:     a policy, an edit, and the lowering of a mutant.
// Out:    which claims the edit can change, and whether a claim asks the same of the mutant as
//         of the file.
// Always: equal nodes mean equal answers, so an unchanged claim need not be checked again.
//
// For example, an edit of `caller-recording` can change the proof "caller-recording is on when
// internal", but not a proof that depends on `account-recording` alone.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/policy.h"
#include "simulator/mutate/dependencies.h"
#include "simulator/mutate/mutants.h"

namespace tally {

// What a proof, an example or a decision depends on, as nodes. Equal nodes mean equal answers.
struct ClaimNodes {
  std::vector<NodeId> nodes;
  std::vector<std::vector<Origin>> origins;  // the origins of each result part, in order
  auto operator<=>(const ClaimNodes&) const = default;

  void add(const ResultPart& part) {
    nodes.push_back(part.node);
    origins.push_back(part.origins);
  }
};

// Returns every choice of values for the names of a `for`: for two networks, {onnet} and {offnet}.
std::vector<std::vector<std::string>> binder_values(const std::vector<Binder>& binders);

// Return the nodes that a claim or a lowered decision depends on. Lowering a claim may add nodes
// to the graph.
ClaimNodes nodes_of(Lowering& lowering, const Proof& proof);
ClaimNodes nodes_of(Lowering& lowering, const Example& example);
ClaimNodes nodes_of(const LoweredDecision& decision);

// The proofs, or the examples, of the file: what each depends on, and how many mutants it has
// caught.
template <class Claim>
class Claims {
 public:
  // `held` has for each claim whether it holds for the file; empty if all do.
  Claims(const Policy& policy, const std::vector<Claim>& claims, std::vector<bool> held = {})
      : policy_(policy), claims_(claims), held_(std::move(held)) {
    for (const Claim& claim : claims) dependencies_.push_back(dependencies_of(*policy.model, claim));
    nodes_.resize(claims.size());
    catches_.resize(claims.size());
  }

  // Returns the claims that hold and that an edit can change, as indices. Those that caught most come first.
  std::vector<std::size_t> touched_by(const Edit& edit) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      if ((held_.empty() || held_[i]) && dependencies_[i].contains(edit.owner)) out.push_back(i);
    }
    std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return catches_[a] > catches_[b]; });
    return out;
  }

  // Whether the claim asks the same of a mutant as of the file.
  bool is_same(std::size_t i, Lowering& lowering, const Claim& of_mutant) {
    if (!nodes_[i]) nodes_[i] = nodes_of(*policy_.lowering, claims_[i]);
    return nodes_of(lowering, of_mutant) == *nodes_[i];
  }

  void count_catch(std::size_t i) { ++catches_[i]; }

 private:
  const Policy& policy_;
  const std::vector<Claim>& claims_;
  std::vector<bool> held_;
  std::vector<Names> dependencies_;
  std::vector<std::optional<ClaimNodes>> nodes_;
  std::vector<std::size_t> catches_;
};

// All proofs and examples of the file, and those of the files that it amends.
struct FileClaims {
  Claims<Proof> proofs, amended_proofs;
  Claims<Example> examples, amended_examples;
};

}  // namespace tally
