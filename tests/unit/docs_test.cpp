// The documents match the program: docs/diagnostics.md lists exactly the diagnostic codes, with
// their severity and meaning, and every link in and between the documents has a target.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "grammar/source/diagnostics.h"

namespace tally {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The anchor of a heading, as GitHub and GitLab make it: "t208-a-parameter-or-for-name" of
// "T208: a parameter or `for` name".
std::string anchor(const std::string& heading) {
  std::string out;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '_') out += static_cast<char>(std::tolower(byte));
    if (c == ' ') out += '-';
  }
  return out;
}

std::string row(const DiagnosticInfo& code) {
  const std::string page = anchor(std::string(code.id) + ": " + std::string(code.meaning));
  return "| [" + std::string(code.id) + "](#" + page + ") | " + std::string(to_string(code.severity)) + " | " +
         std::string(code.meaning) + " |";
}

TEST(Diagnostics, TheListOfCodesIsComplete) {
  const std::vector<std::string> lines = lines_of(contents("docs/diagnostics.md"));
  const std::set<std::string> rows(lines.begin(), lines.end());
  for (const DiagnosticInfo& code : all_codes()) EXPECT_TRUE(rows.contains(row(code))) << "missing: " << row(code);
}

TEST(Diagnostics, TheListOfCodesHoldsNoOther) {
  std::set<std::string> known;
  for (const DiagnosticInfo& code : all_codes()) known.insert(row(code));
  for (const std::string& line : lines_of(contents("docs/diagnostics.md"))) {
    const bool holds = !line.starts_with("| [T") || known.contains(line);
    EXPECT_TRUE(holds) << "no such code: " << line;
  }
}

// The anchors of the headings of a Markdown text.
std::set<std::string> anchors(const std::string& text) {
  std::set<std::string> out;
  bool fenced = false;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("```")) fenced = !fenced;
    const std::size_t level = line.find_first_not_of('#');
    if (!fenced && level > 0 && level != std::string::npos && line[level] == ' ')
      out.insert(anchor(line.substr(level + 1)));
  }
  return out;
}

// The targets of the `](target)` links in a Markdown text, without links to the web.
std::vector<std::string> links(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
    const std::size_t end = text.find(')', at);
    if (end == std::string::npos) break;
    const std::string target = text.substr(at + 2, end - at - 2);
    if (!target.empty() && target.find("://") == std::string::npos && target.find(' ') == std::string::npos) {
      out.push_back(target);
    }
  }
  return out;
}

TEST(Documents, LinksLeadSomewhere) {
  std::vector<fs::path> pages = {"README.md", "tests/cases/README.md"};
  for (const auto& entry : fs::directory_iterator("docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  for (const fs::path& page : pages) {
    ASSERT_TRUE(fs::exists(page)) << page;
    for (const std::string& target : links(contents(page))) {
      const std::size_t hash = target.find('#');
      const fs::path file = hash == 0 ? page : page.parent_path() / target.substr(0, hash);
      EXPECT_TRUE(fs::exists(file)) << page << " links to " << target;
      if (hash == std::string::npos || file.extension() != ".md") continue;
      EXPECT_TRUE(anchors(contents(file)).contains(target.substr(hash + 1))) << page << " links to " << target;
    }
  }
}

}  // namespace
}  // namespace tally
