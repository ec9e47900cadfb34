// A result, or a member of it, as a diagram of outcomes in which equal outcomes are one.
//
// For example, of the rules
//
//   60     when limit is 60
//   limit  otherwise
//
// the only outcome is `limit`: in the calls of the first rule, it is 60.
//
// In:     the node of a result, and what each of its codes stands for
// Out:    a diagram with a terminal per outcome, and the digests of these
// Always: two outcomes that have equal values in every document of a call are one outcome in this call: a literal
//         before what is handed on, and of two leaves the one whose place comes first. A literal that is what a leaf
//         is in all of its calls is the leaf.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/fingerprint/digest.h"
#include "compiler/lower/lower.h"

namespace tally {

// What a code of a result stands for.
struct Outcome {
  std::string text;              // "unset", "flag on", "text mp3": what no other outcome is called
  std::optional<Origin> origin;  // of a number or a text that a rule decides or hands on
};

// The outcome that an origin of a result is.
Outcome outcome_of(const Origin& origin);

// A function of the calls. The codes of `node` from 0 are `outcomes`.
struct OutcomeFunction {
  NodeId node;
  std::vector<Outcome> outcomes;
  bool is_number = false;
};

// Returns the digest of the function's canonical form. `cuts` are those that the node reads. Returns nothing if a leaf
// has too many classes. Throws NodeLimit.
std::optional<Digest> digest_of(const Model& model, Graph& graph, const OutcomeFunction& function,
                                const std::set<CutId>& cuts, std::size_t node_limit);

}  // namespace tally
