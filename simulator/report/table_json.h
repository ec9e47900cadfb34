// A truth table as JSON, row by row.
//
// In:     a table, and a stream to write to.
// Out:    {"decision": "d", "inputs": ["a", "b"], "combinations": 4, "sections": [...]}.
// Always: rows are written as they are produced, and are not kept.
#pragma once

#include "base/result.h"
#include "simulator/report/json_stream.h"
#include "simulator/table/table.h"

namespace tally::report {

// Fails if `DecisionTable::sections` fails. The JSON is then incomplete.
Result<> write_table(const DecisionTable& table, JsonStream& json);

}  // namespace tally::report
