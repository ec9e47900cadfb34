// How tightly an expression holds its parts together: the one place that knows it.
//
// In: an expression. Out: its precedence, from loose to tight. Always: an operand that is
// looser than its place allows is written in brackets, `(a or b) and c`; whoever prints,
// edits or makes up source text asks here.
#pragma once

#include <cstdint>

#include "grammar/tree/ast.h"

namespace tally::ast {

// From loose to tight.
enum class Precedence : std::uint8_t {
  disjunction,  // a or b
  conjunction,  // a and b
  negation,     // not a
  comparison,   // a is b, a in (1, 2), a < 3, a starts "x", a is set
  alternative,  // a else b
  postfix,      // names, literals, calls, and what has brackets of its own
};

Precedence precedence_of(const Expr& e);

// The next tighter one, which an operand of a chain has at least: `a and b` inside an
// `and` of its own stands in brackets. Only of what is looser than `postfix`.
constexpr Precedence tighter_than(Precedence p) { return static_cast<Precedence>(static_cast<int>(p) + 1); }

}  // namespace tally::ast
