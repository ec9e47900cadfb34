// Two numbers, or two texts, compared with each other.
//
// In:     two sides, each with its origins: leaves and literals
// Out:    for each pair of origins a test: of a relation if both are leaves, of a cut if one is a
//         literal. `(a else 60) < b` is "a < b if a is set, else b > 60".
// Always: a pair of leaves has one relation, whichever stands on the left. Where the ranges of two
//         numbers leave one way only, no relation is read.
#include <algorithm>

#include "compiler/lower/parts.h"

namespace tally {
namespace {

Ways swapped(const Ways& ways) { return {ways.greater, ways.equal, ways.less}; }

// The numbers that are related in these ways to a literal.
Cut numbers_related(std::uint64_t literal, const Ways& ways) {
  Cut cut;
  if (ways.less && literal > 0) cut.ranges.push_back({0, literal - 1});
  if (ways.equal) cut.ranges.push_back({literal, literal});
  if (ways.greater && literal < max_number) cut.ranges.push_back({literal + 1, max_number});
  for (std::size_t i = cut.ranges.size(); i-- > 1;) {
    if (cut.ranges[i - 1].high + 1 != cut.ranges[i].low) continue;
    cut.ranges[i - 1].high = cut.ranges[i].high;
    cut.ranges.erase(cut.ranges.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return cut;
}

template <class Value>
bool holds(const Value& left, const Value& right, const Ways& ways) {
  return left < right ? ways.less : right < left ? ways.greater : ways.equal;
}

}  // namespace

NodeId Lowering::Impl::related(const Origin& left, const Origin& right, const Ways& ways, Span span) {
  const auto constant = [&](bool is_true) { return is_true ? graph.yes() : graph.no(); };
  if (left == right) return constant(ways.equal);
  const auto *leaf = std::get_if<ElementId>(&left), *other = std::get_if<ElementId>(&right);
  if (leaf != nullptr && other != nullptr) {
    const Type &a = *model.at(*leaf).type, &b = *model.at(*other).type;
    const bool is_number = a.kind == Type::Kind::number;
    if (is_number && a.high < b.low) return constant(ways.less);
    if (is_number && a.low > b.high) return constant(ways.greater);
    const ElementId relation = relation_of(model, *leaf, *other);
    trace->elements.insert(trace->elements.end(), {*leaf, *other, relation});
    trace->cuts.push_back(graph.relation_cut(relation));
    const Ways in_order = *leaf < *other ? ways : swapped(ways);
    const std::vector<std::uint32_t> numbers{0, in_order.less, in_order.equal, in_order.greater};
    const std::vector<std::uint32_t> texts{0, ways.equal, ways.less};
    const auto codes = static_cast<std::uint32_t>(model.at(relation).type->values.size() + 1);
    return graph.member(graph.leaf(relation, codes), is_number ? numbers : texts);
  }
  if (leaf == nullptr && other != nullptr) return related(right, left, swapped(ways), span);
  const auto *number = std::get_if<std::uint64_t>(&right), *own_number = std::get_if<std::uint64_t>(&left);
  if (own_number != nullptr && number != nullptr) return constant(holds(*own_number, *number, ways));
  if (number != nullptr && leaf != nullptr) return in_cut(*leaf, numbers_related(*number, ways));
  const auto *text = std::get_if<std::string>(&right), *own_text = std::get_if<std::string>(&left);
  if (own_text != nullptr && text != nullptr) return constant(*own_text == *text ? ways.equal : ways.less);
  const auto unless_equal = [&](NodeId equal) {
    if (ways.equal == ways.less) return constant(ways.equal);
    return ways.equal ? equal : graph.negate(equal);
  };
  if (text != nullptr && leaf != nullptr) return unless_equal(in_cut(*leaf, Cut{{}, {*text}, {}}));
  const auto *inserted = std::get_if<InsertedText>(&left), *other_inserted = std::get_if<InsertedText>(&right);
  if (inserted != nullptr && text != nullptr) return unless_equal(in_cut(*inserted, Cut{{}, {*text}, {}}, span));
  if (other_inserted != nullptr && own_text != nullptr) return related(right, left, swapped(ways), span);
  fail(DiagnosticId::bad_comparison, span,
       "a text with insertions is compared with a text that is not a literal: " +
           to_string(model, inserted != nullptr ? left : right));
  return graph.no();
}

NodeId Lowering::Impl::test(const Expr& e, const RelatedAs& node, std::uint32_t scope) {
  const Part left = part(*node.left, scope, Paths::empty), right = part(*node.right, scope, Paths::empty);
  const Ways ways{node.less, node.equal, node.greater};
  const std::size_t of_left = left.origins ? left.origins->size() : 0,
                    of_right = right.origins ? right.origins->size() : 0;
  if (of_left * of_right > max_pairs) {
    fail(DiagnosticId::too_many_leaves, e.span,
         "the two sides have " + grouped(of_left * of_right) + " pairs of values to compare, more than " +
             grouped(max_pairs));
    return graph.no();
  }
  const auto if_unset = [&](const Part& other) { return node.both_unset ? graph.negate(is_set(other)) : graph.no(); };
  std::vector<NodeId> branches(graph.codes(left.node), graph.no());
  branches[0] = if_unset(right);
  for (std::size_t i = 0; i < of_left; ++i) {
    std::vector<NodeId> pairs(graph.codes(right.node), graph.no());
    for (std::size_t j = 0; j < of_right; ++j)
      pairs[j + 1] = related((*left.origins)[i], (*right.origins)[j], ways, e.span);
    branches[i + 1] = pushdown(right.node, pairs);
  }
  return pushdown(left.node, branches);
}

Part Lowering::Impl::lower(const Expr& e, const ExtremeOf& node, std::uint32_t scope, std::uint32_t) {
  Part result = part(*node.operands.front(), scope, Paths::empty);
  for (std::size_t i = 1; i < node.operands.size(); ++i)
    result = extreme(result, part(*node.operands[i], scope, Paths::empty), node.greatest, e.span);
  return result;
}

// The first of two equal numbers is taken.
Part Lowering::Impl::extreme(const Part& first, const Part& second, bool greatest, Span span) {
  if (!first.origins || !second.origins) return missing(*number_type());
  std::vector<Origin> origins = *first.origins;
  std::vector<std::uint32_t> place_of;  // by origin of the second: its code in the result
  for (const Origin& origin : *second.origins) {
    const auto at = std::find(origins.begin(), origins.end(), origin);
    place_of.push_back(static_cast<std::uint32_t>(at - origins.begin()) + 1);
    if (at == origins.end()) origins.push_back(origin);
  }
  if (first.origins->size() * second.origins->size() > max_pairs || origins.size() > max_origins) {
    fail(DiagnosticId::too_many_leaves, span,
         "the numbers have " + grouped(first.origins->size() * second.origins->size()) +
             " pairs of values to compare, more than " + grouped(max_pairs));
    return missing(*number_type());
  }
  const auto codes = static_cast<std::uint32_t>(origins.size() + 1);
  const Ways first_wins = greatest ? Ways{false, true, true} : Ways{true, true, false};
  std::vector<NodeId> branches(graph.codes(first.node), graph.constant(0, codes));
  for (std::uint32_t i = 0; i < first.origins->size(); ++i) {
    std::vector<NodeId> pairs(graph.codes(second.node), graph.constant(0, codes));
    for (std::uint32_t j = 0; j < second.origins->size(); ++j) {
      const NodeId wins = related((*first.origins)[i], (*second.origins)[j], first_wins, span);
      pairs[j + 1] = graph.choose({{wins, graph.constant(i + 1, codes)}}, graph.constant(place_of[j], codes));
    }
    branches[i + 1] = pushdown(second.node, pairs);
  }
  return {pushdown(first.node, branches), std::make_shared<const std::vector<Origin>>(std::move(origins))};
}

}  // namespace tally
