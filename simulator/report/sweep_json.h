// The counts of a sweep: together as a value, and as JSON.
//
// In:     a sweep and its outcome.
// Out:    {"file": "rules.tally", "combinations": 4, "complete": true, "inputs": [...], ...}.
// Always: the counts are exact for the combinations that were covered.
#pragma once

#include <optional>
#include <string>

#include "simulator/report/json.h"
#include "simulator/sweep/sweep.h"

namespace tally::report {

struct SweepOutcome {
  SweepCounts counts;
  std::optional<ElementId> too_wide;  // an input with too many codes for the code, so diagrams counted the space
  bool is_by_code = true;             // false: the space is too large for the code, so diagrams counted it
  bool is_complete = true;            // false: interrupted
  bool is_checked = true;             // the diagrams count the same; false: they passed their node limit
  std::optional<Count> total;         // if interrupted: the number of all combinations, if it is known
  std::optional<Count> all;           // combinations of all inputs, if known
  double covered = 0;                 // assignments of codes that were covered, possible or not
  double seconds = 0;                 // how long the code ran
  double needed = 0;                  // seconds that the code would run for the whole space
  unsigned jobs = 1;                  // threads that the code ran on
};

// Returns the joint outcomes that occur, with their counts, in the order of the sweep.
std::vector<std::pair<std::vector<std::size_t>, Count>> joint_outcomes(const Sweep& sweep, const SweepCounts& counts);

// `file` is the path as it was given.
Json sweep_json(const std::string& file, const Model& model, const Sweep& sweep, const SweepOutcome& outcome);

}  // namespace tally::report
