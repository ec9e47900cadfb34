#include "tests/support/related_values.h"

#include <algorithm>
#include <map>

namespace tally::testing {

Code code_between(const Literal& left, const Literal& right, bool are_numbers) {
  if (!are_numbers) return left == right ? 1 : 2;
  if (std::holds_alternative<Unset>(left) || std::holds_alternative<Unset>(right)) return 0;
  return left < right ? 1 : left == right ? 2 : 3;
}

RelatedValues::RelatedValues(const Model& model, const Classes& classes, const std::set<ElementId>& elements)
    : model_(model), classes_(classes) {
  std::map<ElementId, std::vector<ElementId>> by_leaf;
  for (const ElementId element : elements) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    relations_.push_back(element);
    for (const ElementId leaf : {relation->left, relation->right}) by_leaf[leaf].push_back(element);
  }
  // A limit that many numbers are compared with comes before these numbers.
  for (const auto& [leaf, relations] : by_leaf) leaves_.push_back(leaf);
  std::stable_sort(leaves_.begin(), leaves_.end(),
                   [&](ElementId a, ElementId b) { return by_leaf[a].size() > by_leaf[b].size(); });
  for (const ElementId leaf : leaves_) relations_of_.push_back(by_leaf[leaf]);
}

std::optional<LeafValues> RelatedValues::find(const std::function<unsigned(ElementId)>& code) const {
  // Each class offers as many values as there are leaves, and some that only this leaf has, such as its default.
  std::vector<std::vector<Literal>> offered;
  for (const ElementId leaf : leaves_) {
    offered.push_back(code(leaf) == 0 ? std::vector<Literal>{Unset{}}
                                      : class_values(model_, classes_, leaf, code(leaf), leaves_.size() + 4).values);
  }
  LeafValues values;
  if (!search(0, code, offered, values)) return std::nullopt;
  return values;
}

// Takes a value only if each leaf that is related to it, and has none yet, can still have one.
bool RelatedValues::search(std::size_t at, const std::function<unsigned(ElementId)>& code,
                           const std::vector<std::vector<Literal>>& offered, LeafValues& values) const {
  if (at == leaves_.size()) return true;
  for (const Literal& value : offered[at]) {
    values[leaves_[at]] = value;
    if (!fits(at, code, values)) continue;
    bool open = true;
    for (std::size_t later = at + 1; open && later < leaves_.size(); ++later) {
      if (!are_related(at, later)) continue;
      open = std::any_of(offered[later].begin(), offered[later].end(), [&](const Literal& possible) {
        values[leaves_[later]] = possible;
        return fits(later, code, values);
      });
      values.erase(leaves_[later]);
    }
    if (open && search(at + 1, code, offered, values)) return true;
  }
  values.erase(leaves_[at]);
  return false;
}

bool RelatedValues::are_related(std::size_t a, std::size_t b) const {
  return std::any_of(relations_of_[b].begin(), relations_of_[b].end(), [&](ElementId relation) {
    const Relation& of = *model_.at(relation).relation;
    return of.left == leaves_[a] || of.right == leaves_[a];
  });
}

// Whether the relations of a leaf hold.
bool RelatedValues::fits(std::size_t at, const std::function<unsigned(ElementId)>& code,
                         const LeafValues& values) const {
  return std::all_of(relations_of_[at].begin(), relations_of_[at].end(),
                     [&](ElementId relation) { return holds(relation, code, values); });
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
