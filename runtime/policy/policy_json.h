// What a policy is, as JSON, for programs that are not written for one policy.
#pragma once

#include <string>

#include "runtime/policy/policy_version.h"

namespace tally {

// tally.h (tally_policy_json) describes it. One line.
std::string policy_json(const PolicyVersion& version);

}  // namespace tally
