// Partitions: a condition as the fewest disjoint rows.
//
// In:     the possible calls, and a condition.
// Out:    rows that together hold for exactly the possible calls that meet the condition. No
//         call is in two rows; a row may contain calls that cannot occur.
// Always: if `is_minimal` is set, no partition has fewer rows.
//
// For example, "a is on or b is on" is partitioned into {a: on} and {a: not on, b: on}.
//
// Unlike the terms of a cover (cover.h) rows do not overlap, so that they can be counted one
// by one. The best decision tree is found by going through the subfunctions of the condition.
// A tree need not give the fewest rows of all, so a small condition is then searched
// exhaustively (exact_partition.h). Beyond the bounds of both searches the rows are the paths
// of the diagram, or the leaves of a tree that is grown greedily. A condition that takes
// thousands of rows even so has no partition.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "simulator/covers/rows.h"

namespace tally {

struct Partition {
  std::vector<Row> rows;  // each with outcome 1
  bool is_minimal = false;
};

struct PartitionBounds {
  std::size_t tree_variables = 12;      // the best tree is searched for up to this many variables,
  std::size_t tree_states = 3'000;      // and this many subfunctions of the condition
  std::size_t greedy_rows = 300;        // rows of a greedy tree
  std::size_t greedy_work = 2'000'000;  // nodes that the greedy tree looks at
  std::size_t paths = 1'000;            // paths of a diagram that is made into rows
  std::size_t exact_rows = 60;          // beyond this many rows the exact search is not tried
  std::size_t exact_calls = 1'024;      // possible calls of an exact search,
  std::size_t exact_cubes = 20'000;     // the cubes it chooses from,
  std::size_t exact_steps = 200'000;    // and its steps
};

// Returns the rows of `condition` among the `possible` calls, or nothing if too many rows
// would be needed. Throws NodeLimit like its diagrams.
std::optional<Partition> minimal_partition(Diagrams& diagrams, Diagram condition, Diagram possible,
                                           const PartitionBounds& bounds = {});

}  // namespace tally
