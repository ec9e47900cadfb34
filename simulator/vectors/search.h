// Looks for few requests that detect all mutants. Private to vectors.
//
// In:     mutants with the calls that detect them, in one space.
// Out:    requests that detect every one of them; how many are needed at least.
// Always: no request can be left out. `least` counts mutants of which no call detects two, so no choice of requests is
//         smaller.
//
// For example, the mutants `x < 29`, `x < 31` and `x > 30` of `x < 30` need two requests: x = 29 and x = 30.
//
// A request that detects many mutants is found as test patterns are made for circuits: the calls of one mutant are
// intersected with those of the next as long as some call is left (dynamic compaction; Goel and Rosales, *Test
// Generation and Dynamic Compaction of Tests*, 1979).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "simulator/vectors/detection.h"

namespace tally {

struct FoundVectors {
  std::vector<Detection> requests;
  std::size_t least = 0;
};

// Mutants that no call detects are passed over, and those that are done. `step` is called now and then with what is
// being done. Throws NodeLimit.
FoundVectors find_vectors(MutantDetector& detector, MutantSpace& space, const Members& done,
                          const std::function<void(const std::string&)>& step);

}  // namespace tally
