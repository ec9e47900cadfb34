// The rules that leave a node, by number.
//
// For example, `rule_number<grammar::input>` is the number of the rule `input`.
//
// In:     the rules of the grammar
// Out:    their numbers, and which of them have a name that messages mention
// Always: a rule that is not listed leaves no node; its children are those of the rule around it.
//         Private to grammar/parse/.
#pragma once

#include <cstdint>

namespace tally::syntax {

// What a node belongs to, for messages: "input `x`".
struct Owner {
  const char* noun;    // with a space behind, or empty
  std::uint32_t name;  // its token, counted from the beginning of the node
};
// Null if the rule has no name.
const Owner* owner_of(std::uint16_t rule);

}  // namespace tally::syntax
