// What rules change that nobody allowed, for the guard of a policy.
//
// In:     two compilations with a policy, the earlier one and the later one, and the limits of the guard.
// Out:    the first change that is beyond the limits, or the first invariant that is broken, in words with a call.
// Always: what is lost (a decision, requests that were accepted, the name of an input) is beyond every limit, unless
//         the decision is named. Without limits every change is beyond them.
//
// For example, "`recording`: 3 of 24 combinations: off -> on, for example source = onnet: {"source":"onnet"}".
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "compiler/front_end.h"
#include "runtime/policy/policy_loader.h"

namespace tally {

// The graphs of both policies grow. A limit that has no meaning in the later rules is an error, and so is a diagram
// that is too large.
Result<std::optional<std::string>> first_excess(const Compilation& before, Compilation& after,
                                                const RuleLimits* limits);

}  // namespace tally
