// `tally build FILE -o OUT.sql --dialect DIALECT`: a policy as a view of a database.
//
// In:     the options, and the rule file that they name
// Out:    the file; or faults of the map, the table and the policy, which are shown
// Always: an older file is replaced when the new one is complete
//
//   tally build recording.tally -o recording.sql --dialect postgresql --map calls.map
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_map.h"
#include "compiler/sql/dialect.h"
#include "compiler/sql/schema.h"

namespace tally::cli {

struct SqlArguments {
  std::string dialect, map, schema, table = "calls", cluster;
};

// Adds --dialect, --map, --schema, --table and --cluster.
void sql_options(CLI::App& app, SqlArguments& arguments);

// The dialect that was named. `option` is what needs it, for the message: "`policy.sql`".
Result<sql::Dialect> dialect_of(const SqlArguments& arguments, const std::string& option);

// The columns of --schema; none if it was not given.
Result<std::vector<sql::SchemaColumn>> schema_of(const SqlArguments& arguments);
// The map of --map, compared with the columns of --schema. Its faults are shown. `dialect` names the engine where there
// is no map, which is refused.
Result<ColumnMap> map_of(const SqlArguments& arguments, sql::Dialect dialect, const PolicyDescriptor& policy,
                         const std::vector<sql::SchemaColumn>& schema);

Result<int> build_sql(const std::string& file, const std::string& output, const std::vector<std::string>& decisions,
                      bool has_fingerprint, const SqlArguments& arguments);

}  // namespace tally::cli
