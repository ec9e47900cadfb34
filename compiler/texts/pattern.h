// Dial patterns, as Asterisk writes them in its dial plans.
//
// For example, "[2-9]XX." has a place for 2 to 9, two for any digit, and then one character or more.
//
//   X          a digit, 0 to 9          [2-58]     one of these: a range, and a character
//   Z          1 to 9                   .          one character or more, at the end
//   N          2 to 9                   !          any characters or none, at the end
//                                       ...        the place before it once more, twice, and so on, or not at all,
//                                                  at the end
//
// For example, "X..." has one digit or more, and nothing else. Every other character is itself. In brackets every
// character is itself, so [X] is the letter X. A `-` that is first or last in brackets is itself as well. Case matters.
//
// In:     the text of a pattern
// Out:    the pattern, or what is wrong with it
// Always: a place of a pattern allows one character at least
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/texts/characters.h"

namespace tally {

struct CharacterRange {
  Character low = 0, high = 0;  // both inclusive, low <= high
  auto operator<=>(const CharacterRange&) const = default;
};

struct DialPattern {
  // `again`: the last place may be repeated. Then there is a place.
  enum class Rest : std::uint8_t { none, one_or_more, any, again };
  std::vector<std::vector<CharacterRange>> places;  // one character each; the ranges are sorted and disjoint
  Rest rest = Rest::none;
};

// What is wrong with a pattern: "`[` is not closed", and what to write.
struct PatternFault {
  std::string message, help;
};

// Reads a pattern.
Result<DialPattern, PatternFault> dial_pattern(std::string_view text);
// Whether a text is like the pattern.
bool is_like(std::string_view text, const DialPattern& pattern);

}  // namespace tally
