// Truth tables that are large, or that are only small in a good order.
#include "simulator/table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/driver.h"

namespace tally {
namespace {

std::variant<DecisionTable, TableError> table_of(const std::string& text,
                                                 std::size_t reading_nodes = TableQuestion{}.reading_nodes) {
  Compilation c = compile("t.tally", [&](const std::string&) { return text; });
  if (!c.policy) {
    ADD_FAILURE() << "the policy has errors";
    return TableError{};
  }
  TableQuestion question;
  question.decision = c.policy->outputs.back().decision;
  question.title = "d";
  question.reading_nodes = reading_nodes;
  return make_table(*c.policy, c.sources, question);
}

std::string numbered(const std::string& before, std::size_t i, const std::string& after) {
  return before + std::to_string(i) + after;
}

// On where an odd number of the flags is on: each combination is a row.
std::string odd(std::size_t flags) {
  std::string text;
  for (std::size_t i = 0; i < flags; ++i) text += numbered("input f", i, " : flag\n");
  text += "let odd0 : flag = f0\n";
  for (std::size_t i = 1; i < flags; ++i) {
    text += numbered("let odd", i, " : flag = ") + numbered("not (odd", i - 1, " is ") + numbered("f", i, ")\n");
  }
  return text + "decision d : flag = " + numbered("odd", flags - 1, "\n");
}

TEST(Table, MoreRowsThanAreMergedAreCountedToo) {
  const auto made = table_of(odd(12) + "input o : { x : flag, y : flag }?\ndecision e : a | b | c {\n" +
                             "a when odd11 is on\n b when o.x is on and o.y is on\n c otherwise\n}\n");
  ASSERT_TRUE(std::holds_alternative<DecisionTable>(made));
  const DecisionTable& table = std::get<DecisionTable>(made);
  ASSERT_EQ(table.sections.size(), 1u);
  const auto& rows = table.sections.front().rows;
  EXPECT_GT(rows.size(), 3'000u);
  EXPECT_EQ(table.combinations, Count(4096 * 5));
  Count all = 0, first = 0;
  std::set<std::vector<std::string>> cells;
  for (const TableRow& row : rows) {
    all += row.combinations;
    if (row.rule == 1) first += row.combinations;
    EXPECT_TRUE(cells.insert(row.cells).second);
  }
  EXPECT_EQ(all, table.combinations);
  EXPECT_EQ(first, Count(2048 * 5));
}

TEST(Table, TooManyRowsAreSaidAtOnce) {
  const auto made = table_of(odd(40));
  ASSERT_TRUE(std::holds_alternative<TableError>(made));
  EXPECT_EQ(std::get<TableError>(made).message,
            "the table of `d` has 1,099,511,627,776 rows of 40 inputs, more than 1,000,000 rows");
}

// The first rule names one member of each object, the second compares it with the
// other: in that order all of the former would have to be remembered.
TEST(Table, SettingsOfAnObjectStandTogetherWhereThatIsSmaller) {
  constexpr std::size_t objects = 6;
  std::string text, first, same;
  for (std::size_t i = 0; i < objects; ++i) {
    text += numbered("input o", i, " : { x : flag, y : flag }\n");
    first += (i ? " and " : "") + numbered("o", i, ".x is on");
    same += (i ? " and " : "") + numbered("o", i, ".x is ") + numbered("o", i, ".y");
  }
  text += "decision d : a | b | c {\n a when " + first + "\n b when " + same + "\n c otherwise\n}\n";
  const std::vector<std::string> as_named{"o0.x", "o1.x", "o2.x", "o3.x", "o4.x", "o5.x",
                                          "o0.y", "o1.y", "o2.y", "o3.y", "o4.y", "o5.y"};
  const std::vector<std::string> together{"o0.x", "o0.y", "o1.x", "o1.y", "o2.x", "o2.y",
                                          "o3.x", "o3.y", "o4.x", "o4.y", "o5.x", "o5.y"};
  for (const bool room : {true, false}) {
    const auto made = room ? table_of(text) : table_of(text, 100);
    ASSERT_TRUE(std::holds_alternative<DecisionTable>(made));
    const DecisionTable& table = std::get<DecisionTable>(made);
    EXPECT_EQ(table.columns, room ? as_named : together);
    EXPECT_EQ(table.combinations, Count(4096));
    std::map<std::string, Count> calls;
    for (const TableRow& row : table.sections.front().rows) calls[row.outcome] += row.combinations;
    EXPECT_EQ(calls, (std::map<std::string, Count>{{"a", 64}, {"b", 63}, {"c", 4096 - 127}}));
  }
}

}  // namespace
}  // namespace tally
