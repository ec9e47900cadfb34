// Sets of values as cells of a table, in the rule language.
//
// In:     an element, and a set of its codes.
// Out:    a cell: what a row of a table has to contain to mean exactly this set. Under the cuts
//         `called starts "+1"` and `called starts "+1415"`:
//
//   +1 without +1415               starts "+1" but not starts "+1415"
//   all texts but +1415            not starts "+1415"
//   +1415, or unset                unset or starts "+1415"
//
// Always: the cell, read again, means the codes that it was made from. Neighbouring classes are one
//         range, and a prefix loses only the longer ones that are not in the set. Of several
//         ways to write a set, the shortest is taken.
#pragma once

#include <optional>
#include <string>

#include "compiler/graph/classes.h"
#include "grammar/tree/ast.h"

namespace tally {

// Whether an element is the flag of a value in a set: `codecs[g729]`.
bool is_member_of_set(const Model& model, ElementId element);

// Returns the object that a test of a member is really about: a member that its object must have is
// unset where the object is missing, and only there. So "queue.record is unset" is "queue is unset", and
// "queue.record is set" is "queue is set". Returns nothing for other tests.
std::optional<ElementId> tested_object(const Model& model, const Classes& classes, ElementId member,
                                       const CodeSet& codes);

// Returns the cell for a set of codes. Codes that the element does not have are ignored. `codes`
// must hold at least one that it has; with all of them the cell is `-`.
ast::Cell cell_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes);

// The cell for codes of a word that is not an input: 0 is unset, then come the values of an enum or,
// if `enumeration` is null, 1 for set.
ast::Cell cell_of(const Type* enumeration, bool may_be_unset, const CodeSet& codes);

// The same as text: "onnet", "not on", "unset or < 30", "-".
std::string cell_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes);
// The text of one code: "onnet", "30..", "unset".
std::string cell_text(const Model& model, const Classes& classes, ElementId element, unsigned code);

}  // namespace tally
