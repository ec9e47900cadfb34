// Runs the grammar over tokens.
//
// For example, on the tokens of `input x : flag` at 0, `match(Text::declaration, ...)` leaves the
// nodes flag_type and input.
//
// In:     tokens, and where a text of some kind begins
// Out:    the nodes of that text and the position behind it, or the fault that it has
// Always: a first pass knows the language alone. Where it fails, a second pass finds the fault, with
//         the mistakes (mistakes.h) among the rules. Private to grammar/parse/ and
//         grammar/format/.
#pragma once

#include <optional>

#include "grammar/parse/engine/faults.h"

namespace tally::syntax {

enum class Text : std::uint8_t { declaration, expression, expectation, paths, insertion };

// Matches a text at `position`, and moves behind it. After a fault the position is that of the fault.
std::optional<Fault> match(Text text, ParseState& state, std::uint32_t& position);

}  // namespace tally::syntax
