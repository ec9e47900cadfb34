// Makes nodes of the decision graph. Each maker simplifies by its operands, and shares
// equal nodes.
//
// In:     operands that are in the graph already
// Out:    a node with the same function, new or existing
// Always: a node comes after its operands. No maker looks deeper than the operands of its
//         operands, so it is linear in the size of the call.
#include "compiler/graph/graph.h"

#include <algorithm>
#include <cassert>
#include <unordered_set>
#include <utility>

namespace tally {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash ^= word + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
  hash *= 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 32);
}

bool is_constant(const Graph& graph, NodeId id, std::uint32_t code) {
  const Node& n = graph.node(id);
  return n.op == Op::constant && n.value == code;
}

bool all_equal(std::span<const NodeId> nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [&](NodeId n) { return n == nodes.front(); });
}

// Merges tests of the same node: `both` (`all`) intersects their tables, `either` unites
// them. Returns whether anything changed; if so, the operands are no longer sorted.
bool merge_members(Graph& graph, bool all, std::vector<NodeId>& operands) {
  std::vector<std::pair<NodeId, NodeId>> tests;  // the tested node, and the test
  for (NodeId id : operands) {
    const Node& n = graph.node(id);
    if (n.op == Op::member) tests.emplace_back(graph.operands(n)[0], id);
  }
  if (tests.size() < 2) return false;
  std::sort(tests.begin(), tests.end());
  std::unordered_set<std::uint32_t> replaced;
  std::vector<NodeId> merged;
  for (std::size_t i = 0, end = 0; i < tests.size(); i = end) {
    for (end = i + 1; end < tests.size() && tests[end].first == tests[i].first;) ++end;
    if (end - i < 2) continue;
    auto first = graph.table(graph.node(tests[i].second));
    std::vector<std::uint32_t> table(first.begin(), first.end());
    for (std::size_t k = i; k < end; ++k) {
      replaced.insert(tests[k].second.value);
      auto other = graph.table(graph.node(tests[k].second));
      for (std::size_t c = 0; c < table.size(); ++c) table[c] = all ? table[c] & other[c] : table[c] | other[c];
    }
    merged.push_back(graph.member(tests[i].first, std::move(table)));
  }
  if (replaced.empty()) return false;
  std::erase_if(operands, [&](NodeId id) { return replaced.contains(id.value); });
  operands.insert(operands.end(), merged.begin(), merged.end());
  return true;
}

// Simplifies a `both` or an `either`. Keeps the needed operands, sorted, or returns
// the node that is equal to the whole.
std::optional<NodeId> simplify(Graph& graph, Op op, std::vector<NodeId>& operands) {
  const bool all = op == Op::both;
  const NodeId neutral = all ? graph.yes() : graph.no();
  const NodeId absorbing = all ? graph.no() : graph.yes();
  for (bool changed = true; changed;) {
    for (NodeId id : operands) {
      if (is_constant(graph, id, all ? 0 : 1)) return absorbing;
    }
    std::erase_if(operands, [&](NodeId id) { return graph.node(id).op == Op::constant; });
    std::sort(operands.begin(), operands.end());
    operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
    changed = merge_members(graph, all, operands);
  }
  // A leaf in a cut is set. Of the two, `both` needs only the cut, `either` only the
  // presence.
  std::unordered_set<std::uint32_t> present, cut;
  for (NodeId id : operands) {
    const Node& n = graph.node(id);
    if (n.op == Op::negate && std::binary_search(operands.begin(), operands.end(), graph.operands(n)[0])) {
      return absorbing;
    }
    if (n.op == Op::present) present.insert(n.element.value);
    if (n.op == Op::cut) cut.insert(n.element.value);
  }
  if (!present.empty() && !cut.empty()) {
    std::erase_if(operands, [&](NodeId id) {
      const Node& n = graph.node(id);
      return all ? n.op == Op::present && cut.contains(n.element.value)
                 : n.op == Op::cut && present.contains(n.element.value);
    });
  }
  if (operands.empty()) return neutral;
  if (operands.size() == 1) return operands.front();
  return std::nullopt;
}

}  // namespace

bool reads_element(Op op) {
  switch (op) {
    case Op::leaf:
    case Op::present:
    case Op::cut: return true;
    case Op::constant:
    case Op::member:
    case Op::negate:
    case Op::both:
    case Op::either:
    case Op::choose:
    case Op::select:
    case Op::first_set:
    case Op::recode: return false;
  }
  return false;
}

NodeId Graph::make(Node node, std::span<const NodeId> operands, std::span<const std::uint32_t> table) {
  std::uint64_t hash = mix(static_cast<std::uint64_t>(node.op), node.codes);
  hash = mix(mix(hash, node.value), node.element.value);
  for (NodeId id : operands) hash = mix(hash, id.value);
  for (std::uint32_t entry : table) hash = mix(hash, entry);
  auto [begin, end] = index_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    const Node& old = nodes_[it->second.value];
    if (old.op == node.op && old.codes == node.codes && old.value == node.value && old.element == node.element &&
        std::ranges::equal(this->operands(old), operands) && std::ranges::equal(this->table(old), table)) {
      return it->second;
    }
  }
  node.first_operand = static_cast<std::uint32_t>(operands_.size());
  node.operand_count = static_cast<std::uint32_t>(operands.size());
  node.first_entry = static_cast<std::uint32_t>(entries_.size());
  node.entry_count = static_cast<std::uint32_t>(table.size());
  operands_.insert(operands_.end(), operands.begin(), operands.end());
  entries_.insert(entries_.end(), table.begin(), table.end());
  const NodeId id{static_cast<std::uint32_t>(nodes_.size())};
  nodes_.push_back(node);
  index_.emplace(hash, id);
  return id;
}

std::optional<std::uint32_t> Graph::constant_value(NodeId id) const {
  const Node& n = nodes_[id.value];
  if (n.op != Op::constant) return std::nullopt;
  return n.value;
}

NodeId Graph::constant(std::uint32_t code, std::uint32_t codes) {
  assert(code < codes);
  Node n;
  n.op = Op::constant;
  n.codes = codes;
  n.value = code;
  return make(n, {}, {});
}

NodeId Graph::leaf(ElementId element, std::uint32_t codes) {
  Node n;
  n.op = Op::leaf;
  n.codes = codes;
  n.element = element;
  return make(n, {}, {});
}

NodeId Graph::present(ElementId element) {
  Node n;
  n.op = Op::present;
  n.element = element;
  return make(n, {}, {});
}

NodeId Graph::cut(ElementId element, const Cut& cut) {
  if (is_empty(cut)) return no();
  Node n;
  n.op = Op::cut;
  n.element = element;
  n.value = cut_id(element, cut).value;
  return make(n, {}, {});
}

CutId Graph::cut_id(ElementId element, const Cut& cut) {
  auto [it, is_new] = cut_ids_.try_emplace({element, cut}, CutId{static_cast<std::uint32_t>(cuts_.size())});
  if (is_new) cuts_.push_back({element, cut});
  return it->second;
}

NodeId Graph::member(NodeId id, std::vector<std::uint32_t> table) {
  const Node n = node(id);
  table.resize(n.codes, 0);
  if (n.op == Op::constant) return constant(table[n.value], 2);
  if (n.op == Op::recode) {
    const NodeId operand = operands(n)[0];
    std::vector<std::uint32_t> direct;
    for (std::uint32_t code : this->table(n)) direct.push_back(table[code]);
    return member(operand, std::move(direct));
  }
  const auto ones = std::count(table.begin(), table.end(), 1u);
  if (ones == 0) return no();
  if (ones == static_cast<std::ptrdiff_t>(table.size())) return yes();
  if (n.codes == 2) return table[1] ? id : negate(id);
  if (n.op == Op::first_set && table[0] == 0 && ones + 1 == static_cast<std::ptrdiff_t>(table.size())) {
    const NodeId a = operands(n)[0], b = operands(n)[1];
    return either({is_set(a), is_set(b)});
  }
  Node test;
  test.op = Op::member;
  return make(test, std::span(&id, 1), table);
}

NodeId Graph::is_set(NodeId id) {
  std::vector<std::uint32_t> table(codes(id), 1);
  table[0] = 0;
  return member(id, std::move(table));
}

NodeId Graph::is_code(NodeId id, std::uint32_t code) {
  std::vector<std::uint32_t> table(codes(id), 0);
  table[code] = 1;
  return member(id, std::move(table));
}

NodeId Graph::negate(NodeId condition) {
  const Node n = node(condition);
  if (n.op == Op::constant) return constant(1 - n.value, 2);
  if (n.op == Op::negate) return operands(n)[0];
  if (n.op == Op::member) {
    const NodeId operand = operands(n)[0];
    std::vector<std::uint32_t> others;
    for (std::uint32_t in : table(n)) others.push_back(1 - in);
    return member(operand, std::move(others));
  }
  Node negation;
  negation.op = Op::negate;
  return make(negation, std::span(&condition, 1), {});
}

NodeId Graph::both(std::vector<NodeId> conditions) {
  if (auto plain = simplify(*this, Op::both, conditions)) return *plain;
  Node n;
  n.op = Op::both;
  return make(n, conditions, {});
}

NodeId Graph::either(std::vector<NodeId> conditions) {
  if (auto plain = simplify(*this, Op::either, conditions)) return *plain;
  Node n;
  n.op = Op::either;
  return make(n, conditions, {});
}

// A choice between no and yes is a condition. With one arm, one constant side is enough.
std::optional<NodeId> Graph::choice_as_condition(const std::vector<std::pair<NodeId, NodeId>>& arms, NodeId otherwise) {
  NodeId result = otherwise;
  for (std::size_t i = arms.size(); i-- > 0;) {
    const auto& [condition, value] = arms[i];
    if (auto code = constant_value(value)) {
      result = *code == 1 ? either({condition, result}) : both({negate(condition), result});
    } else if (auto last = constant_value(result)) {
      result = *last == 0 ? both({condition, value}) : either({negate(condition), value});
    } else {
      return std::nullopt;
    }
  }
  return result;
}

NodeId Graph::choose(const std::vector<std::pair<NodeId, NodeId>>& arms, NodeId otherwise) {
  // The arms that can win. Neighbouring arms with the same value are one arm with several
  // conditions.
  std::vector<std::pair<std::vector<NodeId>, NodeId>> runs;
  std::unordered_set<std::uint32_t> seen;
  for (const auto& [condition, value] : arms) {
    if (is_constant(*this, condition, 0) || !seen.insert(condition.value).second) continue;
    if (is_constant(*this, condition, 1)) {
      otherwise = value;
      break;
    }
    if (runs.empty() || runs.back().second != value) runs.push_back({{}, value});
    runs.back().first.push_back(condition);
  }
  while (!runs.empty() && runs.back().second == otherwise) runs.pop_back();

  // The conditions of a run may together always hold. Then the rest is cut off.
  std::vector<std::pair<NodeId, NodeId>> kept;
  for (auto& [conditions, value] : runs) {
    const NodeId condition = either(std::move(conditions));
    if (is_constant(*this, condition, 1)) {
      otherwise = value;
      break;
    }
    kept.emplace_back(condition, value);
  }
  if (kept.empty()) return otherwise;

  std::uint32_t codes = this->codes(otherwise);
  bool constants = constant_value(otherwise).has_value();
  for (const auto& [condition, value] : kept) {
    codes = std::max(codes, this->codes(value));
    constants = constants && constant_value(value);
  }
  if (codes == 2 && (constants || kept.size() == 1)) {
    if (const auto condition = choice_as_condition(kept, otherwise)) return *condition;
  }
  std::vector<NodeId> operands;
  operands.reserve(2 * kept.size() + 1);
  for (const auto& [condition, value] : kept) {
    operands.push_back(condition);
    operands.push_back(value);
  }
  operands.push_back(otherwise);
  Node n;
  n.op = Op::choose;
  n.codes = codes;
  return make(n, operands, {});
}

NodeId Graph::select(NodeId index, const std::vector<NodeId>& branches) {
  assert(branches.size() == codes(index));
  if (auto code = constant_value(index)) return branches[*code];
  if (all_equal(branches)) return branches.front();
  if (branches.size() == 2) return choose({{index, branches[1]}}, branches[0]);
  std::uint32_t codes = 0;
  std::vector<std::uint32_t> table;
  for (NodeId branch : branches) {
    codes = std::max(codes, this->codes(branch));
    if (auto code = constant_value(branch)) table.push_back(*code);
  }
  if (table.size() == branches.size()) return recode(index, std::move(table), codes);
  std::vector<NodeId> operands{index};
  operands.insert(operands.end(), branches.begin(), branches.end());
  Node n;
  n.op = Op::select;
  n.codes = codes;
  return make(n, operands, {});
}

NodeId Graph::first_set(NodeId a, NodeId b) {
  if (auto code = constant_value(a)) return *code == 0 ? b : a;
  if (a == b) return a;
  const std::uint32_t codes = std::max(this->codes(a), this->codes(b));
  if (is_constant(*this, b, 0) && codes == this->codes(a)) return a;
  if (codes == 2) return either({a, b});
  Node n;
  n.op = Op::first_set;
  n.codes = codes;
  const NodeId operands[] = {a, b};
  return make(n, operands, {});
}

NodeId Graph::recode(NodeId id, std::vector<std::uint32_t> table, std::uint32_t codes) {
  const Node n = node(id);
  assert(table.size() == n.codes);
  if (n.op == Op::constant) return constant(table[n.value], codes);
  if (n.op == Op::recode) {
    const NodeId operand = operands(n)[0];
    std::vector<std::uint32_t> direct;
    for (std::uint32_t code : this->table(n)) direct.push_back(table[code]);
    return recode(operand, std::move(direct), codes);
  }
  bool identity = codes == n.codes, equal = true;
  for (std::uint32_t c = 0; c < table.size(); ++c) {
    identity = identity && table[c] == c;
    equal = equal && table[c] == table[0];
  }
  if (identity) return id;
  if (equal) return constant(table[0], codes);
  if (codes == 2) return member(id, std::move(table));
  Node result;
  result.op = Op::recode;
  result.codes = codes;
  return make(result, std::span(&id, 1), table);
}

std::vector<NodeId> Graph::reachable(std::span<const NodeId> roots) const {
  // Operands have smaller ids. One pass down marks the needed nodes, one pass up collects
  // them.
  std::vector<bool> needed(nodes_.size(), false);
  std::uint32_t end = 0;
  for (NodeId root : roots) {
    needed[root.value] = true;
    end = std::max(end, root.value + 1);
  }
  for (std::uint32_t i = end; i-- > 0;) {
    if (!needed[i]) continue;
    for (NodeId operand : operands(nodes_[i])) needed[operand.value] = true;
  }
  std::vector<NodeId> order;
  for (std::uint32_t i = 0; i < end; ++i) {
    if (needed[i]) order.push_back({i});
  }
  return order;
}

}  // namespace tally
