// What solving found, as JSON: solutions, or the wishes that contradict each other.
#pragma once

#include <string>

#include "simulator/report/json.h"
#include "simulator/solve/solve.h"

namespace tally::report {

// `file` is the path as it was given.
Json solve_json(const std::string& file, const Model& model, const SolveQuestion& question, const SolveAnswer& answer);

}  // namespace tally::report
