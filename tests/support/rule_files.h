// Rule files on the disk, for tests: they run in the root of the project.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "grammar/program.h"

namespace tally::testing {

std::variant<std::string, ReadError> read_rule_file(const std::string& path);
// Those of rules/, sorted.
std::vector<std::string> shipped_files();

}  // namespace tally::testing
