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

std::vector<std::string> shipped_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("rules")) {
    if (entry.path().extension() == ".tally") files.push_back(entry.path().generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tally::testing
