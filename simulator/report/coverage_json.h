// What a coverage counted, as JSON.
#pragma once

#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/documents/coverage.h"
#include "simulator/report/json.h"

namespace tally::report {

// `decisions`: those that are reported, as indices of the descriptor.
Json coverage_json(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                   const std::vector<std::size_t>& decisions);

}  // namespace tally::report
