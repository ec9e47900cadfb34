// The terms of a cover, ranked: the term that explains the most comes first.
//
// In:     terms, and a condition over `scope`. Wherever a term holds and the call is possible,
//         the condition holds.
// Out:    at most `most` terms, each with its own count and with what it adds to the terms
//         before it. The next term is always the one that adds the most (greedy, exact).
// Always: the sum of what the terms add is the count of what they hold for together. Terms
//         that add nothing are left out.
//
// For example, with two flags that are never unset, "a is on or b is on" has three
// combinations. Its terms are ranked as "a is on" (combinations 2, more 2), "b is on"
// (combinations 2, more 1).
//
// After `work` nodes have been visited again, terms are ordered by what they were last known
// to add, or by what they hold for.
//
// A greedy choice is the best that can be made quickly: n of its terms hold for at least
// 1 - 1/e of what the best n terms do (Nemhauser, Wolsey, Fisher, *An Analysis of
// Approximations for Maximizing Submodular Set Functions*, 1978).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct RankedTerm {
  Cube term;
  Count combinations;  // combinations of the condition for which the term holds
  Count more;          // those for which no earlier term holds
};

// Returns at most `most` ranked terms. Throws NodeLimit like its diagrams.
std::vector<RankedTerm> ranked(Diagrams& diagrams, std::vector<Cube> terms, Diagram condition,
                               std::span<const VariableId> scope, std::size_t most, std::size_t work);

}  // namespace tally
