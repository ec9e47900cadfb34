// The fewest sets that together have every member.
//
// In:     sets of members, which together have all of them.
// Out:    some of the sets that have all members, as few as were found.
// Always: none of the sets in the answer can be left out. If `is_least`, no other choice of the given sets is smaller.
//
// For example, of {0, 1}, {1, 2} and {2} the answer is the first two.
//
// The first choice is greedy, which is at most ln(n) + 1 times the least (Chvatal, *A Greedy Heuristic for the
// Set-Covering Problem*, 1979); branches and bounds then look for a smaller one.
#pragma once

#include <cstddef>
#include <vector>

#include "simulator/vectors/members.h"

namespace tally {

struct SetCover {
  std::vector<std::size_t> sets;  // indices, ascending
  bool is_least = false;          // whether the search ended before its bound
};

// `members`: how many there are. `max_steps` bounds the search.
SetCover fewest_sets(const std::vector<Members>& sets, std::size_t members, std::size_t max_steps = 200'000);

}  // namespace tally
