// Checks whether bytes are UTF-8.
//
//   is_utf8("\xc3\xa9")    true: one character of two bytes
#pragma once

#include <string_view>

namespace tally {

// Whether the text is well formed: no surrogates, no overlong forms, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace tally
