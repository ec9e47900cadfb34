// Mutations along the syntax tree give texts that parse, the same for a seed everywhere.
#include "tests/fuzz/mutator/tree_mutator.h"

#include <gtest/gtest.h>

#include "grammar/parse/parser.h"
#include "tests/support/random_policy.h"

namespace tally::fuzz {
namespace {

constexpr std::uint64_t seeds = 400;

bool parses(TextKind kind, const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("mutated", text);
  if (kind == TextKind::rule_file)
    parse(sources, file, diagnostics);
  else
    parse_expression(sources, file, diagnostics);
  return !diagnostics.has_errors();
}

// Mutates with every seed. Returns the different texts.
std::set<std::string> mutations(TextKind kind, const std::string& text, const std::string& other) {
  std::set<std::string> made;
  std::size_t failed = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto one = mutate_text(kind, text, other, seed);
    EXPECT_EQ(one, mutate_text(kind, text, other, seed)) << "seed " << seed;
    if (!one) {
      ++failed;
      continue;
    }
    EXPECT_TRUE(parses(kind, *one)) << "seed " << seed << "\n" << *one;
    EXPECT_NE(*one, text);
    made.insert(*one);
  }
  EXPECT_LT(failed, seeds / 20);
  return made;
}

TEST(TreeMutator, ChangesRuleFilesOfEveryShape) {
  for (const std::uint64_t policy : {1, 2, 3, 4, 5}) {
    const std::string text = testing::random_policy(policy), other = testing::random_policy(policy + 100);
    EXPECT_GT(mutations(TextKind::rule_file, text, other).size(), seeds * 3 / 4);
  }
}

TEST(TreeMutator, ChangesConditions) {
  const auto made = mutations(TextKind::condition, "a is on and b in (1, 5..9)", "not c starts \"x\"");
  EXPECT_TRUE(made.contains("b in (1, 5..9) and a is on"));
  EXPECT_TRUE(made.contains("a is not on and b in (1, 5..9)"));
  EXPECT_GT(made.size(), 100u);
}

TEST(TreeMutator, TakesPartsOfTheOtherText) {
  const auto made = mutations(TextKind::rule_file, "decision a : flag = on\n", "decision b : number = limit else 7\n");
  const auto some = [&](const std::string& part) {
    return std::any_of(made.begin(), made.end(), [&](const std::string& text) { return text.find(part) != text.npos; });
  };
  EXPECT_TRUE(some("decision b : number = limit else 7"));
  EXPECT_TRUE(some("decision a : flag = limit else 7"));
  EXPECT_TRUE(some("decision a : number"));
}

TEST(TreeMutator, LeavesATextWithAFaultAlone) {
  EXPECT_FALSE(mutate_text(TextKind::rule_file, "decision a : flag =", "", 1));
  EXPECT_FALSE(mutate_text(TextKind::condition, "a is", "b", 1));
  EXPECT_TRUE(mutate_text(TextKind::condition, "a is on", "b is", 1)) << "only the other text has a fault";
}

}  // namespace
}  // namespace tally::fuzz
