// The rows of one part of a diff. Private to diff*.cpp.
//
// In:     the outcomes that differ, each as a condition over the inputs that matter.
// Out:    for each pair of outcomes the fewest rows that can be found, or one row with
//         alternatives. Each row is counted, put into words, and has a call.
// Always: the rows are disjoint, and their counts add up to `different`. The call of a row gets
//         different values from the two policies.
//
// For example, the outcome {"off", "on"} under "a is off and b is on" becomes the row with the
// cells "off", "on".
#pragma once

#include <vector>

#include "simulator/diff/space.h"

namespace tally {

struct DiffQuestion {
  struct Outcome {
    Pair<std::string> values;
    Pair<std::optional<Origin>> origins;  // of numbers and texts that are set
    Diagram condition;                    // disjoint from the conditions of the other outcomes
  };
  std::vector<Outcome> outcomes;  // pairs of values that differ
  std::vector<VariableId> scope;  // the inputs that matter
  Diagram possible;               // the possible calls, over `scope` alone
  Diagram asked;                  // the calls that are asked about
};

// Writes counts and rows into `part`, and what finds the row of a call into `space`, whose
// columns are already set. Throws NodeLimit like its diagrams.
void find_rows(const Model& model, const DiffQuestion& question, const DiffBounds& bounds, DiffSpace& space,
               DiffPart& part);

}  // namespace tally
