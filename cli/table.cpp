// `tally table FILE`: prints truth tables.
#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "grammar/parse/parser.h"
#include "grammar/source/excerpt.h"
#include "simulator/report/table_json.h"

namespace tally::cli {
namespace {

struct TableArguments {
  std::string file;
  std::vector<std::string> decisions;
  std::string where;
  std::string by;
  bool full = false;
  Format format = Format::text;
};

// Returns what is asked, one question per table.
Result<std::vector<TableQuestion>> questions(Compilation& c, const TableArguments& options) {
  RuleArguments arguments(c, options.file);
  TableQuestion common;
  common.full = options.full;
  if (!options.where.empty()) {
    TALLY_ASSIGN_OR_RETURN(common.where, arguments.condition("--where", options.where));
  }
  if (!options.by.empty()) {
    TALLY_ASSIGN_OR_RETURN(common.by, arguments.leaves("--by", options.by));
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
      TALLY_ASSIGN_OR_RETURN(const std::size_t output, arguments.output(name));
      ask(output);
      continue;
    }
    // A member of a result: `account-settings.time_limit`.
    TableQuestion q = common;
    TALLY_ASSIGN_OR_RETURN(q.value, arguments.value("--decision", name));
    q.title = name;
    out.push_back(std::move(q));
  }
  return out;
}

std::string fixed_text(const TableSection& section) {
  std::string out;
  for (const auto& [name, value] : section.fixed) out += (out.empty() ? "" : ", ") + name + " = " + value;
  return out;
}

std::string paint_cell(const std::string& title, const std::string& cell) {
  if (cell == "-" || title == "because" || title == "combinations" || title == "rule") return "2";
  if (cell == "off" || cell == "none" || cell == "unset" || cell.rfind("not ", 0) == 0) return "31";
  return "32";
}

constexpr std::size_t buffered = std::size_t{1} << 16;

// Passes lines on to standard output. Returns false if they cannot be written.
bool hand_on(std::string& out, bool all = false) {
  if (!all && out.size() < buffered) return true;
  print(out);
  out.clear();
  return !output_is_lost();
}

struct Look {
  GridForm form = GridForm::text;
  bool full = false;
  bool colour = false;
};

// The rows of one section, in two passes: first which columns are shown and how wide, then the
// lines.
class SectionLines {
 public:
  SectionLines(const DecisionTable& table, const Look& look) : table_(table), look_(look) {}

  bool print_rows(const TableSection& section) {
    const GridLines lines = measured(section);
    std::string out = lines.titles();
    bool good = true;
    section.rows([&](const TableRow& row) {
      cells_.clear();
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        if (shown_[i]) cells_.push_back(row.cells[i]);
      add_results(row);
      lines.line(cells_, out);
      return good = hand_on(out);
    });
    return hand_on(out, true) && good;
  }

 private:
  GridLines measured(const TableSection& section) {
    // Inputs that do not matter in any row are not shown, since they would only widen the table.
    shown_.assign(table_.columns.size(), false);
    reasons_ = true;
    std::vector<std::size_t> widths(table_.columns.size());
    std::vector<std::size_t> result_widths(4);
    bool any_reason = false;
    const bool text = look_.form == GridForm::text;
    section.rows([&](const TableRow& row) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (row.cells[i] == "-") continue;
        shown_[i] = true;
        if (text) widths[i] = std::max(widths[i], width(row.cells[i]));
      }
      any_reason = any_reason || !row.reason.empty();
      if (!text) return true;
      cells_.clear();
      add_results(row);
      for (std::size_t i = 0; i < cells_.size(); ++i) result_widths[i] = std::max(result_widths[i], width(cells_[i]));
      return true;
    });
    reasons_ = any_reason;
    std::vector<Grid::Column> columns;
    std::vector<std::size_t> wide;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (!shown_[i]) continue;
      columns.push_back({table_.columns[i]});
      wide.push_back(widths[i]);
    }
    columns.push_back({table_.title});
    if (!look_.full) columns.push_back({"combinations", true});
    if (table_.has_rules) columns.push_back({"rule", true});
    if (reasons_) columns.push_back({"because"});
    wide.insert(wide.end(), result_widths.begin(), result_widths.end());
    GridLines lines(columns, look_.form, look_.colour, paint_cell);
    for (std::size_t i = 0; i < columns.size(); ++i) lines.measure(i, wide[i]);
    return lines;
  }

  // Adds the cells after the inputs.
  void add_results(const TableRow& row) {
    cells_.push_back(row.outcome);
    if (!look_.full) cells_.push_back(count_ = grouped(row.combinations));
    if (table_.has_rules) cells_.push_back(rule_ = row.rule ? std::to_string(row.rule) : "-");
    if (reasons_) cells_.push_back(reason_ = visible(row.reason));
  }

  const DecisionTable& table_;
  const Look& look_;
  std::vector<bool> shown_;
  bool reasons_ = false;
  std::vector<std::string_view> cells_;
  std::string count_, rule_, reason_;  // texts that cells refer to
};

Result<> print_text(const DecisionTable& table, const Look& look) {
  const auto styled = [&](const char* code, const std::string& text) {
    return look.colour ? code + text + "\x1b[0m" : text;
  };
  print(styled("\x1b[1;36m", table.title) + ": " + counted(table.combinations, "combination") + "\n");
  return table.sections([&](const TableSection& s) {
    print("\n");
    if (!s.fixed.empty())
      print(styled("\x1b[1m", fixed_text(s)) + ": " + counted(s.combinations, "combination") + "\n\n");
    return SectionLines(table, look).print_rows(s);
  });
}

Result<> print_markdown(const DecisionTable& table, const Look& look) {
  print("## " + table.title + "\n\n" + counted(table.combinations, "combination") + "\n");
  return table.sections([&](const TableSection& s) {
    print("\n");
    if (!s.fixed.empty()) print("### " + fixed_text(s) + "\n\n" + counted(s.combinations, "combination") + "\n\n");
    return SectionLines(table, look).print_rows(s);
  });
}

// Prints one table for other programs, with a column for the decision and for every input.
Result<> print_csv(const DecisionTable& table) {
  std::optional<GridLines> lines;
  std::string out;
  const auto begin = [&](const TableSection* section) {
    std::vector<Grid::Column> columns{{"decision"}};
    if (section != nullptr)
      for (const auto& [name, value] : section->fixed) columns.push_back({name});
    for (const std::string& c : table.columns) columns.push_back({c});
    for (const char* title : {"outcome", "rule", "combinations", "because"}) columns.push_back({title});
    lines.emplace(std::move(columns), GridForm::csv);
    out = lines->titles();
  };
  std::vector<std::string_view> cells;
  Result<> written = table.sections([&](const TableSection& s) {
    if (!lines) begin(&s);
    bool good = true;
    s.rows([&](const TableRow& r) {
      const std::string rule = r.rule ? std::to_string(r.rule) : "", count = r.combinations.get_str();
      cells.assign(1, table.title);
      for (const auto& [name, value] : s.fixed) cells.push_back(value);
      cells.insert(cells.end(), r.cells.begin(), r.cells.end());
      cells.insert(cells.end(), {r.outcome, rule, count, r.reason});
      lines->line(cells, out);
      return good = hand_on(out);
    });
    return good;
  });
  if (!lines) begin(nullptr);
  hand_on(out, true);
  return written;
}

// Prints one JSON document. All tables are made before its first byte is written.
Result<int> run_json(Compilation& c, const TableArguments& options, const std::vector<TableQuestion>& asked) {
  std::vector<DecisionTable> tables;
  for (const TableQuestion& q : asked) {
    TALLY_ASSIGN_OR_RETURN(DecisionTable table, make_table(*c.policy, c.sources, q));
    tables.push_back(std::move(table));
  }
  report::JsonStream json([](std::string_view text) {
    print(text);
    return !output_is_lost();
  });
  json.open_object();
  json.key("file");
  json.text(options.file);
  json.key("tables");
  json.open_array();
  for (const DecisionTable& table : tables) TALLY_RETURN_IF_ERROR(report::write_table(table, json));
  json.close();
  json.close();
  return exit_fine;
}

Result<int> run_table(const TableArguments& options) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  TALLY_ASSIGN_OR_RETURN(const auto asked, questions(c, options));
  if (options.format == Format::json) return run_json(c, options, asked);
  const bool markdown = options.format == Format::markdown;
  const Look look{markdown ? GridForm::markdown : GridForm::text, options.full, !markdown && colour_on_stdout()};
  bool first = true;
  for (const TableQuestion& q : asked) {
    TALLY_ASSIGN_OR_RETURN(const DecisionTable table, make_table(*c.policy, c.sources, q));
    if (!first) print("\n");
    first = false;
    TALLY_RETURN_IF_ERROR(options.format == Format::csv ? print_csv(table)
                          : markdown                    ? print_markdown(table, look)
                                                        : print_text(table, look));
  }
  return exit_fine;
}

}  // namespace

Run add_table(CLI::App& app) {
  auto options = std::make_shared<TableArguments>();
  rule_file(app, options->file);
  repeated(app, "--decision", options->decisions, "NAME", "only this decision, or this member of its result");
  app.add_option("--where", options->where, "only the calls for which this holds")->type_name("CONDITION");
  app.add_option("--by", options->by, "one section per combination of these inputs")->type_name("INPUT,...");
  app.add_flag("--full", options->full, "one row per combination, with the inputs that do not matter");
  format_option(app, options->format, {Format::text, Format::markdown, Format::csv, Format::json});
  app.footer(
      "Every row shows how many combinations it stands for; `-` is an input that does not matter there.\n"
      "Example: tally table rules/call_recording.tally --decision account-recording --by source,destination");
  return [options] { return run_table(*options); };
}

}  // namespace tally::cli
