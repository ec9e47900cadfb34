// From the map of columns to what each element of a model has.
//
// For example, the line `source = src_net` gives the element `source` the column `src_net`.
//
// In:     a map that was read for the descriptor of a deployed policy; the columns of its table, if a schema lists them
// Out:    a place for each element that has a line
// Always: the elements are those that the descriptor has, in its order
#pragma once

#include <set>
#include <vector>

#include "compiler/columns/column_map.h"
#include "compiler/sql/row_places.h"
#include "compiler/sql/schema.h"

namespace tally::sql {

// The inputs whose elements a request of the policy has: those of its own files, and those that are read.
std::vector<InputId> inputs_of(const Model& model, const std::set<ElementId>& reads);
// The elements of these inputs as a descriptor has them, by index.
std::vector<ElementId> described_elements(const Model& model, const std::vector<InputId>& inputs);

PlaceMap places_of(const ColumnMap& map, const std::vector<ElementId>& elements,
                   const std::vector<SchemaColumn>& schema);

}  // namespace tally::sql
