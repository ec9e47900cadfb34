// Which parts may be unset, as their nodes show it. Private to compiler/lower/.
//
// For example, `leaf source` of the required input `source` is never 0. But the decision
// `way { left when f }` leaves a call undecided, so its node may be 0, although its type
// says `way`.
//
// In:     a node of the graph whose code 0 means unset
// Out:    whether some call may give it the code 0
// Always: `false` is certain. `true` may be wrong: conditions are not looked at, so a rule
//         that never fires counts as well.
#pragma once

#include <vector>

#include "compiler/graph/graph.h"

namespace tally {

class UnsetNodes {
 public:
  UnsetNodes(const Model& model, const Graph& graph) : model_(model), graph_(graph) {}
  // The time is linear in the nodes that were made since the last question.
  bool may_be_unset(NodeId node);

 private:
  bool look(const Node& node) const;
  bool known(NodeId node) const { return known_[node.value]; }

  const Model& model_;
  const Graph& graph_;
  std::vector<bool> known_;  // by node
};

}  // namespace tally
