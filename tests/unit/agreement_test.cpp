// The interpreter, the diagrams and the compiled code decide alike: on every
// call of random policies. TALLY_SEEDS says how many (`TALLY_SEEDS=100000`), and
// TALLY_FIRST_SEED where to begin.
#include "tests/support/agreement.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/analyze.h"
#include "grammar/render.h"
#include "tests/support/random_policy.h"

namespace tally::testing {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// The policy of a rule file's text; nothing, with the faults, where it has some.
std::optional<Policy> policy_of(const std::string& text, std::string& faults) {
  SourceSet sources;
  Diagnostics diagnostics;
  const Program program = load_program("random.tally", [&](const std::string&) { return text; }, sources, diagnostics);
  std::optional<Policy> policy;
  if (!diagnostics.has_errors()) {
    if (auto model = analyze(program, sources, diagnostics)) policy = make_policy(std::move(*model), diagnostics);
  }
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity == Severity::error) faults += render(d, sources) + "\n";
  }
  return policy;
}

TEST(Agreement, InterpreterDiagramsAndCodeDecideAlikeOnRandomPolicies) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 0);
  const std::uint64_t seeds = setting("TALLY_SEEDS", 1000);
  std::uint64_t calls = 0, decisions = 0, skipped = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const std::string text = random_policy(seed);
    std::string faults;
    auto policy = policy_of(text, faults);
    if (!policy) {
      ADD_FAILURE() << "seed " << seed << " is no policy:\n" << text << "\n" << faults;
      continue;
    }
    const Agreement agreement = compare(*policy);
    calls += agreement.calls;
    decisions += agreement.decisions;
    skipped += agreement.skipped;
    if (agreement.differences.empty()) continue;
    std::string differences;
    for (const std::string& difference : agreement.differences) differences += difference + "\n";
    ADD_FAILURE() << "seed " << seed << ":\n" << text << "\n" << differences;
  }
  RecordProperty("calls", std::to_string(calls));
  // Most decisions are small enough to be tried on all calls.
  EXPECT_GT(decisions, skipped * 3);
  EXPECT_GT(calls, 10 * seeds);
  std::printf("%llu calls of %llu decisions compared, %llu decisions read too much\n",
              static_cast<unsigned long long>(calls), static_cast<unsigned long long>(decisions),
              static_cast<unsigned long long>(skipped));
}

}  // namespace
}  // namespace tally::testing
