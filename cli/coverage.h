// What a coverage found, for people and for other programs.
#pragma once

#include <string>
#include <vector>

#include "cli/diagnostics_json.h"
#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/documents/coverage.h"

namespace tally::cli {

// `decisions`: those that are told, as indices of the descriptor.
std::string coverage_text(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                          const std::vector<std::size_t>& decisions, bool colour);
Json coverage_json(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                   const std::vector<std::size_t>& decisions);

}  // namespace tally::cli
