// The words of the language that the model has as well: the kinds of a place, presence, and which rule of a
// decision wins. For example, `Presence::unset` is the `unset` of `x is unset`.
//
// They are apart from the syntax tree so that what comes after the analysis does not depend
// on it: an edit of ast.h then rebuilds the grammar and the analysis, not the whole compiler.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::ast {

// The JSON kind after `if`: `at /record_call if boolean`. `any`: there is no `if`. `other`: every kind that no
// other `if` names at the same place.
enum class PlaceKind : std::uint8_t { any, boolean, number, string, object, array, other };

// `x is set`, `x is unset`.
enum class Presence : std::uint8_t { set, unset };

// Which of several rules that match wins. `first`: the first of them. `unique`: there are never two. `longest`: the
// row of a table with the longest prefix.
enum class Matching : std::uint8_t { first, unique, longest };
// The word behind the type of such a decision, if it has one: "unique".
constexpr std::string_view matching_word(Matching matching) {
  switch (matching) {
    case Matching::first: return "";
    case Matching::unique: return "unique";
    case Matching::longest: return "longest";
  }
  return "";
}
// The word with a space in front, to stand behind the type.
inline std::string behind_type(Matching matching) {
  return matching == Matching::first ? "" : " " + std::string(matching_word(matching));
}

}  // namespace tally::ast
