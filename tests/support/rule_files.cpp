#include "tests/support/rule_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tally::testing {

std::variant<std::string, ReadError> read_rule_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return ReadError{"no such file"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Whether a file decides anything: it declares a decision, or amends a file that does.
static bool decides(const std::filesystem::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("decision ") || line.starts_with("amend ")) return true;
  }
  return false;
}

std::vector<std::string> shipped_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("rules")) {
    if (entry.path().extension() == ".tally" && decides(entry.path())) files.push_back(entry.path().generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> embedded_files() {
  std::vector<std::string> files = shipped_files();
  files.push_back("tests/embed/codes_of_two_bytes.tally");
  return files;
}

}  // namespace tally::testing
