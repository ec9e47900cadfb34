// A sweep's outcomes counted by the reference interpreter, one assignment after
// the other.
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
  std::vector<std::vector<std::uint64_t>> decisions;        // for each decision of the sweep its outcomes
  std::map<std::vector<std::size_t>, std::uint64_t> joint;  // by the outcome of each decision
};

// `outputs` as in the sweep's question. Nothing where a result is a text with
// insertions, whose origin the interpreter does not tell; an outcome that the
// sweep does not know is a failure of the running test.
std::optional<InterpretedCounts> count_by_interpreter(const Policy& policy, const std::vector<std::size_t>& outputs,
                                                      const Sweep& sweep);

}  // namespace tally::testing
