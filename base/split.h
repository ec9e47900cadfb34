// Splitting a text: at a separator that stands outside of quoted texts and brackets, or into lines.
//
//   split_outside("a[x, y], b is \"1, 2\"", ",")   {"a[x, y]", "b is \"1, 2\""}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

// Returns the parts in order, at least one and at most `most`, without the blanks around them. The text
// need not be valid: a bracket that is never closed reaches to the end.
std::vector<std::string> split_outside(std::string_view text, std::string_view separator, std::size_t most = SIZE_MAX);

// Returns the lines of a text, each with its line break, if it has one: "a\nb" is "a\n" and "b".
std::vector<std::string_view> whole_lines(std::string_view text);

}  // namespace tally
