// Partitions: a condition as the fewest disjoint rows.
//
// In: the calls that can occur, and a condition. Out: rows that together hold for
// exactly the possible calls that meet the condition, no call twice; what cannot
// occur is free. Always: with `is_minimal` there are no fewer such rows.
//
// Unlike the terms of a cover (cover.h) rows do not overlap, so that they can be
// counted one by one. The fewest rows that a decision tree gives are found by
// going through its subfunctions; a tree need not be the best there is, so small
// conditions are then searched through exactly. Past the bounds of both, the rows
// are those of the diagram's paths, or of a tree that is grown greedily.
// Conditions that take thousands of rows even so are left alone.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "simulator/covers/rows.h"

namespace tally {

struct Partition {
  std::vector<Row> rows;  // outcome 1
  bool is_minimal = false;
};

struct PartitionBounds {
  std::size_t tree_variables = 12;      // of a condition for which the best tree is looked for
  std::size_t tree_states = 3'000;      // its subfunctions that are gone through
  std::size_t greedy_rows = 300;        // of a greedy tree
  std::size_t greedy_work = 2'000'000;  // nodes that it looks at
  std::size_t paths = 1'000;            // of the diagram, to be made rows
  std::size_t exact_rows = 60;          // more are not known to be the fewest
  std::size_t exact_calls = 1'024;      // possible calls of an exact search
  std::size_t exact_cubes = 20'000;     // its cubes
  std::size_t exact_steps = 200'000;    // its steps
};

// Nothing where too many rows would be needed. Throws NodeLimit like its diagrams.
std::optional<Partition> minimal_partition(Diagrams& diagrams, Diagram condition, Diagram possible,
                                           const PartitionBounds& bounds = {});

}  // namespace tally
