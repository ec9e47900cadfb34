// Source text of the parts of a declaration: expressions, types, paths. Private
// to the printer.
//
// Every node has a form on one line (`flat`), and those that can be long a form
// on several (`layout`), taken where the first would pass the margin. The first
// line of a layout begins where the caller stands; the others carry their own
// indentation. Brackets stand only where the tree needs them.
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
inline constexpr std::size_t aligned_outcome = 40;  // wider outcomes do not push the others' `when` aside

inline std::string spaces(std::size_t n) { return std::string(n, ' '); }
inline std::string line_break(std::size_t indent) { return "\n" + spaces(indent); }
inline bool is_flat(const std::string& text) { return text.find('\n') == std::string::npos; }

// Columns: code points.
std::size_t width(std::string_view text);
std::string padded(const std::string& text, std::size_t to);
// The column at which a text that begins at `column` ends.
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

// A text as it was written, where that is known: the value alone cannot tell a
// brace that inserts from one that came from an escape.
std::string quoted(const ast::Text& text);
std::string quoted(std::string_view value);

std::string range(const std::optional<std::uint64_t>& low, const std::optional<std::uint64_t>& high);
std::string_view sign(ast::CompareOp op);
std::string_view word(ast::Presence presence);
std::string_view kind_word(ast::PlaceKind kind);  // empty for `any`
std::string at_place(const ast::Place& place);
std::string path_text(const ast::Path& path);

using ast::Precedence;

// `place` is what the place asks for: a looser expression is written in brackets.
std::string flat(const ast::Expr& e, Precedence place = Precedence::disjunction);
// `(v, w)`, after `in` and in a cell.
std::string flat_list(const std::vector<ast::ListItem>& items);
// `"a"` or `("a", "b")`, after `starts`.
std::string prefix_list(const std::vector<ast::Text>& prefixes);
// The right of `is`, bracketed where it would be read as a test of presence.
std::string flat_right(const ast::Expr& e);
// The leaf that an expression begins with where it is printed without brackets.
const ast::Expr& first_leaf(const ast::Expr& expression);

// An expression that begins at `column` of a line indented by `indent`.
std::string layout(const ast::Expr& e, std::size_t indent, std::size_t column,
                   Precedence place = Precedence::disjunction);
// `when C`: a condition behind a word that stands at `column`.
std::string clause(std::string_view lead, const ast::Expr& e, std::size_t column);
// The rules in braces, one a line, with `when` and `because` in one column.
std::string rules_block(const std::vector<ast::Rule>& rules, std::size_t indent);

// Where a type stands decides what is bracketed.
enum class TypePlace {
  whole,    // `type N = T`, and inside brackets: the only places where `a = "A B"` spells a value
  open,     // after `:` and `in`, and as an index
  suffixed  // before `?` or `[`
};

std::string flat_type(const ast::Type& type, TypePlace place);
// A type that begins at `column` of a line indented by `indent`. Records are
// always laid out: they are read field by field.
std::string layout_type(const ast::Type& type, TypePlace place, std::size_t indent, std::size_t column);

}  // namespace tally::format
