// The grammar above the tokens: one function for each construct.
//
// In: a cursor at the first token of the construct. Out: its tree, the cursor
// behind it; a `Fault` is thrown where the text is malformed. Always: every
// choice is made by looking at most two tokens ahead and never taken back, so
// parsing is linear, and a fault lies at the first token that fits nothing.
// Private to grammar/.
#pragma once

#include <string>
#include <vector>

#include "grammar/parse/cursor.h"
#include "grammar/tree/ast.h"

namespace tally::syntax {

// --- expressions (parse_expressions.cpp) ------------------------------------------

ast::ExprPtr expression(Cursor& c, const Want& want);
// A name, number, text, `on`, `off`, and `unset`.
ast::ExprPtr literal(Cursor& c, const Want& want);
// `(v, 5..30)`; the cursor stands at the `(`. `after` names what it belongs to.
std::vector<ast::ListItem> list_items(Cursor& c, const std::string& after);
// `"a"` or `("a", "b")`, after `starts`.
std::vector<ast::Text> prefixes(Cursor& c);
// A name with fields and indices, as a text inserts it.
ast::ExprPtr insertion(Cursor& c);
ast::Path path(Cursor& c, const Want& want);
std::vector<ast::Path> paths(Cursor& c, const Want& want);

// --- types (parse_types.cpp) ----------------------------------------------------------

// `spellings`: whether `a = "A B"` gives a value's spelling here.
ast::TypePtr type(Cursor& c, const Want& want, bool spellings = false);
// `at /a/b [if kind]`, if it stands here.
std::optional<ast::Place> place(Cursor& c);
// `= literal`, if it stands here; null otherwise.
ast::ExprPtr default_value(Cursor& c, const std::string& where);

// --- rules and tables (parse_rules.cpp, parse_tables.cpp) -------------------------------

// The rules in braces, which the cursor stands at. `owner` is whose body they
// are ("decision `d`"), for messages.
ast::Rules rules(Cursor& c, const std::string& owner);
std::optional<ast::Text> reason(Cursor& c);
// From the first `|` to before the `}`.
ast::Table table(Cursor& c);

// --- declarations (parse_declarations.cpp) ----------------------------------------------

// The cursor stands at a keyword that begins one.
ast::Declaration declaration(Cursor& c);

template <class Node>
ast::ExprPtr make_expr(Node node, Span span) {
  auto made = std::make_unique<ast::Expr>();
  made->node = std::move(node);
  made->span = span;
  return made;
}

}  // namespace tally::syntax
