#include "simulator/vectors/evaluation.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "compiler/values/equal_values.h"

namespace tally {

Call call_of_document(const Model& model, MutantSpace& space, const Document& document, LeafValues& values) {
  std::set<ElementId> present;
  for (const auto& [element, value] : document) {
    present.insert(element);
    if (model.at(element).is_leaf()) values[element] = value;
  }
  // An object that cannot be absent is there without being mentioned.
  const std::function<bool(ElementId)> is_present = [&](ElementId object) {
    const Element& element = model.at(object);
    return present.contains(object) || (!element.type->optional && (!element.parent || is_present(*element.parent)));
  };
  const auto value_of_leaf = [&](ElementId leaf) -> Literal {
    const Element& element = model.at(leaf);
    if (const auto at = values.find(leaf); at != values.end()) return at->second;
    if (!element.default_value || (element.parent && !is_present(*element.parent))) return Unset{};
    return *element.default_value;
  };
  Call out;
  for (const ElementId id : space.space().order()) {
    const Element& element = model.at(id);
    Literal value = Unset{};
    if (element.relation) {
      value =
          value_of_relation(model, id, value_of_leaf(element.relation->left), value_of_leaf(element.relation->right));
    } else if (element.is_leaf()) {
      value = value_of_leaf(id);
      if (!std::holds_alternative<Unset>(value)) values[id] = value;
    }
    const bool is_object = !element.relation && !element.is_leaf();
    const auto code = is_object                              ? (is_present(id) ? 1u : 0u)
                      : std::holds_alternative<Unset>(value) ? 0u
                                                             : space.classes().code_of(id, value);
    out.emplace_back(id, static_cast<Code>(code));
  }
  return out;
}

Members MutantEvaluator::detected_by(const Document& document) {
  LeafValues values;
  const Call call = call_of_document(*policy_.model, space_, document, values);
  SpaceWithin at(space_.space(), held_by(call));
  Members out(candidates_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (differs(candidates_[i], at, values)) out.add(i);
  }
  return out;
}

bool MutantEvaluator::differs(const Candidate& candidate, SpaceWithin& at, const LeafValues& values) {
  for (const Change& change : candidate.changes) {
    if (!outputs_.empty() && !outputs_.contains(change.output)) continue;
    const std::vector<ResultPart>& ours = space_.parts_of(change);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const ResultPart& theirs = change.lowered.parts[i];
      if (decide_alike(ours[i], theirs)) continue;
      const std::uint32_t a = *at.settled(ours[i].node), b = *at.settled(theirs.node);
      const bool both_set = a != 0 && b != 0;
      if (ours[i].kind == ResultPart::Kind::origin && both_set
              ? value_of(ours[i].origins[a - 1], values) != value_of(theirs.origins[b - 1], values)
              : a != b)
        return true;
    }
  }
  return false;
}

}  // namespace tally
