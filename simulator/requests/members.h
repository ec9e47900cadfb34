// Where the members of a JSON object stand in its text.
//
// In:     a text, of any bytes; a byte order mark may be in front, and blanks around the object.
// Out:    its members in the order of the text, as byte positions; or where the text is not an object of members.
// Always: the text of a value is exactly what was written: `1e3` stays `1e3`, and a key that is written twice is two
//         members. Brackets and quotes of a value are balanced and at most `max_document_depth` deep; what else is in
//         it is for its reader to judge. Nesting does not use the stack.
//
// For example, {"a": [1]} has one member: key "a", whose key begins at 1 and whose value is at 6..9.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tally {

struct MemberText {
  std::string key;            // without quotes, escapes resolved
  std::size_t key_begin = 0;  // the quote before the key
  std::size_t begin = 0;      // the value: [begin, end)
  std::size_t end = 0;
};

// Why a text has no members, and at which byte.
struct NoMembers {
  enum class Why { no_object, malformed, too_deep } why = Why::malformed;
  std::size_t byte = 0;
};

Result<std::vector<MemberText>, NoMembers> members_of(std::string_view text);

}  // namespace tally
