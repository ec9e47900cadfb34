// The space: the diagrams of one policy over the documents that can exist.
//
// In: a model, its graph, classes, and the elements that matter, in the order
// of the diagrams' variables. Out: the diagram of any node, and of the
// assignments that some document brings about. A record's presence and its
// leaves are not independent: nothing stands in an absent object, a required
// member stands in every present one, and of two fields that read one place
// under different `if` kinds at most one is set. Presences that are not in the
// space are not counted: an assignment is possible if some presence of theirs
// makes it so.
//
// Throws NodeLimit like its diagrams; caught by the checks.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/classes.h"
#include "compiler/diagram.h"
#include "compiler/graph.h"
#include "compiler/lower.h"

namespace tally {

// An order for the variables under which the diagrams of these nodes stay
// small: depth first from the roots, each element where it is first needed, so
// that what selects stands before what is selected. `others` (elements without
// a node in the roots) follow, each beside the elements of its own object.
std::vector<ElementId> variable_order(const Model& model, const Graph& graph, std::span<const NodeId> roots,
                                      const std::set<ElementId>& others);

// The best of a few orders for the diagrams of these nodes and of what is
// possible over `elements` (a superset of what the nodes need): the order above;
// that order with the elements of each object side by side, under which what is
// possible is always small; and the order of declaration.
std::vector<ElementId> best_order(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements);

// A concrete call: codes of some elements.
using Call = std::vector<std::pair<ElementId, std::uint8_t>>;

class Space {
 public:
  // All references must outlive the space.
  Space(const Model& model, const Graph& graph, const Classes& classes, std::vector<ElementId> order,
        std::size_t node_limit = Diagrams::default_node_limit);

  Diagrams& diagrams() { return diagrams_; }
  const Diagrams& diagrams() const { return diagrams_; }
  const std::vector<ElementId>& order() const { return order_; }
  bool has(ElementId element) const { return variables_.contains(element); }
  VariableId variable(ElementId element) const { return variables_.at(element); }
  ElementId element(VariableId variable) const { return order_[variable.value]; }
  std::vector<VariableId> variables(const std::set<ElementId>& elements) const;  // sorted

  // The function of a node: its code as the terminal. Every leaf that the node
  // needs must be in the order. Memoized.
  Diagram of(NodeId node);
  // Which assignments to these elements' codes some document brings about.
  Diagram possible(const std::set<ElementId>& elements);
  // 1 where the element's code is in the set.
  Diagram test(ElementId element, const CodeSet& codes);
  // Number of assignments to `elements` that are possible and meet a condition
  // over no other elements.
  Count count(Diagram condition, const std::set<ElementId>& elements);

  // The possible call (over `elements`) that meets the condition with as few
  // elements set as possible; nothing if none does.
  std::optional<Call> smallest(Diagram condition, const std::set<ElementId>& elements);

 private:
  const Model* model_;
  const Graph* graph_;
  const Classes* classes_;
  std::vector<ElementId> order_;
  std::map<ElementId, VariableId> variables_;
  Diagrams diagrams_;
  std::map<NodeId, Diagram> of_;
  std::map<std::set<ElementId>, Diagram> possible_;
};

// "source = offnet, account[inbound, onnet].enabled = on": the set ones; unset
// ones only if `all`, or where nothing is set and they are few. What follows from
// the rest (the presence around something set) is left out. "any call" for none.
std::string describe(const Model& model, const Classes& classes, const Call& call, bool all = false);

}  // namespace tally
