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

#include <string>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

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

}  // namespace tally
