// How many columns of a terminal a text takes.
//
// In:     UTF-8. A byte that is not valid counts as a character.
// Out:    columns: 3 for "née", 4 for "東京", 2 for an emoji, 1 for "é" as a letter and a combining accent.
// Always: every character of ASCII is one column, control characters too: who shows them replaces them first.
//
// The widths are those of Unicode (UAX #11, East Asian Width), as utf8proc has them. What a terminal makes of several
// characters that are joined to one picture is its own affair.
#pragma once

#include <cstddef>
#include <string_view>

namespace tally {

struct CharacterWidth {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

// The first character of a text, which is not empty.
CharacterWidth first_character(std::string_view text);

std::size_t text_width(std::string_view text);

// Returns how many bytes of a text fit into some columns, with what combines with the last character.
std::size_t bytes_within(std::string_view text, std::size_t columns);

}  // namespace tally
