// An amended policy means what its files would mean as one: the rules of an amendment, and where none of
// them matches, the decision that was there. Random policies, which are merged by other means, show it.
// TALLY_AMENDED_SEEDS sets how many there are, and TALLY_FIRST_SEED the first seed.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/checks/checks.h"
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
    const DiffDecision found = diff.compare({i, *other}, "", {});
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

// --- files by hand ----------------------------------------------------------------------------

using Codes = std::multiset<std::string>;

// The codes that `tally check root.tally` reports.
Codes reported(const std::map<std::string, std::string>& files) {
  Compilation c = compile("root.tally", [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto file = files.find(path);
    if (file == files.end()) return ReadError{"no such file"};
    return file->second;
  });
  if (c.policy) check(c);
  c.diagnostics.sort();
  Codes codes;
  for (const Diagnostic& d : c.diagnostics.list()) codes.emplace(info(d.code).id);
  return codes;
}

const std::string base = R"(
input source : onnet | offnet
decision d : flag unique { on when source is offnet  off when source is onnet }
prove d when source is offnet
example "inside" { given source is onnet  expect not d }
)";

TEST(Amendments, TheLastOneComesFirst) {
  const std::string middle = "amend \"base.tally\"\ninput a : flag\namend decision d { on when a }\n";
  const std::string root = "amend \"middle.tally\"\ninput b : flag\namend decision d { off when b }\n";
  const std::string proofs =
      "prove not d when b\nprove d when a and not b\nprove d is (source is offnet) when not a and not b\n";
  EXPECT_EQ(reported({{"root.tally", root + proofs}, {"middle.tally", middle}, {"base.tally", base}}),
            (Codes{"T802", "T802"}));
}

TEST(Amendments, AreMadeOncePerFileAndInAKnownOrder) {
  const std::string once = "amend \"base.tally\"\ninput a : flag\namend decision d { on when a }\n";
  EXPECT_EQ(reported({{"root.tally", once + "amend decision d { off when not a }\n"}, {"base.tally", base}}),
            Codes{"T213"});
  const std::string other = "amend \"base.tally\"\ninput b : flag\namend decision d { off when b }\n";
  const std::string both = "amend \"one.tally\"\namend \"other.tally\"\n";
  EXPECT_EQ(reported({{"root.tally", both}, {"one.tally", once}, {"other.tally", other}, {"base.tally", base}}),
            Codes{"T213"});
  EXPECT_EQ(reported({{"root.tally", "use \"base.tally\"\namend decision d { on otherwise }"}, {"base.tally", base}}),
            Codes{"T212"});
}

TEST(Amendments, OverlapWithinALayerOnly) {
  const std::string head = "amend \"base.tally\"\ninput a : flag\n";
  EXPECT_EQ(
      reported({{"root.tally", head + "amend decision d { on when a and source is onnet }\n"}, {"base.tally", base}}),
      Codes{"T802"});
  EXPECT_EQ(reported({{"root.tally", head + "amend decision d { on when a and source is offnet  on when a }\n"},
                      {"base.tally", base}}),
            (Codes{"T402", "T802"}));
}

TEST(Amendments, ReportWhatTheyOverrideAsNotes) {
  EXPECT_EQ(reported({{"root.tally", "amend \"base.tally\"\namend decision d { off when source is offnet }\n"},
                      {"base.tally", base}}),
            (Codes{"T801", "T802"}));
  // What the amended file promises and does not keep is its own fault.
  EXPECT_EQ(reported({{"root.tally", "amend \"base.tally\"\ninput a : flag\namend decision d { on when a }\n"},
                      {"base.tally", "input source : flag\ndecision d : flag = source\nprove not d\n"}}),
            Codes{"T601"});
}

TEST(Inputs, OfTwoFilesAtOnePlaceAreOne) {
  const std::string root = "use \"b.tally\" as b\ninput n : 0..9 = 5\ndecision d : flag = n > 3 and b.high\n";
  const std::string used = "input m : 0..9 at /n = 5\nlet high = m > 3\n";
  EXPECT_EQ(reported({{"root.tally", root + "prove d is (n > 3)\n"}, {"b.tally", used}}), Codes{});
  const std::string other = "input m : 0..9 at /n\nlet high = m > 3\n";
  EXPECT_EQ(reported({{"root.tally", root}, {"b.tally", other}}), Codes{"T310"});
  const Compilation c = compiled("root.tally", {{"root.tally", root}, {"b.tally", used}});
  ASSERT_TRUE(c.policy);
  ASSERT_EQ(c.policy->model->inputs.size(), 1u);
  EXPECT_EQ(c.policy->model->inputs.front().name, "n");
  EXPECT_EQ(c.policy->model->elements[0].name, "n");
}

}  // namespace
}  // namespace tally::testing
