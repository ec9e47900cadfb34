// The findings of solving, as JSON: solutions, or the wishes that contradict each other.
//
// In:     a question and its answer.
// Out:    {"file": "rules.tally", "settings": 1, "count": 1, "solutions": [...], "conflict": null}.
// Always: either "conflict" is null, or "settings" is null and "solutions" is empty.
#pragma once

#include <string>

#include "simulator/report/json.h"
#include "simulator/solve/solve.h"

namespace tally::report {

// `file` is the path as it was given. `answer` must be the answer to `question`.
Json solve_json(const std::string& file, const Model& model, const SolveQuestion& question, const SolveAnswer& answer);

}  // namespace tally::report
