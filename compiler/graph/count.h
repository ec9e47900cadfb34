// Exact counts of any size: combinations pass 64 bits soon (10^30 is nothing
// unusual for five documents), and a count that is not exact proves nothing.
#pragma once

#include <gmpxx.h>

#include <string>

namespace tally {

using Count = mpz_class;

// "13,947,137,604".
std::string grouped(const Count& count);
// "1 call", "2 calls".
std::string counted(const Count& count, const std::string& noun);

}  // namespace tally
