// Texts without regard to the case of their ASCII letters. Letters beyond ASCII are left as they are.
//
// For example, "Inbound" is read like "inbound".
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace tally {

inline char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Returns `text` with small letters: "Don't Care" gives "don't care".
inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_case(c);
  return out;
}

inline bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_case(x) == lower_case(y); });
}

}  // namespace tally
