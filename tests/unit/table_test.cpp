// Truth tables that are large, or that are small only in a good order.
#include "simulator/table/table.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/front_end.h"

namespace tally {
namespace {

// A table and the compilation that it was made from.
struct Made {
  Compilation compilation;
  Result<DecisionTable> table;
};

Made table_of(
    const std::string& text, const std::function<void(TableQuestion&)>& ask = [](TableQuestion&) {}) {
  Made made{compile("t.tally", [&](const std::string&) { return text; }), Error{}};
  if (!made.compilation.policy) {
    ADD_FAILURE() << "the policy has errors";
    return made;
  }
  TableQuestion question;
  question.decision = made.compilation.policy->outputs.back().decision;
  question.title = "d";
  ask(question);
  made.table = make_table(*made.compilation.policy, made.compilation.sources, question);
  return made;
}

// A copy of a row that was reported.
struct KeptRow {
  std::vector<std::string> cells;
  std::string outcome;
  std::uint32_t rule;
  std::string reason;
  Count combinations;
  bool operator==(const KeptRow&) const = default;
};

// The rows of every section. Each section is listed twice, and both lists must be equal.
std::vector<std::vector<KeptRow>> rows_of(const DecisionTable& table) {
  std::vector<std::vector<KeptRow>> out;
  const Result<> produced = table.sections([&](const TableSection& section) {
    std::vector<KeptRow> passes[2];
    for (auto& pass : passes) {
      section.rows([&](const TableRow& row) {
        pass.push_back(
            {{row.cells.begin(), row.cells.end()}, std::string(row.outcome), row.rule, row.reason, row.combinations});
        return true;
      });
    }
    EXPECT_EQ(passes[0], passes[1]);
    out.push_back(std::move(passes[0]));
    return true;
  });
  EXPECT_TRUE(produced);
  return out;
}

std::string numbered(const std::string& before, std::size_t i, const std::string& after) {
  return before + std::to_string(i) + after;
}

// On if an odd number of the flags is on, so that each combination is a row.
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
  ASSERT_TRUE(made.table);
  const DecisionTable& table = *made.table;
  const auto sections = rows_of(table);
  ASSERT_EQ(sections.size(), 1u);
  const auto& rows = sections.front();
  EXPECT_GT(rows.size(), 3'000u);
  EXPECT_EQ(table.combinations, Count(4096 * 5));
  Count all = 0, first = 0;
  std::set<std::vector<std::string>> cells;
  for (const KeptRow& row : rows) {
    all += row.combinations;
    if (row.rule == 1) first += row.combinations;
    EXPECT_TRUE(cells.insert(row.cells).second);
  }
  EXPECT_EQ(all, table.combinations);
  EXPECT_EQ(first, Count(2048 * 5));
}

TEST(Table, TooManyRowsAreReportedAtOnce) {
  const auto made = table_of(odd(40));
  ASSERT_FALSE(made.table);
  EXPECT_EQ(made.table.error().cause, Cause::bound);
  EXPECT_EQ(made.table.error().message,
            "the table of `d` has 1,099,511,627,776 rows of 40 inputs, more than 1,000,000 rows");
}

// The first rule names one member of each object, and the second compares it with the other
// member. In that order a diagram must remember all members of the first rule.
TEST(Table, SettingsOfAnObjectAreAdjacentIfThatIsSmaller) {
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
    const auto made = table_of(text, [&](TableQuestion& question) {
      if (!room) question.reading_nodes = 100;
    });
    ASSERT_TRUE(made.table);
    const DecisionTable& table = *made.table;
    EXPECT_EQ(table.columns, room ? as_named : together);
    EXPECT_EQ(table.combinations, Count(4096));
    std::map<std::string, Count> calls;
    const auto sections = rows_of(table);
    for (const KeptRow& row : sections.front()) calls[row.outcome] += row.combinations;
    EXPECT_EQ(calls, (std::map<std::string, Count>{{"a", 64}, {"b", 63}, {"c", 4096 - 127}}));
  }
}

// Every way in which rows are listed: merged, by paths, every combination. Some reasons insert a
// value that a row may leave open.
TEST(Table, RowsCanBeListedTwiceAndStoppedEarly) {
  const std::string rules = "input p : x | y | z\ninput o : { x : flag, y : 5..30 }?\ndecision e : flag {\n" +
                            std::string(" on when odd11 is on and o.y > 10 because \"{p} with {o.x} and {o.y}\"\n") +
                            " off when p is x and o.x is off because \"{p}\"\n on otherwise\n}\n";
  for (const bool full : {false, true}) {
    const auto made = table_of(odd(12) + rules, [&](TableQuestion& question) {
      question.full = full;
      question.by = {ElementId{12}};
    });
    ASSERT_TRUE(made.table);
    const DecisionTable& table = *made.table;
    const auto sections = rows_of(table);
    ASSERT_EQ(sections.size(), 3u);
    Count all = 0;
    std::set<std::string> reasons;
    for (const auto& section : sections) {
      EXPECT_GT(section.size(), 3'000u);
      for (const KeptRow& row : section) {
        all += row.combinations;
        reasons.insert(row.reason);
      }
    }
    EXPECT_EQ(all, table.combinations);
    const std::string x = full ? "off" : "{o.x}";
    EXPECT_TRUE(reasons.contains("x"));
    EXPECT_TRUE(reasons.contains("y with " + x + " and {o.y}")) << *reasons.rbegin();

    std::size_t sections_seen = 0, rows_seen = 0;
    EXPECT_TRUE(table.sections([&](const TableSection& section) {
      section.rows([&](const TableRow&) { return ++rows_seen < 5; });
      return ++sections_seen < 2;
    }));
    EXPECT_EQ(sections_seen, 2u);
    EXPECT_EQ(rows_seen, 6u);
  }
}

}  // namespace
}  // namespace tally
