// `tally table FILE`: prints truth tables.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "cli/commands.h"
#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "cli/options.h"
#include "cli/pager.h"
#include "cli/rule_arguments.h"
#include "cli/table_guide.h"
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
  std::string over;
  std::string against;
  std::vector<std::string> grid;  // two words
  bool full = false;
  bool all = false;
  Format format = Format::text;
};

// Returns the words of --over, or those of --grid.
Result<std::vector<Word>> words_of(RuleArguments& arguments, const TableArguments& options) {
  return options.grid.empty() ? arguments.words("--over", options.over) : arguments.words("--grid", options.grid);
}

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
  if (!options.over.empty() || !options.grid.empty()) {
    TALLY_ASSIGN_OR_RETURN(common.over, words_of(arguments, options));
    common.full = common.full || !options.grid.empty();
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

// Gives each outcome a colour of its own, the same in all rows and tables. The colours show which
// rows decide alike, and nothing about what an outcome means.
class OutcomeColours {
 public:
  std::string of(const std::string& outcome) {
    static constexpr const char* codes[] = {"32", "33", "36", "35", "34", "31"};
    const auto [at, is_new] = known_.try_emplace(outcome, known_.size());
    return codes[at->second % std::size(codes)];
  }

 private:
  std::map<std::string, std::size_t> known_;
};

constexpr std::size_t rows_on_terminal = 50;  // of a section
constexpr std::size_t buffered = std::size_t{1} << 16;

// Passes lines on to standard output. Returns false if they cannot be written.
bool hand_on(std::string& out, bool all = false) {
  if (!all && out.size() < buffered) return true;
  print(out);
  out.clear();
  return !output_is_lost();
}

struct TableLook {
  GridForm form = GridForm::text;
  bool full = false;
  bool colour = false;
  std::optional<std::size_t> width;  // of the terminal, if the table is shown on one
  std::size_t rows = SIZE_MAX;       // of a section; further rows are counted
  OutcomeColours* colours = nullptr;
};

// What is printed of a section's rows: the inputs that matter in some row, and the results.
class SectionColumns {
 public:
  SectionColumns(const DecisionTable& table, const TableLook& look)
      : table_(table), look_(look), shown_(table.columns.size(), false) {}

  void show(std::size_t input) { shown_[input] = true; }
  void hide(std::size_t input) { shown_[input] = false; }
  bool is_shown(std::size_t input) const { return shown_[input]; }
  void show_reasons(bool shown) { reasons_ = shown; }

  std::vector<Grid::Column> columns() const {
    std::vector<Grid::Column> out;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (shown_[i]) out.push_back({table_.columns[i]});
    }
    out.push_back({table_.title});
    if (!look_.full) out.push_back({"combinations", true});
    if (table_.has_rules) out.push_back({"rule", true});
    if (reasons_) out.push_back({"because"});
    return out;
  }

  // The cells of a row, valid until the next one.
  const std::vector<std::string_view>& cells(const TableRow& row) {
    cells_.clear();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (shown_[i]) cells_.push_back(row.cells[i]);
    }
    add_results(row);
    return cells_;
  }
  const std::vector<std::string_view>& results(const TableRow& row) {
    cells_.clear();
    add_results(row);
    return cells_;
  }

  Paint paint() const {
    return [title = table_.title, colours = look_.colours](const std::string& column, const std::string& cell) {
      if (column == title) return colours->of(cell);
      return std::string(cell == "-" || column == "because" || column == "combinations" || column == "rule" ? "2" : "");
    };
  }

 private:
  void add_results(const TableRow& row) {
    cells_.push_back(row.outcome);
    if (!look_.full) cells_.push_back(count_ = grouped(row.combinations));
    if (table_.has_rules) cells_.push_back(rule_ = row.rule ? std::to_string(row.rule) : "-");
    if (reasons_) cells_.push_back(reason_ = visible(row.reason));
  }

  const DecisionTable& table_;
  const TableLook& look_;
  std::vector<bool> shown_;
  bool reasons_ = true;
  std::vector<std::string_view> cells_;
  std::string count_, rule_, reason_;  // texts that cells refer to
};

// Prints the rows of a section in two passes: first which columns are shown and how wide, then the
// lines.
bool print_rows(const DecisionTable& table, const TableSection& section, const TableLook& look) {
  SectionColumns shown(table, look);
  std::vector<std::size_t> widths(table.columns.size()), result_widths(4);
  bool any_reason = false;
  const bool text = look.form == GridForm::text;
  section.rows([&](const TableRow& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i] == "-") continue;
      shown.show(i);
      if (text) widths[i] = std::max(widths[i], width(row.cells[i]));
    }
    any_reason = any_reason || !row.reason.empty();
    if (!text) return true;
    const auto& results = shown.results(row);
    for (std::size_t i = 0; i < results.size(); ++i) result_widths[i] = std::max(result_widths[i], width(results[i]));
    return true;
  });
  shown.show_reasons(any_reason);
  GridLines lines(shown.columns(), look.form);
  std::size_t column = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (shown.is_shown(i)) lines.measure(column++, widths[i]);
  }
  for (std::size_t i = 0; column < shown.columns().size(); ++i) lines.measure(column++, result_widths[i]);

  std::string out = lines.titles();
  bool good = true;
  section.rows([&](const TableRow& row) {
    lines.line(shown.cells(row), out);
    return good = hand_on(out);
  });
  return hand_on(out, true) && good;
}

// The same on a terminal. Inputs that have one value in all rows stand above the table.
bool print_fitted_rows(const DecisionTable& table, const TableSection& section, const TableLook& look) {
  SectionColumns shown(table, look);
  std::vector<std::string> only(table.columns.size());  // the cell of all rows so far, if it is one
  std::vector<bool> varies(table.columns.size());
  std::size_t rows = 0;
  bool any_reason = false;
  section.rows([&](const TableRow& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (rows == 0) only[i] = row.cells[i];
      varies[i] = varies[i] || only[i] != row.cells[i];
    }
    any_reason = any_reason || !row.reason.empty();
    ++rows;
    return true;
  });
  std::string same;
  for (std::size_t i = 0; i < varies.size(); ++i) {
    if (varies[i] || (rows == 1 && only[i] != "-")) shown.show(i);
    const bool is_same = !varies[i] && rows > 1 && only[i] != "-";
    if (is_same) same += (same.empty() ? "in every row: " : "; ") + table.columns[i] + ": " + only[i];
  }
  shown.show_reasons(any_reason);
  const std::size_t most = std::min(rows, look.rows);
  const auto first_rows = [&](const auto& take) {
    std::size_t left = most;
    if (left > 0) section.rows([&](const TableRow& row) { return take(row) && --left > 0; });
  };
  FittedLines lines(shown.columns(), *look.width, look.colour, shown.paint());
  first_rows([&](const TableRow& row) {
    lines.measure(shown.cells(row));
    return true;
  });
  std::string out;
  for (const std::string_view line : wrapped(same, *look.width)) {
    if (!same.empty()) out += std::string(line) + "\n";
  }
  if (!same.empty()) out += '\n';
  out += lines.titles();
  bool good = true;
  first_rows([&](const TableRow& row) {
    lines.line(shown.cells(row), out);
    return good = hand_on(out);
  });
  if (most < rows) {
    out += '\n';
    const std::string more = "and " + counted(rows - most, "more row") +
                             ": narrow them with --where, divide them with --by, or see all with --all";
    for (const std::string_view line : wrapped(more, *look.width)) out += std::string(line) + "\n";
  }
  return hand_on(out, true) && good;
}

Result<> print_text(const DecisionTable& table, const TableLook& look) {
  const auto styled = [&](const char* code, const std::string& text) {
    return look.colour ? code + text + "\x1b[0m" : text;
  };
  print(styled("\x1b[1;36m", table.title) + ": " + counted(table.combinations, "combination") + "\n");
  return table.sections([&](const TableSection& s) {
    print("\n");
    if (!s.condition.empty()) {
      const std::string heading = s.condition + ": " + counted(s.combinations, "combination");
      for (const std::string_view line : wrapped(heading, look.width.value_or(SIZE_MAX)))
        print(styled("\x1b[1m", std::string(line)) + "\n");
      print("\n");
    }
    return look.width ? print_fitted_rows(table, s, look) : print_rows(table, s, look);
  });
}

Result<> print_markdown(const DecisionTable& table, const TableLook& look) {
  print("## " + table.title + "\n\n" + counted(table.combinations, "combination") + "\n");
  return table.sections([&](const TableSection& s) {
    print("\n");
    if (!s.condition.empty()) print("### " + s.condition + "\n\n" + counted(s.combinations, "combination") + "\n\n");
    return print_rows(table, s, look);
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

// Prints a table over two words as a grid: the first word's values go down, the second's across, and
// each place has the outcome.
Result<> print_grid(const DecisionTable& table, const TableLook& look) {
  std::vector<std::string> down, across;
  std::map<std::pair<std::string, std::string>, std::string> outcomes;
  const auto add = [](std::vector<std::string>& values, std::string_view value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.emplace_back(value);
  };
  TALLY_RETURN_IF_ERROR(table.sections([&](const TableSection& section) {
    section.rows([&](const TableRow& row) {
      add(down, row.cells[0]);
      add(across, row.cells[1]);
      outcomes[{std::string(row.cells[0]), std::string(row.cells[1])}] = row.outcome;
      return true;
    });
    return true;
  }));
  Grid grid{{{table.columns[0]}}, {}};
  for (const std::string& value : across) grid.columns.push_back({value});
  for (const std::string& value : down) {
    grid.rows.push_back({value});
    for (const std::string& other : across) {
      const auto at = outcomes.find({value, other});
      grid.rows.back().push_back(at == outcomes.end() ? "" : at->second);
    }
  }
  const Paint paint = [&](const std::string& title, const std::string& cell) {
    return title == table.columns[0] || cell.empty() ? "" : look.colours->of(cell);
  };
  if (look.form == GridForm::csv) {
    grid.columns.insert(grid.columns.begin(), {"decision"});
    for (auto& row : grid.rows) row.insert(row.begin(), table.title);
    print(csv(grid, true));
    return {};
  }
  const std::string title = table.title + ", across: " + table.columns[1];
  if (look.form == GridForm::markdown) {
    print("## " + title + "\n\n" + markdown(grid));
    return {};
  }
  print((look.colour ? "\x1b[1;36m" + title + "\x1b[0m" : title) + "\n\n");
  print(look.width ? fitted(grid, *look.width, look.colour, paint) : text(grid, look.colour, paint));
  return {};
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
  if (!options.against.empty())
    return hold_table_guide({options.file, options.against, options.decisions, options.where, options.format});
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  TALLY_ASSIGN_OR_RETURN(const auto asked, questions(c, options));
  if (options.format == Format::json) return run_json(c, options, asked);
  const bool markdown = options.format == Format::markdown;
  const GridForm form = markdown ? GridForm::markdown : options.format == Format::csv ? GridForm::csv : GridForm::text;
  OutcomeColours colours;
  TableLook look{form, options.full, form == GridForm::text && colour_on_stdout(), {}, SIZE_MAX, &colours};
  if (options.format == Format::text) look.width = width_of_stdout();
  if (look.width && !options.all) look.rows = rows_on_terminal;
  const Pager pager(look.width && options.all);
  bool first = true;
  for (const TableQuestion& q : asked) {
    TALLY_ASSIGN_OR_RETURN(const DecisionTable table, make_table(*c.policy, c.sources, q));
    if (!first) print("\n");
    first = false;
    TALLY_RETURN_IF_ERROR(!options.grid.empty()           ? print_grid(table, look)
                          : options.format == Format::csv ? print_csv(table)
                          : markdown                      ? print_markdown(table, look)
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
  auto* by = app.add_option("--by", options->by, "one section per combination of these inputs");
  by->type_name("INPUT,...");
  auto* over = app.add_option("--over", options->over,
                              "a table over these words (lets, decisions, conditions, inputs) instead of all inputs");
  over->type_name("WORD,...")->excludes(by);
  app.add_option("--grid", options->grid, "two words against each other, with the outcome of every pair")
      ->expected(2)
      ->type_name("WORD WORD")
      ->excludes(by)
      ->excludes(over);
  app.add_option("--against", options->against, "check the tables of a guide in Markdown against the rules")
      ->type_name("GUIDE")
      ->excludes(by)
      ->excludes(over);
  app.add_flag("--full", options->full, "one row per combination, with the inputs that do not matter");
  app.add_flag("--all", options->all, "all rows, also on a terminal, where a table is cut after 50");
  format_option(app, options->format, {Format::text, Format::markdown, Format::csv, Format::json});
  app.footer(
      "Every row shows how many combinations it stands for; `-` is an input that does not matter there.\n"
      "Example: tally table rules/call_recording.tally --decision account-recording --by source,destination");
  return [options] { return run_table(*options); };
}

}  // namespace tally::cli
