// What formatting must keep, for any rule file, and rule files that are written in any way.
//
// In:     the text of a rule file
// Out:    the law that formatting it breaks
// Always: a text that does not parse breaks no law
#pragma once

#include <cstdint>
#include <string>

namespace tally::testing {

// Returns what is wrong, or nothing:
//
//   - a text with a fault is not formatted, and a text without is;
//   - the formatted text has the same syntax tree, and the same tokens but for commas;
//   - it has the same comments, each between the same two tokens; one that stands behind a token in its line
//     still does, and one that stands alone still does;
//   - it has no tabs, no blanks at the end of a line, no two blank lines, and ends with a line break;
//   - formatting it again changes nothing;
//   - the edits of lines make it of the first text.
std::string broken_format_law(const std::string& text);

// Returns a line that is longer than the margin although it has a place where it could end, or nothing. Rows of
// tables are passed over.
std::string needless_long_line(const std::string& formatted);

// The same tokens with other blanks, line breaks and comments between them, by a seed. The result may fail to
// parse in rare cases: a table on one line has its rows counted by lines.
std::string scattered(const std::string& text, std::uint64_t seed);

}  // namespace tally::testing
