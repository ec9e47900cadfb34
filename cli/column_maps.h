// Maps from the columns of a table to inputs, as `--map` names them.
//
// In:     the text of a map, and the policy whose inputs it names
// Out:    the map; its faults are shown
// Always: each fault is shown, not only the first.
//
// For example, `map_of("calls.map", "sorce = src_net\n", policy)` shows that no input is named `sorce`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_map.h"

namespace tally::cli {

// `name` names the file in messages.
Result<ColumnMap> map_of(const std::string& name, const std::string& text, const PolicyDescriptor& policy);

// Shows faults, and returns the error that a command ends with.
Error shown_faults(const std::vector<MapFault>& faults);

}  // namespace tally::cli
