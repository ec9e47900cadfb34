// The parts of policies as SQL that need no engine: schemas, names, bounds. tests/sql has the engines.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "compiler/deploy/deployment.h"
#include "compiler/sql/column_places.h"
#include "compiler/sql/view.h"
#include "tests/support/rule_text.h"

namespace tally::sql {
namespace {

std::vector<std::string> shown(const Result<std::vector<SchemaColumn>>& columns) {
  std::vector<std::string> out;
  if (!columns) return {"error: " + columns.error().message};
  static const char* const kinds[] = {"unknown", "boolean", "integer", "number", "text", "other"};
  for (const SchemaColumn& column : *columns)
    out.push_back(column.name + " " + kinds[static_cast<int>(column.kind)] + (column.type.nullable ? "?" : ""));
  return out;
}

using Lines = std::vector<std::string>;

TEST(Schema, ACreateTableOfEachDialect) {
  EXPECT_EQ(shown(read_schema("s",
                              "CREATE TABLE a.calls (\n id bigint PRIMARY KEY, -- the call\n \"Src Net\" varchar(20) "
                              "DEFAULT 'a,b)',\n rec boolean NOT NULL, n numeric(10, 2), at timestamptz,\n "
                              "CHECK (n > 0), PRIMARY KEY(id))")),
            (Lines{"id integer", "Src Net text?", "rec boolean", "n number?", "at other?"}));
  EXPECT_EQ(shown(read_schema(
                "s", "create table calls (src LowCardinality(String), on Nullable(UInt8), d Date) ENGINE = Log")),
            (Lines{"src text", "on integer?", "d other?"}));
  EXPECT_EQ(shown(read_schema("s", "CREATE TABLE t(a, b INTEGER)")), (Lines{"a unknown?", "b integer?"}));
  const std::string dump = "create table x (a int);\nCREATE TABLE IF NOT EXISTS public.\"Calls\" ([b c] integer);\n";
  EXPECT_EQ(shown(read_schema("s", dump, "archive.calls")), (Lines{"b c integer?"}));
  EXPECT_EQ(shown(read_schema("s", dump, "other")), (Lines{"a integer?"}));
}

TEST(Schema, ANameAndATypeInEachLine) {
  EXPECT_EQ(shown(read_schema("s", "# the columns\nid bigint\nsrc_net text\n\n`rec on` Nullable(UInt8)\n")),
            (Lines{"id integer?", "src_net text?", "rec on integer?"}));
  EXPECT_EQ(shown(read_schema("s", "")), (Lines{"error: `s` lists no columns"}));
  EXPECT_EQ(shown(read_schema("s", "CREATE TABLE")), (Lines{"error: `s` lists no columns"}));
}

TEST(ViewName, FitsInPostgresql) {
  const std::string digits(64, 'a');
  EXPECT_EQ(view_name(Dialect::postgresql, "call_recording", digits), "tally_call_recording_aaaaaaaaaaaaaaaa");
  const std::string name = view_name(Dialect::postgresql, std::string(100, 'x'), digits);
  EXPECT_LE(name.size(), 63u);
  EXPECT_TRUE(name.ends_with("_aaaaaaaaaaaaaaaa"));
}

TEST(Bounds, AreToldBeforeTheEngineIs) {
  const auto error = too_large(Dialect::clickhouse, std::string(262'145, ' '), 1, "do less");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "the SQL has 262,145 bytes, and ClickHouse takes no more than 262,144");
  EXPECT_EQ(error->help, "do less");
  std::string names;
  for (int i = 0; i < 50'001; ++i) names += "a,";
  EXPECT_TRUE(too_large(Dialect::clickhouse, names, 1, ""));
  EXPECT_FALSE(too_large(Dialect::postgresql, names, 1'600, ""));
  EXPECT_TRUE(too_large(Dialect::postgresql, names, 1'601, ""));
  EXPECT_TRUE(too_large(Dialect::sqlite, std::string("'\0'", 3), 1, ""));
}

// A view of a policy whose inputs have columns of their own names.
View view_of(const std::string& text, Dialect dialect, std::vector<std::string> keys = {}) {
  Compilation c = testing::compile_text(text);
  EXPECT_TRUE(c.policy);
  Diagnostics faults;
  const auto deployment = deploy(*c.policy, faults);
  PlaceMap map;
  const Model& model = *c.policy->model;
  for (const ElementId element : described_elements(model, inputs_of(model, deployment->reads))) {
    Place place;
    place.column = model.at(element).name;
    if (model.at(element).is_leaf()) map[element] = place;
  }
  ViewOptions options;
  options.dialect = dialect;
  options.keys = std::move(keys);
  auto view = make_view(*c.policy, *deployment, map, options);
  if (!view) ADD_FAILURE() << view.error().front().message;
  return view ? *std::move(view) : View{};
}

TEST(Columns, OneThatIsKeptHasNoNameOfTheView) {
  EXPECT_NONFATAL_FAILURE(view_of("input a : flag\ndecision x-y : flag = a\n", Dialect::sqlite, {"id", "X_Y"}),
                          "two columns of the view would be `X_Y`");
  EXPECT_EQ(view_of("input a : flag\ndecision x-y : flag = a\n", Dialect::sqlite, {"id"}).columns.size(), 4u);
}

TEST(Columns, HaveEachNameOnce) {
  const View view = view_of(
      "input a : flag\n"
      "decision x-y : flag = a\n"
      "decision x_y : flag = a\n"
      "decision fault : { rule : flag } = { rule: a }\n",
      Dialect::sqlite);
  std::set<std::string> names;
  for (const OutcomeColumn& column : view.columns) EXPECT_TRUE(names.insert(column.name).second) << column.name;
  EXPECT_TRUE(names.contains("fault"));
  EXPECT_EQ(view.columns.back().name, "fault");
  EXPECT_TRUE(names.contains("x_y"));
  EXPECT_TRUE(names.contains("x_y_2"));
}

TEST(Columns, OfALongNameFitInPostgresql) {
  const std::string name(80, 'n');
  const View view = view_of("input a : flag\ndecision " + name + " : flag = a\n", Dialect::postgresql);
  for (const OutcomeColumn& column : view.columns) EXPECT_LE(column.name.size(), 63u);
}

TEST(Levels, AnExpressionThatIsUsedTwiceIsWrittenOnce) {
  const View view = view_of(
      "input a : 0..9\ninput b : flag\n"
      "let odd = a in (1, 3, 5, 7, 9) and b is on\n"
      "decision x : flag = odd\n"
      "decision y : flag { on when odd because \"odd\" off otherwise }\n",
      Dialect::postgresql);
  const std::string test = "= 7";
  std::size_t count = 0;
  for (std::size_t at = view.select.find(test); at != std::string::npos; at = view.select.find(test, at + 1)) ++count;
  EXPECT_EQ(count, 1u) << view.select;
}

// Whatever a name or a text contains, it ends no comment and no literal.
TEST(Dialects, CommentsAndTextsHaveOneMeaning) {
  EXPECT_EQ(comment("a\rDROP TABLE calls;\n\\! sh"), "-- a?DROP TABLE calls;\n-- \\! sh\n");
  EXPECT_EQ(comment(""), "--\n");
  EXPECT_EQ(quoted_text(Dialect::postgresql, "a'b"), "'a''b'");
  EXPECT_EQ(quoted_text(Dialect::postgresql, "\\' \\"), "E'\\\\'' \\\\'");
  EXPECT_EQ(quoted_text(Dialect::sqlite, "\\"), "'\\'");
  EXPECT_EQ(quoted_column(Dialect::sqlite, "archive.calls", "a"), "\"archive\".\"calls\".\"a\"");
  EXPECT_EQ(quoted_column(Dialect::postgresql, "calls", "a"), "\"a\"");
}

}  // namespace
}  // namespace tally::sql
