// The values of a whole call. See class_values.h.
//
// The usual value of each class is taken where the relations hold between these. Where they do not,
// the leaves whose values share a class get ranks: equal ones the same rank, a lesser one a lower
// rank. The rank counts from the least number of the class, or picks one of its texts. A class has
// at least as many values as leaves are compared (classes.h), so that the ranks fit.
#include <algorithm>

#include "compiler/diagrams/class_values.h"

namespace tally {
namespace {

// A relation of a call whose leaves are both set.
struct Fact {
  ElementId left, right;
  std::uint8_t code;
};

class Ranks {
 public:
  Ranks(const Model& model, const Classes& classes, const Call& call) : model_(model), classes_(classes) {
    for (const auto& [element, code] : call) {
      const Element& at = model.at(element);
      if (code == 0) continue;
      if (at.relation) {
        facts_.push_back({at.relation->left, at.relation->right, code});
      } else if (at.is_leaf()) {
        codes_[element] = code;
        values_[element] = value_of(model, classes, element, code);
      }
    }
    std::erase_if(facts_,
                  [&](const Fact& fact) { return !codes_.contains(fact.left) || !codes_.contains(fact.right); });
  }

  LeafValues run() && {
    // What follows from classes holds between any of their values.
    std::erase_if(facts_, [&](const Fact& fact) { return !share_class(fact); });
    for (const Fact& fact : facts_) {
      if (!holds(fact)) ranks_[fact.left] = 0;
    }
    if (ranks_.empty()) return std::move(values_);
    reach_all();
    for (bool changed = true; changed;) {
      changed = false;
      for (const Fact& fact : facts_) changed = (ranks_.contains(fact.left) && raise(fact)) || changed;
    }
    for (const auto& [leaf, rank] : ranks_) values_[leaf] = value_at(leaf, rank);
    return std::move(values_);
  }

 private:
  bool is_number(ElementId leaf) const { return model_.at(leaf).type->kind == Type::Kind::number; }
  bool is_equal(const Fact& fact) const {
    return fact.code == static_cast<std::uint8_t>(is_number(fact.left) ? static_cast<unsigned>(NumberRelation::equal)
                                                                       : static_cast<unsigned>(TextRelation::equal));
  }
  bool holds(const Fact& fact) const {
    const Literal &left = values_.at(fact.left), &right = values_.at(fact.right);
    if (is_equal(fact) || !is_number(fact.left)) return (left == right) == is_equal(fact);
    return (left < right) == (fact.code == static_cast<std::uint8_t>(NumberRelation::less)) && left != right;
  }
  bool share_class(const Fact& fact) const {
    return classes_.classes(fact.left)[codes_.at(fact.left) - 1u].representative ==
           classes_.classes(fact.right)[codes_.at(fact.right) - 1u].representative;
  }

  // Whatever is compared with a leaf that gets a rank gets one. Each text begins with a rank of its own.
  void reach_all() {
    for (bool grows = true; grows;) {
      grows = false;
      for (const Fact& fact : facts_) {
        for (const auto& [from, to] : {std::pair(fact.left, fact.right), std::pair(fact.right, fact.left)})
          grows = (ranks_.contains(from) && ranks_.try_emplace(to, 0).second) || grows;
      }
    }
    std::size_t own = 0;
    for (auto& [leaf, rank] : ranks_) {
      if (!is_number(leaf)) rank = own++;
    }
  }

  // Raises ranks until the fact holds. Returns whether it did not hold.
  bool raise(const Fact& fact) {
    std::size_t &left = ranks_.at(fact.left), &right = ranks_.at(fact.right);
    if (is_equal(fact)) {
      if (left == right) return false;
      left = right = is_number(fact.left) ? std::max(left, right) : std::min(left, right);
      return true;
    }
    if (!is_number(fact.left)) return false;
    std::size_t& lower = fact.code == static_cast<std::uint8_t>(NumberRelation::less) ? left : right;
    std::size_t& upper = &lower == &left ? right : left;
    if (upper > lower) return false;
    upper = lower + 1;
    return true;
  }

  Literal value_at(ElementId leaf, std::size_t rank) const {
    const std::uint8_t code = codes_.at(leaf);
    if (is_number(leaf)) return std::get<std::uint64_t>(classes_.classes(leaf)[code - 1u].representative) + rank;
    const auto values = class_values(model_, classes_, leaf, code, std::max<std::size_t>(rank + 1, 2)).values;
    return values[std::min(rank, values.size() - 1)];
  }

  const Model& model_;
  const Classes& classes_;
  std::vector<Fact> facts_;
  std::map<ElementId, std::uint8_t> codes_;
  LeafValues values_;
  std::map<ElementId, std::size_t> ranks_;
};

}  // namespace

Literal value_of_relation(const Model& model, ElementId relation, const Literal& left, const Literal& right) {
  if (model.at(model.at(relation).relation->left).type->kind != Type::Kind::number)
    return EnumName{left == right ? "equal" : "different"};
  if (std::holds_alternative<Unset>(left) || std::holds_alternative<Unset>(right)) return Unset{};
  return EnumName{left < right ? "less" : left == right ? "equal" : "greater"};
}

LeafValues values_of(const Model& model, const Classes& classes, const Call& call) {
  return Ranks(model, classes, call).run();
}

}  // namespace tally
