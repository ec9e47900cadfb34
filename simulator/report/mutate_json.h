// The findings of mutation, as JSON.
//
// In:     a mutation, and which mutants are listed.
// Out:    {"file": "rules.tally", "mutants": 41, "caught": 38, "equal": 2, "survive": 1, ...}.
// Always: the counts cover all mutants, listed or not.
#pragma once

#include <string>

#include "simulator/mutate/mutate.h"
#include "simulator/report/json.h"

namespace tally::report {

enum class Listed : std::uint8_t {
  unnoticed,  // mutants that survive or are unknown
  all,
};

// Returns one mutant, as it stands in the list of `mutation_json`.
Json mutant_json(const Compilation& c, const Mutant& mutant);

// `file` is the path as it was given.
Json mutation_json(const std::string& file, const Compilation& compilation, const Mutation& mutation, Listed listed);

}  // namespace tally::report
