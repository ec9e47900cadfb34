// Conditions as text in the rule language.
//
// In:     tests of elements, each a set of codes.
// Out:    text that reads back as a condition of the same meaning, in the file's own names.
// Always: the text compiles in the file that the model comes from.
//
//   the code of `onnet` for `source`                   "source is onnet"
//   a term of two tests                                "source is onnet and a.enabled is not on"
//   two terms                                          "(a is on and b is on) or c is off"
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/diagrams/space.h"
#include "grammar/tree/ast.h"

namespace tally {

// Makes the left side of a comparison. A tree cannot be copied, and some conditions name it twice.
using Header = std::function<ast::ExprPtr()>;
// Returns a cell as a condition on the header of its column: `n in 5..30 but not 7` for the cell `5..30 but not 7`.
ast::ExprPtr condition_on(const Header& header, ast::Cell cell);
// The same for texts of the language.
std::string condition_of_cell(const std::string& header, const std::string& cell);

// Returns one test as a condition, as `condition_text` writes it.
ast::ExprPtr condition_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes);

// The element as the header of a column: its name, or `g729 in codecs` for a value of a set that is never unset.
// A relation has the column of its left leaf, in which a cell names the other: `calls` is the header of `< limit`.
std::string header_text(const Model& model, const Classes& classes, ElementId element);

// Makes the condition of one test of a term.
using TestOf = std::function<ast::ExprPtr(VariableId, const CodeSet&)>;
// Returns the terms, joined by `or`, with the tests as `test_of` makes them. If a term has no tests, the
// result is "".
std::string condition_text(const std::vector<Cube>& terms, const TestOf& test_of);

// Returns one test as text: "source is onnet", "x is not on", "x is unset", "limit < 30",
// "t starts \"+1\"", "s in (ca, fl) or s is unset". Codes that the element does not have are
// ignored. `codes` must hold at least one of the element's codes, and not all of them.
std::string condition_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes);

// Returns all tests of a term, joined by `and`: "source is onnet and x is on". A test that is
// itself a list of alternatives is put in parentheses. A term without tests gives "".
std::string condition_text(const Model& model, const Classes& classes, const Space& space, const Cube& term);

// Returns the terms, joined by `or`: "(a is on and b is on) or c is off". If a term has no
// tests, the result is "". `terms` must not be empty.
std::string condition_text(const Model& model, const Classes& classes, const Space& space,
                           const std::vector<Cube>& terms);

// A condition as an operand of `and`: in parentheses if it is a list of alternatives.
std::string operand_of_and(const std::string& condition);

}  // namespace tally
