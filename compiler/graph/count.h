// Exact counts of any size. The number of calls soon exceeds 64 bits: five documents may
// have 10^30 combinations. A count that is not exact proves nothing.
//
//   Count calls = Count(1) << 100;   grouped(calls) is "1,267,650,600,228,229,401,496,703,205,376"
#pragma once

#include <gmpxx.h>

#include <string>

namespace tally {

using Count = mpz_class;

// The digits in groups of three: "13,947,137,604".
std::string grouped(const Count& count);
// The count with its noun: "1 call", "2 calls", "1,024 calls".
std::string counted(const Count& count, const std::string& noun);

}  // namespace tally
