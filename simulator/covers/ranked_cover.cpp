#include "simulator/covers/ranked_cover.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "simulator/covers/cover.h"

namespace tally {

std::vector<RankedTerm> ranked(Diagrams& diagrams, std::vector<Cube> terms, Diagram condition,
                               std::span<const VariableId> scope, std::size_t most, std::size_t work) {
  // What a term adds never grows. So if the term with the largest known addition still adds that
  // much, no other term adds more.
  struct Entry {
    Count at_most;
    std::size_t index;
    bool operator<(const Entry& other) const {
      return at_most != other.at_most ? at_most < other.at_most : index > other.index;
    }
  };
  std::priority_queue<Entry> open;
  std::vector<Count> own;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    own.push_back(diagrams.count(diagrams.both(of(diagrams, terms[i]), condition), scope));
    open.push({own.back(), i});
  }
  std::vector<RankedTerm> out;
  for (Diagram left = condition; !open.empty() && out.size() < most && left != diagrams.no();) {
    const auto [at_most, index] = open.top();
    open.pop();
    const Diagram term = of(diagrams, terms[index]);
    const Count more = diagrams.count(diagrams.both(term, left), scope);
    if (more == 0) continue;
    if (more < at_most && work > 0) {
      work -= std::min(work, diagrams.size(left));
      open.push({more, index});
      continue;
    }
    out.push_back({std::move(terms[index]), own[index], more});
    left = diagrams.but_not(left, term);
  }
  return out;
}

}  // namespace tally
