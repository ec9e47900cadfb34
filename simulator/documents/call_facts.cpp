#include "simulator/documents/call_facts.h"

#include <map>
#include <set>
#include <string>

#include "compiler/diagrams/class_values.h"

namespace tally {

CallFacts facts_of(const Model& model, const PolicyDescriptor& policy, const BoundCall& call) {
  std::map<std::string, ElementIndex> by_name;  // names are unique: an input, then fields and cells
  for (ElementIndex i = 0; i < policy.elements.size(); ++i) by_name.emplace(policy.elements[i].name, i);
  const auto in_documents = [&model, &call, by_name = std::move(by_name)](ElementId id) -> Literal {
    const Element& element = model.at(id);
    const auto found = by_name.find(element.name);
    if (found == by_name.end()) return Unset{};
    const Fact& fact = call.facts.by_element[found->second];
    if (std::holds_alternative<Present>(fact)) return EnumName{"present"};
    if (const auto* code = std::get_if<std::uint8_t>(&fact)) return EnumName{element.type->values[*code - 1u].name};
    if (const auto* number = std::get_if<std::uint64_t>(&fact)) return *number;
    if (const auto* text = std::get_if<std::string>(&fact)) return *text;
    return Unset{};
  };
  return [&model, in_documents](ElementId id) {
    const auto& relation = model.at(id).relation;
    if (!relation) return in_documents(id);
    return value_of_relation(model, id, in_documents(relation->left), in_documents(relation->right));
  };
}

IsDefault defaults_of(const Model& model, const PolicyDescriptor& policy, const std::vector<ElementIndex>& defaults) {
  std::set<std::string> names;
  for (const ElementIndex i : defaults) names.insert(policy.elements[i].name);
  return [&model, names = std::move(names)](ElementId id) { return names.contains(model.at(id).name); };
}

std::vector<ElementIndex> added_defaults(const Facts& request, const BoundCall& call) {
  std::vector<ElementIndex> out;
  for (ElementIndex i = 0; i < call.facts.by_element.size(); ++i) {
    const auto is_unset = [i](const Facts& facts) {
      return std::holds_alternative<std::monostate>(facts.by_element[i]);
    };
    if (is_unset(request) && !is_unset(call.facts)) out.push_back(i);
  }
  return out;
}

}  // namespace tally
