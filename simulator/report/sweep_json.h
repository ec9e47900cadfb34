// What a sweep counted: the outcome together, and as JSON.
#pragma once

#include <optional>
#include <string>

#include "simulator/report/json.h"
#include "simulator/sweep/sweep.h"

namespace tally::report {

struct SweepOutcome {
  SweepCounts counts;
  bool is_by_code = true;      // false: the space is too large, so diagrams counted it
  bool is_complete = true;     // false: interrupted
  bool is_checked = true;      // the diagrams count the same; false: they pass their node limit
  std::optional<Count> total;  // of an interrupted sweep: the combinations there are, if that is known
  std::optional<Count> all;    // combinations of all inputs that they stand for
  double covered = 0;          // assignments of codes, possible or not
  double seconds = 0;          // that the code ran
  double needed = 0;           // seconds that it would run for the whole space
  unsigned jobs = 1;           // threads
};

// The joint outcomes that occur, with their counts, in the order of the sweep.
std::vector<std::pair<std::vector<std::size_t>, Count>> joint_outcomes(const Sweep& sweep, const SweepCounts& counts);

// `file` is the path as it was given.
Json sweep_json(const std::string& file, const Model& model, const Sweep& sweep, const SweepOutcome& outcome);

}  // namespace tally::report
