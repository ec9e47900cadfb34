// Terms of a cover, those first that explain the most.
//
// In: terms, and a condition over `scope` that each implies wherever it is
// possible. Out: the terms in the order in which each adds the most assignments to
// those before it (greedy, exact), at most so many; each with its own count, and
// with what it adds. Past `work`, nodes that are looked at again, the order is that
// of what they added at some time, or hold for. Always: what they add, together, is
// what they hold for together; terms that add nothing are left out.
//
// Greedy is the best that can be done quickly: n terms of it hold for at least
// 1 - 1/e of what the best n of these terms do (Nemhauser, Wolsey, Fisher, "An
// analysis of approximations for maximizing submodular set functions", 1978).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct RankedTerm {
  Cube term;
  Count combinations;  // of the condition, for which it holds
  Count more;          // of these, those for which none before it does
};

// Throws NodeLimit like its diagrams.
std::vector<RankedTerm> ranked(Diagrams& diagrams, std::vector<Cube> terms, Diagram condition,
                               std::span<const VariableId> scope, std::size_t most, std::size_t work);

}  // namespace tally
