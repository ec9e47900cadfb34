// The shipped rules: interpreter, diagrams and compiled code decide alike on all inputs of every
// file in rules/, and the recording decisions are as small as intended.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "tests/support/agreement.h"
#include "tests/support/environment.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

Compilation compile_file(const std::string& file) {
  Compilation compilation = compile(file, read_rule_file);
  for (const Diagnostic& d : compilation.diagnostics.list()) {
    if (d.severity == Severity::error) ADD_FAILURE() << render(d, compilation.sources);
  }
  return compilation;
}

// The number of random calls for all decisions of a file that read too much to try everything.
// TALLY_SAMPLES overrides it.
std::uint64_t random_calls() { return setting("TALLY_SAMPLES", 200'000); }

class ShippedRules : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedRules, InterpreterDiagramsAndCodeDecideAlike) {
  Compilation compilation = compile_file(GetParam());
  ASSERT_TRUE(compilation.policy);
  AgreementOptions options;
  options.max_assignments = 100'000;
  options.max_part_assignments = 1'000'000;
  options.samples = random_calls() / compilation.policy->outputs.size();
  options.samples_a_value = 16;
  const Agreement agreement = compare(*compilation.policy, options);
  for (const std::string& difference : agreement.differences) ADD_FAILURE() << difference;
  EXPECT_EQ(agreement.whole + agreement.by_parts, compilation.policy->outputs.size());
  EXPECT_EQ(agreement.skipped, 0u);
  EXPECT_EQ(agreement.parts_skipped, 0u);
  EXPECT_EQ(agreement.without_diagrams, 0u);
  // The settings can be handed on from far more calls than can be tried. Part by part, all of
  // them are tried nevertheless.
  if (GetParam() == "rules/call_recording.tally") {
    EXPECT_EQ(agreement.parts_sampled, 0u);
  }
  // Each output is part of the function of all decisions, and of its own function.
  EXPECT_EQ(agreement.plans, 2 * compilation.policy->slot_count());
  std::printf("%s: %s\n", GetParam().c_str(), summary(agreement).c_str());
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedRules, ::testing::ValuesIn(shipped_files()), [](const auto& file) {
  std::string name = file.param.substr(file.param.find('/') + 1);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

class CallRecording : public ::testing::Test {
 protected:
  void SetUp() override {
    compilation = compile_file("rules/call_recording.tally");
    ASSERT_TRUE(compilation.policy);
  }
  const Output& output(const std::string& name) {
    const Policy& policy = *compilation.policy;
    for (const Output& output : policy.outputs) {
      if (policy.model->at(output.decision).name == name) return output;
    }
    ADD_FAILURE() << "no decision " << name;
    return policy.outputs.front();
  }

  Compilation compilation;
};

TEST_F(CallRecording, TheStartDecisionsAreSmallTogether) {
  Space& space = *compilation.policy->space;
  std::vector<Diagram> diagrams;
  for (const char* name : {"account-recording", "caller-recording", "callee-recording"}) {
    diagrams.push_back(space.of(output(name).rule));
    for (const ResultPart& part : output(name).parts) diagrams.push_back(space.of(part.node));
  }
  EXPECT_LT(space.diagrams().size(diagrams), 100u);
}

// A comparison of two policies asks for some outputs, in an order that is made for them alone.
// The expansion of KAZOO's documents is small enough as well.
TEST(Sizes, SomeOutputsInAnOrderOfTheirOwnAreSmall) {
  Compilation compilation = compile_file("rules/kazoo5.tally");
  ASSERT_TRUE(compilation.policy);
  const Policy& policy = *compilation.policy;
  std::vector<NodeId> roots;
  std::set<ElementId> elements;
  for (const Output& output : policy.outputs) {
    const std::string& name = policy.model->at(output.decision).name;
    if (name != "account-recording" && name != "caller-recording" && name != "callee-recording") continue;
    roots.push_back(output.rule);
    for (const ResultPart& part : output.parts) roots.push_back(part.node);
    elements.insert(output.reads.begin(), output.reads.end());
  }
  ASSERT_EQ(roots.size(), 6u);
  const auto space = best_space(*policy.model, *policy.graph, *policy.classes, roots, elements);
  std::vector<Diagram> diagrams{space->possible(elements)};
  for (const NodeId root : roots) diagrams.push_back(space->of(root));
  EXPECT_LT(space->diagrams().size(diagrams), 12'000u);
  EXPECT_LT(space->diagrams().node_count(), 40'000u);
}

TEST_F(CallRecording, TheAccountsDecisionReads324Combinations) {
  Space& space = *compilation.policy->space;
  EXPECT_EQ(space.count(space.diagrams().yes(), output("account-recording").reads), Count(324));
}

}  // namespace
}  // namespace tally::testing
