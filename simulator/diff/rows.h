// The rows of a part of a diff. Private to diff*.cpp.
//
// In: what may be decided differently, as conditions over the inputs that matter.
// Out: for each two outcomes the fewest rows that can be found, or one row with
// alternatives; each counted, in words, and with a call.
#pragma once

#include <vector>

#include "simulator/diff/space.h"

namespace tally {

struct DiffQuestion {
  struct Outcome {
    Pair<std::string> values;
    Diagram condition;  // disjoint from those of the others
  };
  std::vector<Outcome> outcomes;  // those that differ
  std::vector<VariableId> scope;  // the inputs that matter
  Diagram possible;               // over these alone
  Diagram asked;                  // the calls that are asked about
};

// Writes counts, rows and what finds a call's row into the part and its space, which
// has its columns.
void find_rows(const Model& model, const DiffQuestion& question, const DiffBounds& bounds, DiffSpace& space,
               DiffPart& part);

}  // namespace tally
