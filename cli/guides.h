// What `tally matrix --against` and `tally table --against` share: a guide in Markdown, held row by row.
//
// For example, of a guide with seven rows of which one agrees: "guide.md: 1 of 7 rows agree", and on
// standard error "6 rows of `guide.md` do not hold".
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace tally::cli {

// Returns the text of a guide. Fails if it cannot be read, or is larger than 16 MiB.
Result<std::string> read_guide_text(const std::string& path);
// Returns "guide.md: 1 of 7 rows agree".
std::string agreement_text(const std::string& guide, std::size_t agree, std::size_t rows);
// Returns the exit code for rows that do not hold, and prints how many these are.
int conclude_guide(const std::string& guide, std::size_t faults);

}  // namespace tally::cli
