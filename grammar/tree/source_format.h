// Source text of the parts of a declaration: expressions, types, paths. Private to the
// printer.
//
// Every node has a form on one line (`flat`). A node that can be long also has a form on
// several lines (`layout`), which is used if one line would exceed the margin. The first
// line of a layout begins at the caller's column; the others have an indentation of their
// own. Brackets are written only if the tree needs them.
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

inline constexpr std::size_t margin = 100;
inline constexpr std::size_t aligned_outcome = 50;  // a wider outcome does not shift the `when` of the others

inline std::string spaces(std::size_t n) { return std::string(n, ' '); }
inline std::string line_break(std::size_t indent) { return "\n" + spaces(indent); }
inline bool is_flat(const std::string& text) { return text.find('\n') == std::string::npos; }

// Columns count code points.
std::size_t width(std::string_view text);
std::string padded(const std::string& text, std::size_t to);
// The column after a text that begins at `column`.
std::size_t end_column(const std::string& text, std::size_t column);

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
// The same in a `let`, beginning at `column`. One member alone has a comma after it: `("a",)`.
std::string declared_list(const std::vector<ast::ListItem>& items, std::size_t column);
// The right side of `is`. It is in brackets if it would be read as a test of presence.
std::string flat_right(const ast::Expr& e);
// The leftmost leaf of an expression that is printed without brackets.
const ast::Expr& first_leaf(const ast::Expr& expression);

// An expression that begins at `column` of a line with this indentation.
std::string layout(const ast::Expr& e, std::size_t indent, std::size_t column,
                   Precedence place = Precedence::disjunction);
// `when C`: a condition after a word that begins at `column`.
std::string clause(std::string_view lead, const ast::Expr& e, std::size_t column);
// Rules in braces, one per line, with `when` and `because` in one column each.
std::string rules_block(const std::vector<ast::Rule>& rules, std::size_t indent);

// The position of a type decides which types need brackets.
enum class TypePlace {
  whole,    // `type N = T`, and in brackets: only here `a = "A B"` spells a value
  open,     // after `:` and `in`, and as an index
  suffixed  // before `?` or `[`
};

// `a = "A B"`
std::string enum_value(const ast::EnumValue& value);
std::string flat_type(const ast::Type& type, TypePlace place);
// A type that begins at `column` of a line with this indentation. Records always have one
// line per field.
std::string layout_type(const ast::Type& type, TypePlace place, std::size_t indent, std::size_t column);

}  // namespace tally::format
