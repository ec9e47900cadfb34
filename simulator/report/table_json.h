// A truth table as JSON, row by row.
#pragma once

#include "base/result.h"
#include "simulator/report/json_stream.h"
#include "simulator/table/table.h"

namespace tally::report {

// Fails like `DecisionTable::sections`; then the JSON is not complete.
Result<> write_table(const DecisionTable& table, JsonStream& json);

}  // namespace tally::report
