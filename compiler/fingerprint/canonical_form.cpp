#include "compiler/fingerprint/canonical_form.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "compiler/diagrams/support.h"
#include "compiler/fingerprint/places.h"

namespace tally {
namespace {

// The objects around an element, and of a relation its leaves and the objects around these.
std::set<ElementId> surroundings(const Model& model, ElementId element) {
  return with_surroundings(model, with_related(model, {element}));
}

// The terminal of assignments that two documents with different outcomes share.
constexpr std::uint32_t conflict = std::numeric_limits<std::uint32_t>::max();

class FormMaker {
 public:
  FormMaker(const Model& model, const Classes& classes, Space& space, const std::vector<Digest>& outcomes)
      : model_(model), classes_(classes), space_(space), d_(space.diagrams()), outcomes_(outcomes) {
    const std::set<ElementId> elements(space.order().begin(), space.order().end());
    for (const ElementId element : canonical_order(model, elements)) by_rank_.push_back(space.variable(element));
    rank_.resize(space.order().size());
    for (std::uint32_t rank = 0; rank < by_rank_.size(); ++rank) rank_[by_rank_[rank].value] = rank;
    in_order_ = std::is_sorted(rank_.begin(), rank_.end());
  }

  // Leaves out every place that the others make unnecessary, the last first. An object stays if a member stays.
  Diagram without_unnecessary(Diagram function) {
    const Diagram calls = d_.negate(d_.where(function, no_call));
    const std::vector<VariableId> influential = d_.influential(calls, function);
    const std::set<VariableId> needed(influential.begin(), influential.end());
    const std::vector<VariableId> support = d_.support(function);
    std::set<ElementId> objects;  // around the places that stay
    for (auto at = by_rank_.rbegin(); at != by_rank_.rend(); ++at) {
      const VariableId v = *at;
      const ElementId element = space_.element(v);
      if (!std::binary_search(support.begin(), support.end(), v)) continue;
      if (!needed.contains(v) && !objects.contains(element)) {
        if (const auto shorter = without(function, v)) {
          function = *shorter;
          continue;
        }
      }
      objects.merge(surroundings(model_, element));
    }
    return function;
  }

  std::size_t nodes() const { return known_.size(); }

  Digest of(Diagram function) {
    if (d_.is_terminal(function)) return outcomes_[d_.terminal_of(function) - 1];
    const auto known = known_.find(function.id);
    if (known != known_.end()) return known->second;
    const VariableId v = first_variable(function);
    const Variable& codes = d_.variables()[v.value];
    std::vector<Diagram> children(codes.first + codes.count, d_.terminal(no_call));
    std::set<Diagram> distinct;
    for (std::uint32_t code = codes.first; code < children.size(); ++code) {
      children[code] = d_.hold(function, v, static_cast<Code>(code));
      if (children[code] != d_.terminal(no_call)) distinct.insert(children[code]);
    }
    Digest digest;
    if (distinct.size() == 1) {
      digest = of(*distinct.begin());
    } else {
      std::vector<std::optional<Digest>> by_code(children.size());
      for (std::size_t code = 0; code < children.size(); ++code) {
        if (children[code] != d_.terminal(no_call)) by_code[code] = of(children[code]);
      }
      Digesting node("test");
      add_values(node, model_, classes_, space_.element(v), by_code);
      digest = node.finish();
    }
    known_.emplace(function.id, digest);
    return digest;
  }

 private:
  // The function without a variable, or nothing if an outcome depends on it.
  std::optional<Diagram> without(Diagram function, VariableId v) {
    const Variable& codes = d_.variables()[v.value];
    Diagram merged = d_.hold(function, v, codes.first);
    for (std::uint32_t code = codes.first + 1u; code < codes.first + codes.count; ++code) {
      const Diagram one = d_.hold(function, v, static_cast<Code>(code));
      if (one == merged) continue;
      merged = d_.combine(merged, one, [](std::uint32_t a, std::uint32_t b) {
        return a == no_call ? b : b == no_call || a == b ? a : conflict;
      });
      if (d_.where(merged, conflict) != d_.no()) return std::nullopt;
    }
    return merged;
  }

  VariableId first_variable(Diagram function) const {
    if (in_order_) return *d_.top(function);
    const std::vector<VariableId> support = d_.support(function);
    return *std::min_element(support.begin(), support.end(),
                             [&](VariableId a, VariableId b) { return rank_[a.value] < rank_[b.value]; });
  }

  const Model& model_;
  const Classes& classes_;
  Space& space_;
  Diagrams& d_;
  const std::vector<Digest>& outcomes_;
  std::vector<std::uint32_t> rank_;  // by variable
  std::vector<VariableId> by_rank_;
  bool in_order_ = false;  // whether the variables of the space are in the canonical order
  std::unordered_map<std::uint32_t, Digest> known_;
};

}  // namespace

std::vector<ElementId> canonical_order(const Model& model, const std::set<ElementId>& elements) {
  // Two inputs may have one place. Then only their names tell them apart.
  std::vector<std::pair<std::pair<std::string, std::string>, ElementId>> places;
  for (const ElementId element : elements)
    places.emplace_back(std::pair(place_text(model, element), model.at(element).name), element);
  std::sort(places.begin(), places.end());
  std::vector<ElementId> order;
  for (const auto& place : places) order.push_back(place.second);
  return order;
}

Diagram calls_about(const Model& model, Space& space, Diagram outcomes, Diagram possible) {
  Diagrams& d = space.diagrams();
  std::set<ElementId> read;
  for (const VariableId v : d.support(outcomes)) read.merge(surroundings(model, space.element(v)));
  std::vector<VariableId> others;
  for (const VariableId v : d.support(possible)) {
    if (!read.contains(space.element(v))) others.push_back(v);
  }
  return d.exists(possible, others);
}

CanonicalForm canonical_form(const Model& model, const Classes& classes, Space& space, Diagram function,
                             const std::vector<Digest>& outcomes) {
  FormMaker form(model, classes, space, outcomes);
  const Digest digest = form.of(form.without_unnecessary(function));
  return {digest, form.nodes()};
}

}  // namespace tally
