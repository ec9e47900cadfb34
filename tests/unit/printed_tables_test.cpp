// A truth table is a table of the language: pasted into its rule file as one more decision, every row
// means exactly the calls that it was printed for.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "simulator/table/table.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

constexpr const char* name = "printed-table";

struct PrintedRow {
  std::string text;  // the row, without its outcome
  std::uint32_t rule = 0;
};

struct PrintedTable {
  std::string header;
  std::vector<PrintedRow> rows;
};

std::string in_bars(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out;
}

// The table of a decision. With `sections`, the first of its inputs is in the sections' titles.
std::optional<PrintedTable> print(Compilation& c, const Output& output, bool sections) {
  TableQuestion question;
  question.decision = output.decision;
  question.title = c.policy->model->at(output.decision).name;
  question.max_rows = 2'000;
  if (sections && !output.reads.empty()) question.by = {*output.reads.begin()};
  const Result<DecisionTable> table = make_table(*c.policy, c.sources, question);
  if (!table) return std::nullopt;  // it is too large
  PrintedTable out;
  const Result<> listed = table->sections([&](const TableSection& section) {
    std::vector<std::string> columns;
    for (const auto& [input, cell] : section.fixed) columns.push_back(input);
    columns.insert(columns.end(), table->columns.begin(), table->columns.end());
    out.header = in_bars(columns);
    section.rows([&](const TableRow& row) {
      std::vector<std::string> cells;
      for (const auto& [input, cell] : section.fixed) cells.push_back(cell);
      cells.insert(cells.end(), row.cells.begin(), row.cells.end());
      out.rows.push_back({in_bars(cells), row.rule});
      return true;
    });
    return true;
  });
  if (out.header == "|") return std::nullopt;  // it has no inputs
  return listed ? std::optional(std::move(out)) : std::nullopt;
}

std::string declaration(const PrintedTable& table) {
  std::string out =
      "\ndecision " + std::string(name) + " : 0.." + std::to_string(table.rows.size()) + " {\n  " + table.header + "\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    out += "  " + table.rows[i].text + " " + std::to_string(i + 1) + "\n";
  return out + "  0 otherwise\n}\n";
}

// The printed decision, compared with the one that it was printed for.
void compare(Policy& policy, const std::string& decision, const PrintedTable& table) {
  const auto output_of = [&](const std::string& wanted) -> const Output& {
    return *std::find_if(policy.outputs.begin(), policy.outputs.end(),
                         [&](const Output& o) { return policy.model->at(o.decision).name == wanted; });
  };
  const Output& original = output_of(decision);
  const Output& printed = output_of(name);
  Space& space = *policy.space;
  Diagrams& d = space.diagrams();
  std::set<ElementId> reads = original.reads;
  reads.insert(printed.reads.begin(), printed.reads.end());
  const Diagram possible = space.possible(reads);
  const Diagram rule = space.of(original.rule);
  Diagram before = d.no();
  const std::vector<Rule>& rules = policy.model->at(printed.decision).rules;
  ASSERT_EQ(rules.size(), table.rows.size() + 1);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Diagram row = d.both(space.of(policy.lowering->condition(rules[i].condition).node), possible);
    EXPECT_NE(row, d.no()) << "no call is in the row " << table.rows[i].text;
    EXPECT_EQ(d.both(row, before), d.no()) << "a call is in two rows: " << table.rows[i].text;
    EXPECT_TRUE(d.within(row, d.where(rule, table.rows[i].rule))) << "another rule: " << table.rows[i].text;
    before = d.either(before, row);
  }
  EXPECT_EQ(before, possible) << "a call is in no row";
}

// Returns how many rows were held to their calls.
std::size_t hold(const std::string& path, const std::string& file) {
  const auto compiled = [&](const std::string& text) {
    return compile(path, [&](const std::string& wanted) {
      return wanted == path ? std::variant<std::string, ReadError>(text) : read_rule_file(wanted);
    });
  };
  Compilation c = compiled(file);
  if (!c.policy) return 0;
  std::size_t held = 0;
  for (const Output& output : c.policy->outputs) {
    for (const bool sections : {false, true}) {
      const auto table = print(c, output, sections);
      if (!table) continue;
      Compilation again = compiled(file + declaration(*table));
      for (const Diagnostic& fault : again.diagnostics.list()) {
        // More cuts than fit is the only thing that a longer file may be refused for.
        if (fault.severity != Severity::error || fault.code == DiagnosticId::too_many_codes) continue;
        ADD_FAILURE() << path << ": " << render(fault, again.sources);
      }
      if (!again.policy) continue;
      SCOPED_TRACE(path + ", " + c.policy->model->at(output.decision).name + (sections ? ", in sections" : ""));
      compare(*again.policy, c.policy->model->at(output.decision).name, *table);
      held += table->rows.size();
      if (::testing::Test::HasFailure()) return held;
    }
  }
  return held;
}

TEST(PrintedTables, OfTheShippedRules) {
  std::size_t held = 0;
  for (const std::string& path : shipped_files()) held += hold(path, std::get<std::string>(read_rule_file(path)));
  EXPECT_GT(held, 500u);
}

// Only cases of one file: what is in `#@ file` cannot be read here.
TEST(PrintedTables, OfTheGoldenCases) {
  std::size_t held = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/cases")) {
    if (entry.path().extension() != ".tally" || entry.path().parent_path().filename() != "good") continue;
    const std::string text = std::get<std::string>(read_rule_file(entry.path().string()));
    held += hold(entry.path().string(), text.substr(0, text.find("\n#>") + 1));
  }
  EXPECT_GT(held, 1'000u);
}

TEST(PrintedTables, OfRandomPolicies) {
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) held += hold("p.tally", random_policy(seed));
  EXPECT_GT(held, 5'000u);
}

}  // namespace
}  // namespace tally::testing
