// Formatting keeps what a text means and what its writer chose: laws over the shipped rules, the golden
// cases and random policies, in the spelling of their writers and in any other.
#include "grammar/format/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "tests/fuzz/format_laws/format_laws.h"
#include "tests/support/random_policy.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// The rule files below a folder, in the order of their names. Tests run in the root of the project.
std::vector<fs::path> rule_files_below(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".tally") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<std::string> formatted(const std::string& text) {
  SourceSet sources;
  Diagnostics faults;
  return formatted_text(sources, sources.add("text", text), faults);
}

// Returns whether the text parses.
bool hold_laws(const std::string& text, const std::string& what) {
  EXPECT_EQ(broken_format_law(text), "") << what;
  const auto result = formatted(text);
  EXPECT_EQ(needless_long_line(result.value_or("")), "") << what;
  return result.has_value();
}

TEST(Laws, ShippedRules) {
  for (const fs::path& path : rule_files_below("rules")) {
    const std::string text = content_of(path);
    EXPECT_TRUE(hold_laws(text, path.string()));
    for (std::uint64_t seed = 0; seed < 10; ++seed)
      hold_laws(scattered(text, seed), path.string() + ", scattered by " + std::to_string(seed));
  }
}

TEST(Laws, GoldenCases) {
  std::size_t parsed = 0, spelled_otherwise = 0;
  for (const fs::path& path : rule_files_below("tests/cases")) {
    const std::string text = content_of(path);
    if (!hold_laws(text, path.string())) continue;
    ++parsed;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      spelled_otherwise += hold_laws(scattered(text, seed), path.string() + ", scattered by " + std::to_string(seed));
    }
  }
  EXPECT_GT(parsed, 500U);
  EXPECT_GT(spelled_otherwise, parsed * 4 * 95 / 100);
}

TEST(Laws, RandomPolicies) {
  std::size_t parsed = 0;
  constexpr std::uint64_t seeds = 250;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::string name = "seed " + std::to_string(seed);
    const AmendedPolicy amended = random_amended_policy(seed);
    for (const std::string& text :
         {random_policy(seed), random_quantifiers(seed), random_lists(seed), amended.amendment}) {
      EXPECT_TRUE(hold_laws(text, name));
      parsed += hold_laws(scattered(text, seed), name + ", scattered");
    }
  }
  EXPECT_GT(parsed, seeds * 4 * 95 / 100);
}

}  // namespace
}  // namespace tally::testing
