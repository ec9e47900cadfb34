// Covers: the shortest description of when a condition holds.
//
// In: two conditions of one arena, `must` within `may`. Out: terms (cubes, each
// a test of some variables) that together hold wherever `must` does, and nowhere
// outside `may`: what lies between is free, such as documents that cannot exist.
// Always: every term is prime in `may` (no test of it can be widened or left
// out) and none is superfluous; with `is_minimal` there is no cover of fewer
// terms, nor one of as many terms and fewer tests.
//
// Primes and exact covering are those of two-level logic minimisation (Quine
// 1952, McCluskey 1956), for many-valued variables, on diagrams. Past the bounds
// the cover is prime and irredundant only (irredundant_cover.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct Cover {
  std::vector<Cube> terms;  // fewest tests first; none: never
  bool is_minimal = false;
  bool is_complete = true;  // false: given up, without terms
};

// Given up where an irredundant cover has more than `max_terms` terms, or cannot be
// made. Throws NodeLimit like its diagrams.
Cover minimal_cover(Diagrams& diagrams, Diagram must, Diagram may, std::size_t max_terms = SIZE_MAX);

// The condition of a term.
Diagram of(Diagrams& diagrams, const Cube& term);

}  // namespace tally
