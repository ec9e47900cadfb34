// How many decisions of a log fall into each row of a comparison.
//
// In:     the file of a log, or a folder of such files; compared decisions, with their rows.
// Out:    counts in the report: of each row, and of what the log does not show enough of.
// Always: what cannot be read is reported on standard error; what is whole is counted.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "simulator/report/diff_json.h"

namespace tally::cli {

// Returns whether all of the log could be read: damaged records are a fault, and are reported.
Result<bool> count_logged(const std::string& log, const Joint& joint,
                          const Pair<std::shared_ptr<const PolicyDescriptor>>& policies, report::DiffReport& report);

}  // namespace tally::cli
