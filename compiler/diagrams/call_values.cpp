// The values of a whole call. See class_values.h.
//
// The usual value of each class is taken where the relations hold between these. Where they do not,
// the leaves whose values share a class get ranks: equal ones the same rank, a lesser one a lower
// rank. The rank counts from the least number of the class, or picks one of its texts. A class has
// as many values as there may be ranks (classes.h).
#include <algorithm>

#include "compiler/diagrams/class_values.h"

#include "compiler/model/relation_codes.h"

namespace tally {
namespace {

// A leaf of the first call, which may be that of the second as well, or of the second alone.
using Leaf = std::pair<ElementId, bool>;
using Values = std::map<Leaf, Literal>;

// A relation of a call whose leaves are both set.
struct Fact {
  Leaf left, right;
  Code code;
};

class Ranks {
 public:
  Ranks(const Model& model, const Classes& classes) : model_(model), classes_(classes) {}

  // Adds a call. Its leaves in `own` are leaves of the second call alone.
  void add(const Call& call, const std::set<ElementId>& own) {
    const auto leaf = [&](ElementId element) { return Leaf{element, own.contains(element)}; };
    for (const auto& [element, code] : call) {
      const Element& at = model_.at(element);
      if (code == 0) continue;
      if (at.relation) {
        facts_.push_back({leaf(at.relation->left), leaf(at.relation->right), code});
      } else if (at.is_leaf()) {
        codes_[leaf(element)] = code;
        values_[leaf(element)] = value_of(model_, classes_, element, code);
      }
    }
  }

  Values run() && {
    std::erase_if(facts_,
                  [&](const Fact& fact) { return !codes_.contains(fact.left) || !codes_.contains(fact.right); });
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
  bool is_number(const Leaf& leaf) const { return model_.at(leaf.first).type->kind == Type::Kind::number; }
  bool is_equal(const Fact& fact) const { return fact.code == equal_code(model_, fact.left.first); }
  bool holds(const Fact& fact) const {
    const Literal &left = values_.at(fact.left), &right = values_.at(fact.right);
    if (is_equal(fact) || !is_number(fact.left)) return (left == right) == is_equal(fact);
    return (left < right) == (fact.code == static_cast<Code>(NumberRelation::less)) && left != right;
  }
  bool share_class(const Fact& fact) const {
    return classes_.classes(fact.left.first)[codes_.at(fact.left) - 1u].representative ==
           classes_.classes(fact.right.first)[codes_.at(fact.right) - 1u].representative;
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
    std::size_t& lower = fact.code == static_cast<Code>(NumberRelation::less) ? left : right;
    std::size_t& upper = &lower == &left ? right : left;
    if (upper > lower) return false;
    upper = lower + 1;
    return true;
  }

  Literal value_at(const Leaf& leaf, std::size_t rank) const {
    const Code code = codes_.at(leaf);
    if (is_number(leaf)) return std::get<std::uint64_t>(classes_.classes(leaf.first)[code - 1u].representative) + rank;
    const auto values = class_values(model_, classes_, leaf.first, code, std::max<std::size_t>(rank + 1, 2)).values;
    return values[std::min(rank, values.size() - 1)];
  }

  const Model& model_;
  const Classes& classes_;
  std::vector<Fact> facts_;
  std::map<Leaf, Code> codes_;
  Values values_;
  std::map<Leaf, std::size_t> ranks_;
};

}  // namespace

Literal value_of_relation(const Model& model, ElementId relation, const Literal& left, const Literal& right) {
  if (model.at(model.at(relation).relation->left).type->kind != Type::Kind::number)
    return EnumName{left == right ? "equal" : "different"};
  if (std::holds_alternative<Unset>(left) || std::holds_alternative<Unset>(right)) return Unset{};
  return EnumName{left < right ? "less" : left == right ? "equal" : "greater"};
}

LeafValues values_of(const Model& model, const Classes& classes, const Call& call) {
  Ranks ranks(model, classes);
  ranks.add(call, {});
  LeafValues out;
  for (auto& [leaf, value] : std::move(ranks).run()) out.emplace(leaf.first, std::move(value));
  return out;
}

std::pair<LeafValues, LeafValues> values_of_both(const Model& model, const Classes& classes, const Call& first,
                                                 const Call& second, const std::set<ElementId>& differing) {
  Ranks ranks(model, classes);
  ranks.add(first, {});
  ranks.add(second, differing);
  std::pair<LeafValues, LeafValues> out;
  for (const auto& [leaf, value] : std::move(ranks).run()) {
    if (!leaf.second) out.first.emplace(leaf.first, value);
    if (leaf.second || !differing.contains(leaf.first)) out.second.emplace(leaf.first, value);
  }
  return out;
}

}  // namespace tally
