// A policy's decisions as functions to compile, without documents or reasons: for
// `tally dump`, and for the tests and benchmarks that compare code with diagrams. What runs
// on documents is requested by deployment.h.
//
// In: a policy. Out: a request. Always: its functions give the codes of the policy's
// outputs, under the policy's own classes and layout.
#pragma once

#include <string>

#include "compiler/plan/function_request.h"
#include "compiler/policy.h"

namespace tally {

// All outputs together, and each alone, under the names that the policy gives
// them (policy.h). The policy must outlive the request.
FunctionRequest decide_functions_request(const Policy& policy, const std::string& module_name);

}  // namespace tally
