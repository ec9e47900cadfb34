// Counts the outcomes of a sweep with the reference interpreter, one assignment after the other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy.h"
#include "simulator/sweep/sweep.h"

namespace tally::testing {

struct InterpretedCounts {
  std::uint64_t combinations = 0;                           // possible ones
  std::vector<std::vector<std::uint64_t>> decisions;        // by decision of the sweep, then by outcome
  std::map<std::vector<std::size_t>, std::uint64_t> joint;  // by the outcome of each decision
};

// `outputs` are those of the sweep's question. Returns nothing if a result is a text with
// insertions, because the interpreter does not give the origin of such a text. An outcome that
// the sweep does not know fails the running test.
std::optional<InterpretedCounts> count_by_interpreter(const Policy& policy, const std::vector<std::size_t>& outputs,
                                                      const Sweep& sweep);

}  // namespace tally::testing
