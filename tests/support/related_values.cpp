#include "tests/support/related_values.h"

#include <algorithm>

namespace tally::testing {

Code code_between(const Literal& left, const Literal& right, bool are_numbers) {
  if (!are_numbers) return left == right ? 1 : 2;
  if (std::holds_alternative<Unset>(left) || std::holds_alternative<Unset>(right)) return 0;
  return left < right ? 1 : left == right ? 2 : 3;
}

RelatedValues::RelatedValues(const Model& model, const Classes& classes, const std::set<ElementId>& elements)
    : model_(model), classes_(classes) {
  std::set<ElementId> leaves;
  for (const ElementId element : elements) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    relations_.push_back(element);
    leaves.insert({relation->left, relation->right});
  }
  leaves_.assign(leaves.begin(), leaves.end());
}

std::optional<LeafValues> RelatedValues::find(const std::function<unsigned(ElementId)>& code) const {
  LeafValues values;
  if (!search(0, code, values)) return std::nullopt;
  return values;
}

bool RelatedValues::search(std::size_t at, const std::function<unsigned(ElementId)>& code, LeafValues& values) const {
  if (at == leaves_.size()) return true;
  const ElementId leaf = leaves_[at];
  std::vector<Literal> some{Unset{}};
  // Each class offers as many values as there are leaves, and some that only this leaf has, such as its default.
  if (code(leaf) != 0) some = class_values(model_, classes_, leaf, code(leaf), leaves_.size() + 4).values;
  for (const Literal& value : some) {
    values[leaf] = value;
    const bool fits = std::all_of(relations_.begin(), relations_.end(),
                                  [&](ElementId relation) { return holds(relation, code, values); });
    if (fits && search(at + 1, code, values)) return true;
  }
  values.erase(leaf);
  return false;
}

// Also true as long as one of the leaves has no value yet.
bool RelatedValues::holds(ElementId relation, const std::function<unsigned(ElementId)>& code,
                          const LeafValues& values) const {
  const Relation& of = *model_.at(relation).relation;
  const auto left = values.find(of.left), right = values.find(of.right);
  if (left == values.end() || right == values.end()) return true;
  const bool are_numbers = model_.at(of.left).type->kind == Type::Kind::number;
  return code_between(left->second, right->second, are_numbers) == code(relation);
}

}  // namespace tally::testing
