#include "tests/support/documents.h"

#include <map>
#include <string>
#include <utility>

namespace tally::testing {

RandomDocuments::RandomDocuments(const Model& model, std::uint64_t seed)
    : model_(model), random_(seed), place_of_(model.elements.size()) {
  std::map<std::string, std::size_t> known;
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    const Element& element = model.elements[i];
    if (element.kind == ast::PlaceKind::any) continue;
    const auto [at, fresh] = known.try_emplace(element.pointer, places_.size());
    if (fresh) places_.emplace_back();
    places_[at->second].push_back(ElementId{i});
    place_of_[i] = at->second;
  }
}

// An element comes before its members, so the backward order visits members first.
void RandomDocuments::look_ahead(std::vector<Demand> demands) {
  // The relation of two numbers is set where both are.
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const Element& element = model_.elements[i];
    if (!element.relation || !element.optional() || demands[i] != Demand::set) continue;
    demands[element.relation->left.value] = demands[element.relation->right.value] = Demand::set;
  }
  must_.assign(demands.size(), false);
  can_.assign(demands.size(), false);
  for (std::size_t i = demands.size(); i-- > 0;) {
    bool needed = demands[i] == Demand::set, possible = demands[i] != Demand::unset;
    for (const ElementId child : model_.elements[i].children) {
      needed = needed || must(child);
      possible = possible && (model_.at(child).optional() || can(child));
    }
    must_[i] = needed;
    can_[i] = possible;
  }
}

std::optional<ElementId> RandomDocuments::settle(const std::vector<ElementId>& rivals, unsigned fullness) {
  for (const ElementId rival : rivals) {
    if (must(rival)) return rival;
  }
  const ElementId candidate = rivals[below(static_cast<std::uint32_t>(rivals.size()))];
  if (!can(candidate) || below(256) >= fullness) return std::nullopt;
  return candidate;
}

std::optional<std::vector<bool>> RandomDocuments::draw(const std::vector<Demand>& demands, unsigned fullness) {
  look_ahead(demands);
  std::vector<bool> present(demands.size(), false);
  std::vector<std::pair<bool, std::optional<ElementId>>> settled(places_.size());
  for (std::uint32_t i = 0; i < demands.size(); ++i) {
    const ElementId id{i};
    const Element& element = model_.at(id);
    if (const auto& relation = element.relation) {  // made after the leaves
      present[i] = !element.optional() || (present[relation->left.value] && present[relation->right.value]);
      continue;
    }
    if (element.parent && !present[element.parent->value]) continue;
    if (!element.optional() || must(id)) {
      present[i] = true;
    } else if (!place_of_[i]) {
      present[i] = can(id) && below(256) < fullness;
    }
    if (const auto place = place_of_[i]) {
      auto& [done, winner] = settled[*place];
      if (!done) winner = settle(places_[*place], fullness);
      done = true;
      if (winner != id && must(id)) return std::nullopt;  // an element of another kind is there
      present[i] = winner == id;
    }
    if (present[i] && !can(id)) return std::nullopt;
  }
  return present;
}

}  // namespace tally::testing
