// The space in which one part of a diff was compared. Private to this folder.
//
// It is kept so that the row of a real call can be found afterwards. For example, if `rows` evaluates to 2
// for a call, the call falls into the second row, and 0 means that the policies agree on it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "simulator/diff/diff.h"

namespace tally {

// What one policy decides of a part, as nodes of the joint graph.
struct DiffSide {
  std::optional<NodeId> rule;      // set if the decision may be undecided
  std::optional<ResultPart> part;  // none: whether there is a result, for a record
  std::vector<NodeId> around;      // presences of the objects around, all of which must hold
};

struct DiffSpace {
  Pair<DiffSide> sides;
  std::optional<Classes> classes;
  std::unique_ptr<Space> space;
  std::vector<ElementId> columns;                    // elements of the joint model: the inputs that matter
  Diagram asked;                                     // the calls that are asked about
  Diagram rows;                                      // the number of the row, from 1; 0 if there is none
  std::vector<std::vector<Cube>> alternatives;       // by row
  std::vector<Pair<std::optional<Origin>>> origins;  // by row: the two outcomes, if they are handed on
};

}  // namespace tally
