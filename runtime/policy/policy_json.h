// What a policy is, as JSON, for programs that are not written for one policy.
//
// In:     a version of a policy.
// Out:    one line of JSON: its inputs with their values and places, and its decisions.
// Always: it is valid JSON, whatever the names are.
#pragma once

#include <string>

#include "runtime/policy/policy_version.h"

namespace tally {

// tally.h (tally_policy_json) describes it. One line.
std::string policy_json(const PolicyVersion& version);

}  // namespace tally
