// The decisions of a policy as functions to compile, without documents or reasons.
// `tally dump` uses them, and so do the tests and benchmarks that compare code with
// diagrams. deployment.h requests the functions that run on documents.
//
// In:     a policy
// Out:    a function request
// Always: the functions give the codes of the policy's outputs, under the policy's own
//         classes and layout
#pragma once

#include <string>

#include "compiler/plan/function_request.h"
#include "compiler/policy.h"

namespace tally {

// Requests one function for all outputs together and one for each output, with the names
// that the policy gives them (policy.h). The policy must outlive the request.
FunctionRequest decide_functions_request(const Policy& policy, const std::string& module_name);

}  // namespace tally
