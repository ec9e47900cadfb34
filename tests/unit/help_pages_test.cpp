// The pages of docs/diagnostics.md: every code has one, their examples are reported as they claim,
// and the command has the same pages as the document.
#include "cli/help_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "compiler/checks/checks.h"
#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "runtime/documents/request_binder.h"

namespace tally {
namespace {

using cli::HelpBlock;
using cli::HelpPage;

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const std::vector<HelpPage>& pages() {
  static const std::vector<HelpPage> all = cli::help_pages(contents("docs/diagnostics.md"));
  return all;
}

// --- examples -------------------------------------------------------------------------------------

// The files of an example, by name. It is checked, or if it has a request, decided.
using Example = std::map<std::string, std::string>;
constexpr const char* rules = "rules.tally";
constexpr const char* request = "request.json";

struct Examples {
  Example wrong, right;
};

// A paragraph that begins with "Wrong" or "Right" precedes the files of one example. Other blocks
// before them belong to both.
Examples examples_of(const HelpPage& page) {
  Examples out;
  std::vector<Example*> now = {&out.wrong, &out.right};
  for (const HelpBlock& block : page.blocks) {
    if (block.kind == HelpBlock::Kind::paragraph) {
      if (block.text.starts_with("Wrong")) now = {&out.wrong};
      if (block.text.starts_with("Right")) now = {&out.right};
      continue;
    }
    const std::size_t blank = block.words.find(' ');
    std::string name = block.words == "json" ? request : rules;
    if (blank != std::string::npos) name = block.words.substr(blank + 1);
    for (Example* example : now) EXPECT_TRUE(example->emplace(name, block.text).second) << page.id << ": " << name;
  }
  return out;
}

// The codes that are reported for an example, or what prevents that.
std::set<std::string> reported(const Example& example) {
  Compilation c = compile(rules, [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto file = example.find(path);
    if (file == example.end()) return ReadError{"no such file"};
    return file->second;
  });
  std::set<std::string> codes;
  if (c.policy) check(c);
  for (const Diagnostic& d : c.diagnostics.list()) codes.emplace(info(d.code).id);
  const auto text = example.find(request);
  if (text == example.end() || !codes.empty()) return codes;

  const std::optional<Deployment> deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) return {"not deployed"};
  const auto policy = std::make_shared<PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources));
  const BindResult bound = RequestBinder(policy).bind(text->second);
  for (const DocumentFault& fault : bound.faults) codes.emplace(info(static_cast<DiagnosticId>(fault.code)).id);
  return codes;
}

// The codes whose example would be a file of megabytes, or not a text.
const std::set<std::string> without_example = {"T002", "T003", "T004", "T006", "T007", "T507", "T509"};

TEST(HelpPages, TheWrongExampleHasThisFault) {
  for (const HelpPage& page : pages()) {
    const Examples examples = examples_of(page);
    EXPECT_EQ(examples.wrong.empty(), without_example.contains(page.id)) << page.id;
    if (examples.wrong.empty()) continue;
    EXPECT_EQ(reported(examples.wrong), std::set<std::string>{page.id});
  }
}

TEST(HelpPages, TheRightExampleHasNoFault) {
  for (const HelpPage& page : pages()) {
    const Examples examples = examples_of(page);
    EXPECT_EQ(examples.right.empty(), without_example.contains(page.id)) << page.id;
    if (examples.right.empty()) continue;
    EXPECT_EQ(reported(examples.right), std::set<std::string>{}) << page.id;
  }
}

// --- the document -----------------------------------------------------------------------------------

TEST(HelpPages, EveryCodeHasAPageInTheOrderOfTheRegistry) {
  std::vector<std::string> expected, found;
  for (const DiagnosticInfo& code : all_codes()) {
    expected.push_back(std::string(code.id) + ": " + std::string(code.meaning));
  }
  for (const HelpPage& page : pages()) found.push_back(page.id + ": " + page.title);
  EXPECT_EQ(found, expected);
}

TEST(HelpPages, APageExplainsBeforeItShows) {
  for (const HelpPage& page : pages()) {
    ASSERT_FALSE(page.blocks.empty()) << page.id;
    EXPECT_EQ(page.blocks.front().kind, HelpBlock::Kind::paragraph) << page.id;
    EXPECT_TRUE(page.blocks.back().text.starts_with("See [")) << page.id;
  }
}

// A paragraph without what stands in backquotes.
std::string without_code(const std::string& paragraph) {
  std::string out;
  bool code = false;
  for (const char c : paragraph) {
    if (c == '`') code = !code;
    if (!code) out += c;
  }
  EXPECT_FALSE(code) << "a backquote lacks its counterpart: " << paragraph;
  return out;
}

// `help_pages` understands paragraphs and fenced blocks, and `page_text` links and backquotes.
TEST(HelpPages, APageHasNoOtherMarkdown) {
  for (const HelpPage& page : pages()) {
    for (const HelpBlock& block : page.blocks) {
      if (block.kind == HelpBlock::Kind::fenced) continue;
      EXPECT_EQ(without_code(block.text).find_first_of("*_|<>"), std::string::npos) << page.id << ": " << block.text;
      EXPECT_FALSE(block.text.starts_with("- ")) << page.id << ": " << block.text;
    }
  }
}

TEST(HelpPages, TheCommandHasTheDocument) {
  EXPECT_TRUE(cli::diagnostics_document() == contents("docs/diagnostics.md")) << "build the command anew";
}

// --- a page as text ---------------------------------------------------------------------------------

constexpr const char* document = R"(# Diagnostics

## The pages

### T305: two things cannot be compared

A number is compared with one that is written in the rules, such as `30`,
and not with another input.

Wrong:

```tally
decision a : flag = n > m

input n : number
```

See [what is compared](language.md#expressions) and [the bounds](architecture.md#bounds).

### T901: a name is never used

Use it.

## Another heading

This is not part of a page.
)";

TEST(PageText, WrapsParagraphsAndIndentsExamples) {
  EXPECT_EQ(cli::page_text(cli::help_pages(document).front(), {.width = 40}),
            "error T305: two things cannot be\n"
            "compared\n"
            "\n"
            "A number is compared with one that is\n"
            "written in the rules, such as `30`, and\n"
            "not with another input.\n"
            "\n"
            "Wrong:\n"
            "\n"
            "    decision a : flag = n > m\n"
            "\n"
            "    input n : number\n"
            "\n"
            "See \"what is compared\"\n"
            "(docs/language.md) and \"the bounds\"\n"
            "(docs/architecture.md).\n");
}

TEST(PageText, APageEndsAtTheNextHeading) {
  const std::vector<HelpPage> two = cli::help_pages(document);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(cli::page_text(two[1], {}), "warning T901: a name is never used\n\nUse it.\n");
  EXPECT_TRUE(cli::has_example(two[0]));
  EXPECT_FALSE(cli::has_example(two[1]));
}

TEST(PageText, ColoursTheTitleAndTheLabelsOfExamples) {
  const std::string text = cli::page_text(cli::help_pages(document).front(), {.width = 80, .colour = true});
  EXPECT_TRUE(text.starts_with("\x1b[1;31merror T305\x1b[0m: two things cannot be compared\n")) << text;
  EXPECT_NE(text.find("\n\x1b[31mWrong:\x1b[0m\n"), std::string::npos) << text;
}

TEST(PageText, EveryLineOfAParagraphFits) {
  for (const HelpPage& page : pages()) {
    std::istringstream lines(cli::page_text(page, {.width = 60}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(line.size() <= 60 || line.starts_with("    ")) << page.id << ": " << line;
    }
  }
}

}  // namespace
}  // namespace tally
