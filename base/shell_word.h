// A text as one word of a POSIX shell's command line.
//
//   shell_word("it's here")    "'it'\\''s here'"
//
// In:     any text without a NUL byte.
// Out:    the text in quotes, which a shell reads as this one word.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// Returns the text in single quotes: "it's" as 'it'\''s'. The shell expands nothing in it.
inline std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace tally
