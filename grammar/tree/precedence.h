// How tightly an expression holds its parts together. No other file decides this.
//
// For example, `a or b` is looser than `and` allows, so as an operand of `and` it is written
// in brackets: `(a or b) and c`.
//
// In:     an expression
// Out:    its precedence, from loose to tight
// Always: an operand that is looser than its place allows is written in brackets. Every
//         file that prints, edits or makes source text asks here.
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
  postfix,      // names, literals, calls, and expressions with brackets of their own
};

// Returns the precedence of an expression: `comparison` for `a is b`.
Precedence precedence_of(const Expr& e);

// The next tighter precedence, which an operand of a chain needs at least: an `and` as an
// operand of another `and` is written in brackets. `p` must be looser than `postfix`.
constexpr Precedence tighter_than(Precedence p) { return static_cast<Precedence>(static_cast<int>(p) + 1); }

}  // namespace tally::ast
