// Rule files on disk, for tests: these run in the root of the project.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "grammar/program.h"

namespace tally::testing {

std::variant<std::string, ReadError> read_rule_file(const std::string& path);
// The files in rules/ that decide something, sorted.
std::vector<std::string> shipped_files();
// These, and a file with codes of two bytes.
std::vector<std::string> embedded_files();

}  // namespace tally::testing
