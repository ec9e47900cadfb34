#include "compiler/plan/gates.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace tally {
namespace {

unsigned digits(std::uint32_t codes) { return codes <= 1 ? 0 : static_cast<unsigned>(std::bit_width(codes - 1)); }

}  // namespace

Gates::Gates(const Graph& graph, const Classes& classes, std::vector<GateVariable> variables)
    : graph_(graph), classes_(classes), variables_(std::move(variables)), gates_(1) {
  for (std::uint32_t i = 0; i < variables_.size(); ++i) variable_of_.emplace(variables_[i].element, i);
}

std::span<const Bit> Gates::operands(std::uint32_t gate) const {
  const Gate& g = gates_[gate];
  const std::size_t count = g.op == Gate::Op::both ? 2 : g.op == Gate::Op::choose ? 3 : 0;
  return {g.operands, count};
}

std::vector<std::uint32_t> Gates::reachable(std::span<const Bit> roots) const {
  std::vector<bool> needed(gates_.size());
  for (const Bit root : roots) needed[root.gate()] = true;
  for (std::uint32_t gate = static_cast<std::uint32_t>(gates_.size()); gate-- > 0;) {
    if (!needed[gate]) continue;
    for (const Bit operand : operands(gate)) needed[operand.gate()] = true;
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t gate = 1; gate < gates_.size(); ++gate) {
    if (needed[gate]) out.push_back(gate);
  }
  return out;
}

// --- gates ---------------------------------------------------------------------------

Bit Gates::make(const Gate& gate) {
  const bool input = gate.op == Gate::Op::input;
  const std::uint64_t first = input ? gate.variable : gate.operands[0].value;
  const std::uint64_t second = input ? gate.place : gate.operands[1].value;
  const Key key{static_cast<std::uint64_t>(gate.op) << 32 | gate.operands[2].value, first << 32 | second};
  const auto [at, fresh] = known_.emplace(key, static_cast<std::uint32_t>(gates_.size()));
  if (fresh) {
    Gate made = gate;
    for (const Bit operand : gate.operands) {
      made.depth = std::max(made.depth, gates_[operand.gate()].depth);
      made.lanes = made.lanes || gates_[operand.gate()].lanes;
    }
    gates_.push_back(made);
  }
  return Bit{at->second << 1};
}

bool Gates::before(Bit a, Bit b) const {
  const Gate &x = gates_[a.gate()], &y = gates_[b.gate()];
  return std::pair(x.depth, x.lanes) < std::pair(y.depth, y.lanes);
}

Bit Gates::both_as_they_are(Bit a, Bit b) {
  if (a == bit_no || b == bit_no || a == ~b) return bit_no;
  if (a == bit_yes || a == b) return b;
  if (b == bit_yes) return a;
  if (before(b, a) || (!before(a, b) && b < a)) std::swap(a, b);
  Gate gate;
  gate.op = Gate::Op::both;
  gate.operands[0] = a;
  gate.operands[1] = b;
  return make(gate);
}

Bit Gates::both(Bit a, Bit b) {
  if (before(b, a)) std::swap(a, b);
  // b is an inner conjunction, so a and the outer operand of b are known earlier. The
  // last operand of a conjunction is the innermost.
  const Gate inner = gates_[b.gate()];
  if (inner.op == Gate::Op::both && !b.complemented() && before(a, inner.operands[1]) &&
      before(inner.operands[0], inner.operands[1])) {
    return both_as_they_are(both_as_they_are(a, inner.operands[0]), inner.operands[1]);
  }
  return both_as_they_are(a, b);
}

Bit Gates::choose(Bit condition, Bit yes, Bit no) {
  if (condition.complemented()) {
    condition = ~condition;
    std::swap(yes, no);
  }
  if (condition == bit_no) return no;
  if (yes == no) return yes;
  if (yes == bit_yes || yes == condition) return either(condition, no);
  if (yes == bit_no || yes == ~condition) return both(~condition, no);
  if (no == bit_no || no == condition) return both(condition, yes);
  if (no == bit_yes || no == ~condition) return either(~condition, yes);
  const bool complement = yes.complemented();
  Gate gate;
  gate.op = Gate::Op::choose;
  gate.operands[0] = condition;
  gate.operands[1] = complement ? ~yes : yes;
  gate.operands[2] = complement ? ~no : no;
  const Bit made = make(gate);
  return complement ? ~made : made;
}

// Joins the outermost operands first, so that each loop has as little to compute as
// possible.
Bit Gates::all(Bits operands) {
  std::stable_sort(operands.begin(), operands.end(), [&](Bit a, Bit b) { return before(a, b); });
  Bit out = bit_yes;
  for (const Bit operand : operands) out = both(out, operand);
  return out;
}

// --- codes ----------------------------------------------------------------------------

Gates::Bits Gates::bits_of(std::uint32_t code, std::uint32_t codes) const {
  Bits out;
  for (unsigned place = 0; place < digits(codes); ++place) out.push_back((code >> place) & 1 ? bit_yes : bit_no);
  return out;
}

Gates::Bits Gates::code_of(ElementId element) {
  const std::uint32_t variable = variable_of_.at(element);
  const GateVariable& v = variables_[variable];
  const std::uint32_t codes = std::max<std::uint32_t>(classes_.codes(element), v.end);
  if (v.end - v.first == 1) return bits_of(v.first, codes);
  Bits out;
  for (unsigned place = 0; place < digits(codes); ++place) {
    if (v.end - 1u < 1u << place) {
      out.push_back(bit_no);
      continue;
    }
    Gate gate;
    gate.op = Gate::Op::input;
    gate.variable = variable;
    gate.place = place;
    gate.lanes = v.lanes;
    gate.depth = v.depth;
    out.push_back(make(gate));
  }
  return out;
}

std::vector<bool> Gates::never(NodeId id) const {
  const Node& node = graph_.node(id);
  if (node.op != Op::leaf) return {};
  const GateVariable& v = variables_[variable_of_.at(node.element)];
  std::vector<bool> out(std::size_t{1} << digits(std::max<std::uint32_t>(node.codes, v.end)), true);
  for (std::size_t code = v.first; code < v.end; ++code) out[code] = false;
  return out;
}

Bit Gates::look_up(const Bits& code, const std::vector<Bit>& entries, const std::vector<bool>& open) {
  struct Part {
    std::vector<Bit> entries;
    std::vector<bool> open;
  };
  // Tests the digits of the code one after the other, the highest first.
  const auto take = [&](auto& self, Part part, std::size_t digit) -> Bit {
    std::optional<Bit> only;
    bool constant = true;
    for (std::size_t i = 0; i < part.entries.size() && constant; ++i) {
      if (part.open[i]) continue;
      constant = !only || *only == part.entries[i];
      only = part.entries[i];
    }
    if (constant) return only.value_or(bit_no);
    const auto middle = static_cast<std::ptrdiff_t>(part.entries.size() / 2);
    Part low{{part.entries.begin(), part.entries.begin() + middle}, {part.open.begin(), part.open.begin() + middle}};
    Part high{{part.entries.begin() + middle, part.entries.end()}, {part.open.begin() + middle, part.open.end()}};
    Part merged = low;
    bool alike = true;
    for (std::size_t i = 0; i < low.entries.size() && alike; ++i) {
      if (low.open[i]) {
        merged.entries[i] = high.entries[i];
        merged.open[i] = high.open[i];
      } else {
        alike = high.open[i] || high.entries[i] == low.entries[i];
      }
    }
    if (alike) return self(self, std::move(merged), digit - 1);
    const Bit yes = self(self, std::move(high), digit - 1);
    const Bit no = self(self, std::move(low), digit - 1);
    return choose(code[digit - 1], yes, no);
  };
  Part all{entries, open};
  all.entries.resize(std::size_t{1} << code.size(), bit_no);
  all.open.resize(all.entries.size(), true);
  return take(take, std::move(all), code.size());
}

Bit Gates::among(ElementId element, const CodeSet& codes) {
  const Bits code = code_of(element);
  const GateVariable& v = variables_[variable_of_.at(element)];
  std::vector<Bit> entries(v.end, bit_no);
  std::vector<bool> open(v.end, true);
  for (unsigned i = v.first; i < v.end; ++i) {
    entries[i] = codes.has(i) ? bit_yes : bit_no;
    open[i] = false;
  }
  return look_up(code, entries, open);
}

// --- nodes ----------------------------------------------------------------------------

Bit Gates::condition(NodeId root) {
  for (const NodeId id : graph_.reachable(std::span(&root, 1))) {
    if (!nodes_.contains(id.value)) {
      Bits bits = bits_of_node(graph_.node(id));
      nodes_.emplace(id.value, std::move(bits));
    }
  }
  const Bits& bits = nodes_.at(root.value);
  return bits.empty() ? bit_no : bits.front();
}

Bit Gates::digit(NodeId node, std::size_t place) const {
  const Bits& bits = nodes_.at(node.value);
  return place < bits.size() ? bits[place] : bit_no;
}

std::vector<bool> Gates::open_codes(NodeId index, std::size_t count) const {
  const std::vector<bool> never_there = never(index);
  std::vector<bool> open(count);
  for (std::size_t code = 0; code < open.size(); ++code) open[code] = !never_there.empty() && never_there[code];
  return open;
}

Gates::Bits Gates::bits_of_node(const Node& node) {
  const auto operands = graph_.operands(node);
  switch (node.op) {
    case Op::constant: return bits_of(node.value, node.codes);
    case Op::leaf: return code_of(node.element);
    case Op::present: {
      CodeSet set;
      for (unsigned code = 1; code < classes_.codes(node.element); ++code) set.add(code);
      return {among(node.element, set)};
    }
    case Op::cut: return {among(node.element, classes_.codes_of(CutId{node.value}))};
    case Op::member:
    case Op::recode: return bits_of_table(node);
    case Op::negate: return {~digit(operands[0], 0)};
    case Op::both:
    case Op::either: {
      const bool any = node.op == Op::either;
      Bits conditions;
      for (const NodeId operand : operands) conditions.push_back(any ? ~digit(operand, 0) : digit(operand, 0));
      const Bit made = all(std::move(conditions));
      return {any ? ~made : made};
    }
    case Op::choose: return bits_of_choose(node);
    case Op::select: return bits_of_select(node);
    case Op::first_set: return bits_of_first_set(node);
  }
  return {};
}

Gates::Bits Gates::bits_of_table(const Node& node) {
  const NodeId index = graph_.operands(node)[0];
  const auto table = graph_.table(node);
  const std::vector<bool> open = open_codes(index, table.size());
  Bits out;
  for (unsigned place = 0; place < digits(node.codes); ++place) {
    std::vector<Bit> entries;
    for (const std::uint32_t entry : table) entries.push_back((entry >> place) & 1 ? bit_yes : bit_no);
    out.push_back(look_up(nodes_.at(index.value), entries, open));
  }
  return out;
}

Gates::Bits Gates::bits_of_choose(const Node& node) {
  const auto operands = graph_.operands(node);
  Bits out;
  for (unsigned place = 0; place < digits(node.codes); ++place) {
    Bit value = digit(operands.back(), place);
    for (std::size_t i = operands.size() - 1; i >= 2; i -= 2)
      value = choose(digit(operands[i - 2], 0), digit(operands[i - 1], place), value);
    out.push_back(value);
  }
  return out;
}

Gates::Bits Gates::bits_of_select(const Node& node) {
  const auto operands = graph_.operands(node);
  const std::vector<bool> open = open_codes(operands[0], operands.size() - 1);
  Bits out;
  for (unsigned place = 0; place < digits(node.codes); ++place) {
    std::vector<Bit> entries;
    for (std::size_t i = 1; i < operands.size(); ++i) entries.push_back(digit(operands[i], place));
    out.push_back(look_up(nodes_.at(operands[0].value), entries, open));
  }
  return out;
}

Gates::Bits Gates::bits_of_first_set(const Node& node) {
  const auto operands = graph_.operands(node);
  Bits unset;
  for (const Bit bit : nodes_.at(operands[0].value)) unset.push_back(~bit);
  const Bit none = all(std::move(unset));
  Bits out;
  for (unsigned place = 0; place < digits(node.codes); ++place)
    out.push_back(either(digit(operands[0], place), both(none, digit(operands[1], place))));
  return out;
}

}  // namespace tally
