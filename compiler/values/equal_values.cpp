#include "compiler/values/equal_values.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "compiler/diagrams/class_values.h"
#include "compiler/model/relation_codes.h"

namespace tally {
namespace {

// Bounds for one comparison: combinations of classes, and values per leaf in a search.
constexpr std::size_t max_steps = 100'000;
constexpr std::size_t max_values = 12;
constexpr std::size_t max_tries = 20'000;

std::string as_text(const Literal& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

std::set<ElementId> leaf_set(const Pieces& pieces) {
  std::set<ElementId> out;
  for (const auto& piece : pieces) {
    if (const auto* leaf = std::get_if<ElementId>(&piece)) out.insert(*leaf);
  }
  return out;
}

Pieces with_value(const Pieces& pieces, ElementId leaf, const std::string& value) {
  Pieces out;
  for (const auto& piece : pieces) {
    const auto* other = std::get_if<ElementId>(&piece);
    append(out, other && *other == leaf ? std::variant<std::string, ElementId>(value) : piece);
  }
  return out;
}

std::string text_of(const Pieces& pieces, const LeafValues& values) {
  std::string out;
  for (const auto& piece : pieces) {
    const auto* leaf = std::get_if<ElementId>(&piece);
    out += leaf ? as_text(values.at(*leaf)) : std::get<std::string>(piece);
  }
  return out;
}

// Goes through combinations of values of some leaves.
class ValueSearch {
 public:
  enum class Found : std::uint8_t { different, none, none_tried };

  // In `call` the relations have the codes that must hold.
  ValueSearch(const Model& model, const Classes& classes, const Pieces& a, const Pieces& b, const Call& call = {})
      : model_(model), classes_(classes), a_(a), b_(b) {
    std::set<ElementId> leaves = leaf_set(a), others = leaf_set(b);
    leaves.insert(others.begin(), others.end());
    leaves_.assign(leaves.begin(), leaves.end());
    std::map<ElementId, unsigned> codes(call.begin(), call.end());
    // Whatever is compared with a leaf that is varied is varied as well.
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      for (const auto& [element, code] : call) {
        const auto& relation = model.at(element).relation;
        if (!relation || (relation->left != leaves_[i] && relation->right != leaves_[i])) continue;
        const auto is_set = [&](ElementId leaf) { return codes.contains(leaf) && codes.at(leaf) != 0; };
        if (!is_set(relation->left) || !is_set(relation->right)) continue;
        relations_.emplace(element, code);
        for (const ElementId leaf : {relation->left, relation->right}) {
          if (leaves.insert(leaf).second) leaves_.push_back(leaf);
        }
      }
    }
  }

  // `different`: `values()` makes the two different. `none`: no values do. `none_tried`: none of
  // those that were tried do.
  Found run(const std::function<unsigned(ElementId)>& code) {
    choices_.clear();
    bool are_all = true;
    for (const ElementId leaf : leaves_) {
      choices_.push_back(class_values(model_, classes_, leaf, code(leaf), std::max(max_values, leaves_.size() + 4)));
      are_all = are_all && choices_.back().are_all;
    }
    tries_ = 0;
    if (search(0)) return Found::different;
    return are_all && tries_ < max_tries ? Found::none : Found::none_tried;
  }

  const LeafValues& values() const { return values_; }

 private:
  bool search(std::size_t at) {
    if (tries_ >= max_tries) return false;
    if (at == leaves_.size()) {
      ++tries_;
      return text_of(a_, values_) != text_of(b_, values_);
    }
    for (const Literal& value : choices_[at].values) {
      values_[leaves_[at]] = value;
      if (agrees_with_relations(at) && search(at + 1)) return true;
    }
    values_.erase(leaves_[at]);
    return false;
  }

  // Whether the relations of this leaf hold, apart from those whose other leaf has no value yet.
  bool agrees_with_relations(std::size_t at) const {
    return std::all_of(relations_.begin(), relations_.end(), [&](const auto& known) {
      const Relation& relation = *model_.at(known.first).relation;
      if (relation.left != leaves_[at] && relation.right != leaves_[at]) return true;
      const auto left = values_.find(relation.left), right = values_.find(relation.right);
      if (left == values_.end() || right == values_.end()) return true;
      const Literal related = value_of_relation(model_, known.first, left->second, right->second);
      return classes_.code_of(known.first, related) == known.second;
    });
  }

  const Model& model_;
  const Classes& classes_;
  const Pieces &a_, &b_;
  std::vector<ElementId> leaves_;
  std::map<ElementId, unsigned> relations_;  // those between the leaves, with their codes
  std::vector<ClassValues> choices_;
  LeafValues values_;
  std::size_t tries_ = 0;
};

// Returns the number that a text spells in the only way in which a number is inserted.
std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || std::to_string(value) != text) return std::nullopt;
  return value;
}

}  // namespace

HandedOn value_of(const Origin& origin, const LeafValues& values) {
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return *number;
  if (const auto* text = std::get_if<std::string>(&origin)) return *text;
  if (const auto* leaf = std::get_if<ElementId>(&origin)) {
    const Literal& value = values.at(*leaf);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    return std::get<std::string>(value);
  }
  return text_of(std::get<InsertedText>(origin).pieces, values);
}

Origin with_value(const Model& model, const Origin& origin, ElementId leaf, const Literal& value) {
  if (const auto* handed_on = std::get_if<ElementId>(&origin)) {
    if (*handed_on != leaf) return origin;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    return std::get<std::string>(value);
  }
  if (!std::holds_alternative<InsertedText>(origin)) return origin;
  return text_of(model, with_value(std::get<InsertedText>(origin).pieces, leaf, as_text(value)));
}

Diagram EqualValues::test(ElementId leaf, unsigned code) {
  return space_.has(leaf) ? space_.test(leaf, CodeSet().add(code)) : space_.diagrams().yes();
}

EqualValues::Where EqualValues::compare(const Origin& a, const Origin& b) {
  steps_ = 0;
  const auto *leaf = std::get_if<ElementId>(&a), *other = std::get_if<ElementId>(&b);
  if (leaf != nullptr && other != nullptr && *leaf != *other) {
    if (const auto relation = model_.elements.find_relation(std::minmax(*leaf, *other));
        relation && space_.has(*relation)) {
      return {space_.test(*relation, CodeSet().add(equal_code(model_, *leaf))), space_.diagrams().no()};
    }
  }
  // Numbers are equal exactly if their digits are.
  return compare(pieces_of(a), pieces_of(b));
}

// Each class with one value takes the place of its leaf, and what then remains is compared.
EqualValues::Where EqualValues::compare(const Pieces& a, const Pieces& b) {
  Diagrams& diagrams = space_.diagrams();
  Where out{diagrams.no(), diagrams.no()};
  if (a == b) return {diagrams.yes(), diagrams.no()};
  if (++steps_ > max_steps) return {diagrams.no(), diagrams.yes()};
  const std::set<ElementId> in_a = leaf_set(a), in_b = leaf_set(b);
  // A leaf that only one of them has.
  const auto alone = [](const std::set<ElementId>& these, const std::set<ElementId>& others) {
    return std::find_if(these.begin(), these.end(), [&](ElementId leaf) { return !others.contains(leaf); });
  };
  auto only = alone(in_a, in_b);
  if (only == in_a.end() && (only = alone(in_b, in_a)) == in_b.end()) return in_a.empty() ? out : same_leaves(a, b);
  const ElementId leaf = *only;
  const Pieces& with = in_a.contains(leaf) ? a : b;
  const Pieces& without = in_a.contains(leaf) ? b : a;
  const auto& classes = classes_.classes(leaf);
  for (unsigned code = 1; code <= classes.size(); ++code) {
    // In a class with several values the leaf can make the two differ, whatever the others are.
    const ValueClass& of_leaf = classes[code - 1];
    if (!of_leaf.single) continue;
    const Where rest = compare(with_value(with, leaf, as_text(of_leaf.representative)), without);
    const Diagram here = test(leaf, code);
    out.equal = diagrams.either(out.equal, diagrams.both(here, rest.equal));
    out.unknown = diagrams.either(out.unknown, diagrams.both(here, rest.unknown));
  }
  return out;
}

// Compares two texts with the same leaves, class by class: "{a}{b}" and "{b}{a}".
EqualValues::Where EqualValues::same_leaves(const Pieces& a, const Pieces& b) {
  Diagrams& diagrams = space_.diagrams();
  const std::set<ElementId> all = leaf_set(a);
  const std::vector<ElementId> leaves(all.begin(), all.end());
  ValueSearch search(model_, classes_, a, b);
  Where out{diagrams.no(), diagrams.no()};
  std::map<ElementId, unsigned> codes;
  const std::function<void(std::size_t, Diagram)> go = [&](std::size_t at, Diagram here) {
    if (at < leaves.size()) {
      for (unsigned code = 1; code <= classes_.classes(leaves[at]).size(); ++code) {
        codes[leaves[at]] = code;
        go(at + 1, diagrams.both(here, test(leaves[at], code)));
      }
      return;
    }
    const auto found = ++steps_ > max_steps ? ValueSearch::Found::none_tried
                                            : search.run([&](ElementId leaf) { return codes.at(leaf); });
    if (found == ValueSearch::Found::none) out.equal = diagrams.either(out.equal, here);
    if (found == ValueSearch::Found::none_tried) out.unknown = diagrams.either(out.unknown, here);
  };
  go(0, diagrams.yes());
  return out;
}

std::set<CutId> relations_between(const Model& model, Graph& graph, const std::set<CutId>& cuts,
                                  const std::vector<Origin>& first, const std::vector<Origin>& second) {
  std::map<ElementId, ElementId> group;  // by leaf: the first leaf of its group
  for (const CutId cut : cuts) {
    const auto& relation = model.at(graph.at(cut).element).relation;
    if (!relation) continue;
    const ElementId left = group.try_emplace(relation->left, relation->left).first->second;
    const ElementId right = group.try_emplace(relation->right, relation->right).first->second;
    for (auto& [leaf, at] : group) {
      if (at == right) at = left;
    }
  }
  std::set<CutId> out;
  for (const Origin& a : first) {
    const auto* leaf = std::get_if<ElementId>(&a);
    if (leaf == nullptr || !group.contains(*leaf)) continue;
    for (const Origin& b : second) {
      const auto* other = std::get_if<ElementId>(&b);
      if (other == nullptr || *leaf == *other || !group.contains(*other) || group.at(*leaf) != group.at(*other))
        continue;
      out.insert(graph.relation_cut(relation_of(model, *leaf, *other)));
    }
  }
  return out;
}

std::optional<LeafValues> different_values(const Model& model, const Classes& classes, const Call& call,
                                           const Origin& a, const Origin& b) {
  const Pieces of_a = pieces_of(a), of_b = pieces_of(b);
  const auto code = [&](ElementId leaf) -> unsigned {
    const auto at = std::find_if(call.begin(), call.end(), [&](const auto& fact) { return fact.first == leaf; });
    return at == call.end() ? 1 : at->second;
  };
  ValueSearch search(model, classes, of_a, of_b, call);
  if (search.run(code) != ValueSearch::Found::different) return std::nullopt;
  return search.values();
}

std::optional<std::pair<ElementId, Cut>> equality_cut(const Model& model, const Origin& a, const Origin& b) {
  const Pieces of_a = pieces_of(a), of_b = pieces_of(b);
  const bool a_is_literal = leaf_set(of_a).empty();
  if (a_is_literal == leaf_set(of_b).empty()) return std::nullopt;
  const std::string literal = text_of(a_is_literal ? of_a : of_b, {});
  const Pieces& text = a_is_literal ? of_b : of_a;
  const auto at = std::find_if(text.begin(), text.end(),
                               [](const auto& piece) { return std::holds_alternative<ElementId>(piece); });
  const Pieces front(text.begin(), at), back(at + 1, text.end());
  if (!leaf_set(back).empty()) return std::nullopt;
  // The text is "front{leaf}back".
  const std::string begin = text_of(front, {}), end = text_of(back, {});
  if (literal.size() < begin.size() + end.size() || !literal.starts_with(begin) || !literal.ends_with(end))
    return std::nullopt;
  const std::string middle = literal.substr(begin.size(), literal.size() - begin.size() - end.size());
  const ElementId leaf = std::get<ElementId>(*at);
  const Type& type = *model.at(leaf).type;
  if (type.kind != Type::Kind::number) return std::pair(leaf, Cut{{}, {middle}, {}});
  const auto number = number_of(middle);
  if (!number || *number < type.low || *number > type.high) return std::nullopt;
  return std::pair(leaf, Cut{{{*number, *number}}, {}, {}});
}

}  // namespace tally
