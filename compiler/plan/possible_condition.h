// Which assignments to some elements' codes are possible, as a condition of the
// decision graph: what `Space::possible` is as a diagram, for code.
#pragma once

#include <set>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "compiler/model/model.h"

namespace tally {

// 1 where some document brings these codes about: nothing stands in an absent
// object, a required member stands in every present one, and of two fields that
// read one place under different `if` kinds at most one is set. Presences that
// are not among the elements are whatever makes it possible.
NodeId possible_condition(const Model& model, Graph& graph, const Classes& classes,
                          const std::set<ElementId>& elements);

}  // namespace tally
