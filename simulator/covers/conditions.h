// Conditions in the words of a rule file.
//
// In: what inputs are tested for, as sets of codes. Out: text that reads back as
// a condition of the same meaning in the file's own names ("source is onnet and
// account[inbound, onnet].enabled is not on").
#pragma once

#include <string>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

// One test: "source is onnet", "x is not on", "x is unset", "limit < 30",
// "t starts \"+1\"", "s in (ca, fl) or s is unset". Only codes that the element
// has count; `codes` holds some of them, not all.
std::string condition_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes);

// All tests of a term; one of alternatives in parentheses. "" for no test.
std::string condition_text(const Model& model, const Classes& classes, const Space& space, const Cube& term);

// One of the terms: "(a is on and b is on) or c is off". "" for a term without tests;
// there is at least one term.
std::string condition_text(const Model& model, const Classes& classes, const Space& space,
                           const std::vector<Cube>& terms);

}  // namespace tally
