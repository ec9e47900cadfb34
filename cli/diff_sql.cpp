#include "cli/diff_sql.h"

#include <algorithm>

#include "cli/terminal.h"
#include "compiler/fingerprint/digest.h"
#include "compiler/sql/column_places.h"
#include "simulator/diff/replay_sql.h"

namespace tally::cli {
namespace {

std::string rows_text(const DiffPart& part) {
  std::string out = sql::comment(part.title + (part.rows.empty() ? ": the same in every call" : ""));
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    const DiffRow& row = part.rows[i];
    std::string line = "  row " + std::to_string(i + 1) + ": " + row.outcomes[0] + " -> " + row.outcomes[1];
    if (!row.condition.empty()) line += " when " + row.condition;
    if (!row.alternatives.empty()) {
      line += " when one of these holds";
      for (const DiffAlternative& one : row.alternatives) line += "\n    " + one.condition;
      if (row.all_alternatives > row.alternatives.size()) line += "\n    ...";
    }
    out += sql::comment(line);
  }
  return out;
}

std::string counting_select(const std::string& from, sql::Dialect dialect) {
  const auto name = [&](const char* column) { return sql::quoted_name(dialect, column); };
  const std::string columns = name("before") + ", " + name("after") + ", " + name("row") + ", " + name("fault");
  const char* const count = dialect == sql::Dialect::clickhouse ? "count()" : "count(*)";
  return "SELECT " + columns + ", " + count + " AS " + name("calls") + "\nFROM " + from + "\nGROUP BY " + columns;
}

// On a cluster each shard has a view, so that the calls are counted where they are.
std::string on_cluster(const ReplaySelect& select, const std::string& cluster, sql::Dialect dialect) {
  const std::string digits = Digesting("replay").add(select.text).finish().text();
  const std::string view = sql::view_name(dialect, "diff", digits), all = view + "_all";
  const std::string quoted = sql::quoted_name(dialect, view), quoted_all = sql::quoted_name(dialect, all);
  return "-- On every shard:\nCREATE VIEW " + quoted + " AS\n" + select.text + ";\nCREATE TABLE " + quoted_all +
         " AS " + quoted + " ENGINE = Distributed(" + sql::quoted_text(dialect, cluster) + ", currentDatabase(), " +
         sql::quoted_text(dialect, view) + ");\n-- On one of them; afterwards, on every shard: DROP TABLE " +
         quoted_all + "; " + sql::drop_view(dialect, quoted) + ";\n" + counting_select(quoted_all, dialect) +
         "\nSETTINGS skip_unavailable_shards = 0;\n";
}

}  // namespace

Result<std::string> diff_as_sql(const Compilations& c, const Pair<std::string>& files, const Joint& joint,
                                const std::vector<DiffDecision>& decisions, const SqlArguments& arguments) {
  TALLY_ASSIGN_OR_RETURN(const sql::Dialect dialect, dialect_of(arguments, "--sql"));
  const PolicyDescriptor policy = describe_joint(joint, c[0]->sources);
  TALLY_ASSIGN_OR_RETURN(const auto schema, schema_of(arguments));
  TALLY_ASSIGN_OR_RETURN(const ColumnMap map, map_of(arguments, dialect, policy, schema));
  sql::ViewOptions options;
  options.dialect = dialect;
  options.table = arguments.table;
  const auto selects = replay_selects(joint, decisions, sql::places_of(map, joint_elements(joint), schema), options);
  if (!selects) {
    for (const Error& error : selects.error()) complain(error);
    return already_shown(selects.error().front().cause);
  }
  std::string out = sql::comment("The rows of `" + arguments.table + "` by what " + files[0] + " and " + files[1] +
                                 " decide, for " + sql::engine_name(dialect) + ".");
  for (const ReplaySelect& select : *selects) {
    out += "\n" + rows_text(*select.part);
    out += arguments.cluster.empty() ? counting_select("(" + select.text + ") AS rows_of_calls", dialect) + ";\n"
                                     : on_cluster(select, arguments.cluster, dialect);
  }
  return out;
}

}  // namespace tally::cli
