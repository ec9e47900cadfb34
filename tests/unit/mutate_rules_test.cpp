// The shipped rules are pinned down by their proofs and examples: whatever single
// edit is made of them, a check fails, or nothing is decided differently.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>

#include "simulator/mutate.h"

namespace tally::testing {
namespace {

class ShippedRules : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedRules, HaveNoSurvivors) {
  Compilation c = compile(GetParam(), [](const std::string& path) -> std::variant<std::string, ReadError> {
    std::ifstream in(path, std::ios::binary);
    if (!in) return ReadError{"no such file"};
    return std::string(std::istreambuf_iterator<char>(in), {});
  });
  ASSERT_TRUE(c.policy);
  const Mutation mutation = mutate(c);
  EXPECT_GT(mutation.count(Verdict::caught), 50u);
  for (const Mutant& m : mutation.mutants) {
    if (m.verdict == Verdict::caught || m.verdict == Verdict::equal) continue;
    ADD_FAILURE() << GetParam() << ":" << c.sources.file(m.edit.place.file).position(m.edit.place.begin).line << ": "
                  << to_string(m.verdict) << ": " << to_string(m.edit.kind) << ": " << m.edit.before << " -> "
                  << m.edit.after << "\n  " << (m.call ? m.call->text : m.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedRules,
                         ::testing::Values("rules/call_direction.tally", "rules/call_recording.tally",
                                           "rules/record_call.tally", "rules/record_caller.tally",
                                           "rules/storage.tally"),
                         [](const auto& file) {
                           std::string name = file.param;
                           std::replace_if(
                               name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace tally::testing
