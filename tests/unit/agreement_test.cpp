// Interpreter, diagrams and compiled code decide alike on every call of random policies.
// TALLY_SEEDS sets how many policies there are (`TALLY_SEEDS=100000`), and TALLY_FIRST_SEED the
// first seed.
#include "tests/support/agreement.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <string>

#include "compiler/analyze/analyze.h"
#include "grammar/source/render.h"
#include "tests/support/environment.h"
#include "tests/support/random_policy.h"

namespace tally::testing {
namespace {

// The policy of a rule file's text. If the text has faults, nothing, and the faults in `faults`.
std::optional<Policy> policy_of(const std::string& text, std::string& faults) {
  SourceSet sources;
  Diagnostics diagnostics;
  const Program program = load_program(
      "random.tally", [&](const std::string&) { return text; }, sources, diagnostics);
  std::optional<Policy> policy;
  if (!diagnostics.has_errors()) {
    if (auto model = analyze(program, sources, diagnostics)) policy = make_policy(std::move(*model), diagnostics);
  }
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity == Severity::error) faults += render(d, sources) + "\n";
  }
  return policy;
}

// Compares the three on the policy of a seed. Returns nothing if the seed gives no valid policy.
std::optional<Agreement> compare_seed(std::uint64_t seed) {
  const std::string text = random_policy(seed);
  std::string faults;
  auto policy = policy_of(text, faults);
  if (!policy) {
    ADD_FAILURE() << "seed " << seed << " is not a policy:\n" << text << "\n" << faults;
    return std::nullopt;
  }
  AgreementOptions options;
  options.max_part_assignments = 2'000;
  options.samples = 50;
  options.samples_a_value = 4;
  options.node_limit = std::size_t{1} << 18;
  // Random policies are short. So the functions of every other one are cut into parts of a few terms.
  if (seed % 2 == 1) options.part_terms = 1 + seed % 16;
  Agreement agreement = compare(*policy, options);
  if (!agreement.differences.empty()) {
    std::string differences;
    for (const std::string& difference : agreement.differences) differences += difference + "\n";
    ADD_FAILURE() << "seed " << seed << ":\n" << text << "\n" << differences;
  }
  return agreement;
}

TEST(Agreement, InterpreterDiagramsAndCodeDecideAlikeOnRandomPolicies) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 0);
  const std::uint64_t seeds = setting("TALLY_SEEDS", 1000);
  Agreement all;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const auto one = compare_seed(seed);
    if (!one) continue;
    all.calls += one->calls;
    all.whole += one->whole;
    all.by_parts += one->by_parts;
    all.parts += one->parts;
    all.parts_sampled += one->parts_sampled;
    all.sampled_calls += one->sampled_calls;
    all.skipped += one->skipped;
    all.without_diagrams += one->without_diagrams;
    all.plans += one->plans;
    all.plans_too_large += one->plans_too_large;
  }
  RecordProperty("calls", std::to_string(all.calls));
  // Most decisions are small enough to be tried on all calls, and no decision is left out.
  EXPECT_GT(all.whole, all.by_parts * 2);
  EXPECT_EQ(all.skipped, 0u);
  EXPECT_LE(all.without_diagrams, seeds / 100);
  EXPECT_LE(all.plans_too_large, all.plans / 100);
  EXPECT_GT(all.calls, 10 * seeds);
  std::printf("%s\n", summary(all).c_str());
}

// Seeds whose code once decided otherwise than interpreter and diagrams. They are tried here
// always, whichever seeds are tried above.
TEST(Agreement, SeedsThatOnceCaughtTheCodeGenerator) {
  for (const std::uint64_t seed : {34, 177, 311, 446, 458}) compare_seed(seed);
}

// `check` refuses such a policy. Its messages and calls are still about what the rules decide.
TEST(Agreement, ACallThatADecisionLeavesOpenIsUnsetWhereTheDecisionIsUsed) {
  std::string faults;
  const auto policy = policy_of(R"(
type way = left | right
input m : flag[way]
input f : flag
input n : number
decision turn : way { left when f }
decision limit : number { n when f }
decision by-index : flag = m[turn]
decision by-constant-cells : flag = m[{ turn when m[left]  right otherwise }]
decision by-insertion : text = "to-{turn}"
decision by-two : text = "{limit}x{turn}"
decision by-number : text = "{limit}"
)",
                                faults);
  ASSERT_TRUE(policy) << faults;
  const Agreement agreement = compare(*policy);
  EXPECT_GT(agreement.calls, 0u);
  for (const std::string& difference : agreement.differences) ADD_FAILURE() << difference;
}

}  // namespace
}  // namespace tally::testing
