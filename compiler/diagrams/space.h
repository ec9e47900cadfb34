// The space: the diagrams of one policy, and which documents can exist.
//
// The codes of an object and of its members are not independent. A member of an absent
// object is unset, a required member of a present object is set, and of two fields that
// read one place under different `if` kinds at most one is set.
//
// For example, the input `user : { enabled : flag }?` has the elements `user` (codes: unset,
// set) and `user.enabled` (unset, off, on). Of their 6 assignments 3 are possible:
//
//   user unset, enabled unset      user set, enabled off      user set, enabled on
//
// In:     a model, its graph, classes, and the elements of the space in the order of the
//         variables
// Out:    the diagram of any node, the possible assignments, counts of calls, the
//         smallest call that satisfies a condition
// Always: an assignment is possible if some document brings it about. A presence that is
//         not an element of the space may have either value.
//
// Each function that builds diagrams may throw NodeLimit. The checks and every entry
// point of the simulator turn the exception into an answer of their own. One thread at a
// time may use a space.
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

// Returns an order of the variables under which the diagrams of these nodes stay small.
// The walk goes depth first from the roots and places each element where it is first
// needed, so a selector comes before the elements that it selects. `others` (elements
// that no root needs) are inserted next to the elements of their own object.
// `choose(source is offnet, user.enabled, device.enabled)` gives `source`,
// `user.enabled`, `device.enabled`.
std::vector<ElementId> variable_order(const Model& model, const Graph& graph, std::span<const NodeId> roots,
                                      const std::set<ElementId>& others);

// Returns the same elements with those of one object side by side, and each object's
// presence before its members. The diagrams of the possible assignments are small under
// such an order. [user.enabled, source, user] becomes [user, user.enabled, source].
std::vector<ElementId> side_by_side(const Model& model, const std::vector<ElementId>& order);

class Space;

// Tries up to four variable orders and returns the space with the smallest diagrams for
// these roots and for the possible assignments. `elements` contains every element that
// the roots need.
//   1. grouped by object, elements that are never unset first (facts of the call, which
//      select)
//   2. grouped by object
//   3. `variable_order`
//   4. the order of declaration
// If order 1 is small enough, the others are not tried. Its diagrams are kept either way.
//
// An order is good for the roots that it was made for. A caller that needs only some
// outputs (`tally diff`, a table) therefore passes the roots of these, the most important
// first, and only the elements that these read. For the same outputs a space of 100
// elements has a tenth of the nodes of a space for a whole policy with 500.
std::unique_ptr<Space> best_space(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements,
                                  std::size_t node_limit = Diagrams::default_node_limit);
// The order of the space that `best_space` returns.
std::vector<ElementId> best_order(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements);

// Returns `order` restricted to `elements`. An element that `order` lacks is inserted next
// to the elements of its own object, in the order in which the roots need it. For
// {a, d.x, d.y} and the order [d.y, a] the result is [d.y, d.x, a].
std::vector<ElementId> extended_order(const Model& model, const Graph& graph, const std::vector<ElementId>& order,
                                      std::span<const NodeId> roots, const std::set<ElementId>& elements);

// A concrete call: codes of some elements. {(source, 2), (user, 0)} is a call from offnet
// without a user.
using Call = std::vector<std::pair<ElementId, Code>>;

// Elements that are restricted to some of their codes: {source: {2}}.
using Held = std::map<ElementId, CodeSet>;
// The codes of a call, each as a set of one code.
Held held_by(const Call& call);

// The diagrams of a model's nodes over some elements. The header above has an example.
class Space {
 public:
  // All references must outlive the space. Next to a relation stand its leaves, also if `order` lacks them. `shared`
  // maps an element to another one of `order` that has the same code in every call. Both use one variable, so both must
  // have the same classes.
  Space(const Model& model, const Graph& graph, const Classes& classes, std::vector<ElementId> order,
        std::size_t node_limit = Diagrams::default_node_limit, const std::map<ElementId, ElementId>& shared = {});

  Diagrams& diagrams() { return diagrams_; }
  const Diagrams& diagrams() const { return diagrams_; }
  const std::vector<ElementId>& order() const { return order_; }
  // Whether the element has a variable, and which. `variable` needs an element of the
  // space.
  bool has(ElementId element) const;
  VariableId variable(ElementId element) const;
  ElementId element(VariableId variable) const { return order_[variable.value]; }
  std::vector<VariableId> variables(const std::set<ElementId>& elements) const;  // sorted, each once

  // Returns the function of a node: the node's code is the terminal. Every leaf that the
  // node needs must be in the order. The result is kept, so a second call is cheap.
  Diagram of(NodeId node) { return build(node, of_, nullptr); }
  // 1 for the assignments to these elements that some document brings about.
  Diagram possible(const std::set<ElementId>& elements);
  // 1 if the code of the element is in the set.
  Diagram test(ElementId element, const CodeSet& codes);
  // The number of possible assignments to `elements` that satisfy a condition. The
  // condition depends on no other elements.
  Count count(Diagram condition, const std::set<ElementId>& elements);

  // Returns the possible call (codes of `elements`, and of the leaves of their relations) that satisfies
  // the condition and sets the fewest elements, or nothing if no call satisfies it. A leaf at its default is not set.
  std::optional<Call> smallest(Diagram condition, const std::set<ElementId>& elements);

 private:
  friend class SpaceWithin;
  // The diagram of each node, `unknown` for a node that was not asked for yet. The map is
  // divided into pages, since one question needs a few neighbours among the nodes of all
  // rules.
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
  struct Arm {
    Diagram condition, value;
  };
  Diagram choose_first(std::vector<Arm> arms, Diagram otherwise);
  Diagram make_possible(const std::set<ElementId>& elements, const Held* held);
  Diagram possible_documents(const std::set<ElementId>& elements, const Held* held);
  Diagram follows(ElementId relation, const Held* held);
  Diagram without_contradictions(const std::set<ElementId>& relations, const Held* held);
  Diagram test(ElementId element, const CodeSet& codes, const Held* held);
  Diagram code_of(ElementId element, const Held* held);

  const Model* model_;
  const Graph* graph_;
  const Classes* classes_;
  std::vector<ElementId> order_;
  std::vector<std::pair<ElementId, VariableId>> variables_;  // sorted by element
  Diagrams diagrams_;
  Known of_;
  std::map<std::set<ElementId>, Diagram> possible_;
};

// A view of a space in which some elements are restricted to a few codes. An example
// restricts nearly all elements. A function of fixed elements alone is not built: a
// diagram of this view depends on the remaining elements, and is made in the time that a
// walk over the graph takes. The space must outlive the view.
class SpaceWithin {
 public:
  SpaceWithin(Space& space, Held held) : space_(space), held_(std::move(held)) {}

  const Held& held() const { return held_; }
  // Functions that agree with those of the space for all calls within `held`. They do not
  // depend on an element that `held` fixes to one code.
  Diagram of(NodeId node) { return space_.build(node, known_, &held_); }
  // The possible assignments of the space to these elements, within `held`.
  Diagram possible(const std::set<ElementId>& elements) { return space_.make_possible(elements, &held_); }
  // The code of the node, if `held` determines it.
  std::optional<std::uint32_t> settled(NodeId node);

 private:
  Space& space_;
  Held held_;
  Space::Known known_;
};

// The facts of a call as an example's `given` has them: "source is offnet, limit is 60", or
// "any call" if it has none. A number or a text is the value that an example would use. Unset facts are left out by
// default; they are shown with `UnsetFacts::shown`, or if nothing is set and they are few. A fact that follows from the
// others (the presence of the object around a set element) is always left out. A leaf in `values` is shown with this
// value, also if the call lacks it.
enum class UnsetFacts : bool { left_out, shown };
std::string call_text(const Model& model, const Classes& classes, const Call& call,
                      UnsetFacts unset = UnsetFacts::left_out, const std::map<ElementId, Literal>& values = {});

}  // namespace tally
