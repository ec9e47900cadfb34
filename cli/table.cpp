// `tally table FILE`: truth tables.
#include <algorithm>
#include <memory>
#include <set>

#include "cli/commands.h"
#include "cli/diagnostics_json.h"
#include "cli/grid.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "grammar/excerpt.h"
#include "grammar/parser.h"
#include "simulator/table.h"

namespace tally::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> decisions;
  std::string where;
  std::string by;
  bool full = false;
  std::string format = "text";
};

// What is asked, one question a table; nothing after a fault in an argument.
std::optional<std::vector<TableQuestion>> questions(Compilation& c, const Options& options) {
  RuleArguments arguments(c, options.file);
  TableQuestion common;
  common.full = options.full;
  if (!options.where.empty()) {
    common.where = arguments.condition("--where", options.where);
    if (!common.where) return std::nullopt;
  }
  if (!options.by.empty()) {
    auto by = arguments.leaves("--by", options.by);
    if (!by) return std::nullopt;
    common.by = std::move(*by);
  }
  std::vector<TableQuestion> out;
  const auto ask = [&](std::size_t output) {
    TableQuestion q = common;
    q.decision = c.policy->outputs[output].decision;
    q.title = c.policy->model->at(*q.decision).name;
    out.push_back(std::move(q));
  };
  if (options.decisions.empty()) {
    for (std::size_t i = 0; i < c.policy->outputs.size(); ++i) ask(i);
  }
  std::set<std::string> asked;
  for (const std::string& name : options.decisions) {
    if (!asked.insert(name).second) continue;
    if (is_name(name)) {
      const auto output = arguments.output(name);
      if (!output) return std::nullopt;
      ask(*output);
      continue;
    }
    // A member of a result: `account-settings.time_limit`.
    TableQuestion q = common;
    q.value = arguments.value("--decision", name);
    if (!q.value) return std::nullopt;
    q.title = name;
    out.push_back(std::move(q));
  }
  return out;
}

Grid grid(const DecisionTable& table, const TableSection& section, bool full) {
  Grid g;
  // Inputs without a say in any row would only widen the table.
  std::vector<bool> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    shown.push_back(std::any_of(section.rows.begin(), section.rows.end(), [&](const TableRow& r) { return r.cells[i] != "-"; }));
    if (shown.back()) g.columns.push_back({table.columns[i]});
  }
  const bool reasons = std::any_of(section.rows.begin(), section.rows.end(), [](const TableRow& r) { return !r.reason.empty(); });
  g.columns.push_back({table.title});
  if (!full) g.columns.push_back({"combinations", true});
  if (table.has_rules) g.columns.push_back({"rule", true});
  if (reasons) g.columns.push_back({"because"});
  for (const TableRow& r : section.rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < r.cells.size(); ++i)
      if (shown[i]) cells.push_back(r.cells[i]);
    cells.push_back(r.outcome);
    if (!full) cells.push_back(grouped(r.combinations));
    if (table.has_rules) cells.push_back(r.rule ? std::to_string(r.rule) : "-");
    if (reasons) cells.push_back(visible(r.reason));
    g.rows.push_back(std::move(cells));
  }
  return g;
}

std::string fixed_text(const TableSection& section) {
  std::string out;
  for (const auto& [name, value] : section.fixed) out += (out.empty() ? "" : ", ") + name + " = " + value;
  return out;
}

std::string paint(const std::string& title, const std::string& cell) {
  if (cell == "-" || title == "because" || title == "combinations" || title == "rule") return "2";
  if (cell == "off" || cell == "none" || cell == "unset" || cell.rfind("not ", 0) == 0) return "31";
  return "32";
}

std::string text_of(const DecisionTable& table, bool full, bool colour) {
  std::string out = (colour ? "\x1b[1;36m" : "") + table.title + (colour ? "\x1b[0m" : "") + ": " + counted(table.combinations, "combination") + "\n";
  for (const TableSection& s : table.sections) {
    out += "\n";
    if (!s.fixed.empty()) out += (colour ? "\x1b[1m" : "") + fixed_text(s) + (colour ? "\x1b[0m" : "") + ": " + counted(s.combinations, "combination") + "\n\n";
    out += text(grid(table, s, full), colour, paint);
  }
  return out;
}

std::string markdown_of(const DecisionTable& table, bool full) {
  std::string out = "## " + table.title + "\n\n" + counted(table.combinations, "combination") + "\n";
  for (const TableSection& s : table.sections) {
    out += "\n";
    if (!s.fixed.empty()) out += "### " + fixed_text(s) + "\n\n" + counted(s.combinations, "combination") + "\n\n";
    out += markdown(grid(table, s, full));
  }
  return out;
}

// One table for other programs: the decision and every input a column.
std::string csv_of(const DecisionTable& table) {
  Grid g;
  g.columns.push_back({"decision"});
  if (!table.sections.empty())
    for (const auto& [name, value] : table.sections.front().fixed) g.columns.push_back({name});
  for (const std::string& c : table.columns) g.columns.push_back({c});
  for (const char* title : {"outcome", "rule", "combinations", "because"}) g.columns.push_back({title});
  for (const TableSection& s : table.sections)
    for (const TableRow& r : s.rows) {
      std::vector<std::string> cells = {table.title};
      for (const auto& [name, value] : s.fixed) cells.push_back(value);
      cells.insert(cells.end(), r.cells.begin(), r.cells.end());
      cells.insert(cells.end(), {r.outcome, r.rule ? std::to_string(r.rule) : "", r.combinations.get_str(), r.reason});
      g.rows.push_back(std::move(cells));
    }
  return csv(g, true);
}

Json json_of(const DecisionTable& table) {
  Json sections = Json::array();
  for (const TableSection& s : table.sections) {
    Json rows = Json::array();
    for (const TableRow& r : s.rows) {
      Json when = Json::object();
      for (std::size_t i = 0; i < r.cells.size(); ++i)
        if (r.cells[i] != "-") when[table.columns[i]] = r.cells[i];
      Json row = {{"when", std::move(when)}, {"outcome", r.outcome}, {"combinations", to_json(r.combinations)}};
      if (table.has_rules) row["rule"] = r.rule;
      if (!r.reason.empty()) row["because"] = r.reason;
      rows.push_back(std::move(row));
    }
    Json fixed = Json::object();
    for (const auto& [name, value] : s.fixed) fixed[name] = value;
    sections.push_back({{"by", std::move(fixed)}, {"combinations", to_json(s.combinations)}, {"rows", std::move(rows)}});
  }
  return {{"decision", table.title}, {"inputs", table.columns}, {"combinations", to_json(table.combinations)}, {"sections", std::move(sections)}};
}

int run(const Options& options) {
  int exit_code = exit_fine;
  auto c = compile_file(options.file, exit_code);
  if (!c) return exit_code;
  const auto asked = questions(*c, options);
  if (!asked) return exit_usage;
  Json all = Json::array();
  bool first = true;
  for (const TableQuestion& q : *asked) {
    auto made = make_table(*c->policy, c->sources, q);
    if (const auto* error = std::get_if<TableError>(&made)) {
      complain(error->message, error->help);
      return exit_usage;
    }
    const auto& table = std::get<DecisionTable>(made);
    if (options.format == "json") {
      all.push_back(json_of(table));
      continue;
    }
    if (!first) print("\n");
    first = false;
    print(options.format == "csv" ? csv_of(table) : options.format == "markdown" ? markdown_of(table, options.full) : text_of(table, options.full, colour_on_stdout()));
  }
  if (options.format == "json") print(to_text({{"file", options.file}, {"tables", std::move(all)}}));
  return exit_fine;
}

}  // namespace

Run add_table(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  app.add_option("--decision", options->decisions, "a decision, or a member of its result; all decisions where none is named")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--where", options->where, "only the calls for which this holds")->type_name("CONDITION");
  app.add_option("--by", options->by, "one section for each combination of these inputs")->type_name("INPUT,...");
  app.add_flag("--full", options->full, "a row for every combination, instead of leaving out what does not matter");
  app.add_option("--format", options->format, "text (default), markdown, csv or json")
      ->check(CLI::IsMember({"text", "markdown", "csv", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "Every row says how many combinations it stands for; `-` is an input that does not matter there.\n"
      "Example: tally table rules/call_recording.tally --decision account-recording --by source,destination");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
