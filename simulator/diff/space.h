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

struct DiffSpace {
  std::optional<Classes> classes;
  std::unique_ptr<Space> space;
  std::vector<ElementId> columns;                    // elements of the joint model: the inputs that matter
  Diagram asked;                                     // the calls that are asked about
  Diagram rows;                                      // the number of the row, from 1; 0 if there is none
  std::vector<std::vector<Cube>> alternatives;       // by row
  std::vector<Pair<std::optional<Origin>>> origins;  // by row: the two outcomes, if they are handed on
};

}  // namespace tally
