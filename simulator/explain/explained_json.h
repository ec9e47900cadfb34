// An explanation as JSON, for the command and for who embeds the compiler.
//
// In: an explanation and what describes its decision. Out: text of members of a
// JSON object. Always: well formed, in UTF-8 as the rule file is.
#pragma once

#include <string>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/explain/explain.h"

namespace tally {

// The members rests_on, earlier and changes, with a comma between them.
std::string explained_json(const Model& model, const DecisionDescriptor& decision, const Explanation& why);

}  // namespace tally
