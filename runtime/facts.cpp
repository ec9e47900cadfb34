#include "runtime/facts.h"

#include <algorithm>

namespace tally {

void Facts::clear(std::size_t elements) {
  // Only what was said: a request seldom speaks of every element.
  if (by_element.size() != elements) {
    by_element.assign(elements, Fact{});
  } else {
    for (const ElementIndex element : said) by_element[element] = Fact{};
  }
  said.clear();
}

void Facts::say(ElementIndex element, Fact fact) {
  by_element[element] = std::move(fact);
  said.push_back(element);
}

void Facts::replace(const std::vector<ElementIndex>& below, const Facts& other) {
  for (const ElementIndex element : below) by_element[element] = Fact{};
  for (const ElementIndex element : other.said) say(element, other.by_element[element]);
}

namespace {

std::uint8_t code_of_number(const ElementDescriptor& element, std::uint64_t number) {
  const auto after = std::upper_bound(element.steps.begin(), element.steps.end(), number,
                                      [](std::uint64_t n, const auto& step) { return n < step.first; });
  return after == element.steps.begin() ? std::uint8_t{0} : std::prev(after)->second;
}

std::uint8_t code_of_text(const ElementDescriptor& element, const std::string& text) {
  const auto exact = std::lower_bound(element.texts.begin(), element.texts.end(), text,
                                      [](const auto& entry, const std::string& t) { return entry.first < t; });
  if (exact != element.texts.end() && exact->first == text) return exact->second;
  const std::pair<std::string, std::uint8_t>* longest = nullptr;
  for (const auto& prefix : element.prefixes) {
    if (text.starts_with(prefix.first) && (longest == nullptr || prefix.first.size() > longest->first.size())) {
      longest = &prefix;
    }
  }
  return longest != nullptr ? longest->second : element.other;
}

Fact default_of(const ElementDescriptor& element) {
  if (const auto* value = std::get_if<std::uint32_t>(&*element.default_value)) return static_cast<std::uint8_t>(*value + 1);
  if (const auto* number = std::get_if<std::uint64_t>(&*element.default_value)) return *number;
  return std::get<std::string>(*element.default_value);
}

DocumentFault missing(const ElementDescriptor& element) {
  DocumentFault fault;
  fault.code = FaultCode::missing;
  fault.pointer = element.pointer;
  fault.message = "`" + element.name + "` is missing";
  fault.expected = "`" + element.type_name + "`";
  return fault;
}

}  // namespace

std::uint8_t code_of(const ElementDescriptor& element, const Fact& fact) {
  if (std::holds_alternative<std::monostate>(fact)) return 0;
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) return *code;
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return code_of_number(element, *number);
  if (const auto* text = std::get_if<std::string>(&fact)) return code_of_text(element, *text);
  return 1;
}

void complete(const PolicyDescriptor& policy, const Facts& facts, const std::vector<ElementIndex>& elements,
              BoundCall& call, std::vector<DocumentFault>& faults) {
  call.codes.assign(policy.code_count, 0);
  call.values.resize(policy.elements.size());
  std::vector<bool> considered(policy.elements.size(), false);
  const auto look_at = [&](ElementIndex i) {
    const ElementDescriptor& element = policy.elements[i];
    const bool around = !element.parent || !considered[*element.parent] ||
                        !std::holds_alternative<std::monostate>(call.values[*element.parent]);
    considered[i] = true;
    Fact& value = call.values[i];
    value = around ? facts.by_element[i] : Fact{};
    if (around && std::holds_alternative<std::monostate>(value)) {
      if (element.default_value) {
        value = default_of(element);
      } else if (!element.optional) {
        faults.push_back(missing(element));
      }
    }
    if (element.offset) call.codes[*element.offset] = code_of(element, value);
  };
  if (elements.empty()) {
    for (ElementIndex i = 0; i < policy.elements.size(); ++i) look_at(i);
  } else {
    for (const ElementIndex i : elements) look_at(i);
  }
}

}  // namespace tally
