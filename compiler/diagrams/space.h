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
// Throws NodeLimit like its diagrams: each function of the space that builds diagrams may.
// The checks and every entry point of the simulator turn it into an answer of their own.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagrams/diagram.h"
#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"

namespace tally {

// An order for the variables under which the diagrams of these nodes stay
// small: depth first from the roots, each element where it is first needed, so
// that what selects stands before what is selected. `others` (elements without
// a node in the roots) follow, each beside the elements of its own object.
std::vector<ElementId> variable_order(const Model& model, const Graph& graph, std::span<const NodeId> roots,
                                      const std::set<ElementId>& others);

// The same order, but with all elements of an object side by side, and each object's
// presence before what is in it: what is possible is small under it.
std::vector<ElementId> side_by_side(const Model& model, const std::vector<ElementId>& order);

class Space;

// A space of `elements` (a superset of what the nodes need) under the best of a
// few orders for the diagrams of these nodes and of what is possible: the order
// above, with the elements of each object side by side, under which what is
// possible is small, and what is never unset (facts of the call, which select)
// before all else; the same without the latter; the order above as it is; and
// the order of declaration. The first is taken unseen where its diagrams are
// small; trying it is no loss, for the space keeps what was built.
//
// An order is good for the roots that it was made for. Who asks for some outputs
// only (`tally diff`, a table) gives the roots of these, the most wanted first,
// and the elements that these read: a space of 100 elements has ten times as
// few nodes as the part for the same outputs of a policy with 500.
std::unique_ptr<Space> best_space(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements,
                                  std::size_t node_limit = Diagrams::default_node_limit);
// The order of that space.
std::vector<ElementId> best_order(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements);

// That order, of these elements only, with those that it lacks put where they belong:
// in the order in which the roots need them, beside the elements of their own object.
std::vector<ElementId> extended_order(const Model& model, const Graph& graph, const std::vector<ElementId>& order,
                                      std::span<const NodeId> roots, const std::set<ElementId>& elements);

// A concrete call: codes of some elements.
using Call = std::vector<std::pair<ElementId, std::uint8_t>>;

// Elements that have one of some of their codes.
using Held = std::map<ElementId, CodeSet>;
Held held_by(const Call& call);

class Space {
 public:
  // All references must outlive the space. `shared`: elements that have the code of
  // another one, in the order, in every call; they have its variable, and must have
  // its classes.
  Space(const Model& model, const Graph& graph, const Classes& classes, std::vector<ElementId> order,
        std::size_t node_limit = Diagrams::default_node_limit, const std::map<ElementId, ElementId>& shared = {});

  Diagrams& diagrams() { return diagrams_; }
  const Diagrams& diagrams() const { return diagrams_; }
  const std::vector<ElementId>& order() const { return order_; }
  bool has(ElementId element) const;
  VariableId variable(ElementId element) const;
  ElementId element(VariableId variable) const { return order_[variable.value]; }
  std::vector<VariableId> variables(const std::set<ElementId>& elements) const;  // sorted, each once

  // The function of a node: its code as the terminal. Every leaf that the node
  // needs must be in the order. Memoized.
  Diagram of(NodeId node) { return build(node, of_, nullptr); }
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
  friend class SpaceWithin;
  // Diagrams by node, `unknown` where one has not been asked for. In pages: one
  // question looks at a few neighbours among the nodes of all rules.
  class Known {
   public:
    static constexpr Diagram unknown{UINT32_MAX};
    Diagram operator[](NodeId node) const {
      const std::size_t page = node.value / page_size;
      return page < pages_.size() && pages_[page] ? (*pages_[page])[node.value % page_size] : unknown;
    }
    void set(NodeId node, Diagram diagram);

   private:
    static constexpr std::size_t page_size = 256;
    using Page = std::array<Diagram, page_size>;
    std::vector<std::unique_ptr<Page>> pages_;
  };
  Diagram build(NodeId root, Known& known, const Held* held);
  std::size_t next_operand(const Node& node, std::size_t at, const Known& known);
  Diagram make(NodeId id, const Known& known, const Held* held);
  Diagram make_possible(const std::set<ElementId>& elements, const Held* held);
  Diagram test(ElementId element, const CodeSet& codes, const Held* held);
  Diagram code(ElementId element, const Held* held);

  const Model* model_;
  const Graph* graph_;
  const Classes* classes_;
  std::vector<ElementId> order_;
  std::vector<std::pair<ElementId, VariableId>> variables_;  // sorted
  Diagrams diagrams_;
  Known of_;
  std::map<std::set<ElementId>, Diagram> possible_;
};

// A space looked at where some elements have one of a few codes, as in an example,
// which fixes nearly all of them. What depends on fixed elements only is not built:
// a diagram here is of the elements that are left open, and is made in the time
// that the node's graph takes to walk. Uses the space, which must outlive it.
class SpaceWithin {
 public:
  SpaceWithin(Space& space, Held held) : space_(space), held_(std::move(held)) {}

  const Held& held() const { return held_; }
  // Functions that agree with the space's own wherever the codes are as held,
  // and do not depend on elements that have one code there.
  Diagram of(NodeId node) { return space_.build(node, known_, &held_); }
  Diagram possible(const std::set<ElementId>& elements) { return space_.make_possible(elements, &held_); }
  // The node's code, where what is held settles it.
  std::optional<std::uint32_t> settled(NodeId node);

 private:
  Space& space_;
  Held held_;
  Space::Known known_;
};

// The facts of a call as text, "source = offnet, account[inbound, onnet].enabled = on";
// "any call" if it has none. Unset facts are left out, unless they are to be shown, or
// nothing is set and they are few. What follows from the rest, such as the presence around
// something that is set, is always left out.
enum class UnsetFacts : bool { left_out, shown };
std::string call_text(const Model& model, const Classes& classes, const Call& call,
                      UnsetFacts unset = UnsetFacts::left_out);

}  // namespace tally
