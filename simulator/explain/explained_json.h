// An explanation as JSON, for the command and for programs that embed the compiler.
//
// In:     an explanation, and the descriptor of its decision.
// Out:    the members of a JSON object, as text: rests_on, earlier, changes, and together if there are any.
// Always: the text is well formed, and UTF-8 if the rule file is.
//
// For example:
//   "rests_on":[{"setting":"source","pointer":"/source","value":"onnet"}],"earlier":[],"changes":[]
#pragma once

#include <string>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/explain/explain.h"

namespace tally {

// Returns the members rests_on, earlier and changes, with commas between them.
std::string explained_json(const Model& model, const DecisionDescriptor& decision, const Explanation& why);

}  // namespace tally
