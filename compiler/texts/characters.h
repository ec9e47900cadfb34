// Characters: texts in UTF-8 as Unicode scalar values, and back.
//
// For example, "é1" is U+00E9, U+0031, in three bytes.
//
// In:     texts that are valid UTF-8, as rule files and documents are
// Out:    their characters
// Always: a byte that no valid text has there is a character of its own, so that every text ends
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally {

// A Unicode scalar value: 0..0xd7ff, 0xe000..0x10ffff.
using Character = std::uint32_t;
inline constexpr Character max_character = 0x10ffff;
inline constexpr Character first_surrogate = 0xd800, last_surrogate = 0xdfff;  // which are no characters

// Returns the character at `at`, and moves `at` behind it. `at` is less than the size of the text.
Character next_character(std::string_view text, std::size_t& at);
// The number of characters of a text.
std::size_t character_count(std::string_view text);
// The characters of a text.
std::u32string characters_of(std::string_view text);
// One character in UTF-8.
std::string utf8_of(Character character);

}  // namespace tally
