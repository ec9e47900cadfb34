// A golden case as text, in the format of tests/cases/README.md.
//
// In:     the text of a case
// Out:    its rule file, its other files and its runs
// Always: `to_text` of a case that was read gives its text again, without blank lines between runs
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace golden {

struct Run {
  std::string command;                // the line after `#> `
  std::vector<std::string> expected;  // the lines `#=`, `#|`, `#!`, `#\`, unchanged
};
struct ExtraFile {
  std::string name, content;
};
struct Case {
  std::filesystem::path path;
  std::string source;               // everything before the first `#>` or `#@`
  std::vector<std::string> extras;  // the lines of the `#@` sections, unchanged
  std::vector<ExtraFile> files;
  std::vector<Run> runs;
};

// The case, or nothing: then `fault` is the reason why the text is not a case.
std::optional<Case> parse_case(const std::filesystem::path& path, const std::string& text, std::string& fault);
std::string to_text(const Case& c);

// Words between blanks; an argument in '...' or "..." may hold blanks.
std::vector<std::string> split_words(const std::string& command);
std::vector<std::string> split_lines(std::string_view text);
std::optional<std::string> read_file(const std::filesystem::path& path);

}  // namespace golden
