// The order of a space's variables. See space.h.
//
// The quality of an order is known only when the diagrams exist. So the likely orders are
// tried, the most promising first. If the first has small diagrams, the others are not
// tried. A trial ends when it has made more nodes than the best order so far had made at
// the same point.
#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/diagrams/space.h"

namespace tally {
namespace {

// The maximum number of nodes of one trial: this many, or this many per element if that
// is more. A larger trial is compared by as much of it as the best order could make.
constexpr std::size_t trial_nodes = std::size_t{1} << 13;
constexpr std::size_t trial_nodes_an_element = 32;
// If no more nodes than this were made, no other order is tried.
constexpr std::size_t small_enough = 256;
constexpr std::size_t small_nodes_an_element = 16;

std::vector<ElementId> facts_first(const Model& model, std::vector<ElementId> order) {
  std::stable_partition(order.begin(), order.end(), [&](ElementId e) { return !may_be_unset(model, e); });
  return order;
}

// Inserts the others into an order, keeping their own order. An object comes right before
// the first element in it; any other element comes after the last element of the nearest
// object around it.
std::vector<ElementId> with_others(const Model& model, std::vector<ElementId> order,
                                   const std::vector<ElementId>& others) {
  std::map<ElementId, std::pair<std::size_t, std::size_t>> reach;  // by object: its first and last position
  for (std::size_t place = 0; place < order.size(); ++place) {
    for (auto around = model.at(order[place]).parent; around; around = model.at(*around).parent) {
      reach.try_emplace(*around, place, place).first->second.second = place;
    }
  }
  enum Side : int { before, itself, after };
  struct PlaceKey {
    std::size_t place;
    Side side;
    std::size_t rank;  // among the others
    auto operator<=>(const PlaceKey&) const = default;
  };
  std::vector<std::pair<PlaceKey, ElementId>> keys;
  for (std::size_t place = 0; place < order.size(); ++place)
    keys.emplace_back(PlaceKey{place, itself, 0}, order[place]);
  for (std::size_t rank = 0; rank < others.size(); ++rank) {
    if (const auto own = reach.find(others[rank]); own != reach.end()) {
      keys.emplace_back(PlaceKey{own->second.first, before, rank}, others[rank]);
      continue;
    }
    auto around = model.at(others[rank]).parent;
    while (around && !reach.contains(*around)) around = model.at(*around).parent;
    keys.emplace_back(PlaceKey{around ? reach.at(*around).second : order.size(), after, rank}, others[rank]);
  }
  std::sort(keys.begin(), keys.end());
  order.clear();
  for (const auto& [key, element] : keys) order.push_back(element);
  return order;
}

// Moves each relation among `movable` right behind one of its leaves: the one with fewer relations, and of two with as
// many the later one. A limit that many numbers are compared with is far from most of them, wherever it stands.
std::vector<ElementId> relations_at_leaves(const Model& model, const std::vector<ElementId>& order,
                                           const std::vector<ElementId>& movable) {
  std::map<ElementId, std::size_t> place, relations;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place.emplace(order[i], i);
    if (const auto& relation = model.at(order[i]).relation) {
      for (const ElementId leaf : {relation->left, relation->right}) ++relations[leaf];
    }
  }
  std::map<ElementId, std::vector<ElementId>> behind;
  std::set<ElementId> moved;
  for (const ElementId element : movable) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    std::optional<ElementId> at;
    for (const ElementId leaf : {relation->left, relation->right}) {
      if (!place.contains(leaf)) continue;
      if (!at || std::pair(relations[leaf], place[*at]) < std::pair(relations[*at], place[leaf])) at = leaf;
    }
    if (!at) continue;
    behind[*at].push_back(element);
    moved.insert(element);
  }
  std::vector<ElementId> out;
  for (const ElementId element : order) {
    if (moved.contains(element)) continue;
    out.push_back(element);
    if (const auto found = behind.find(element); found != behind.end())
      out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return out;
}

// A space that was built as far as its limit allowed.
struct Trial {
  std::unique_ptr<Space> space;
  // The number of nodes after the possible assignments, and then after each root.
  std::vector<std::size_t> made;
};

class Trials {
 public:
  Trials(const Model& model, const Graph& graph, const Classes& classes, std::span<const NodeId> roots,
         const std::set<ElementId>& elements)
      : model_(model),
        graph_(graph),
        classes_(classes),
        roots_(roots),
        elements_(elements),
        limit_(std::max(trial_nodes, trial_nodes_an_element * elements.size())) {}

  std::unique_ptr<Space> best() {
    const std::vector<ElementId> by_need = variable_order(model_, graph_, roots_, elements_);
    const std::vector<ElementId> first = side_by_side(model_, facts_first(model_, by_need));
    best_ = build(first);
    if (is_small(best_)) return std::move(best_.space);
    std::set<std::vector<ElementId>> tried{first};
    for (const auto& order :
         {side_by_side(model_, by_need), by_need, std::vector<ElementId>(elements_.begin(), elements_.end())}) {
      if (!tried.insert(order).second) continue;
      Trial trial = build(order);
      if (is_ahead(trial)) best_ = std::move(trial);
    }
    return std::move(best_.space);
  }

 private:
  bool is_small(const Trial& trial) const {
    return trial.made.size() == roots_.size() + 1 &&
           trial.made.back() <= small_enough + small_nodes_an_element * elements_.size();
  }

  // Whether the trial came further than the best with as many nodes, or as far with
  // clearly fewer. If they differ little, the more promising order stays.
  bool is_ahead(const Trial& trial) const {
    const std::size_t common = best_.made.size();
    if (trial.made.size() != common) return trial.made.size() > common;
    return common > 0 && trial.made.back() + trial.made.back() / 3 < best_.made.back();
  }

  Trial build(const std::vector<ElementId>& order) const {
    Trial trial;
    trial.space =
        std::make_unique<Space>(model_, graph_, classes_, order, best_.made.empty() ? limit_ : best_.made.back());
    const auto made = [&] {
      trial.made.push_back(trial.space->diagrams().node_count());
      if (trial.made.size() == best_.made.size()) trial.space->diagrams().set_node_limit(limit_);
    };
    try {
      trial.space->possible(elements_);
      made();
      for (const NodeId root : roots_) {
        trial.space->of(root);
        made();
      }
    } catch (const NodeLimit&) {
      // `made` shows how far the trial came.
    }
    return trial;
  }

  const Model& model_;
  const Graph& graph_;
  const Classes& classes_;
  std::span<const NodeId> roots_;
  const std::set<ElementId>& elements_;
  std::size_t limit_;
  Trial best_;
};

}  // namespace

std::vector<ElementId> side_by_side(const Model& model, const std::vector<ElementId>& order) {
  // Members are in the order in which they, or elements inside them, come first.
  std::map<ElementId, std::vector<ElementId>> inner;
  std::vector<ElementId> roots;
  std::set<ElementId> reached;
  for (ElementId element : order) {
    while (reached.insert(element).second) {
      const auto parent = model.at(element).parent;
      (parent ? inner[*parent] : roots).push_back(element);
      if (!parent) break;
      element = *parent;
    }
  }
  const std::set<ElementId> wanted(order.begin(), order.end());
  std::vector<ElementId> out, stack(roots.rbegin(), roots.rend());
  while (!stack.empty()) {
    const ElementId element = stack.back();
    stack.pop_back();
    if (wanted.contains(element)) out.push_back(element);
    if (const auto members = inner.find(element); members != inner.end()) {
      stack.insert(stack.end(), members->second.rbegin(), members->second.rend());
    }
  }
  return relations_at_leaves(model, out, out);
}

std::unique_ptr<Space> best_space(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements,
                                  std::size_t node_limit) {
  std::unique_ptr<Space> space = Trials(model, graph, classes, roots, elements).best();
  space->diagrams().set_node_limit(node_limit);
  return space;
}

std::vector<ElementId> best_order(const Model& model, const Graph& graph, const Classes& classes,
                                  std::span<const NodeId> roots, const std::set<ElementId>& elements) {
  return Trials(model, graph, classes, roots, elements).best()->order();
}

std::vector<ElementId> variable_order(const Model& model, const Graph& graph, std::span<const NodeId> roots,
                                      const std::set<ElementId>& others) {
  std::vector<ElementId> order;
  std::set<ElementId> placed;
  std::vector<bool> seen(graph.size());
  std::vector<NodeId> stack(roots.rbegin(), roots.rend());
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    if (seen[id.value]) continue;
    seen[id.value] = true;
    const Node& node = graph.node(id);
    if (reads_element(node.op) && placed.insert(node.element).second) {
      order.push_back(node.element);
    }
    const auto operands = graph.operands(node);
    for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand) {
      if (!seen[operand->value]) stack.push_back(*operand);
    }
  }
  std::vector<ElementId> rest;
  std::set_difference(others.begin(), others.end(), placed.begin(), placed.end(), std::back_inserter(rest));
  return with_others(model, std::move(order), rest);
}

std::vector<ElementId> extended_order(const Model& model, const Graph& graph, const std::vector<ElementId>& order,
                                      std::span<const NodeId> roots, const std::set<ElementId>& elements) {
  std::vector<ElementId> kept, lacking;
  for (const ElementId element : order) {
    if (elements.contains(element)) kept.push_back(element);
  }
  if (kept.size() == elements.size()) return kept;
  const std::set<ElementId> placed(kept.begin(), kept.end());
  for (const ElementId element :
       side_by_side(model, facts_first(model, variable_order(model, graph, roots, elements)))) {
    if (elements.contains(element) && !placed.contains(element)) lacking.push_back(element);
  }
  return relations_at_leaves(model, with_others(model, std::move(kept), lacking), lacking);
}

}  // namespace tally
