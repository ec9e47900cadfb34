// The facts of an explanation, for tests that hold them against the policy.
#pragma once

#include <vector>

#include "simulator/explain/explain.h"

namespace tally::testing {

// The elements whose values the facts are: of an object that is missing, those in it that count.
inline std::vector<ElementId> elements_of(const std::vector<ExplainedFact>& facts) {
  std::vector<ElementId> out;
  for (const ExplainedFact& fact : facts) {
    if (fact.from == FactFrom::absent)
      out.insert(out.end(), fact.inside.begin(), fact.inside.end());
    else
      out.push_back(fact.element);
  }
  return out;
}

}  // namespace tally::testing
