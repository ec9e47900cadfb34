#include "compiler/sql/view.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/letter_case.h"
#include "compiler/graph/count.h"
#include "compiler/sql/column_places.h"

namespace tally::sql {
namespace {

constexpr std::size_t fingerprint_digits = 16;

// Names, literals, operators and calls.
std::size_t syntax_nodes(const std::string& sql) {
  std::size_t count = 0;
  bool in_word = false;
  char quote = 0;
  for (const char c : sql) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    const bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (c == '\'' || c == '`' || c == '"') {
      quote = c;
      ++count;
    } else if ((is_word && !in_word) || c == '=' || c == '<' || c == '>') {
      ++count;
    }
    in_word = is_word;
  }
  return count;
}

// Key columns that have the name of a column that the view makes.
std::vector<Error> twice_named(const std::vector<std::string>& keys, const std::vector<OutcomeColumn>& made) {
  std::vector<Error> out;
  for (const std::string& key : keys) {
    const std::string small = lower_case(std::string_view(key));
    if (std::any_of(made.begin(), made.end(),
                    [&](const OutcomeColumn& column) { return lower_case(std::string_view(column.name)) == small; }))
      out.push_back({Cause::document,
                     "two columns of the view would be `" + key + "`: one that is kept, and one that the view makes",
                     "leave out `keep " + key + "`, or give the column another name in a view of the table"});
  }
  return out;
}

}  // namespace

std::optional<Error> too_large(Dialect dialect, const std::string& select, std::size_t widest,
                               const std::string& advice) {
  const Limits limits = limits_of(dialect);
  const auto more = [&](std::size_t has, std::size_t most, const std::string& what) {
    return Error{Cause::bound,
                 "the SQL has " + grouped(has) + " " + what + ", and " + engine_name(dialect) + " takes no more than " +
                     grouped(most),
                 advice};
  };
  if (select.find('\0') != std::string::npos)
    return Error{Cause::bound, "the rules have a text with the character U+0000, which SQL does not", ""};
  if (select.size() > limits.bytes) return more(select.size(), limits.bytes, "bytes");
  const std::size_t nodes = syntax_nodes(select);
  if (nodes > limits.syntax_nodes) return more(nodes, limits.syntax_nodes, "syntax nodes");
  if (widest > limits.columns) return more(widest, limits.columns, "columns in a SELECT");
  return std::nullopt;
}

Result<View, std::vector<Error>> make_view(const Policy& policy, const Deployment& deployment, const PlaceMap& map,
                                           const ViewOptions& options) {
  const Writer writer(options.dialect);
  Levels levels;
  RowPlaces places(*policy.model, writer, levels, map, inputs_of(*policy.model, deployment.reads), options.table);
  if (!places.errors().empty()) return places.errors();
  View view;
  view.columns = outcome_columns(policy, deployment, writer, levels, places);
  if (auto errors = twice_named(options.keys, view.columns); !errors.empty()) return errors;
  view.never_set = places.never_set(deployment.reads);
  std::vector<KeptName> kept;
  for (const std::string& key : options.keys)
    kept.push_back({quoted_column(options.dialect, options.table, key), quoted_name(options.dialect, key)});
  std::vector<NamedColumn> columns;
  for (const OutcomeColumn& column : view.columns)
    columns.push_back({quoted_name(options.dialect, column.name), column.value});
  view.select = levels.text(options.dialect, quoted_table(options.dialect, options.table), kept, columns);
  if (auto error = too_large(options.dialect, view.select, levels.widest(),
                             "`--decision NAME` makes a view of fewer decisions; `tally decide` decides calls "
                             "outside the database"))
    return std::vector<Error>{std::move(*error)};
  return view;
}

std::string view_name(Dialect dialect, const std::string& policy, const std::string& fingerprint) {
  const std::string end = "_" + fingerprint.substr(0, fingerprint_digits);
  std::string name = c_name(policy);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  // A table of ClickHouse over the views has a longer name.
  const std::size_t most = std::min<std::size_t>(limits_of(dialect).name_bytes, 63) - end.size();
  return ("tally_" + name).substr(0, most) + end;
}

std::string file_text(const View& view, const Model& model, const ViewFile& file, const ViewOptions& options) {
  const std::string name = quoted_name(options.dialect, file.name);
  std::string out;
  out += comment("The policy " + file.policy + " as a view for " + engine_name(options.dialect) +
                 ", made by `tally build`.");
  out += comment("What it decides has the fingerprint " + file.fingerprint + ".");
  out += comment("");
  out += comment("The view has the key columns of " + options.table +
                 " and, for each decision, its value, the number of the rule");
  out += comment(
      "that fired, and its reason. Where `fault` is not NULL the row could not be read, and nothing is decided.");
  out += comment("");
  if (options.dialect == Dialect::postgresql)
    out +=
        comment("PostgreSQL: `SET jit = off` before it is used, since compiling the SQL takes longer than running it.");
  out += comment(options.cluster ? "Install: run this file on every shard of the cluster " + *options.cluster + "."
                                 : "Install: run this file.");
  out += comment(
      "Update:  a policy that decides otherwise has another fingerprint, and so a view of another name. Install it");
  out += comment("         beside this one, compare the two, and drop this one when nothing uses it.");
  out += comment("Drop:    " + drop_view(options.dialect, name) + ";");
  const std::string all = quoted_name(options.dialect, file.name + "_all");
  if (options.cluster) out += comment("         DROP TABLE " + all + ";");
  if (!view.never_set.empty()) {
    out += comment("");
    out += comment("No column gives these inputs, so they are unset in every row, or have their default:");
    for (const ElementId element : view.never_set) out += comment("  " + model.at(element).name);
  }
  out += "\nCREATE VIEW " + name + " AS\n" + view.select + ";\n";
  if (!options.cluster) return out;
  const auto counted = std::find_if(view.columns.begin(), view.columns.end(), [](const OutcomeColumn& column) {
    return column.kind == OutcomeColumn::Kind::value;
  });
  out += "\n" + comment("The views of all shards as one table. What is grouped is grouped on each shard first.");
  out += "CREATE TABLE " + all + " AS " + name + " ENGINE = Distributed(" +
         quoted_text(options.dialect, *options.cluster) + ", currentDatabase(), " +
         quoted_text(options.dialect, file.name) + ");\n";
  if (counted == view.columns.end()) return out;
  const std::string column = quoted_name(options.dialect, counted->name);
  out += "\n" + comment("For example, on any shard. A shard that is down is an error: never half of the counts.");
  out += comment("SELECT " + column + ", count() FROM " + all + " GROUP BY " + column);
  out += comment("SETTINGS skip_unavailable_shards = 0;");
  return out;
}

}  // namespace tally::sql
