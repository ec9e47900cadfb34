#include "compiler/diagrams/support.h"

#include <algorithm>
#include <utility>

namespace tally {

std::set<ElementId> support_of(const Space& space, const std::vector<Diagram>& diagrams) {
  std::set<ElementId> out;
  for (const Diagram d : diagrams) {
    for (const VariableId v : space.diagrams().support(d)) out.insert(space.element(v));
  }
  return out;
}

std::set<ElementId> with_surroundings(const Model& model, std::set<ElementId> elements) {
  std::set<ElementId> around;
  for (const ElementId element : elements) {
    for (auto parent = model.at(element).parent; parent; parent = model.at(*parent).parent) {
      if (!around.insert(*parent).second) break;
    }
  }
  for (const ElementId object : around) {
    if (model.at(object).has_code()) elements.insert(object);
  }
  return elements;
}

std::set<ElementId> with_relations_among(const Model& model, const std::set<ElementId>& elements,
                                         std::span<const ElementId> all) {
  std::set<ElementId> out = elements;
  for (const ElementId element : all) {
    const auto& relation = model.at(element).relation;
    if (relation && (elements.contains(relation->left) || elements.contains(relation->right))) out.insert(element);
  }
  return out;
}

Call restricted_to(const Call& call, const std::set<ElementId>& elements) {
  Call out;
  for (const auto& fact : call) {
    if (elements.contains(fact.first)) out.push_back(fact);
  }
  return out;
}

std::size_t set_count(const Call& call) {
  return static_cast<std::size_t>(std::count_if(call.begin(), call.end(), [](const auto& f) { return f.second != 0; }));
}

}  // namespace tally
