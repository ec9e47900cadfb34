// Real calls, and the rows that they fall into. See diff.h.
#include <algorithm>
#include <map>

#include "compiler/values/equal_values.h"
#include "simulator/diff/space.h"

namespace tally {
namespace {

Literal literal_of(const Element& element, const Fact& fact) {
  if (std::holds_alternative<Present>(fact)) return EnumName{"present"};
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) return EnumName{element.type->values[*code - 1u].spelling};
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return *number;
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  return Unset{};
}

// Returns the code of the joint element for a value, as a document spells it.
std::uint32_t code_of(const Classes& classes, ElementId id, const Type& type, const Literal& value) {
  if (std::holds_alternative<Unset>(value)) return 0;
  if (!type.is_enum()) return classes.code_of(id, value);
  const auto* name = std::get_if<EnumName>(&value);
  const std::string& spelling = name ? name->name : std::get<std::string>(value);
  for (std::size_t i = 0; i < type.values.size(); ++i)
    if (type.values[i].spelling == spelling) return static_cast<std::uint32_t>(i + 1);
  return 0;
}

bool same_default(const ElementDescriptor& element, const Fact& fact) {
  if (!element.default_value) return false;
  const auto* code = std::get_if<std::uint8_t>(&fact);
  const auto* index = std::get_if<std::uint32_t>(&*element.default_value);
  if (code && index) return *code == *index + 1;
  const auto* number = std::get_if<std::uint64_t>(&fact);
  const auto* usual = std::get_if<std::uint64_t>(&*element.default_value);
  if (number && usual) return *number == *usual;
  const auto* text = std::get_if<std::string>(&fact);
  const auto* usual_text = std::get_if<std::string>(&*element.default_value);
  return text && usual_text && *text == *usual_text;
}

}  // namespace

DiffCalls::DiffCalls(const Joint& joint, const Pair<const PolicyDescriptor*>& descriptors)
    : joint_(&joint), descriptors_(descriptors), indices_(joint.model().elements.size()) {
  for (std::size_t side = 0; side < 2; ++side) {
    const Model& own = *joint.policy(side).model;
    std::map<std::string, ElementIndex> by_name;  // names are unique: an input, then fields and cells
    for (ElementIndex i = 0; i < descriptors[side]->elements.size(); ++i)
      by_name.emplace(descriptors[side]->elements[i].name, i);
    for (std::uint32_t i = 0; i < indices_.size(); ++i) {
      const auto element = joint.own(side, ElementId{i});
      const auto at = element ? by_name.find(own.at(*element).name) : by_name.end();
      if (at != by_name.end()) indices_[i][side] = at->second;
    }
    for (std::uint32_t i = 0; i < own.elements.size(); ++i) {
      const auto at = joint.is_held(side, ElementId{i}) ? by_name.find(own.elements[i].name) : by_name.end();
      if (at != by_name.end()) held_[side].push_back(at->second);
    }
  }
}

bool DiffCalls::take(const Pair<const Facts*>& facts, const Pair<const BoundCall*>& calls) {
  facts_ = facts;
  calls_ = calls;
  for (std::size_t side = 0; side < 2; ++side) {
    for (const ElementIndex i : held_[side]) {
      const Fact& fact = facts[side]->by_element[i];
      if (std::holds_alternative<std::monostate>(fact)) continue;
      if (!same_default(descriptors_[side]->elements[i], fact)) return false;
    }
  }
  return true;
}

Literal DiffCalls::value(ElementId id) const {
  const Element& element = joint_->model().at(id);
  if (element.relation)
    return value_of_relation(joint_->model(), id, value(element.relation->left), value(element.relation->right));
  for (std::size_t side = 0; side < 2; ++side) {
    const auto index = indices_[id.value][side];
    if (!index) continue;
    // A default counts as set only if both policies have it.
    const Fact& fact =
        element.default_value ? calls_[side]->facts.by_element[*index] : facts_[side]->by_element[*index];
    return literal_of(joint_->policy(side).model->at(*joint_->own(side, id)), fact);
  }
  return Unset{};
}

Code DiffCalls::code(const Classes& classes, ElementId id) const {
  return static_cast<Code>(code_of(classes, id, *joint_->model().at(id).type, value(id)));
}

// Whether two outcomes that are handed on have the same value in this call.
bool DiffCalls::are_equal(const Origin& a, const Origin& b) const {
  LeafValues values;
  for (const Origin* origin : {&a, &b}) {
    for (const ElementId leaf : leaves_of(*origin)) values[leaf] = value(leaf);
  }
  return value_of(a, values) == value_of(b, values);
}

Assignment DiffCalls::assignment(const DiffPart& part) const {
  Assignment codes;
  for (const ElementId element : part.space->space->order()) codes.push_back(code(*part.space->classes, element));
  return codes;
}

std::optional<std::size_t> DiffCalls::row(const DiffPart& part) const {
  const std::uint32_t row = part.space->space->diagrams().evaluate(part.space->rows, assignment(part));
  if (row == 0) return std::nullopt;
  const auto& [before, after] = part.space->origins[row - 1];
  if (before && after && are_equal(*before, *after)) return std::nullopt;
  return row - 1;
}

std::vector<std::size_t> DiffCalls::alternatives(const DiffPart& part, std::size_t row) const {
  std::vector<std::size_t> out;
  const std::vector<Cube>& terms = part.space->alternatives[row];
  if (terms.empty()) return out;
  const Assignment codes = assignment(part);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool holds = std::all_of(terms[i].tests.begin(), terms[i].tests.end(),
                                   [&](const auto& test) { return test.second.has(codes[test.first.value]); });
    if (holds) out.push_back(i);
  }
  return out;
}

std::vector<Code> DiffCalls::codes(const DiffPart& part) const {
  std::vector<Code> out;
  for (const ElementId element : part.space->columns) out.push_back(code(*part.space->classes, element));
  return out;
}

bool DiffCalls::asked(const DiffPart& part) const {
  return part.space->space->diagrams().evaluate(part.space->asked, assignment(part)) == 1;
}

}  // namespace tally
