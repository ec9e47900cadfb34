// `tally decide FILE --columns MAP`: decides the rows of a table.
//
// For example, "source,destination\noffnet,onnet\n" becomes "recording,recording_rule,fault\non,1,\n".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/running.h"
#include "simulator/rows/row_format.h"

namespace tally::cli {

struct ColumnOptions {
  std::string map;  // the file of the map
  RowFormat format = RowFormat::csv;
  std::optional<std::size_t> jobs;
};

// Returns the exit code. `policy` must have its descriptor. `input` is a file, or `-`.
Result<int> decide_columns(const RunningPolicy& policy, const std::vector<std::size_t>& decisions,
                           const std::string& input, const ColumnOptions& options);

}  // namespace tally::cli
