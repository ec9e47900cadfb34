// The proofs and examples of the shipped rules pin the rules down: after any single edit of the
// rules, a check fails, or no decision changes. Of a file that amends another, its own rules are
// edited.
//
// All edits of kazoo5_starts.tally and kazoo5.tally take about two minutes. They are made if the
// environment has TALLY_ALL_MUTANTS. Otherwise only two decisions are edited, and the expansion of
// settings that all recordings depend on.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "simulator/mutate/mutate.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

// If there is no mutation, fails the test and returns an empty one.
Mutation mutated(Compilation& c, const MutateOptions& options) {
  auto made = mutate(c, options);
  if (made) return *std::move(made);
  ADD_FAILURE() << made.error().message;
  return {};
}

// `names`: the decisions whose rules are edited; all of them if empty.
void expect_no_survivors(const std::string& file, const std::vector<std::string>& names) {
  Compilation c = compile(file, read_rule_file);
  ASSERT_TRUE(c.policy);
  MutateOptions options;
  for (const Output& output : c.policy->outputs) {
    const std::string& name = c.policy->model->at(output.decision).name;
    if (std::find(names.begin(), names.end(), name) != names.end()) options.decisions.insert(output.decision);
  }
  ASSERT_EQ(options.decisions.size(), names.size());
  const Mutation mutation = mutated(c, options);
  // An amendment may be a single rule.
  EXPECT_GE(mutation.count(Verdict::caught),
            file.starts_with("rules/atlas/") || file == "rules/kazoo4.tally" ? 1u : 50u);
  for (const Mutant& m : mutation.mutants) {
    if (m.verdict == Verdict::caught || m.verdict == Verdict::equal) continue;
    ADD_FAILURE() << file << ":" << c.sources.file(m.edit.place.file).position(m.edit.place.begin).line << ": "
                  << to_string(m.verdict) << ": " << to_string(m.edit.kind) << ": " << m.edit.before << " -> "
                  << m.edit.after << "\n  " << (m.call ? m.call->text : m.reason);
  }
}

// All shipped files but those with a test of their own: rules/kazoo5.tally.
std::vector<std::string> edited_whole() {
  std::vector<std::string> files = shipped_files();
  std::erase_if(files, [](const std::string& file) { return file.starts_with("rules/kazoo5"); });
  return files;
}

class ShippedRules : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedRules, HaveNoSurvivors) { expect_no_survivors(GetParam(), {}); }

TEST(Kazoo5, HasNoSurvivors) {
  const bool all = std::getenv("TALLY_ALL_MUTANTS") != nullptr;
  expect_no_survivors("rules/kazoo5_starts.tally",
                      all ? std::vector<std::string>{} : std::vector<std::string>{"call", "account-recording"});
  if (all) expect_no_survivors("rules/kazoo5.tally", {});
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedRules, ::testing::ValuesIn(edited_whole()), [](const auto& file) {
  std::string name = file.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace tally::testing
