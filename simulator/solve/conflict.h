// Why no settings bring about what is wanted. Private to solving (solve*.cpp).
//
// In:     the space of a question that has no solution.
// Out:    the fewest wishes that no settings meet together, and calls that show it. Under any
//         settings, one of these wishes fails in one of these calls.
// Always: the wishes are sorted, and none of them can be left out.
//
// For example, "caller-recording is on" and "caller-recording is off", both about every call,
// contradict each other; one call is enough to show it.
#pragma once

#include "simulator/solve/settings_space.h"

namespace tally {

// Returns the conflict of a space without a solution. Throws NodeLimit like its diagrams.
Conflict find_conflict(SettingsSpace& space);

}  // namespace tally
