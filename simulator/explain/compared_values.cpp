#include "simulator/explain/compared_values.h"

#include <algorithm>
#include <set>

#include "compiler/values/equal_values.h"

namespace tally {
namespace {

bool is_of(const std::optional<Relation>& relation, ElementId leaf) {
  return relation && (relation->left == leaf || relation->right == leaf);
}

}  // namespace

bool ComparedValues::is_compared(ElementId leaf) const {
  const auto& order = policy_.space->order();
  return std::any_of(order.begin(), order.end(),
                     [&](ElementId id) { return is_of(policy_.model->at(id).relation, leaf); });
}

void ComparedValues::relate(ElementId leaf, const Literal& value, Assignment& codes) const {
  const Model& model = *policy_.model;
  for (const ElementId id : policy_.space->order()) {
    const auto& relation = model.at(id).relation;
    if (!is_of(relation, leaf)) continue;
    const Literal left = relation->left == leaf ? value : facts_(relation->left);
    const Literal right = relation->right == leaf ? value : facts_(relation->right);
    const Literal related = value_of_relation(model, id, left, right);
    codes[policy_.space->variable(id).value] = static_cast<Code>(policy_.classes->code_of(id, related));
  }
}

// What the leaf is compared with has one value in this call, which divides the classes further.
std::shared_ptr<const Classes> ComparedValues::classes_of(ElementId leaf) const {
  const Model& model = *policy_.model;
  const Classes& known = *policy_.classes;
  std::set<CutId> cuts;
  const auto add = [&](const Cut& cut) {
    if (const auto id = policy_.graph->nonempty_cut(leaf, cut)) cuts.insert(*id);
  };
  for (const ElementId id : policy_.space->order()) {
    const auto& relation = model.at(id).relation;
    if (!is_of(relation, leaf)) continue;
    const Literal other = facts_(relation->left == leaf ? relation->right : relation->left);
    if (std::holds_alternative<Unset>(other)) continue;
    if (const auto* number = std::get_if<std::uint64_t>(&other); number != nullptr && *number > 0)
      add({{{0, *number - 1}}, {}, {}});
    add(only_value(other));
  }
  if (cuts.empty()) return std::shared_ptr<const Classes>(std::shared_ptr<void>(), &known);
  const auto& known_cuts = known.cut_ids(leaf);
  cuts.insert(known_cuts.begin(), known_cuts.end());
  // Classes that only other leaves make are named by a value of each.
  if (model.at(leaf).type->kind == Type::Kind::number) {
    for (const NumberPiece& piece : known.number_pieces(leaf)) add({{piece.range}, {}, {}});
  } else {
    for (const TextPiece& piece : known.text_pieces(leaf))
      add(piece.is_prefix ? Cut{{}, {}, {piece.text}} : Cut{{}, {piece.text}, {}});
    if (known.text_pieces(leaf).empty()) {
      for (const ValueClass& one : known.classes(leaf)) {
        if (one.single) add({{}, {std::get<std::string>(one.representative)}, {}});
      }
      for (const Cut& cut : known.text_classes(leaf)->cuts) add(cut);
    }
  }
  return std::make_shared<const Classes>(model, *policy_.graph, cuts);
}

}  // namespace tally
