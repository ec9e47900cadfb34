// A condition in a guide that is written in the rule language.
//
// In:     the condition of a guide's row, and the one by the rules.
// Out:    whether the two hold for the same calls.
// Always: only calls count that the row is about: those with the values of its section, in which
//         the objects around its setting are present.
//
// For example, in a section with `source` onnet, "a is on" and "a is on and source is onnet" hold
// for the same calls.
#pragma once

#include "compiler/policy.h"

namespace tally {

// A condition that is null holds for every call. Returns nothing if the diagrams pass their node
// limit, or a leaf has too many codes. The policy's graph grows.
std::optional<bool> hold_alike(Policy& policy, const ExprRef& guide, const ExprRef& rules, const ExprRef& section,
                               ElementId setting);

}  // namespace tally
