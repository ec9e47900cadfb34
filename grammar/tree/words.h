// The words of the language that the model has as well: the kinds of a place, and presence.
//
// They are apart from the syntax tree so that what comes after the analysis does not depend
// on it: an edit of ast.h then rebuilds the grammar and the analysis, not the whole compiler.
#pragma once

#include <cstdint>

namespace tally::ast {

// The JSON kind after `if`: `at /record_call if boolean`. `any`: there is no `if`. `other`: every kind that no
// other `if` names at the same place.
enum class PlaceKind : std::uint8_t { any, boolean, number, string, object, array, other };

// `x is set`, `x is unset`.
enum class Presence : std::uint8_t { set, unset };

}  // namespace tally::ast
