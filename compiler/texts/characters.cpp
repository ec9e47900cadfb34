#include "compiler/texts/characters.h"

namespace tally {

Character next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const unsigned more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  if (more == 0 || at + more > text.size()) return lead;
  Character character = lead & (0x3fu >> more);
  for (unsigned i = 0; i < more; ++i) character = (character << 6) | (static_cast<unsigned char>(text[at++]) & 0x3fu);
  return character;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += static_cast<char32_t>(next_character(text, at));
  return out;
}

std::string utf8_of(Character character) {
  std::string text;
  const auto continuation = [&](unsigned shift) { text += static_cast<char>(0x80 | ((character >> shift) & 0x3f)); };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xc0 | (character >> 6));
    continuation(0);
  } else if (character < 0x10000) {
    text += static_cast<char>(0xe0 | (character >> 12));
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xf0 | (character >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
  return text;
}

}  // namespace tally
