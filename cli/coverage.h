// The counts of a coverage, as text for people.
//
// For each decision a heading and a table, then a table of the combinations. For example:
//   "caller-recording: 1 of 2 rules fired", and rows with the rule, its place and its requests.
#pragma once

#include <string>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/documents/coverage.h"

namespace tally::cli {

// `decisions` are the decisions that are shown, as indices into the descriptor.
std::string coverage_text(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                          const std::vector<std::size_t>& decisions, bool colour);

}  // namespace tally::cli
