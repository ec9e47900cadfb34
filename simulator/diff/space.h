// What a part of a diff was compared on. Private to diff*.cpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "simulator/diff/diff.h"

namespace tally {

struct DiffSpace {
  std::optional<Classes> classes;
  std::unique_ptr<Space> space;
  std::vector<ElementId> columns;               // of the joint model: the inputs that matter
  Diagram asked;                                // the calls that are asked about
  Diagram rows;                                 // the number of a row, from 1; 0 elsewhere
  std::vector<std::vector<Cube>> alternatives;  // by row
};

}  // namespace tally
