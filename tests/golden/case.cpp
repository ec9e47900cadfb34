// A golden case as text: see case.h.
#include "tests/golden/case.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace golden {
namespace {

namespace fs = std::filesystem;

// The text after a marker of two characters and one space.
std::string rest(const std::string& line) { return line.size() > 3 ? line.substr(3) : std::string(); }

// `#* 300 | v{i}`: 300 copies of the text, in which `{i}` counts from 0.
bool append_repeated(const std::string& spec, std::string& content) {
  char* end = nullptr;
  const unsigned long times = std::strtoul(spec.c_str(), &end, 10);
  if (end == spec.c_str() || *end != ' ' || times > 1'000'000) return false;
  const std::string line = end + 1;
  for (unsigned long i = 0; i < times; ++i) {
    std::string one = line;
    for (std::size_t at = one.find("{i}"); at != std::string::npos; at = one.find("{i}", at)) {
      one.replace(at, 3, std::to_string(i));
    }
    content += one + "\n";
  }
  return true;
}

// `#x ef bb bf`: bytes.
bool append_bytes(const std::string& spec, std::string& content) {
  std::istringstream in(spec);
  for (std::string byte; in >> byte;) {
    char* end = nullptr;
    const unsigned long value = std::strtoul(byte.c_str(), &end, 16);
    if (*end != '\0' || value > 255) return false;
    content += static_cast<char>(value);
  }
  return true;
}

bool is_plain_relative(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream content;
  content << in.rdbuf();
  return std::move(content).str();
}

std::optional<Case> parse_case(const fs::path& path, const std::string& text, std::string& fault) {
  Case result{path, {}, {}, {}, {}};
  enum class In { source, file, run } in = In::source;
  std::size_t number = 0;
  for (const std::string& line : split_lines(text)) {
    ++number;
    const auto fail = [&](const std::string& why) {
      fault = "line " + std::to_string(number) + ": " + why;
      return std::nullopt;
    };
    const std::string marker = line.substr(0, 2);
    if (marker == "#>") {
      in = In::run;
      result.runs.push_back({rest(line), {}});
    } else if (marker == "#@") {
      if (!rest(line).starts_with("file ") || !is_plain_relative(line.substr(8)))
        return fail("expected `#@ file NAME`");
      in = In::file;
      result.extras.push_back(line);
      result.files.push_back({line.substr(8), {}});
    } else if (in == In::source) {
      result.source += line + "\n";
    } else if (in == In::file) {
      std::string& content = result.files.back().content;
      if (line.empty()) continue;
      if (marker == "#:")
        content += rest(line) + "\n";
      else if (marker == "#*") {
        if (!append_repeated(rest(line), content)) return fail("expected `#* TIMES TEXT`");
      } else if (marker == "#x") {
        if (!append_bytes(rest(line), content)) return fail("expected bytes in hexadecimal");
      } else
        return fail("expected a line of the file: `#:`, `#*` or `#x`");
      result.extras.push_back(line);
    } else {
      if (line.empty()) continue;
      if (marker != "#=" && marker != "#|" && marker != "#!" && marker != "#\\")
        return fail("expected `#=`, `#|` or `#!`");
      result.runs.back().expected.push_back(line);
    }
  }
  return result;
}

std::string to_text(const Case& c) {
  std::string text = c.source;
  for (const std::string& line : c.extras) text += line + "\n";
  for (const Run& run : c.runs) {
    text += "#> " + run.command + "\n";
    for (const std::string& line : run.expected) text += line + "\n";
  }
  return text;
}

std::vector<std::string> split_words(const std::string& command) {
  std::vector<std::string> words;
  bool open = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0 && c == quote) {
      quote = 0;
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      if (!open) words.emplace_back();
      open = true;
      continue;
    }
    if (quote == 0 && c == ' ') {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    words.back() += c;
  }
  return words;
}

}  // namespace golden
