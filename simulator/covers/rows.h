// Rows: the cubes that a table is made of.
//
// In: a diagram whose terminals are outcomes (0: no row). Out: disjoint rows that
// together are where it is not 0. Always: rows with one outcome that could be one
// by a single input are one, and a test that only shuts out what cannot occur is
// left out; so rows are disjoint, and complete, among the calls that can occur.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct Row {
  std::map<VariableId, CodeSet> tests;
  std::uint32_t outcome = 0;
};

// One row for each path.
std::vector<Row> path_rows(const Diagrams& diagrams, Diagram outcomes);
// Fewer rows for the same. `allowed`: the calls that can occur. More rows than
// this stay as they are: comparing each with each would take long.
inline constexpr std::size_t max_merged_rows = 3'000;
void merge_rows(Diagrams& diagrams, Diagram allowed, std::vector<Row>& rows);
// The condition of a row.
Diagram of(Diagrams& diagrams, const Row& row);

// All codes of a variable.
CodeSet every_code(const Diagrams& diagrams, VariableId variable);

}  // namespace tally
