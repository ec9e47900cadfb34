// The map of columns: what each line means, each fault of a map, and the types of columns.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/columns/column_map.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

using From = MappedInput::From;

constexpr const char* rules = R"(
type network  = onnet | offnet
type settings = { enabled : flag, limit : (5..10800)?, url : text? }
input source  : network
input urgent  : flag = off
input count   : number?
input account : settings?[network]?
input agent   : settings?
decision recording : flag {
  on   when source is offnet and account[onnet].enabled is on and urgent is off and count < 5
  on   when agent.enabled is on
  off  otherwise
}
)";

class Columns : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string faults;
    running_ = start_text(rules, faults);
    ASSERT_TRUE(running_) << faults;
  }

  const PolicyDescriptor& policy() const { return running_->descriptor(); }
  const ElementDescriptor& element(const MappedInput& input) const { return policy().elements[input.element]; }

  // The faults of a map, one per line: "m:1: no input `sorce` (did you mean `source`?)".
  std::string faults_of(const std::string& text) const {
    const auto map = read_column_map("m", text, policy());
    return map ? "" : in_lines(map.error());
  }
  // Likewise between a map and a table.
  std::string faults_with(const std::string& text, const std::vector<TableColumn>& table) const {
    const auto map = read_column_map("m", text, policy());
    if (!map) return in_lines(map.error());
    return in_lines(faults_between(*map, policy(), table));
  }

 private:
  static std::string in_lines(const std::vector<MapFault>& faults) {
    std::string out;
    for (const MapFault& fault : faults)
      out += fault.message + (fault.help.empty() ? "" : " (" + fault.help + ")") + "\n";
    return out;
  }

  std::unique_ptr<Running> running_;
};

TEST_F(Columns, EachLineHasItsMeaning) {
  const auto map = read_column_map("m",
                                   "# which column is which input\n"
                                   "source = src_net\r\n"
                                   "urgent = \"on\"\n"
                                   "count=7 # calls\n"
                                   "account[ onnet ].enabled = `rec # on`\n"
                                   "account[offnet].enabled = a.b\n"
                                   "agent is set when agent_id IS NOT NULL\n"
                                   "agent.enabled = \"off\"\n"
                                   "keep call_id, `started at`\n"
                                   "columns src_net String, `rec # on` Nullable(UInt8)\n",
                                   policy());
  ASSERT_TRUE(map) << faults_of("");
  ASSERT_EQ(map->inputs.size(), 7u);
  EXPECT_EQ(element(map->inputs[0]).name, "source");
  EXPECT_EQ(map->inputs[0].column, "src_net");
  EXPECT_EQ(map->inputs[0].line, 2u);
  EXPECT_EQ(map->inputs[1].from, From::constant);
  EXPECT_EQ(std::get<std::uint8_t>(map->inputs[1].constant), 2u);
  EXPECT_EQ(std::get<std::uint64_t>(map->inputs[2].constant), 7u);
  EXPECT_EQ(element(map->inputs[3]).name, "account[onnet].enabled");
  EXPECT_EQ(map->inputs[3].column, "rec # on");
  EXPECT_EQ(map->inputs[4].column, "a.b");
  EXPECT_EQ(element(map->inputs[5]).name, "agent");
  EXPECT_EQ(map->inputs[5].from, From::not_null);
  EXPECT_EQ(map->of(map->inputs[6].element), &map->inputs[6]);
  EXPECT_EQ(map->of(static_cast<ElementIndex>(policy().elements.size() - 1)), nullptr);
  ASSERT_EQ(map->kept.size(), 2u);
  EXPECT_EQ(map->kept[1].name, "started at");
  ASSERT_EQ(map->declared.size(), 2u);
  EXPECT_TRUE(map->declared[1].type.nullable);
}

TEST_F(Columns, EachFaultIsReported) {
  EXPECT_EQ(faults_of(""), "m: `source` is required, and has no line (add `source = COLUMN`)\n");
  EXPECT_EQ(faults_of("source = a\nagent.limit = b\n"),
            "m: `agent.enabled` is required, and has no line (add `agent.enabled = COLUMN`)\n");
  const auto after_source = [&](const std::string& line) { return faults_of("source = a\n" + line); };
  EXPECT_EQ(after_source(""), "");
  EXPECT_EQ(after_source("urgnt = b"), "m:2: no input `urgnt` (did you mean `urgent`?)\n");
  EXPECT_EQ(after_source("source = b"), "m:2: `source` has a line already: line 1\n");
  EXPECT_EQ(after_source("urgent ="), "m:2: nothing stands after `=` (write the name of a column, or a \"value\")\n");
  EXPECT_EQ(after_source("urgent = b c"),
            "m:2: `b c` is not the name of a column (quote a name that is not a word with backquotes, and a value with "
            "double quotes)\n");
  EXPECT_EQ(
      after_source("agent = b"),
      "m:2: `agent` is a record, so no column is its value (write a line for each input inside it, or `agent is set "
      "when COLUMN is not null`)\n");
  EXPECT_EQ(
      after_source("urgent is set when b is not null"),
      "m:2: `urgent` is a flag, so it needs a value (write `urgent = COLUMN`: it is unset where the column is null)\n");
  EXPECT_EQ(after_source("account is set when b > 0"),
            "m:2: `b > 0` is not a condition of a map (write `COLUMN is not null` or `COLUMN is null`)\n");
  EXPECT_EQ(
      after_source("urgent b"),
      "m:2: `urgent b` is not a line of a map (write `INPUT = COLUMN`, `INPUT is set when COLUMN is not null`, `keep "
      "COLUMN` or `columns COLUMN TYPE, ...`)\n");
  EXPECT_EQ(faults_of("source = \"ofnet\"\n"),
            "m:1: `source` has no value `ofnet` (did you mean `offnet`?)\n"
            "m: `source` is required, and has no line (add `source = COLUMN`)\n");
  EXPECT_EQ(after_source("urgent = \"yes\""), "m:2: `urgent` has no value `yes` (a flag is \"on\" or \"off\")\n");
  EXPECT_EQ(after_source("account[onnet].enabled = x\naccount[onnet].limit = 4"),
            "m:3: `account[onnet].limit` has no value `4` (it is a whole number from 5 to 10800)\n");
  EXPECT_EQ(after_source("count = \"5\" 6"), "m:2: `\"5\" 6` is not one value in double quotes\n");
  EXPECT_EQ(after_source("keep a, a"), "m:2: the column `a` is kept already\n");
  EXPECT_EQ(
      after_source("columns a Array(String)"),
      "m:2: the type `Array(String)` is not read here (convert the column where the rows are selected: to String, a "
      "whole number, Bool or an Enum)\n");
  EXPECT_EQ(after_source("columns a"),
            "m:2: `a` is not a column and its type (write `columns src_net String, rec_in_on Nullable(UInt8)`)\n");
  EXPECT_EQ(faults_of("source = \xff\n"), "m: the map is not UTF-8\n");
}

TEST_F(Columns, ATableMayNotFit) {
  const std::vector<TableColumn> untyped = {{"src_net"}, {"b"}, {"b"}};
  EXPECT_EQ(faults_with("source = src_net", untyped), "");
  EXPECT_EQ(faults_with("source = src_nte", untyped), "m:1: no column `src_nte` (did you mean `src_net`?)\n");
  EXPECT_EQ(faults_with("source = zzzzzz", untyped), "m:1: no column `zzzzzz` (the columns are `src_net`, `b`, `b`)\n");
  EXPECT_EQ(faults_with("source = b", untyped), "m:1: the column `b` is there twice (give one of them another name)\n");
  EXPECT_EQ(faults_with("source = src_net\nkeep c", {{"src_net"}, {"call_id"}}),
            "m:2: no column `c` (the columns are `src_net`, `call_id`)\n");
  const ColumnType number = *read_column_type("UInt8"), text = *read_column_type("LowCardinality(Nullable(String))");
  EXPECT_EQ(faults_with("source = a\nurgent = b\ncount = b", {{"a", &text}, {"b", &number}}), "");
  EXPECT_EQ(faults_with("source = a", {{"a", &number}}),
            "m:1: `source` is an enum, but `a` is UInt8 (it takes a column of a String, FixedString or Enum type)\n");
  const std::string presence = "source = a\nagent is set when b is not null\nagent.enabled = b";
  EXPECT_EQ(faults_with(presence, {{"a", &text}, {"b", &text}}), "");
  EXPECT_EQ(
      faults_with(presence, {{"a", &text}, {"b", &number}}),
      "m:2: `b` is UInt8, which is never null (give it a Nullable type where the rows are selected: nullIf(b, ''))\n");
}

TEST(ColumnTypes, EachTypeHasItsWidth) {
  const auto width = [](const char* text) {
    return read_column_type(text) ? static_cast<int>(read_column_type(text)->bytes) : -1;
  };
  EXPECT_EQ(width("String"), 0);
  EXPECT_EQ(width(" Nullable( LowCardinality(FixedString(7)) ) "), 7);
  EXPECT_EQ(width("Int32"), 4);
  EXPECT_EQ(width("DateTime64(3, 'UTC')"), 8);
  EXPECT_EQ(width("Decimal(20, 3)"), 16);
  EXPECT_EQ(width("FixedString(0)"), -1);
  EXPECT_EQ(width("Tuple(String)"), -1);
  EXPECT_EQ(width("Enum8()"), -1);
  const ColumnType words = *read_column_type("Enum16('it\\'s' = -3, 'a,b)' = 500)");
  ASSERT_EQ(words.words.size(), 2u);
  EXPECT_EQ(*words.word(-3), "it's");
  EXPECT_EQ(*words.word(500), "a,b)");
  EXPECT_EQ(words.word(0), nullptr);
  const auto types = read_column_types("a Enum8('x, y' = 1, '`' = 2), `b c` UInt8");
  ASSERT_TRUE(types);
  ASSERT_EQ(types->size(), 2u);
  EXPECT_EQ((*types)[1].name, "b c");
}

}  // namespace
}  // namespace tally::testing
