#include "cli/build_sql.h"

#include <algorithm>
#include <filesystem>

#include "cli/column_maps.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/driver/driver.h"
#include "compiler/fingerprint/fingerprint.h"
#include "compiler/sql/column_places.h"
#include "compiler/sql/view.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_map_bytes = std::size_t{4} << 20;

const std::vector<std::pair<std::string, sql::Dialect>> dialects = {{"clickhouse", sql::Dialect::clickhouse},
                                                                    {"postgresql", sql::Dialect::postgresql},
                                                                    {"duckdb", sql::Dialect::duckdb},
                                                                    {"sqlite", sql::Dialect::sqlite}};

// Why no dialect reads whole requests as JSON.
Error needs_map(sql::Dialect dialect) {
  std::string why;
  std::string help =
      "`source = src_net` in the file of --map gives the input `source` the column `src_net`; for whole requests, ";
  switch (dialect) {
    case sql::Dialect::clickhouse: why = "its JSON functions misread keys of nested objects"; break;
    case sql::Dialect::postgresql: why = "jsonb drops a key that stands twice"; break;
    case sql::Dialect::duckdb: why = "a key that stands twice is not found"; break;
    case sql::Dialect::sqlite: why = "keys that are spelled with \\u escapes are not found"; break;
  }
  help += "`tally decide --jsonl` reads them from a pipe";
  return {Cause::usage,
          "--map is needed: requests as JSON cannot be read exactly in the SQL of " + sql::engine_name(dialect) +
              ", since " + why,
          help};
}

// The digits of what the policy decides; without a fingerprint, of the texts of its rules.
std::string digits_of(const Compilation& c, bool has_fingerprint) {
  if (has_fingerprint) {
    if (const auto all = fingerprint(*c.policy).all()) return all->text();
  }
  return Digesting("rules").add(hashed_text(c.sources)).finish().text();
}

void note_unset(const sql::View& view, const Model& model) {
  if (view.never_set.empty()) return;
  constexpr std::size_t shown_names = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(view.never_set.size(), shown_names); ++i)
    names += (i == 0 ? "`" : ", `") + model.at(view.never_set[i]).name + "`";
  if (view.never_set.size() > shown_names)
    names += ", and " + std::to_string(view.never_set.size() - shown_names) + " more";
  const bool one = view.never_set.size() == 1;
  complain("no column gives " + names +
           (one ? ", which is unset in every row or has its default"
                : ", which are unset in every row or have their defaults"));
}

}  // namespace

void sql_options(CLI::App& app, SqlArguments& arguments) {
  std::vector<std::string> words;
  for (const auto& dialect : dialects) words.push_back(dialect.first);
  app.add_option("--dialect", arguments.dialect, "for SQL: " + one_of(words))
      ->check(one_of_words(words))
      ->type_name("DIALECT");
  app.add_option("--map", arguments.map, "for SQL: which column is which input")->type_name("FILE");
  app.add_option("--schema", arguments.schema, "for SQL: the columns of the table, to check the map")
      ->type_name("FILE");
  app.add_option("--table", arguments.table, "for SQL: the table with the columns (default: calls)")->type_name("NAME");
  app.add_option("--cluster", arguments.cluster, "for ClickHouse: the cluster on whose shards the view stands")
      ->type_name("NAME");
}

Result<sql::Dialect> dialect_of(const SqlArguments& arguments, const std::string& option) {
  for (const auto& [word, dialect] : dialects) {
    if (word != arguments.dialect) continue;
    if (!arguments.cluster.empty() && dialect != sql::Dialect::clickhouse)
      return Error{Cause::usage, "--cluster is for ClickHouse alone", "leave it out, or `--dialect clickhouse`"};
    return dialect;
  }
  return Error{Cause::usage, option + " needs --dialect", "`--dialect clickhouse`, `postgresql`, `duckdb` or `sqlite`"};
}

Result<std::vector<sql::SchemaColumn>> schema_of(const SqlArguments& arguments) {
  if (arguments.schema.empty()) return std::vector<sql::SchemaColumn>{};
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_input(arguments.schema, max_map_bytes));
  return sql::read_schema(arguments.schema, text, arguments.table);
}

Result<ColumnMap> map_of(const SqlArguments& arguments, sql::Dialect dialect, const PolicyDescriptor& policy,
                         const std::vector<sql::SchemaColumn>& schema) {
  if (arguments.map.empty()) return needs_map(dialect);
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_input(arguments.map, max_map_bytes));
  TALLY_ASSIGN_OR_RETURN(ColumnMap map, cli::map_of(arguments.map, text, policy));
  if (arguments.schema.empty()) return map;
  auto faults = faults_between(map, policy, sql::table_columns(schema));
  const auto numbers = sql::numbers_in_texts(map, policy, schema);
  faults.insert(faults.end(), numbers.begin(), numbers.end());
  if (!faults.empty()) return shown_faults(faults);
  return map;
}

Result<int> build_sql(const std::string& file, const std::string& output, const std::vector<std::string>& decisions,
                      bool has_fingerprint, const SqlArguments& arguments) {
  TALLY_ASSIGN_OR_RETURN(const sql::Dialect dialect, dialect_of(arguments, "`" + output + "`"));
  if (arguments.map.empty()) return needs_map(dialect);
  Compilation c = compile_rules(file);
  std::vector<std::size_t> outputs;
  if (c.policy && !decisions.empty()) {
    TALLY_ASSIGN_OR_RETURN(outputs, RuleArguments(c, file).outputs(decisions));
  }
  const Result<Deployment> deployment = check_and_deploy(c, outputs);
  show(c.diagnostics, c.sources);
  if (!deployment) return deployment.error();
  const PolicyDescriptor policy = describe_policy(*c.policy, *deployment, c.sources);
  TALLY_ASSIGN_OR_RETURN(const auto schema, schema_of(arguments));
  TALLY_ASSIGN_OR_RETURN(const ColumnMap map, map_of(arguments, dialect, policy, schema));

  sql::ViewOptions options;
  options.dialect = dialect;
  options.table = arguments.table;
  for (const KeptColumn& kept : map.kept) options.keys.push_back(kept.name);
  if (!arguments.cluster.empty()) options.cluster = arguments.cluster;
  const Model& model = *c.policy->model;
  const auto elements = sql::described_elements(model, sql::inputs_of(model, deployment->reads));
  const auto places = sql::places_of(map, elements, schema);
  const auto view = sql::make_view(*c.policy, *deployment, places, options);
  if (!view) {
    for (const Error& error : view.error()) complain(error);
    return already_shown(view.error().front().cause);
  }
  note_unset(*view, model);
  sql::ViewFile about;
  about.policy = std::filesystem::path(file).stem().string();
  about.fingerprint = digits_of(c, has_fingerprint);
  about.name = sql::view_name(dialect, about.policy, about.fingerprint);
  TALLY_RETURN_IF_ERROR(write_atomically(output, sql::file_text(*view, model, about, options)));
  return exit_fine;
}

}  // namespace tally::cli
