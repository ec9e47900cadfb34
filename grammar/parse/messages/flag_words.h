// Advice on `on` and `off` where another value is named.
//
// In:     the word, as it is written.
// Out:    what to write instead: "give the value another name; in a `type`, with its spelling: `turned-off = "off"`".
// Always: private to grammar/parse/.
#pragma once

#include <string>

namespace tally::syntax {

inline std::string another_name_for_flag(const std::string& word) {
  return "give the value another name; in a `type`, with its spelling: `turned-" + word + " = \"" + word + "\"`";
}

}  // namespace tally::syntax
