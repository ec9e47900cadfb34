// The counts of a coverage, as JSON.
//
// In:     a coverage, and the decisions to be reported.
// Out:    {"decisions": [{"decision": "d", "rules": [{"rule": 1, ..., "requests": 3}, ...]}], ...}.
// Always: a rule that never fired is listed, with 0 requests.
#pragma once

#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/documents/coverage.h"
#include "simulator/report/json.h"

namespace tally::report {

// `decisions` are the decisions that are reported, as indices into the descriptor.
Json coverage_json(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                   const std::vector<std::size_t>& decisions);

}  // namespace tally::report
