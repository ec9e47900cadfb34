// A policy's outputs as functions to compile.
#pragma once

#include <string>

#include "compiler/plan/function_request.h"
#include "compiler/policy.h"

namespace tally {

// All outputs together, and each alone, under the names that the policy gives
// them (policy.h). The policy must outlive the request.
FunctionRequest function_request(const Policy& policy, const std::string& module_name);

}  // namespace tally
