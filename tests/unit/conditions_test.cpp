// A condition in words, read back, is the condition that it was made from.
#include "simulator/conditions/conditions.h"

#include <gtest/gtest.h>

#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/related_values.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;
using testing::condition_of;
using testing::element_named;

Literal example(const Policy& policy, ElementId id, unsigned code) {
  return value_of(*policy.model, *policy.classes, id, static_cast<Code>(code));
}

// For a relation, values of its leaves with which it has a code; for other elements, no values.
std::optional<LeafValues> some_values(const testing::RelatedValues& related, const Classes& classes, ElementId id,
                                      unsigned code) {
  if (related.relations().empty()) return LeafValues{};
  const ElementId left = related.leaves()[0], right = related.leaves()[1];
  for (unsigned a = classes.first(left); a < classes.codes(left); ++a) {
    for (unsigned b = classes.first(right); b < classes.codes(right); ++b) {
      if (auto values = related.find([&](ElementId e) { return e == id ? code : e == left ? a : b; })) return values;
    }
  }
  return std::nullopt;
}

// Tries every set of an element's codes (up to a few hundred sets).
std::size_t hold_element(Compilation& c, ElementId id) {
  const Policy& policy = *c.policy;
  const unsigned first = policy.classes->first(id), end = policy.classes->codes(id);
  if (end - first < 2 || end - first > 9) return 0;
  const testing::RelatedValues related(*policy.model, *policy.classes, {id});
  const reference::Interpreter interpreter(*policy.model);
  std::size_t held = 0;
  for (unsigned set = 1; set + 1 < 1u << (end - first); ++set) {
    CodeSet codes;
    for (unsigned code = first; code < end; ++code)
      if (set >> (code - first) & 1) codes.add(code);
    const std::string text = condition_text(*policy.model, *policy.classes, id, codes);
    const ExprRef condition = condition_of(c, text);
    if (!condition) return held;
    for (unsigned code = first; code < end; ++code) {
      const auto values = some_values(related, *policy.classes, id, code);
      if (!values) continue;  // no values are related like this
      const auto facts = [&](ElementId asked) -> Literal {
        if (const auto value = values->find(asked); value != values->end()) return value->second;
        if (asked == id) return example(policy, id, code);
        // The objects around the element are present, unless it is a member that they must have.
        const bool is_missing = code == 0 && !policy.model->at(id).optional() && !policy.model->at(asked).is_leaf();
        return is_missing ? Literal{Unset{}} : EnumName{"present"};
      };
      EXPECT_EQ(interpreter.holds(condition, facts), codes.has(code)) << text << " for code " << code;
    }
    ++held;
  }
  return held;
}

constexpr const char* words_file = R"(
type state = ca | ny | "on hold"
type network = onnet | offnet
input s : state?
input n : network
input f : flag?
input t : text?
input k : number?
input q : 5..60
input r : { a : flag? }?
decision d : 0..9 {
  0 when s is ca or n is onnet or f is on
  1 when t starts "+1" or t in ("a", "b")
  2 when k < 30 or k in 100..200 or k is 7
  3 when q > 30 or q is 8
  4 when r is set
  5 otherwise
}
)";

std::string words(Compilation& c, const std::string& name, std::initializer_list<unsigned> codes) {
  CodeSet set;
  for (const unsigned code : codes) set.add(code);
  return condition_text(*c.policy->model, *c.policy->classes, element_named(*c.policy->model, name), set);
}

TEST(Conditions, AreWordedAsAReaderWould) {
  Compilation c = compile_text(words_file);
  ASSERT_TRUE(c.policy);
  EXPECT_EQ(words(c, "n", {1}), "n is onnet");
  EXPECT_EQ(words(c, "f", {2}), "f is on");
  EXPECT_EQ(words(c, "f", {0, 1}), "f is not on");
  EXPECT_EQ(words(c, "f", {0}), "f is unset");
  EXPECT_EQ(words(c, "f", {1, 2}), "f is set");
  EXPECT_EQ(words(c, "s", {1, 3}), "s in (ca, \"on hold\")");
  EXPECT_EQ(words(c, "s", {0, 1}), "s is unset or s is ca");
  EXPECT_EQ(words(c, "s", {0, 1, 2}), "s is not \"on hold\"");
  EXPECT_EQ(words(c, "q", {1}), "q < 31 and q is not 8");
  EXPECT_EQ(words(c, "q", {2}), "q is 8");
  EXPECT_EQ(words(c, "q", {3}), "q >= 31");
  EXPECT_EQ(words(c, "r", {1}), "r is set");
  EXPECT_EQ(words(c, "t", {1}), "t starts \"+1\"");
  EXPECT_EQ(words(c, "t", {2}), "t in (\"a\", \"b\")");
  EXPECT_EQ(words(c, "t", {0, 1, 3}), "not t in (\"a\", \"b\")");
}

TEST(Conditions, ReadBackAsTheyAreMeant) {
  Compilation c = compile_text(words_file);
  ASSERT_TRUE(c.policy);
  std::size_t held = 0;
  for (const ElementId id : c.policy->reads) held += hold_element(c, id);
  EXPECT_GT(held, 60u);
}

TEST(Conditions, OfRandomPoliciesReadBack) {
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Compilation c = compile_text(testing::random_policy(seed));
    ASSERT_TRUE(c.policy) << seed;
    for (const ElementId id : c.policy->reads) held += hold_element(c, id);
    if (HasFailure()) break;
  }
  EXPECT_GT(held, 2000u);
}

TEST(Conditions, TermsAreJoinedWithoutAmbiguity) {
  Compilation c = compile_text(words_file);
  ASSERT_TRUE(c.policy);
  const Policy& policy = *c.policy;
  const auto test = [&](const std::string& name, std::initializer_list<unsigned> codes) {
    CodeSet set;
    for (const unsigned code : codes) set.add(code);
    return std::pair(policy.space->variable(element_named(*policy.model, name)), set);
  };
  const Cube one{{test("n", {1}), test("s", {0, 1})}, 1}, two{{test("f", {2})}, 1};
  EXPECT_EQ(condition_text(*policy.model, *policy.classes, *policy.space, one),
            "n is onnet and (s is unset or s is ca)");
  EXPECT_EQ(condition_text(*policy.model, *policy.classes, *policy.space, std::vector<Cube>{two, one}),
            "f is on or (n is onnet and (s is unset or s is ca))");
}

}  // namespace
}  // namespace tally
