// Gathering: turns a select among similar terms into one term on a select.
//
//   select(i, load 4, load 6, load 8)                 for i in 0..2 becomes
//   load 4 + 2 * i
//
//   select(i, negate(load 4), negate(load 6))         for i in 0..1 becomes
//   negate(load 4 + 2 * i)
//
// In:     an index, and a branch for each of its codes
// Out:    an equal term without a select, or nothing if the branches are not similar
// Always: results are remembered, so an equal question is answered once
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/plan/term_store.h"

namespace tally {

class TermMaker;

// Gathers the selects of one plan, and remembers the results.
class Gatherer {
 public:
  // `branches`: one for each code of the index, from `low`.
  std::optional<TermId> select(TermMaker& maker, TermId index, std::uint32_t low, const std::vector<TermId>& branches) {
    return gather(maker, index, low, branches, 0);
  }

 private:
  std::optional<TermId> gather(TermMaker& maker, TermId index, std::uint32_t low, const std::vector<TermId>& branches,
                               unsigned depth);
  std::optional<TermId> gather_operation(TermMaker& maker, TermId index, std::uint32_t low,
                                         const std::vector<TermId>& branches, unsigned depth);

  std::unordered_map<Words, std::optional<TermId>, WordsHash> gathered_;  // by index, low and branches
};

}  // namespace tally
