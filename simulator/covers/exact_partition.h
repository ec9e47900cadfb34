// The fewest disjoint rows of a small condition, by exhaustive search.
//
// In: the possible calls, those of them that are to be covered, and how many rows
// there are at least and at most. Out: the fewest rows that cover each call once,
// if there are so few; nothing is known where a bound was reached. The search is
// exact covering by the least covered call first, deepened row by row.
#pragma once

#include <optional>
#include <vector>

#include "simulator/covers/partition.h"

namespace tally {

struct ExactPartition {
  std::optional<std::vector<Row>> rows;
  bool is_complete = false;  // with rows: these are the fewest; without: there are no such rows
};

// `must` within `possible`.
ExactPartition exact_partition(Diagrams& diagrams, Diagram must, Diagram possible, std::size_t at_least,
                               std::size_t at_most, const PartitionBounds& bounds);

}  // namespace tally
