// Gathering: the select among like terms as one term on what is selected. A select among
// loads from bytes that stand equally far apart is a load with a computed address, and a
// select among equal operations on such loads is the operation on these.
//
// In: an index and a branch for each of its codes. Out: an equal term without a select, or
// nothing if the branches are not alike. Always: what was asked once is remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/plan/term_store.h"

namespace tally {

class TermMaker;

class Gatherer {
 public:
  // `branches`: for the index's codes from `low`.
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
