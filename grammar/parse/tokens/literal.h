// What literals mean: the content of texts, the value of numbers. Private to grammar/.
//
// In:     the characters of one literal as written: `"a\n"`, `5_000`.
// Out:    its value, or what is wrong with it and where.
// Always: a place is a byte of the literal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tally::syntax {

// The largest number of the language: the largest that JSON readers keep exact.
inline constexpr std::uint64_t max_number = 9007199254740991;

struct LiteralFault {
  std::size_t begin = 0;  // in the characters that were given
  std::size_t end = 0;
  std::string message;
  std::string help;  // may be empty
};

// One character of a text as written: a byte that stands for itself, or an escape.
struct Character {
  std::string bytes;
  bool escaped = false;
};

// Reads the character at `position` of a text's body (without the quotes) and
// moves behind it.
std::variant<Character, LiteralFault> next_character(std::string_view body, std::size_t& position);

// Whether a text's body stands for itself: it has no escape and no control character.
bool is_plain(std::string_view body);
// The content of a text; `body` is without the quotes.
std::variant<std::string, LiteralFault> decode_text(std::string_view body);

// `5`, `10_800`.
std::variant<std::uint64_t, LiteralFault> decode_number(std::string_view digits);

}  // namespace tally::syntax
