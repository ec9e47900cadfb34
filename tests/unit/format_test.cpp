// Formatting keeps what a text means and what its writer chose: laws over the shipped rules, the golden
// cases and random policies, in the spelling of their writers and in any other.
#include "grammar/format/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/analyze/analyze.h"
#include "grammar/program.h"
#include "tests/fuzz/format_laws/format_laws.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"
#include "tests/unit/language_example.h"

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

// The model of a program, whose files are spelled in some way before they are read.
std::string model_of(const std::string& path, const std::function<std::string(const std::string&)>& spelled) {
  SourceSet sources;
  Diagnostics faults;
  const auto read = [&](const std::string& file) -> std::variant<std::string, ReadError> {
    auto found = read_rule_file(file);
    if (auto* text = std::get_if<std::string>(&found)) *text = spelled(*text);
    return found;
  };
  const Program program = load_program(path, read, sources, faults);
  const auto model = faults.has_errors() ? std::nullopt : analyze(program, sources, faults);
  return model ? model_text(*model) : "";
}

TEST(Laws, ShippedRulesMeanTheSame) {
  for (const std::string& path : shipped_files()) {
    const std::string written = model_of(path, [](const std::string& text) { return text; });
    EXPECT_NE(written, "") << path;
    EXPECT_EQ(model_of(path, [](const std::string& text) { return formatted(scattered(text, 1)).value_or(""); }),
              written)
        << path;
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

TEST(Laws, LongParts) {
  std::string states, condition, members;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "state-number-" + std::to_string(i);
    states += (i ? " | " : "") + name;
    members += (i ? ", " : "") + name;
    condition += (i ? (i % 7 ? " and " : " or ") : "") + std::string("field.x") + std::to_string(i) + " is " + name;
  }
  const std::string text =
      "type state = " + states + "\ninput s : { a : (" + states + ")? }\nlet l = " + condition + "\nlet m = s in (" +
      members + ")\nlet l2 = (" + members + ")\nlet r = { a: { b: " + condition + ", c: not (" + condition +
      ") } } else x\ndecision d : " + states + " {\n state-number-1 when " + condition + " because \"r\"\n { a when " +
      condition + " b otherwise } otherwise }\nprove " + condition + " ignores x when " + condition +
      "\nprove \"t\" for f in flag: " + condition + "\nexample \"e\" { expect " + condition + " when " + condition +
      " expect x when y }\namend type t = (" + members + ")\n";
  EXPECT_TRUE(hold_laws(text, "long parts"));
  std::istringstream lines(formatted(text).value_or(""));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

// --- the project's own files --------------------------------------------------------------

TEST(Style, ShippedRulesAreFormatted) {
  for (const fs::path& path : rule_files_below("rules")) {
    const std::string text = content_of(path);
    EXPECT_EQ(formatted(text).value_or(""), text) << path << ": tally fmt " << path;
  }
}

// The rule files that the documents show: blocks with the name of a file.
TEST(Style, FilesInDocumentsAreFormatted) {
  std::size_t files = 0;
  for (const char* page : {"README.md", "docs/tour.md", "docs/one_rule_followed.md"}) {
    const std::string text = content_of(page);
    constexpr std::string_view fence = "\n```tally ";
    for (std::size_t at = 0; (at = text.find(fence, at)) != std::string::npos;) {
      const std::size_t begin = text.find('\n', at + fence.size()) + 1;
      at = text.find("```", begin);
      const std::string shown = text.substr(begin, at - begin);
      const auto result = formatted(shown);
      if (!result) continue;  // shown because of its fault
      ++files;
      EXPECT_EQ(*result, shown) << page;
    }
  }
  EXPECT_GE(files, 3U);
}

TEST(Style, TheExampleOfTheLanguagePageIsFormatted) {
  const std::string example = language_example();
  EXPECT_EQ(formatted(example).value_or(""), example);
}

// --- edits of lines ---------------------------------------------------------------------

TEST(LineEdits, AreAsFewLinesAsChange) {
  const std::string before = "a\nb  \nc\n\n\nd\n";
  const std::string after = "a\nb\nc\n\nd\n";
  const std::vector<LineEdit> edits = line_edits(before, after);
  ASSERT_EQ(edits.size(), 2U);
  EXPECT_EQ(edits[0].first, 1U);
  EXPECT_EQ(edits[0].last, 2U);
  EXPECT_EQ(edits[0].text, "b\n");
  EXPECT_EQ(edits[1].first, 4U);
  EXPECT_EQ(edits[1].last, 5U);
  EXPECT_EQ(edits[1].text, "");
  EXPECT_TRUE(line_edits(after, after).empty());
}

TEST(LineEdits, JoinedAndSplitLinesAreOneEdit) {
  const std::vector<LineEdit> edits = line_edits("x a b\nc\ny\n", "x a\nb c\ny\n");
  ASSERT_EQ(edits.size(), 1U);
  EXPECT_EQ(edits[0].last - edits[0].first, 2U);
  EXPECT_EQ(edits[0].text, "x a\nb c\n");
}

}  // namespace
}  // namespace tally::testing
