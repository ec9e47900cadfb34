// Random policies are valid rule files, and printing them loses nothing.
#include "tests/support/random_policy.h"

#include <gtest/gtest.h>

#include <optional>

#include "compiler/analyze/analyze.h"
#include "grammar/parse/parser.h"
#include "grammar/program.h"
#include "grammar/source/render.h"
#include "grammar/tree/printer.h"

namespace tally::testing {
namespace {

constexpr std::uint64_t seeds = 200;

std::string faults_of(const Diagnostics& diagnostics, const SourceSet& sources) {
  std::string out;
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity == Severity::error) out += render(d, sources) + "\n";
  }
  return out;
}

std::string parse_and_print(const std::string& text, std::string& faults) {
  SourceSet sources;
  const FileId file = sources.add("random.tally", text);
  Diagnostics diagnostics;
  const ast::File tree = parse(sources, file, diagnostics);
  faults += faults_of(diagnostics, sources);
  return source_text(tree);
}

TEST(RandomPolicy, SameSeedGivesSameText) {
  EXPECT_EQ(random_policy(7), random_policy(7));
  EXPECT_NE(random_policy(7), random_policy(8));
}

TEST(RandomPolicy, PrintedTextIsReadAndPrintedTheSame) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::string text = random_policy(seed);
    std::string faults;
    const std::string once = parse_and_print(text, faults);
    ASSERT_EQ(faults, "") << "seed " << seed << "\n" << text;
    const std::string twice = parse_and_print(once, faults);
    ASSERT_EQ(faults, "") << "seed " << seed << "\n" << once;
    ASSERT_EQ(once, twice) << "seed " << seed;
  }
}

// The number of decisions of a seed's policy, which must have no faults.
std::size_t accepted(std::uint64_t seed) {
  const std::string text = random_policy(seed);
  SourceSet sources;
  Diagnostics diagnostics;
  const Program program = load_program(
      "random.tally", [&](const std::string&) { return text; }, sources, diagnostics);
  const auto model = diagnostics.has_errors() ? std::nullopt : analyze(program, sources, diagnostics);
  EXPECT_TRUE(model) << "seed " << seed << "\n" << text << faults_of(diagnostics, sources);
  return model ? model->decisions.size() : 0;
}

TEST(RandomPolicy, IsAcceptedByTheAnalysis) {
  std::size_t decisions = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) decisions += accepted(seed);
  EXPECT_GT(decisions, 2 * seeds);
}

// To the left of `else`, nested literals once left members to their defaults that the operands
// below did not always supply.
TEST(RandomPolicy, SeedsThatOnceLeftOutTooMuch) {
  for (const std::uint64_t seed : {101006, 102184, 102712}) accepted(seed);
}

}  // namespace
}  // namespace tally::testing
