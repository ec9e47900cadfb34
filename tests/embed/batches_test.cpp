// Batches from columns: every row is decided as a call with the same facts is. A batch that
// fails, in whatever row and by whatever fault, has written no answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "compiler/llvm/compiled_policy.h"
#include "runtime/interface/c_objects.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/embed/calling.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

struct Opened {
  BuiltPolicy built;
  std::optional<CompiledPolicy> compiled;
  tally_policy* policy = nullptr;
  tally_call* call = nullptr;
  std::shared_ptr<const PolicyVersion> version;

  explicit Opened(BuiltPolicy from) : built(std::move(from)) {
    auto made = compile_policy(*built.compilation.policy, *built.deployment, built.compilation.sources,
                               Contents::functions_and_descriptor);
    compiled = *std::move(made);
    Errors error;
    EXPECT_EQ(tally_policy_open_constant(compiled->native.constant(), &policy, error), TALLY_OK) << error.message();
    EXPECT_EQ(tally_call_new(policy, &call, error), TALLY_OK);
    version = policy->take();
  }
  ~Opened() {
    tally_call_free(call);
    tally_policy_release(policy);
  }
  const PolicyDescriptor& described() const { return version->policy(); }
};

// Columns for all facts; with `objects`, also for objects, which their members make present as well.
struct AllColumns {
  struct One {
    std::vector<std::uint8_t> values, set;
    std::vector<std::uint64_t> numbers;
    std::vector<const char*> texts;
  };
  std::vector<One> of;
  std::vector<tally_column> columns;

  AllColumns(const PolicyVersion& version, const std::vector<const Facts*>& rows, bool objects)
      : of(version.policy().elements.size()) {
    for (ElementIndex e = 0; e < of.size(); ++e) {
      const ElementDescriptor& element = version.policy().elements[e];
      One& one = of[e];
      for (const Facts* facts : rows) {
        const Fact& fact = facts->by_element[e];
        const bool there = !std::holds_alternative<std::monostate>(fact);
        const auto* code = std::get_if<std::uint8_t>(&fact);
        const auto* number = std::get_if<std::uint64_t>(&fact);
        const auto* text = std::get_if<std::string>(&fact);
        one.set.push_back(there ? 1 : 0);
        one.values.push_back(static_cast<std::uint8_t>(code != nullptr
                                                           ? version.input(version.handle_of(e))->values[*code]
                                                       : there ? 1u
                                                               : 0u));
        one.numbers.push_back(number != nullptr ? *number : 0);
        one.texts.push_back(text != nullptr ? text->c_str() : nullptr);
      }
      tally_column column{version.handle_of(e), nullptr, nullptr, nullptr, nullptr};
      if (element.kind == ElementDescriptor::Kind::number) {
        column.numbers = one.numbers.data();
        column.set = one.set.data();
      } else if (element.kind == ElementDescriptor::Kind::text) {
        column.texts = one.texts.data();
      } else if (element.is_leaf() || objects) {
        column.values = one.values.data();
      } else {
        continue;
      }
      columns.push_back(column);
    }
  }
};

// Answers to all decisions, with one more row, which must stay as it is.
struct Answers {
  static constexpr std::uint16_t before = 0x5a5a;
  std::vector<std::vector<std::uint16_t>> rules, values;
  std::vector<tally_answer_column> columns;

  Answers(const PolicyVersion& version, std::size_t rows) {
    const std::size_t decisions = version.policy().decisions.size();
    rules.assign(decisions, std::vector<std::uint16_t>(rows + 1, before));
    values = rules;
    for (std::uint32_t d = 0; d < decisions; ++d) {
      const MemberMeaning* scalar = version.scalar_of(d);
      columns.push_back({version.handle_of_decision(d), rules[d].data(),
                         scalar != nullptr && !scalar->values.empty() ? values[d].data() : nullptr});
    }
  }
  bool untouched() const {
    const auto all = [](const auto& of) {
      return std::all_of(of.begin(), of.end(), [](const auto& column) {
        return std::all_of(column.begin(), column.end(), [](std::uint16_t v) { return v == before; });
      });
    };
    return all(rules) && all(values);
  }
};

// Facts that the policy decides, with what it decides, and facts that lack something.
struct Rows {
  std::vector<Facts> decided, lacking;
  std::vector<std::vector<std::uint16_t>> rules, values;  // by decision

  Rows(Opened& opened, std::size_t count, bool objects, Random& random)
      : rules(opened.described().decisions.size()), values(rules.size()) {
    const PolicyDescriptor& described = opened.described();
    for (std::size_t n = 0; n < count; ++n) {
      Facts facts = random_facts(described, opened.version->binder().places(), random);
      for (ElementIndex e = 0; e < facts.by_element.size(); ++e) {
        // A text of a column ends with a zero byte. Without columns of their own, objects set nothing.
        const auto* text = std::get_if<std::string>(&facts.by_element[e]);
        if (text != nullptr && text->find('\0') != std::string::npos) facts.by_element[e] = std::string("x");
        if (!objects && !described.elements[e].is_leaf()) facts.by_element[e] = Fact{};
        // Now and then a fact is left out, even if it is required.
        if (n % 8 == 0 && random.chance(10)) facts.by_element[e] = Fact{};
      }
      EXPECT_EQ(tally_call_clear(opened.call, nullptr), TALLY_OK);
      for (ElementIndex e = 0; e < facts.by_element.size(); ++e)
        set(opened.call, *opened.version, e, facts.by_element[e]);
      if (tally_call_decide(opened.call, nullptr) != TALLY_OK) {
        lacking.push_back(std::move(facts));
        continue;
      }
      decided.push_back(std::move(facts));
      for (std::uint32_t d = 0; d < rules.size(); ++d) {
        rules[d].push_back(
            static_cast<std::uint16_t>(tally_call_rule(opened.call, opened.version->handle_of_decision(d))));
        values[d].push_back(
            static_cast<std::uint16_t>(tally_call_value(opened.call, opened.version->handle_of_decision(d))));
      }
    }
  }
};

// What the batch decides in that many rows, which repeat these.
void hold(Opened& opened, const Rows& rows, std::size_t count, bool objects) {
  std::vector<const Facts*> repeated;
  for (std::size_t i = 0; i < count; ++i) repeated.push_back(&rows.decided[i % rows.decided.size()]);
  const AllColumns all(*opened.version, repeated, objects);
  Answers answers(*opened.version, count);
  Errors error;
  ASSERT_EQ(tally_decide_batch(opened.policy, all.columns.data(), all.columns.size(), answers.columns.data(),
                               answers.columns.size(), count, error),
            TALLY_OK)
      << error.message();
  for (std::size_t d = 0; d < answers.rules.size(); ++d) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(answers.rules[d][i], rows.rules[d][i % rows.decided.size()])
          << opened.described().decisions[d].name << " row " << i;
      if (answers.columns[d].values == nullptr) continue;
      ASSERT_EQ(answers.values[d][i], rows.values[d][i % rows.decided.size()])
          << opened.described().decisions[d].name << " row " << i;
    }
    ASSERT_EQ(answers.rules[d][count], Answers::before);
    ASSERT_EQ(answers.values[d][count], Answers::before);
  }
  // Rules alone, and values alone, are the same.
  Answers some(*opened.version, count);
  for (std::size_t d = 0; d < some.columns.size(); ++d) {
    (d % 2 == 0 ? some.columns[d].rules : some.columns[d].values) = nullptr;
  }
  ASSERT_EQ(tally_decide_batch(opened.policy, all.columns.data(), all.columns.size(), some.columns.data(),
                               some.columns.size(), count, error),
            TALLY_OK)
      << error.message();
  for (std::size_t d = 0; d < some.columns.size(); ++d) {
    ASSERT_TRUE(some.columns[d].rules == nullptr || some.rules[d] == answers.rules[d]);
    ASSERT_TRUE(some.columns[d].values == nullptr || some.values[d] == answers.values[d]);
  }
}

// Rows that are decided, and after them one that lacks something.
void hold_failing(Opened& opened, const Rows& rows, const Facts& lacking, bool objects) {
  std::vector<const Facts*> all_rows;
  for (const Facts& facts : rows.decided) all_rows.push_back(&facts);
  all_rows.push_back(&lacking);
  const AllColumns all(*opened.version, all_rows, objects);
  Answers answers(*opened.version, all_rows.size());
  Errors error;
  ASSERT_EQ(tally_decide_batch(opened.policy, all.columns.data(), all.columns.size(), answers.columns.data(),
                               answers.columns.size(), all_rows.size(), error),
            TALLY_ERROR_MISSING);
  EXPECT_TRUE(error.message().ends_with(" is missing in row " + std::to_string(rows.decided.size())))
      << error.message();
  EXPECT_TRUE(answers.untouched());
}

TEST(Batches, DecideAsCallsDo) {
  std::size_t compared = 0, failed = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    Opened opened(build_text(random_policy(seed)));
    Random random(seed);
    for (const bool objects : {true, false}) {
      const Rows rows(opened, 60, objects, random);
      if (!rows.decided.empty()) hold(opened, rows, rows.decided.size(), objects);
      compared += rows.decided.size();
      for (const Facts& lacking : rows.lacking) {
        if (HasFatalFailure()) return;
        hold_failing(opened, rows, lacking, objects);
        ++failed;
      }
    }
  }
  EXPECT_GT(compared, 1000u);
  EXPECT_GT(failed, 50u);
}

// Long choices that no table can hold: some arms have conditions that are choices themselves, or
// there are more arms than are compared, with a result that is not a single code.
std::string long_choice(std::size_t arms) {
  std::string text =
      "type s = a | b | c | d | e | f | g\ninput x : s\ninput y : s\ninput p : flag\ninput q : flag?\n"
      "let chosen : flag = { p when x is a  q else on when y in (b, c)  not p otherwise }\n"
      "let other : flag = { q else off when y is a  p otherwise }\n"
      "decision long : 0..9999 {\n";
  for (std::size_t i = 0; i < arms; ++i) {
    const std::string value(1, "abcdefg"[i % 7]), second(1, "abcdefg"[i / 7 % 7]);
    text += "  " + std::to_string(10 * i) + " when x is " + value + " and y is " + second +
            (i % 3 == 0   ? " and chosen"
             : i % 5 == 0 ? " and not other"
             : i % 7 == 0 ? " and chosen and other"
                          : "") +
            "\n";
  }
  return text +
         "  9999 otherwise\n}\ndecision short : flag? { q when chosen and other  on when other  unset otherwise }\n";
}

TEST(Batches, DecideLongChoicesAsCallsDo) {
  for (const std::size_t arms : {7, 31, 49, 100}) {
    SCOPED_TRACE(arms);
    Opened opened(build_text(long_choice(arms)));
    Random random(arms);
    const Rows rows(opened, 2'000, false, random);
    ASSERT_GT(rows.decided.size(), 1'000u);
    hold(opened, rows, rows.decided.size(), false);
  }
}

class ShippedBatches : public ::testing::TestWithParam<std::string> {};

// More rows than are decided or made at a time, and not a multiple of either.
TEST_P(ShippedBatches, DecideAsCallsDo) {
  Opened opened(build_file(GetParam()));
  Random random(7);
  const Rows rows(opened, 400, true, random);
  ASSERT_GT(rows.decided.size(), 100u);
  hold(opened, rows, 33'001, true);
  const Rows leaves(opened, 200, false, random);
  ASSERT_FALSE(leaves.decided.empty());
  hold(opened, leaves, leaves.decided.size(), false);
  if (!rows.lacking.empty()) hold_failing(opened, rows, rows.lacking.front(), true);
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedBatches, ::testing::ValuesIn(embedded_files()),
                         [](const auto& file) { return std::filesystem::path(file.param).stem().string(); });

// --- the last row of many -----------------------------------------------------------------

constexpr const char* last_row_rules = R"(
type network = onnet | offnet
type settings = { enabled : flag?, name : text, share : flag = on }
input source : network
input vip : flag?
input minutes : 0..1439
input dialled : text?
input device : settings?
decision start : none | short | long {
  long when vip is on and minutes < 480
  short when dialled starts "+1" or device.share is off
  none when source is offnet or device is set
  none otherwise
}
decision loud : flag { on when device.enabled is on and device.name is "x"  off otherwise }
)";

class LastRow : public ::testing::Test {
 protected:
  static constexpr std::size_t rows = 70'000;  // of several pieces
  Opened opened{build_text(last_row_rules)};
  std::vector<std::uint8_t> source = std::vector<std::uint8_t>(rows, 1), vip = std::vector<std::uint8_t>(rows, 0),
                            enabled = vip;
  std::vector<std::uint64_t> minutes = std::vector<std::uint64_t>(rows, 5);
  std::vector<std::uint8_t> known = std::vector<std::uint8_t>(rows, 1);
  std::vector<const char*> dialled = std::vector<const char*>(rows, "+1 212"),
                           name = std::vector<const char*>(rows, nullptr);
  std::vector<tally_column> columns = {{handle("source"), source.data(), nullptr, nullptr, nullptr},
                                       {handle("vip"), vip.data(), nullptr, nullptr, nullptr},
                                       {handle("minutes"), nullptr, minutes.data(), nullptr, known.data()},
                                       {handle("dialled"), nullptr, nullptr, dialled.data(), nullptr},
                                       {handle("device.enabled"), enabled.data(), nullptr, nullptr, nullptr},
                                       {handle("device.name"), nullptr, nullptr, name.data(), nullptr}};

  tally_input handle(const char* of) {
    tally_input input = 0;
    EXPECT_EQ(tally_policy_input(opened.policy, of, &input, nullptr), TALLY_OK) << of;
    return input;
  }
  tally_status decide(Answers& answers, Errors& error) {
    return tally_decide_batch(opened.policy, columns.data(), columns.size(), answers.columns.data(),
                              answers.columns.size(), rows, error);
  }
  void fails(tally_status status, const std::string& pointer, const std::string& message) {
    Answers answers(*opened.version, rows);
    Errors error;
    EXPECT_EQ(decide(answers, error), status);
    EXPECT_EQ(error.message(), message);
    EXPECT_EQ(tally_error_pointer(error.error), pointer);
    EXPECT_TRUE(answers.untouched());
  }
  void works() {
    Answers answers(*opened.version, rows);
    Errors error;
    EXPECT_EQ(decide(answers, error), TALLY_OK) << error.message();
    EXPECT_EQ(answers.values[0][rows - 1], 2);
  }
};

TEST_F(LastRow, WithAFaultLeavesAllAnswersAsTheyWere) {
  works();
  source.back() = 3;
  fails(TALLY_ERROR_VALUE, "/source", "`source` has no value with the handle 3 in row 69999");
  source.back() = 0;
  fails(TALLY_ERROR_MISSING, "/source", "`source` is missing in row 69999");
  source.back() = 1;
  vip.back() = 255;
  fails(TALLY_ERROR_VALUE, "/vip", "`vip` has no value with the handle 255 in row 69999");
  vip.back() = 0;
  minutes.back() = 1440;
  fails(TALLY_ERROR_VALUE, "/minutes", "1440 is outside 0..1439 in row 69999");
  known.back() = 0;
  fails(TALLY_ERROR_MISSING, "/minutes", "`minutes` is missing in row 69999");
  minutes.back() = 5;
  known.back() = 1;
  dialled.back() = "\xff";
  fails(TALLY_ERROR_VALUE, "/dialled", "the text for `dialled` is not UTF-8 in row 69999");
  dialled.back() = nullptr;
  name.back() = "\xc3";
  fails(TALLY_ERROR_VALUE, "/device/name", "the text for `device.name` is not UTF-8 in row 69999");
  name.back() = nullptr;
  enabled.back() = 2;
  fails(TALLY_ERROR_MISSING, "/device/name", "`device.name` is missing in row 69999");
  enabled.back() = 0;
  dialled.back() = "+1";
  works();
}

TEST_F(LastRow, WithoutAColumnForWhatIsRequiredLeavesAllAnswersAsTheyWere) {
  columns.erase(columns.begin() + 2);
  fails(TALLY_ERROR_MISSING, "/minutes", "`minutes` is missing");
}

#if !defined(__SANITIZE_ADDRESS__)  // which ends a program that asks for too much
// Codes that are made need one byte per row; if there is no memory, that is an error.
TEST_F(LastRow, OfMoreRowsThanThereIsMemoryForIsRefused) {
  Answers answers(*opened.version, rows);
  Errors error;
  EXPECT_EQ(tally_decide_batch(opened.policy, columns.data(), columns.size(), answers.columns.data(),
                               answers.columns.size(), SIZE_MAX / 2, error),
            TALLY_ERROR_MEMORY);
  EXPECT_TRUE(answers.untouched());
}
#endif

}  // namespace
}  // namespace tally::testing
