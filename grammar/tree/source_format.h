// Source text of the parts of a declaration: expressions, types, paths. Private to the
// printer.
//
// Every node is written on one line: `flat`. Brackets are written only if the tree needs them.
// Lines and columns are the formatter's (grammar/format/format.h).
//
// For example, `flat` of an `or` with the operands `a is b` and `c` is "a is b or c".
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/tree/precedence.h"

namespace tally::format {

inline constexpr std::size_t margin = 100;          // of formatted texts, in columns
inline constexpr std::size_t aligned_outcome = 50;  // a wider outcome does not shift the `when` of the others

inline std::string spaces(std::size_t n) { return std::string(n, ' '); }

// Returns how many columns a text takes: 3 for "née", 4 for "東京".
std::size_t width(std::string_view text);

template <class Items, class Print>
std::string joined(const Items& items, std::string_view separator, Print print_item) {
  std::string out;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    out += print_item(item);
  }
  return out;
}

// A text as it was written, if that is known. The value alone does not distinguish a
// brace that inserts from an escaped brace.
std::string quoted(const ast::Text& text);
std::string quoted(std::string_view value);

std::string range(const std::optional<std::uint64_t>& low, const std::optional<std::uint64_t>& high);
std::string_view sign(ast::CompareOp op);
std::string_view word(ast::TextForm form);
std::string_view word(ast::Presence presence);
std::string_view word(ast::Quantifier quantifier);
std::string_view kind_word(ast::PlaceKind kind);  // empty for `any`
std::string at_place(const ast::Place& place);
std::string path_text(const ast::Path& path);

using ast::Precedence;

// `place` is the precedence that the place requires. A looser expression is written in
// brackets.
std::string flat(const ast::Expr& e, Precedence place = Precedence::disjunction);
std::string flat(const ast::Cell& cell);
// `(v, w)`, as after `in` and in a cell.
std::string flat_list(const std::vector<ast::ListItem>& items);
// The same in a `let`. One member alone has a comma after it: `("a",)`.
std::string declared_list(const std::vector<ast::ListItem>& items);
// `{ on when a  off otherwise }`
std::string flat_rules(const ast::Rules& rules);
// An outcome before `when` or `otherwise`. It is in brackets if a word behind `but not` could be read as a value, and
// what follows as the next outcome: `x in (a, b) but not ends "c" otherwise`.
std::string flat_outcome(const ast::Expr& e);
// The right side of `is`. It is in brackets if it would be read as a test of presence.
std::string flat_right(const ast::Expr& e);
// The leftmost leaf of an expression that is printed without brackets.
const ast::Expr& first_leaf(const ast::Expr& expression);

// The position of a type decides which types need brackets.
enum class TypePlace {
  whole,    // `type N = T`, and in brackets: only here `a = "A B"` spells a value
  open,     // after `:` and `in`, and as an index
  suffixed  // before `?` or `[`
};

// `a = "A B"`
std::string enum_value(const ast::EnumValue& value);
std::string flat_type(const ast::Type& type, TypePlace place);

}  // namespace tally::format
