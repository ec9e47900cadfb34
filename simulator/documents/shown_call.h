// Calls of reports in forms to be used elsewhere: as a request, and as an example of the language.
//
// In:     a compilation, and a call that a check reports.
// Out:    the smallest request that is decided like the call, and an example that gives the same.
// Always: `tally decide` takes the request, and the example can be added to the rule file.
//
// For example, the call {(source, offnet)} is the request {"source":"offnet"} and
//
//   example "who switches recording on is recorded: a counterexample" {
//     given  source is offnet
//     expect recording is on
//   }
#pragma once

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"

namespace tally {

// Returns what makes the forms, for CheckOptions. The compilation must have a policy and outlive it.
ShowCall show_calls_of(const Compilation& compilation);

}  // namespace tally
