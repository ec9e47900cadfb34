// The fewest disjoint rows of a small condition, by exhaustive search.
//
// In:     the possible calls, the condition to be covered, and how many rows there are at
//         least and at most.
// Out:    the fewest rows that cover each call of the condition once, if so few exist. If a
//         bound was reached, nothing is known.
// Always: the same question has the same answer; work is counted in steps, not in time.
//
// For example, "a is on or b is on" takes two rows: {a: on} and {a: not on, b: on}. With
// `at_most` 1 the answer is complete and has no rows.
//
// The method is exact covering that branches on the call with the fewest cubes left. It is
// repeated with one row more until it succeeds.
#pragma once

#include <optional>
#include <vector>

#include "simulator/covers/partition.h"

namespace tally {

struct ExactPartition {
  std::optional<std::vector<Row>> rows;
  bool is_complete = false;  // if there are rows, they are the fewest; else no such rows exist
};

// Returns the fewest rows for `must`, which lies within `possible`. Rows are counted from
// `at_least` to `at_most`, both inclusive. Throws NodeLimit like its diagrams.
ExactPartition exact_partition(Diagrams& diagrams, Diagram must, Diagram possible, std::size_t at_least,
                               std::size_t at_most, const PartitionBounds& bounds);

}  // namespace tally
