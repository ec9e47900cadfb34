// Each row of a guide becomes a decision of the rule file, a flag that is on for the calls of the row:
//
//   decision guide-line-12 : flag {
//     | source | setting.enabled |
//     | onnet  | -               | on
//     off otherwise
//   }
//
// So the compiler reads its cells, and the table of the guide's decision for the calls of the row
// shows whether the row is right.
#include "cli/table_guide.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "cli/files.h"
#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "cli/guides.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "simulator/matrix/markdown_tables.h"
#include "simulator/report/json.h"
#include "simulator/table/table.h"

namespace tally::cli {
namespace {

// A row of a guide about one decision.
struct AskedRow {
  std::size_t line = 0;
  std::string decision;
  std::vector<std::string> header, cells;
  std::string outcome;
  std::string fault;  // why it cannot be understood

  std::string name() const { return "guide-line-" + std::to_string(line); }
};

struct RowFinding {
  std::size_t line = 0;  // 0: of no row
  const char* finding = "";
  std::string decision, guide, rules;
  bool is_fault = true;
};

std::string plain_cell(const std::string& cell) {
  const std::string text(unmarked(cell));
  return text.empty() ? "-" : text;
}

// The rows of the tables that have a column with the name of a decision. What `tally table` itself adds
// to a table is passed over.
std::vector<AskedRow> rows_about(const std::vector<MarkdownTable>& tables, const std::set<std::string>& decisions) {
  static const std::set<std::string> ignored = {"combinations", "rule", "because"};
  std::vector<AskedRow> rows;
  for (const MarkdownTable& table : tables) {
    std::optional<std::size_t> outcome;
    std::vector<std::size_t> inputs;
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      const std::string title(unmarked(table.header[i]));
      if (decisions.contains(title)) {
        outcome = i;
      } else if (!ignored.contains(title)) {
        inputs.push_back(i);
      }
    }
    if (!outcome) continue;
    for (const MarkdownRow& line : table.rows) {
      AskedRow row;
      row.line = line.line;
      row.decision = unmarked(table.header[*outcome]);
      if (line.cells.size() != table.header.size()) {
        row.fault =
            "it has " + counted(line.cells.size(), "cell") + ", its table " + counted(table.header.size(), "column");
      } else {
        row.outcome = unmarked(line.cells[*outcome]);
        for (const std::size_t i : inputs) {
          row.header.emplace_back(unmarked(table.header[i]));
          row.cells.push_back(plain_cell(line.cells[i]));
        }
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string in_bars(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out;
}

// The row as a decision, six lines long.
std::string declaration(const AskedRow& row) {
  if (row.header.empty()) return "\ndecision " + row.name() + " : flag = on\n\n\n\n\n";
  return "\ndecision " + row.name() + " : flag {\n" + in_bars(row.header) + "\n" + in_bars(row.cells) +
         " on\noff otherwise\n}\n";
}
constexpr std::size_t declaration_lines = 6;

// Compiles the rules, which were compiled `alone`, with the rows that can be understood. What is wrong with the others
// is added to them.
Result<Compilation> compile_with(const std::string& file, const Compilation& alone, std::vector<AskedRow>& rows) {
  const std::string_view root = alone.sources.file(FileId{0}).text();
  const std::size_t before = static_cast<std::size_t>(std::count(root.begin(), root.end(), '\n')) + 1;
  for (;;) {
    std::string more = "\n";
    std::vector<AskedRow*> asked;
    for (AskedRow& row : rows) {
      if (!row.fault.empty()) continue;
      asked.push_back(&row);
      more += declaration(row);
    }
    Compilation c = compile_rules(file, more);
    bool is_understood = true;
    for (const Diagnostic& d : c.diagnostics.list()) {
      if (d.severity != Severity::error) continue;
      const std::size_t line = d.span ? c.sources.file(d.span->file).position(d.span->begin).line : 0;
      const std::size_t index = line > before ? (line - before - 1) / declaration_lines : asked.size();
      if (index >= asked.size()) return Error{Cause::rules, d.message};
      if (asked[index]->fault.empty()) asked[index]->fault = d.message;
      is_understood = false;
    }
    if (is_understood) return c;
  }
}

// Whether a guide's outcome is that of the rules: a flag may be "yes", and a text may lack its quotes.
bool is_same_outcome(const std::string& guide, std::string_view rules) {
  static const std::map<std::string, std::string, std::less<>> words = {{"yes", "on"}, {"no", "off"}};
  if (guide == rules || "\"" + guide + "\"" == rules) return true;
  const auto word = words.find(guide);
  return word != words.end() && word->second == rules;
}

class TableGuideCheck {
 public:
  TableGuideCheck(Compilation& c, const TableGuideArguments& options) : c_(c), options_(options) {}

  Result<std::vector<RowFinding>> run(const std::vector<AskedRow>& rows) {
    std::map<std::string, std::string> in_no_row;  // by decision
    for (const AskedRow& row : rows) {
      if (!row.fault.empty()) {
        findings_.push_back({row.line, "unclear", row.decision, row.outcome, row.fault});
        continue;
      }
      in_no_row[row.decision] += (in_no_row[row.decision].empty() ? "not " : " and not ") + row.name();
      TALLY_RETURN_IF_ERROR(add(row));
    }
    for (const auto& [decision, condition] : in_no_row) TALLY_RETURN_IF_ERROR(add_left_out(decision, condition));
    return std::move(findings_);
  }

  std::size_t agreeing() const { return agreeing_; }

 private:
  // The decision's table for the calls that meet a condition, or nothing if there are none.
  Result<std::optional<DecisionTable>> table_for(const std::string& decision, std::string condition) {
    if (!options_.where.empty()) condition = "(" + condition + ") and (" + options_.where + "\n)";
    RuleArguments arguments(c_, options_.file);
    TableQuestion question;
    TALLY_ASSIGN_OR_RETURN(const std::size_t output, arguments.output(decision));
    question.decision = c_.policy->outputs[output].decision;
    question.title = decision;
    TALLY_ASSIGN_OR_RETURN(question.where, arguments.condition("--against", condition));
    auto table = make_table(*c_.policy, c_.sources, question);
    if (table) return std::optional(*std::move(table));
    if (table.error().cause == Cause::usage) return std::optional<DecisionTable>();
    return std::move(table).error();
  }

  static std::string call_of(const DecisionTable& table, const TableRow& row) {
    std::string out;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i] != "-") out += (out.empty() ? "" : "; ") + table.columns[i] + ": " + std::string(row.cells[i]);
    }
    return out;
  }

  Result<> add(const AskedRow& row) {
    TALLY_ASSIGN_OR_RETURN(const auto table, table_for(row.decision, row.name()));
    if (!table) {
      findings_.push_back({row.line, "unclear", row.decision, row.outcome, "no call is in this row"});
      return {};
    }
    Count wrong;
    std::string others, call;
    std::set<std::string> seen;
    TALLY_RETURN_IF_ERROR(table->sections([&](const TableSection& section) {
      section.rows([&](const TableRow& found) {
        if (is_same_outcome(row.outcome, found.outcome)) return true;
        wrong += found.combinations;
        if (seen.insert(std::string(found.outcome)).second)
          others += (others.empty() ? "" : " or ") + std::string(found.outcome);
        if (call.empty()) call = call_of(*table, found);
        return true;
      });
      return true;
    }));
    if (wrong == 0) {
      ++agreeing_;
      return {};
    }
    std::string rules = others;
    if (wrong != table->combinations)
      rules += " in " + grouped(wrong) + " of " + counted(table->combinations, "combination");
    if (!call.empty()) rules += ", where " + call;
    findings_.push_back({row.line, "contradicted", row.decision, row.outcome, rules});
    return {};
  }

  // Lists the calls that meet a condition, whatever they are decided.
  Result<> add_left_out(const std::string& decision, const std::string& condition) {
    RuleArguments arguments(c_, options_.file);
    TableQuestion question;
    question.title = decision;
    TALLY_ASSIGN_OR_RETURN(question.value, arguments.condition("--against", condition));
    if (!options_.where.empty()) {
      TALLY_ASSIGN_OR_RETURN(question.where, arguments.condition("--where", options_.where));
    }
    TALLY_ASSIGN_OR_RETURN(const DecisionTable table, make_table(*c_.policy, c_.sources, question));
    return table.sections([&](const TableSection& section) {
      section.rows([&](const TableRow& row) {
        if (row.outcome != "on") return true;
        const std::string call = call_of(table, row);
        findings_.push_back({0, "left out", decision, "",
                             counted(row.combinations, "combination") + (call.empty() ? "" : ", where " + call),
                             false});
        return true;
      });
      return true;
    });
  }

  Compilation& c_;
  const TableGuideArguments& options_;
  std::vector<RowFinding> findings_;
  std::size_t agreeing_ = 0;
};

Grid grid_of(const std::vector<RowFinding>& findings) {
  Grid grid{{{"line", true}, {"finding"}, {"decision"}, {"guide"}, {"rules"}}, {}};
  for (const RowFinding& f : findings)
    grid.rows.push_back({f.line ? std::to_string(f.line) : "", f.finding, f.decision, f.guide, f.rules});
  return grid;
}

std::string paint_finding_cell(const std::string& title, const std::string& cell) {
  if (title != "finding") return "";
  return cell == "left out" ? "33" : "31";
}

report::Json json_of(const TableGuideArguments& options, std::size_t rows, std::size_t agreeing,
                     const std::vector<RowFinding>& findings) {
  report::Json list = report::Json::array();
  for (const RowFinding& f : findings) {
    report::Json one = {{"finding", f.finding}, {"decision", f.decision}, {"guide", f.guide}, {"rules", f.rules}};
    if (f.line) one["line"] = f.line;
    list.push_back(std::move(one));
  }
  return {{"file", options.file},
          {"guide", options.guide},
          {"rows", rows},
          {"agree", agreeing},
          {"findings", std::move(list)}};
}

void print_findings(const TableGuideArguments& options, std::size_t rows, std::size_t agreeing,
                    const std::vector<RowFinding>& findings) {
  const Grid grid = grid_of(findings);
  if (options.format == Format::json) return print(report::to_text(json_of(options, rows, agreeing, findings)));
  if (options.format == Format::csv) return print(csv(grid, true));
  print(agreement_text(options.guide, agreeing, rows) + "\n");
  if (grid.rows.empty()) return;
  print("\n");
  const auto width = width_of_stdout();
  print(options.format == Format::markdown ? markdown(grid)
        : width                            ? fitted(grid, *width, colour_on_stdout(), paint_finding_cell)
                                           : text(grid, colour_on_stdout(), paint_finding_cell));
}

}  // namespace

Result<int> hold_table_guide(const TableGuideArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_guide_text(options.guide));
  TALLY_ASSIGN_OR_RETURN(Compilation alone, compile_file(options.file));
  TALLY_ASSIGN_OR_RETURN(const auto outputs, RuleArguments(alone, options.file).outputs(options.decisions));
  std::set<std::string> decisions;
  for (const std::size_t i : outputs) decisions.insert(alone.policy->model->at(alone.policy->outputs[i].decision).name);
  std::vector<AskedRow> rows = rows_about(markdown_tables(text), decisions);
  if (rows.empty()) {
    std::string names;
    for (const std::string& name : decisions) names += (names.empty() ? "" : ", ") + name;
    return Error{Cause::usage, "`" + options.guide + "` has no table with a column for a decision",
                 "its header names a decision (" + names + ") and inputs: `| source | " + *decisions.begin() + " |`"};
  }
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_with(options.file, alone, rows));
  TableGuideCheck check(c, options);
  TALLY_ASSIGN_OR_RETURN(const auto findings, check.run(rows));
  print_findings(options, rows.size(), check.agreeing(), findings);
  const auto faults = std::count_if(findings.begin(), findings.end(), [](const RowFinding& f) { return f.is_fault; });
  return conclude_guide(options.guide, static_cast<std::size_t>(faults));
}

}  // namespace tally::cli
