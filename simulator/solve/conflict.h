// Why nothing brings about what is wanted. Private to solving (solve*.cpp).
//
// In: the space of a question without a solution. Out: the fewest wishes that no
// settings meet together, and calls that show it: under any settings, one of these
// wishes fails in one of these calls.
#pragma once

#include "simulator/solve/settings_space.h"

namespace tally {

// Throws NodeLimit.
Conflict find_conflict(SettingsSpace& space);

}  // namespace tally
