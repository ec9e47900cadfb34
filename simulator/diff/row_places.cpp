#include "simulator/diff/row_places.h"

#include <algorithm>

#include "compiler/values/equal_values.h"
#include "simulator/diff/space.h"

namespace tally {
namespace {

constexpr std::size_t max_tried = 64;  // codes of one element, to find out whether it is to blame

std::optional<Literal> literal_handed_on(const Origin& origin) {
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return *number;
  if (const auto* text = std::get_if<std::string>(&origin)) return *text;
  return std::nullopt;
}

}  // namespace

RowPlaces::RowPlaces(const Model& joint, const DiffPart& part)
    : joint_(joint), part_(part), impossible_(static_cast<std::uint32_t>(part.rows.size() + 1)) {
  Space& space = *part.space->space;
  Diagrams& d = space.diagrams();
  const Diagram possible = space.possible({space.order().begin(), space.order().end()});
  rows_ = d.choose(possible, part.space->rows, d.terminal(impossible_));
}

const std::vector<ElementId>& RowPlaces::elements() const { return part_.space->space->order(); }
const Classes& RowPlaces::classes() const { return *part_.space->classes; }

std::set<ElementId> RowPlaces::leaves() const {
  std::set<ElementId> out;
  for (const auto& outcomes : part_.space->origins) {
    for (const auto& origin : outcomes) {
      if (!origin) continue;
      const std::vector<ElementId> of_one = leaves_of(*origin);
      out.insert(of_one.begin(), of_one.end());
    }
  }
  return out;
}

// Collects the terminals that these codes lead to, and the variables whose codes part ways.
void RowPlaces::collect(Diagram from, const std::vector<std::vector<Code>>& codes, std::set<std::uint32_t>& terminals,
                        std::set<VariableId>* dividing) const {
  Diagrams& d = part_.space->space->diagrams();
  std::set<Diagram> seen{from};
  std::vector<Diagram> left{from};
  while (!left.empty()) {
    const Diagram at = left.back();
    left.pop_back();
    const auto variable = d.top(at);
    if (!variable) {
      terminals.insert(d.terminal_of(at));
      continue;
    }
    std::optional<Diagram> first;
    for (const Code code : codes[variable->value]) {
      const Diagram below = d.hold(at, *variable, code);  // a child, so nothing is made
      if (first && *first != below && dividing != nullptr) dividing->insert(*variable);
      first = first.value_or(below);
      if (seen.insert(below).second) left.push_back(below);
    }
  }
  terminals.erase(impossible_);
}

RowPlaces::Places RowPlaces::places(const PartlyKnownCall& call) const {
  Space& space = *part_.space->space;
  const std::vector<Variable>& variables = space.diagrams().variables();
  std::vector<std::vector<Code>> codes(variables.size());
  for (std::size_t v = 0; v < codes.size(); ++v) {
    for (const Code code : call.codes.at(space.element(VariableId{static_cast<std::uint32_t>(v)}))) {
      if (code >= variables[v].first && code - variables[v].first < variables[v].count) codes[v].push_back(code);
    }
  }
  std::set<std::uint32_t> terminals;
  std::set<VariableId> dividing;
  collect(rows_, codes, terminals, &dividing);
  Places out;
  for (const std::uint32_t terminal : terminals) {
    if (terminal == 0) {
      out.rows.insert(no_row);
      continue;
    }
    const auto& [before, after] = part_.space->origins[terminal - 1];
    const Holds differ_here = before && after ? differ(*before, *after, call, out.unvalued) : Holds::always;
    if (differ_here != Holds::never) out.rows.insert(terminal - 1);
    if (differ_here != Holds::always) out.rows.insert(no_row);
  }
  if (!out.are_several()) return {out.rows, {}, {}};
  if (terminals.size() < 2) return out;
  // Those are to blame whose codes, one by one, lead to other rows; if none does alone, all that part ways.
  for (const VariableId v : dividing) {
    const std::vector<Code> all = std::move(codes[v.value]);
    std::set<std::set<std::uint32_t>> found;
    for (std::size_t i = 0; i < all.size() && i < max_tried && found.size() < 2; ++i) {
      codes[v.value] = {all[i]};
      std::set<std::uint32_t> here;
      collect(rows_, codes, here, nullptr);
      if (!here.empty()) found.insert(std::move(here));
    }
    codes[v.value] = all;
    if (found.size() > 1) out.divided.insert(space.element(v));
  }
  if (out.divided.empty()) {
    for (const VariableId v : dividing) out.divided.insert(space.element(v));
  }
  return out;
}

RowPlaces::Holds RowPlaces::differ(const Origin& a, const Origin& b, const PartlyKnownCall& call,
                                   std::set<ElementId>& unknown) const {
  LeafValues values;
  std::set<ElementId> unvalued;
  for (const Origin* origin : {&a, &b}) {
    for (const ElementId leaf : leaves_of(*origin)) {
      const auto known = call.values.find(leaf);
      if (known == call.values.end())
        unvalued.insert(leaf);
      else
        values[leaf] = known->second;
    }
  }
  if (unvalued.empty()) return value_of(a, values) == value_of(b, values) ? Holds::never : Holds::always;
  // Where the classes decide it, the row has no call in which the two are equal.
  const Space& space = *part_.space->space;
  const auto *leaf = std::get_if<ElementId>(&a), *other = std::get_if<ElementId>(&b);
  if (leaf != nullptr && other != nullptr) {
    const bool is_compared = std::any_of(space.order().begin(), space.order().end(), [&](ElementId id) {
      const auto& relation = joint_.at(id).relation;
      return relation && ((relation->left == *leaf && relation->right == *other) ||
                          (relation->left == *other && relation->right == *leaf));
    });
    if (is_compared) return Holds::always;
  } else if (leaf != nullptr || other != nullptr) {
    const ElementId one = leaf != nullptr ? *leaf : *other;
    const auto value = literal_handed_on(leaf != nullptr ? b : a);
    const auto codes = call.codes.find(one);
    if (value && codes != call.codes.end() &&
        !codes->second.contains(static_cast<Code>(classes().code_of(one, *value))))
      return Holds::always;
  }
  unknown.insert(unvalued.begin(), unvalued.end());
  return Holds::sometimes;
}

RowPlaces::Holds RowPlaces::holds(std::size_t row, std::size_t alternative, const PartlyKnownCall& call) const {
  Holds out = Holds::always;
  const Space& space = *part_.space->space;
  for (const auto& test : part_.space->alternatives[row][alternative].tests) {
    const std::set<Code>& codes = call.codes.at(space.element(test.first));
    const auto inside = std::count_if(codes.begin(), codes.end(), [&](Code code) { return test.second.has(code); });
    if (inside == 0) return Holds::never;
    if (static_cast<std::size_t>(inside) < codes.size()) out = Holds::sometimes;
  }
  return out;
}

}  // namespace tally
