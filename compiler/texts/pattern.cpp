#include "compiler/texts/pattern.h"

#include <algorithm>
#include <optional>

namespace tally {
namespace {

void normalize(std::vector<CharacterRange>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<CharacterRange> joined;
  for (const CharacterRange& range : ranges) {
    if (!joined.empty() && range.low <= joined.back().high + 1) {
      joined.back().high = std::max(joined.back().high, range.high);
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
}

// Reads the characters in brackets, from behind the `[` to before the `]`.
Result<std::vector<CharacterRange>, PatternFault> set_of(const std::u32string& inside) {
  if (inside.empty()) return PatternFault{"`[]` allows no character", "write what is allowed in the brackets: `[2-9]`"};
  std::vector<CharacterRange> ranges;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const Character low = inside[i];
    if (i + 2 >= inside.size() || inside[i + 1] != U'-') {
      ranges.push_back({low, low});
      continue;
    }
    const Character high = inside[i + 2];
    if (high < low) {
      const std::string from = utf8_of(low), to = utf8_of(high);
      return PatternFault{"the range `" + from + "-" + to + "` is backwards", "write `" + to + "-" + from + "`"};
    }
    ranges.push_back({low, high});
    i += 2;
  }
  normalize(ranges);
  return ranges;
}

// What one character outside brackets allows.
CharacterRange place_of(Character character) {
  if (character == U'X') return {U'0', U'9'};
  if (character == U'Z') return {U'1', U'9'};
  if (character == U'N') return {U'2', U'9'};
  return {character, character};
}

bool allows(const std::vector<CharacterRange>& place, Character character) {
  return std::any_of(place.begin(), place.end(),
                     [&](const CharacterRange& range) { return range.low <= character && character <= range.high; });
}

}  // namespace

Result<DialPattern, PatternFault> dial_pattern(std::string_view text) {
  const std::u32string all = characters_of(text);
  if (all.empty()) return PatternFault{"an empty pattern", "write `is \"\"` for the empty text"};
  if (all.front() == U'_') {
    return PatternFault{"a pattern does not begin with `_`",
                        "leave the `_` of Asterisk out, or write `[_]` for the character"};
  }
  DialPattern pattern;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == U'[') {
      const std::size_t close = all.find(U']', i + 1);
      if (close == std::u32string::npos) {
        return PatternFault{"`[` is not closed", "write `]` behind what is allowed, or `[[]` for the character"};
      }
      auto ranges = set_of(all.substr(i + 1, close - i - 1));
      if (!ranges) return ranges.error();
      pattern.places.push_back(*std::move(ranges));
      i = close;
    } else if (all.compare(i, std::u32string::npos, U"...") == 0) {
      if (pattern.places.empty()) {
        return PatternFault{"`...` repeats the place before it, and there is none",
                            "write what is repeated in front of it: `X...` is one digit or more"};
      }
      pattern.rest = DialPattern::Rest::again;
      break;
    } else if (all[i] == U'.' || all[i] == U'!') {
      if (i + 1 < all.size()) {
        const std::string word(1, static_cast<char>(all[i]));
        const bool again = all.compare(i, 3, U"...") == 0;
        return PatternFault{"`" + (again ? "..." : word) + "` is not at the end of the pattern",
                            "write `[" + word + "]` for the character"};
      }
      pattern.rest = all[i] == U'.' ? DialPattern::Rest::one_or_more : DialPattern::Rest::any;
    } else {
      pattern.places.push_back({place_of(all[i])});
    }
  }
  return pattern;
}

bool is_like(std::string_view text, const DialPattern& pattern) {
  std::size_t at = 0;
  for (const auto& place : pattern.places) {
    if (at == text.size() || !allows(place, next_character(text, at))) return false;
  }
  switch (pattern.rest) {
    case DialPattern::Rest::none: return at == text.size();
    case DialPattern::Rest::one_or_more: return at < text.size();
    case DialPattern::Rest::any: return true;
    case DialPattern::Rest::again:
      while (at < text.size()) {
        if (!allows(pattern.places.back(), next_character(text, at))) return false;
      }
      return true;
  }
  return false;
}

}  // namespace tally
