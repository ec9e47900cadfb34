// Rows: the cubes that a table is made of.
//
// In:     a diagram whose terminals are outcomes; outcome 0 has no row.
// Out:    disjoint rows that together hold wherever the outcome is not 0.
// Always: among the calls that can occur, rows are disjoint and complete. Rows that have the
//         same outcome and differ in one input only are merged. A test that only excludes
//         calls that cannot occur is left out.
//
// For example, {source: onnet, a: on} and {source: offnet, a: on} with the same outcome become
// the one row {a: on}, if `source` has no other values.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

struct Row {
  std::map<VariableId, CodeSet> tests;
  std::uint32_t outcome = 0;
};

// Returns one row per path to an outcome other than 0.
std::vector<Row> path_rows(const Diagrams& diagrams, Diagram outcomes);
// Merges rows in place, and drops tests that only exclude calls outside `allowed`, the calls
// that can occur. More than `max_merged_rows` rows are not merged, since comparing each row
// with each other one would take long. `compared` are the variables of numbers and texts that are compared with each
// other, and of how they compare: these depend on each other, so that rows which differ in some of them may be one row.
inline constexpr std::size_t max_merged_rows = 3'000;
void merge_rows(Diagrams& diagrams, Diagram allowed, std::vector<Row>& rows, const std::set<VariableId>& compared = {});
// Returns the condition of a row: the calls that pass all of its tests.
Diagram of(Diagrams& diagrams, const Row& row);

// Returns all codes of a variable: {1, 2} for a flag that is never unset.
CodeSet every_code(const Diagrams& diagrams, VariableId variable);

}  // namespace tally
