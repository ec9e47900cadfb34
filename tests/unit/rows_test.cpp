// Rows of tables: each is decided as `tally decide` decides the request with the same facts, in every format, over
// columns and one by one; and each fault of a row is its own.
#include "simulator/rows/decided_rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "runtime/documents/answer.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

// A policy as the runtime opens it.
struct Opened {
  Compilation compilation;
  std::unique_ptr<CompiledPolicy> compiled;
  PolicyNames names;
  std::shared_ptr<const PolicyVersion> version;
};

std::unique_ptr<Opened> open(Compilation compilation) {
  if (!compilation.policy) return nullptr;
  const std::optional<Deployment> deployment = deploy(*compilation.policy, compilation.diagnostics);
  if (!deployment) return nullptr;
  auto compiled =
      compile_policy(*compilation.policy, *deployment, compilation.sources, Contents::functions_and_descriptor);
  if (!compiled) return nullptr;
  auto opened = std::make_unique<Opened>();
  opened->compilation = std::move(compilation);
  opened->compiled = std::make_unique<CompiledPolicy>(*std::move(compiled));
  auto version = version_of(opened->compiled->native.constant(), opened->names);
  if (!version) return nullptr;
  opened->version = *std::move(version);
  return opened;
}

std::unique_ptr<Opened> open_text(const std::string& text) {
  return open(compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); }));
}

// A map in which each element has a column of its own: `c3`, or `p3` for the presence of an object. Members of sets are
// flags.
ColumnMap map_of_all(const PolicyDescriptor& policy) {
  std::string text = "keep id\n";
  for (ElementIndex e = 0; e < policy.elements.size(); ++e) {
    const ElementDescriptor& element = policy.elements[e];
    text += element.name +
            (element.is_leaf() ? " = c" + std::to_string(e) : " is set when c" + std::to_string(e) + " is not null");
    text += '\n';
  }
  auto map = read_column_map("m", text, policy);
  EXPECT_TRUE(map) << (map ? "" : map.error().front().message);
  return *std::move(map);
}

// The text of a fact in a row; none: null.
std::optional<std::string> field_of(const ElementDescriptor& element, const Fact& fact) {
  if (std::holds_alternative<std::monostate>(fact)) return std::nullopt;
  if (std::holds_alternative<Present>(fact)) return "x";
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  const std::uint8_t code = std::get<std::uint8_t>(fact);
  if (element.kind == ElementDescriptor::Kind::flag) return code == 2 ? "true" : "false";
  return element.values[code - 1];
}

std::vector<RowColumn> columns_of_all(const PolicyDescriptor& policy, RowFormat format) {
  std::vector<RowColumn> columns = {{"id", std::nullopt}};
  for (ElementIndex e = 0; e < policy.elements.size(); ++e) columns.push_back({"c" + std::to_string(e), std::nullopt});
  if (!is_binary(format)) return columns;
  for (RowColumn& column : columns) column.type = type_of_texts();
  return columns;
}

// The value of a decision as a field: a text without its quotes.
std::string value_field(RowFormat format, const DecisionDescriptor& decision, const BoundCall& call,
                        const Results& results) {
  std::string json, out;
  append_value(json, decision, call, results);
  if (json == "null") {
    append_null(format, out);
  } else if (json.front() == '"') {
    // Random texts have no escapes but these.
    std::string text;
    for (std::size_t i = 1; i + 1 < json.size(); ++i) {
      if (json[i] == '\\') {
        ++i;
        text += json[i] == 'n' ? '\n' : json[i] == 't' ? '\t' : json[i];
      } else {
        text += json[i];
      }
    }
    append_text(format, text, out);
  } else {
    append_text(format, json, out);
  }
  return out;
}

void expect_decided_as_requests(const Opened& opened, RowFormat format, std::size_t rows, std::uint64_t seed,
                                bool over_columns) {
  const PolicyVersion& version = *opened.version;
  const PolicyDescriptor& policy = version.policy();
  std::vector<std::size_t> decisions;
  for (std::uint32_t i = 0; i < policy.decisions.size(); ++i) {
    const MemberMeaning* scalar = version.scalar_of(i);
    if (!over_columns || (scalar != nullptr && !scalar->values.empty())) decisions.push_back(i);
  }
  if (decisions.empty()) return;
  const auto task =
      RowTask::make(opened.version, map_of_all(policy), format, columns_of_all(policy, format), decisions);
  ASSERT_TRUE(task) << task.error().message;
  const char separator = format == RowFormat::csv ? ',' : '\t';
  const auto end_field = [&](std::string& out) {
    if (!is_binary(format)) out += separator;
  };
  const auto end_row = [&](std::string& out) {
    if (!is_binary(format)) out.back() = '\n';
  };
  Random random(seed);
  std::string table, wanted;
  std::size_t bad = 0;
  for (std::size_t n = 1; n <= rows; ++n) {
    Facts facts = random_facts(policy, version.binder().places(), random);
    const std::string request = print_document(policy, version.binder().places(), Places::root, facts);
    const BindResult bound = version.binder().bind(request);
    ASSERT_TRUE(bound.call) << request;
    const bool broken =
        n % 50 == 0 && !policy.elements.empty() && policy.elements[0].kind == ElementDescriptor::Kind::enumeration;
    append_text(format, std::to_string(n), table);
    append_text(format, std::to_string(n), wanted);
    end_field(table);
    end_field(wanted);
    for (ElementIndex e = 0; e < policy.elements.size(); ++e) {
      auto field = field_of(policy.elements[e], facts.by_element[e]);
      if (broken && e == 0) field = "no such value, \"really\"";
      if (field) {
        append_text(format, *field, table);
      } else {
        append_null(format, table);
      }
      end_field(table);
    }
    end_row(table);
    Results results;
    tally::decide(policy, version.code(), *bound.call, false, results);
    for (const std::size_t d : decisions) {
      if (broken) {
        append_null(format, wanted);
        end_field(wanted);
        append_null(format, wanted);
      } else {
        wanted += value_field(format, policy.decisions[d], *bound.call, results);
        end_field(wanted);
        append_rule(format, rule_number(policy.decisions[d], results), wanted);
      }
      end_field(wanted);
    }
    if (broken) {
      ++bad;
      append_text(format,
                  "row " + std::to_string(n) + ": column `c0`: `" + policy.elements[0].name +
                      "` has no value \"no such value, \"really\"\"",
                  wanted);
    } else {
      append_null(format, wanted);
    }
    if (!is_binary(format)) wanted += '\n';
  }
  EXPECT_EQ(cut_rows(format, task->columns(), table, false).bytes, table.size());
  EXPECT_EQ(cut_rows(format, task->columns(), table, false).rows, rows);
  EXPECT_LT(cut_rows(format, task->columns(), std::string_view(table).substr(0, table.size() - 1), false).rows, rows);
  RowWorker worker(*task);
  for (int again = 0; again < 2; ++again) {
    std::string out;
    RowCounts counts;
    worker.decide(table, 1, out, counts);
    ASSERT_EQ(out, wanted) << static_cast<int>(format);
    EXPECT_EQ(counts.rows, rows);
    EXPECT_EQ(counts.faults, bad);
    EXPECT_TRUE(!over_columns || counts.one_by_one == 0) << counts.one_by_one;
  }
}

TEST(Rows, OfShippedRulesAreDecidedAsRequests) {
  std::size_t files = 0;
  for (const std::string& path : embedded_files()) {
    SCOPED_TRACE(path);
    const auto opened = open(compile(path, read_rule_file));
    ASSERT_TRUE(opened);
    ++files;
    for (const bool over_columns : {false, true})
      for (const RowFormat format : {RowFormat::csv, RowFormat::tsv, RowFormat::row_binary})
        expect_decided_as_requests(*opened, format, 200, files, over_columns);
  }
  EXPECT_GT(files, 15u);
}

TEST(Rows, OfRandomPoliciesAreDecidedAsRequests) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const auto opened = open_text(random_policy(seed));
    ASSERT_TRUE(opened);
    for (const bool over_columns : {false, true})
      for (const RowFormat format : {RowFormat::csv, RowFormat::tsv, RowFormat::row_binary})
        expect_decided_as_requests(*opened, format, 60, seed, over_columns);
  }
}

constexpr const char* rules = R"(
type network  = onnet | offnet
type settings = { enabled : flag, limit : (5..100)? }
input source  : network
input count   : 0..1000?
input urgent  : flag = off
input account : settings?
decision recording : flag {
  on   when source is offnet and account.enabled is on and urgent is off
  on   when count > 500
  off  otherwise
}
)";

class SomeRows : public ::testing::Test {
 protected:
  void SetUp() override {
    opened_ = open_text(rules);
    ASSERT_TRUE(opened_);
  }

  // The answers of rows with these columns.
  std::string decide(const std::string& map_text, RowFormat format, const std::vector<RowColumn>& columns,
                     const std::string& table) {
    auto map = read_column_map("m", map_text, opened_->version->policy());
    if (!map) return map.error().front().message;
    auto task = RowTask::make(opened_->version, *std::move(map), format, columns, {0});
    if (!task) return task.error().message;
    RowWorker worker(*task);
    std::string out;
    counts_ = {};
    worker.decide(table, 1, out, counts_);
    return out;
  }

  std::unique_ptr<Opened> opened_;
  RowCounts counts_;
};

TEST_F(SomeRows, HaveFaultsOfTheirOwn) {
  const std::vector<RowColumn> columns = {{"s", {}}, {"n", {}}, {"e", {}}};
  const char* map = "source = s\ncount = n\naccount.enabled = e\n";
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "offnet,,t\r\n"), "true,1,\n");
  EXPECT_EQ(counts_.one_by_one, 0u);
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "offnet,\\N,\"1\"\n\nonnet,501,off\n"), "true,1,\ntrue,2,\n");
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "onnet,1,f\n,1,f\nonnet,1,f"),
            "false,3,\n,,row 2: column `s` is null: `source` is missing\nfalse,3,\n");
  EXPECT_EQ(counts_.one_by_one, 3u);
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "onnet,1001,\n"),
            ",,\"row 1: column `n`: `count` is a whole number from 0 to 1000, not \"\"1001\"\"\"\n");
  EXPECT_EQ(counts_.faults, 1u);
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "onnet,007,\n"),
            ",,\"row 1: column `n`: `count` is a whole number from 0 to 1000, not \"\"007\"\"\"\n");
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "a\n"), ",,\"row 1: the row has 1 field, and the table 3 columns\"\n");
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "a,b,c,d\n"),
            ",,\"row 1: the row has 4 fields, and the table 3 columns\"\n");
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "\"onnet\"x,,\n"),
            ",,row 1: something stands behind a closing quote\n");
  EXPECT_EQ(decide(map, RowFormat::csv, columns, "\"onnet"), ",,row 1: a quote is not closed\n");
  EXPECT_EQ(decide(map, RowFormat::tsv, columns, "onnet\t\\N\t\\N\non\\x\t\\N\t\\N\n"),
            "false\t3\t\\N\n\\N\t\\N\trow 2: column `s`: `source` has no value \"onx\"\n");
  EXPECT_EQ(
      decide("source = s\ncount = n\nkeep recording", RowFormat::csv, {{"s", {}}, {"n", {}}, {"recording", {}}}, ""),
      "two columns of the answer would be `recording`");
}

TEST_F(SomeRows, OfRowBinaryHaveTypes) {
  const ColumnType words = *read_column_type("Enum8('onnet' = 1, 'offnet' = -2)"), number = *read_column_type("Int16"),
                   flag = *read_column_type("Nullable(Bool)"), other = *read_column_type("DateTime64(3)");
  const std::vector<RowColumn> columns = {{"s", words}, {"t", other}, {"n", number}, {"e", flag}};
  const char* map = "source = s\ncount = n\naccount.enabled = e\nkeep t\n";
  const std::string time = "12345678";
  const auto row = [&](const char* s, const std::string& n, const std::string& e) { return s + time + n + e; };
  const std::string on("\0\4true\0\1\0\1", 10);
  EXPECT_EQ(decide(map, RowFormat::row_binary, columns, row("\xfe", std::string("\1\0", 2), std::string("\0\1", 2))),
            time + on);
  const auto fault = [&](const std::string& why) {
    return time + std::string("\1\1\0", 3) + static_cast<char>(why.size()) + why;
  };
  EXPECT_EQ(decide(map, RowFormat::row_binary, columns, row("\xfe", "\xff\xff", "\1")),
            fault("row 1: column `n`: `count` is a whole number from 0 to 1000, not -1"));
  EXPECT_EQ(decide(map, RowFormat::row_binary, columns, row("\3", "\1\1", "\1")),
            fault("row 1: a value is none of its Enum"));
  const std::string cut = row("\1", std::string("\1\0", 2), "");
  EXPECT_EQ(cut_rows(RowFormat::row_binary, columns, cut, false).rows, 0u);
  EXPECT_EQ(cut_rows(RowFormat::row_binary, columns, cut, true).rows, 1u);
  EXPECT_EQ(decide(map, RowFormat::row_binary, columns, cut), fault("row 1: the rows end in the middle of one"));
}

TEST(RowHeads, NameTheColumns) {
  const ColumnMap none;
  const auto names = [&](RowFormat format, const std::string& bytes, bool at_end = false) {
    auto head = read_row_head(format, bytes, at_end, none);
    if (!head) return head.error().message;
    if (!*head) return std::string("more");
    std::string out;
    for (const RowColumn& column : (*head)->columns)
      out += "[" + column.name + (column.type ? " " + column.type->text : "") + "]";
    return out + std::to_string((*head)->bytes);
  };
  EXPECT_EQ(names(RowFormat::csv, "a,\"b,\nc\"\r\n1,2\n"), "[a][b,\nc]10");
  EXPECT_EQ(names(RowFormat::csv,
                  "\xEF\xBB\xBF"
                  "a\n"),
            "[a]5");
  EXPECT_EQ(names(RowFormat::csv, "a,b"), "more");
  EXPECT_EQ(names(RowFormat::csv, "a,b", true), "[a][b]3");
  EXPECT_EQ(names(RowFormat::csv, "", true),
            "the head of the rows: there is none; the first line has the names of the columns");
  EXPECT_EQ(names(RowFormat::tsv, "a\tb\\tc\n"), "[a][b\tc]7");
  const std::vector<RowColumn> columns = {{"a", type_of_texts()}, {"b", type_of_rules()}};
  const std::string head = row_head(RowFormat::row_binary_with_names, columns);
  EXPECT_EQ(names(RowFormat::row_binary_with_names, head),
            "[a Nullable(String)][b Nullable(UInt16)]" + std::to_string(head.size()));
  for (std::size_t length = 0; length < head.size(); ++length)
    EXPECT_EQ(names(RowFormat::row_binary_with_names, head.substr(0, length)), "more");
  EXPECT_EQ(names(RowFormat::row_binary_with_names, "\1\1a\5Array"),
            "the column `a`: the type `Array` is not read here");
  EXPECT_EQ(names(RowFormat::row_binary, ""), ": RowBinary has no names of columns, and the map has none");
}

}  // namespace
}  // namespace tally::testing
