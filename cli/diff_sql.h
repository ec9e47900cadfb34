// `tally diff OLD NEW --sql`: a diff as SELECTs that count the calls of a table.
//
// In:     the compared decisions; the options of SQL
// Out:    for each part a SELECT of calls by old value, new value and row of the diff, with the rows as comments
// Always: faults of the map and the table have been shown when it fails with an empty message
//
//   tally diff old.tally new.tally --sql --dialect postgresql --map calls.map
#pragma once

#include "cli/build_sql.h"
#include "cli/compared_files.h"
#include "simulator/diff/diff.h"

namespace tally::cli {

Result<std::string> diff_as_sql(const Compilations& c, const Pair<std::string>& files, const Joint& joint,
                                const std::vector<DiffDecision>& decisions, const SqlArguments& arguments);

}  // namespace tally::cli
