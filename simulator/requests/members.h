// Where the members of a JSON object stand in its text.
//
// In:     the text of an object, on its own; blanks may be around it.
// Out:    its members in the order of the text, as byte positions.
// Always: the text of a value is exactly what was written: `1e3` stays `1e3`, and a key that is written twice is two
//         members.
//
// For example, {"a": [1]} has one member: key "a", whose key begins at 1 and whose value is at 6..9.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct MemberText {
  std::string key;            // without quotes, escapes resolved
  std::size_t key_begin = 0;  // the quote before the key
  std::size_t begin = 0;      // the value: [begin, end)
  std::size_t end = 0;
};

// `text` must be valid JSON and an object.
std::vector<MemberText> members_of(std::string_view text);

}  // namespace tally
