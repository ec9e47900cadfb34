#include "compiler/sql/graph_text.h"

#include <algorithm>

#include "compiler/sql/class_codes.h"

namespace tally::sql {
namespace {

// SQLite's parser has a stack of 100 symbols, of which a bracket or a CASE takes up to five.
constexpr unsigned max_depth = 8;
// A text as short as this is written again, not named.
constexpr std::size_t short_text = 12;
// Cuts of a leaf from which on its classes have codes. Engines bound the columns of a SELECT.
constexpr std::size_t many_cuts = 24;

}  // namespace

GraphText::GraphText(const Graph& graph, const Writer& writer, Levels& levels, RowPlaces& places,
                     const std::vector<NodeId>& wanted, const Classes* classes)
    : graph_(graph), classes_(classes), writer_(writer), levels_(levels), places_(places) {
  std::map<NodeId, std::size_t> uses;
  for (const NodeId node : wanted) ++uses[node];
  const std::vector<NodeId> order = graph.reachable(wanted);
  for (const NodeId id : order) {
    const Node& node = graph.node(id);
    if (node.op == Op::cut) ++cut_counts_[node.element];
    for (const NodeId operand : graph.operands(node)) ++uses[operand];
    // It writes its first operand twice.
    if (node.op == Op::first_set) ++uses[graph.operands(node).front()];
  }
  for (const NodeId id : order) {
    Made one = made(graph.node(id));
    const bool is_short = one.expression.text.size() <= short_text;
    if (one.expression.depth > max_depth || (uses[id] > 1 && !is_short))
      one.expression = levels_.define("n" + std::to_string(id.value), std::move(one.expression));
    made_[id] = std::move(one);
  }
}

Expr GraphText::code(NodeId node) const { return code_of(node); }

Expr GraphText::condition_of(NodeId node) const {
  const Made& one = made_.at(node);
  return one.is_condition ? one.expression : writer_.condition_of(one.expression);
}

Expr GraphText::code_of(NodeId node) const {
  const Made& one = made_.at(node);
  return one.is_condition ? writer_.code_of(one.expression) : one.expression;
}

GraphText::Made GraphText::made(const Node& node) {
  const auto operands = graph_.operands(node);
  const auto conditions = [&] {
    std::vector<Expr> out;
    for (const NodeId operand : operands) out.push_back(condition_of(operand));
    return out;
  };
  switch (node.op) {
    case Op::constant: return {writer_.code(node.value), false};
    case Op::leaf:
      if (const auto present = places_.presence(node.element)) return {*present, true};
      return {places_.code(node.element), false};
    case Op::present: return {places_.is_set(node.element), true};
    case Op::cut: return {in_cut(node), true};
    case Op::member: return {among(node), true};
    case Op::negate: return {writer_.negated(condition_of(operands.front())), true};
    case Op::both: return {writer_.both(conditions()), true};
    case Op::either: return {writer_.either(conditions()), true};
    case Op::choose: return chosen(node);
    case Op::select:
    case Op::recode: return selected(node);
    case Op::first_set: {
      const Expr first = code_of(operands[0]);
      return {writer_.chosen({{writer_.among(first, {0}, 2), code_of(operands[1])}}, first), false};
    }
  }
  return {};
}

Expr GraphText::among(const Node& node) const {
  const auto table = graph_.table(node);
  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code < table.size(); ++code) {
    if (table[code] != 0) codes.push_back(code);
  }
  return writer_.among(code_of(graph_.operands(node).front()), codes, static_cast<std::uint32_t>(table.size()));
}

bool GraphText::chooses_conditions(const Node& node) const {
  if (node.codes != 2 || node.op == Op::recode) return false;
  const auto operands = graph_.operands(node);
  bool any = false;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    // The arms of `choose` are conditions and values in turn; the last is a value.
    const bool is_value = node.op == Op::select || i % 2 == 1 || i + 1 == operands.size();
    if (!is_value) continue;
    const Made& value = made_.at(operands[i]);
    if (!value.is_condition && !value.expression.code) return false;
    any = any || value.is_condition;
  }
  return any;
}

GraphText::Made GraphText::chosen(const Node& node) const {
  const auto operands = graph_.operands(node);
  const bool conditions = chooses_conditions(node);
  const auto value = [&](NodeId of) { return conditions ? condition_of(of) : code_of(of); };
  std::vector<std::pair<Expr, Expr>> arms;
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2)
    arms.emplace_back(condition_of(operands[i]), value(operands[i + 1]));
  return {writer_.chosen(arms, value(operands.back())), conditions};
}

GraphText::Made GraphText::selected(const Node& node) {
  const auto operands = graph_.operands(node);
  const bool conditions = chooses_conditions(node);
  std::vector<std::optional<Expr>> values;
  if (node.op == Op::recode) {
    for (const std::uint32_t code : graph_.table(node)) values.emplace_back(writer_.code(code));
  } else {
    for (const NodeId value : operands.subspan(1))
      values.emplace_back(conditions ? condition_of(value) : code_of(value));
  }
  Expr of = code_of(operands.front());
  if (of.text.size() > short_text && !writer_.writes_code_once(values))
    of = levels_.define("n" + std::to_string(operands.front().value) + "i", of);
  return {writer_.by_code(of, values), conditions};
}

// The cut as codes of classes, if the leaf has many cuts.
std::optional<Expr> GraphText::in_classes(const Node& node) {
  if (classes_ == nullptr || cut_counts_[node.element] < many_cuts || !classes_->can_tell(CutId{node.value}))
    return std::nullopt;
  const auto code = class_code(writer_, levels_, places_, *classes_, node.element);
  if (!code) return std::nullopt;
  std::vector<std::uint32_t> codes;
  for (const CodeRun& run : classes_->codes_of(CutId{node.value}).runs()) {
    for (unsigned one = run.first; one <= run.last; ++one) codes.push_back(one);
  }
  return writer_.among(*code, codes, classes_->codes(node.element));
}

Expr GraphText::in_cut(const Node& node) {
  if (const auto by_class = in_classes(node)) return *by_class;
  const LeafCut& of = graph_.at(CutId{node.value});
  const bool is_number = places_.is_number(of.element);
  const Expr& value = places_.value(of.element);
  std::vector<Expr> alternatives;
  if (is_number) {
    for (const NumberRange& range : of.cut.ranges) {
      const std::string low = std::to_string(range.low), high = std::to_string(range.high);
      const std::string text = range.low == range.high    ? " = " + low
                               : range.high >= max_number ? " >= " + low
                                                          : " BETWEEN " + low + " AND " + high;
      alternatives.push_back(Writer::made(value.text + text, Tightness::comparison, {&value}));
    }
    return writer_.either(alternatives);
  }
  const Expr any = is_in_cut(writer_, places_, of.element, of.cut);
  // An unset text is written as an empty one.
  return contains(of.cut, std::string()) ? writer_.both({any, places_.is_set(of.element)}) : any;
}

}  // namespace tally::sql
