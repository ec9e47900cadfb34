// Covers: the shortest description of when a condition holds.
//
// In:     two conditions of one arena, `must` within `may`.
// Out:    terms (cubes, each a test of some variables) that together hold wherever `must` does,
//         and nowhere outside `may`. What lies between the two is free, such as documents that
//         cannot exist.
// Always: every term is prime in `may`: none of its tests can be widened or left out. No term
//         is superfluous. If `is_minimal` is set, no cover has fewer terms, and none with as
//         many terms has fewer tests.
//
// For example, if `must` is "a is on and b is on" and `may` is "a is on", the cover is the one
// term "a is on". If both are "a is on or b is on", the cover is {"a is on", "b is on"}.
//
// The method is two-level logic minimisation by primes and exact covering (Quine, *The Problem
// of Simplifying Truth Functions*, 1952; McCluskey, *Minimization of Boolean Functions*, 1956),
// for many-valued variables, on diagrams. Beyond its bounds the cover is only prime and
// irredundant (irredundant_cover.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct Cover {
  std::vector<Cube> terms;  // fewest tests first; empty if the condition never holds
  bool is_minimal = false;
  bool is_complete = true;  // false: the search was given up, and `terms` is empty
};

// Returns a cover of `must` within `may`. The search is given up if an irredundant cover has
// more than `max_terms` terms, or cannot be made. Throws NodeLimit like its diagrams.
Cover minimal_cover(Diagrams& diagrams, Diagram must, Diagram may, std::size_t max_terms = SIZE_MAX);

// Returns the condition of a term: the calls that pass all of its tests.
Diagram of(Diagrams& diagrams, const Cube& term);

}  // namespace tally
