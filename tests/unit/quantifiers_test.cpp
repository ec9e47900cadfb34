// A quantifier is its condition, written once for each value, and a list its members.
#include <gtest/gtest.h>

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;

// Checks rule files whose proofs have everything written out. Returns the number of proofs.
std::size_t proofs_that_hold(std::string (*rules)(std::uint64_t seed)) {
  std::size_t proofs = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string text = rules(seed);
    Compilation c = compile_text(text);
    const auto first_error = [&] {
      for (const Diagnostic& d : c.diagnostics.list())
        if (d.severity == Severity::error) return std::string(info(d.code).id) + ": " + d.message;
      return std::string();
    };
    if (c.policy) proofs += check(*c.policy, c.sources, c.diagnostics, {}).proofs;
    EXPECT_EQ(first_error(), "") << "seed " << seed << "\n" << text;
    if (first_error() != "") break;
  }
  return proofs;
}

TEST(Quantifiers, AreTheirConditionsForEachValue) { EXPECT_EQ(proofs_that_hold(testing::random_quantifiers), 900u); }

TEST(Lists, AreTheirMembers) { EXPECT_GT(proofs_that_hold(testing::random_lists), 2400u); }

bool holds(std::uint64_t count, const std::string& order, std::uint64_t number) {
  if (order == "is") return count == number;
  if (order == "is not") return count != number;
  if (order == "<") return count < number;
  if (order == "<=") return count <= number;
  return order == ">" ? count > number : count >= number;
}

// All calls of three flags, against a count by hand: the interpreter, and proofs.
TEST(Quantifiers, ACountIsTheNumberOfConditionsThatHold) {
  for (const std::string order : {"is", "is not", "<", "<=", ">", ">="}) {
    for (std::uint64_t number = 0; number <= 3; ++number) {
      std::string text = "input a : flag\ninput b : flag\ninput c : flag\ndecision d : flag = count(a, b, c) " + order +
                         " " + std::to_string(number) + "\n";
      const auto count_of = [](unsigned call) { return std::uint64_t{(call & 1) + (call >> 1 & 1) + (call >> 2)}; };
      const auto word = [](bool on) { return std::string(on ? "on" : "off"); };
      for (unsigned call = 0; call < 8; ++call)
        text += "prove d is " + word(holds(count_of(call), order, number)) + " when a is " + word(call & 1) +
                " and b is " + word(call & 2) + " and c is " + word(call & 4) + "\n";
      Compilation c = compile_text(text);
      ASSERT_TRUE(c.policy);
      check(*c.policy, c.sources, c.diagnostics, {});
      EXPECT_FALSE(c.diagnostics.has_errors()) << text;
      const reference::Interpreter interpreter(*c.policy->model);
      for (unsigned call = 0; call < 8; ++call) {
        const auto facts = [&](ElementId id) -> Literal { return EnumName{word(call >> id.value & 1)}; };
        EXPECT_EQ(interpreter.holds(c.policy->model->decisions[0].rules[0].outcome, facts),
                  holds(count_of(call), order, number))
            << "call " << call << ", count " << order << " " << number;
      }
    }
  }
}

}  // namespace
}  // namespace tally
