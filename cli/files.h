// Reading files for the stages that do no I/O of their own.
#pragma once

#include <string>

#include "compiler/driver.h"

namespace tally::cli {

// A whole file, or why it cannot be read ("no such file", "is a directory").
std::variant<std::string, ReadError> read_file(const std::string& path);

// Whether the file that was asked for could not be read at all: an I/O fault
// (exit 2), not a fault of the rules.
bool unreadable_root(const Compilation& compilation);

}  // namespace tally::cli
