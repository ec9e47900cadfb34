// Which assignments to some elements' codes are possible, as a condition of the decision
// graph. The condition is for generated code; `Space::possible` is the same function as a
// diagram.
//
// In:     a graph, and some elements of a model.
// Out:    a node of the graph: 1 if some document brings the codes of these elements about.
// Always: it shares nothing with `Space::possible` on purpose, so that each can be held against the other.
#pragma once

#include <set>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "compiler/model/model.h"

namespace tally {

// Returns a condition that is 1 if some document brings these codes about. A member of an
// absent object is unset, a required member of a present object is set, and of two fields
// that read one place under different `if` kinds at most one is set. A presence that is
// not among `elements` may have either value. With the elements `user` and `user.enabled`
// of `user : { enabled : flag }?`, it is 0 for `user` unset and `user.enabled` on. The
// graph grows.
NodeId possible_condition(const Model& model, Graph& graph, const Classes& classes,
                          const std::set<ElementId>& elements);

}  // namespace tally
