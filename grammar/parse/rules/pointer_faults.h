// The faults of a JSON Pointer.
//
// For example, `/a~2` has one, since `~` is followed by `0` or `1`.
//
// In:     the token of a pointer
// Out:    its fault, or nothing
// Always: a pointer in quotes may hold any character. Private to grammar/parse/.
#pragma once

#include <optional>

#include "grammar/parse/engine/faults.h"

namespace tally::syntax::grammar {

std::optional<Fault> fault_in_pointer(const ParseState& state, std::uint32_t token);

}  // namespace tally::syntax::grammar
