// What mutation found, as JSON.
#pragma once

#include <string>

#include "simulator/mutate/mutate.h"
#include "simulator/report/json.h"

namespace tally::report {

enum class Listed : std::uint8_t {
  unnoticed,  // mutants that survive or are unknown
  all,
};

// `file` is the path as it was given.
Json mutation_json(const std::string& file, const Compilation& compilation, const Mutation& mutation, Listed listed);

}  // namespace tally::report
