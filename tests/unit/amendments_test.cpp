// An amended policy means what its files would mean as one: the rules of an amendment, and where none of
// them matches, the decision that was there. Random policies, which are merged by other means, show it.
// TALLY_AMENDED_SEEDS sets how many there are, and TALLY_FIRST_SEED the first seed.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "simulator/diff/diff.h"
#include "tests/support/agreement.h"
#include "tests/support/environment.h"
#include "tests/support/random_policy.h"

namespace tally::testing {
namespace {

Compilation compiled(const std::string& root, const std::map<std::string, std::string>& files) {
  Compilation c = compile(root, [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto file = files.find(path);
    if (file == files.end()) return ReadError{"no such file"};
    return file->second;
  });
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) ADD_FAILURE() << render(d, c.sources);
  }
  return c;
}

std::optional<std::size_t> output_named(const Policy& policy, const std::string& name) {
  for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
    if (policy.model->at(policy.outputs[i].decision).name == name) return i;
  }
  return std::nullopt;
}

// Returns the number of decisions that were compared.
std::size_t compare_seed(std::uint64_t seed) {
  const AmendedPolicy files = random_amended_policy(seed);
  const std::string shown = "seed " + std::to_string(seed) + "\n" + files.base + "\n--- amended by\n" +
                            files.amendment + "\n--- merged\n" + files.merged;
  Compilation amended = compiled("root.tally", {{"root.tally", files.amendment}, {"base.tally", files.base}});
  Compilation merged = compiled("merged.tally", {{"merged.tally", files.merged}});
  if (!amended.policy || !merged.policy) {
    ADD_FAILURE() << shown;
    return 0;
  }
  AgreementOptions options;
  options.max_part_assignments = 500;
  options.samples = 20;
  options.samples_a_value = 2;
  options.node_limit = std::size_t{1} << 18;
  for (const std::string& difference : compare(*amended.policy, options).differences)
    ADD_FAILURE() << difference << "\n" << shown;

  std::size_t decisions = 0;
  Diff diff(*amended.policy, *merged.policy, false);
  for (std::size_t i = 0; i < amended.policy->outputs.size(); ++i) {
    const std::string& name = amended.policy->model->at(amended.policy->outputs[i].decision).name;
    const auto other = output_named(*merged.policy, name);
    EXPECT_TRUE(other) << name << "\n" << shown;
    if (!other) continue;
    const DiffDecision found = diff.compare({i, *other}, "", std::nullopt);
    for (const DiffPart& part : found.parts) EXPECT_EQ(part.different, 0) << part.title << "\n" << shown;
    for (const auto& failure : found.failures) EXPECT_FALSE(failure.apart) << failure.why << "\n" << shown;
    if (found.failures.empty()) ++decisions;
  }
  return decisions;
}

TEST(Amendments, MeanTheSameAsOneFileThatHasThemInside) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 0);
  const std::uint64_t seeds = setting("TALLY_AMENDED_SEEDS", 150);
  std::size_t decisions = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) decisions += compare_seed(seed);
  EXPECT_GT(decisions, 2 * seeds);
}

}  // namespace
}  // namespace tally::testing
