#include "runtime/documents/facts.h"

#include <algorithm>

#include "base/letter_case.h"
#include "base/nearest.h"
#include "runtime/support/json_text.h"

namespace tally {

void Facts::clear(std::size_t elements) {
  // Only the facts that were set: a request seldom has every element.
  if (by_element.size() != elements) {
    by_element.assign(elements, Fact{});
  } else {
    for (const ElementIndex element : given) by_element[element] = Fact{};
  }
  given.clear();
}

void Facts::set(ElementIndex element, Fact fact) {
  by_element[element] = std::move(fact);
  given.push_back(element);
}

void Facts::take_back(std::size_t count) {
  for (std::size_t i = count; i < given.size(); ++i) by_element[given[i]] = Fact{};
  given.resize(count);
}

void Facts::replace(const std::vector<ElementIndex>& below, const Facts& other) {
  for (const ElementIndex element : below) by_element[element] = Fact{};
  for (const ElementIndex element : other.given) set(element, other.by_element[element]);
}

std::uint16_t code_of_number(const ElementDescriptor& element, std::uint64_t number) {
  const auto after = std::upper_bound(element.steps.begin(), element.steps.end(), number,
                                      [](std::uint64_t n, const auto& step) { return n < step.first; });
  return after == element.steps.begin() ? std::uint16_t{0} : std::prev(after)->second;
}

// One pass, which ends early where the state cannot change any more.
static std::uint16_t code_by_table(const TextTable& table, std::string_view text) {
  std::size_t state = 0;
  for (std::size_t i = 0; i < text.size() && state < table.first_sink; ++i)
    state = table.next[state * table.width + table.columns[static_cast<unsigned char>(text[i])]];
  return table.codes[state];
}

std::uint16_t code_of_text(const ElementDescriptor& element, std::string_view text) {
  if (!element.table.codes.empty()) return code_by_table(element.table, text);
  const auto exact = std::lower_bound(element.texts.begin(), element.texts.end(), text,
                                      [](const auto& entry, std::string_view t) { return entry.first < t; });
  if (exact != element.texts.end() && exact->first == text) return exact->second;
  // A prefix that the text has comes before the text, and a longer one after a shorter one. Where the last prefix
  // before the text is not one that it has, all that it has are within what the two have in common.
  for (std::string_view left = text;;) {
    const auto after = std::upper_bound(element.prefixes.begin(), element.prefixes.end(), left,
                                        [](std::string_view t, const auto& entry) { return t < entry.first; });
    if (after == element.prefixes.begin()) return element.other;
    const auto& [prefix, code] = *std::prev(after);
    if (left.starts_with(prefix)) return code;
    const auto differ = std::mismatch(left.begin(), left.end(), prefix.begin(), prefix.end());
    left = left.substr(0, static_cast<std::size_t>(differ.first - left.begin()));
  }
}

Fact default_of(const ElementDescriptor& element) {
  if (element.kind == ElementDescriptor::Kind::set) return Present{};
  if (const auto* value = std::get_if<std::uint32_t>(&*element.default_value))
    return static_cast<std::uint8_t>(*value + 1);
  if (const auto* number = std::get_if<std::uint64_t>(&*element.default_value)) return *number;
  return std::get<std::string>(*element.default_value);
}

std::optional<std::size_t> value_spelled(const std::vector<std::string>& values, const OtherSpellings& others,
                                         std::string_view text) {
  if (others.none()) {
    const auto at = std::find(values.begin(), values.end(), text);
    return at == values.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - values.begin()));
  }
  const auto is_it = [&](const std::string& spelling) {
    return others.any_case ? same_but_for_case(spelling, text) : spelling == text;
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_it(values[i])) return i;
    if (others.by_value.empty()) continue;
    const auto& list = others.by_value[i];
    if (std::any_of(list.begin(), list.end(), is_it)) return i;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> flag_spelled(const ElementDescriptor& element, std::string_view text) {
  const auto has = [&](const std::vector<std::string>& texts) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  if (has(element.off_texts)) return std::uint8_t{1};
  if (has(element.on_texts)) return std::uint8_t{2};
  return std::nullopt;
}

std::optional<std::uint64_t> number_written(std::string_view text) {
  constexpr std::size_t max_digits = 19;  // digits; one more may not fit in 64 bits
  const bool is_plain = !text.empty() && text.size() <= max_digits && (text.size() == 1 || text.front() != '0') &&
                        text.find_first_not_of("0123456789") == std::string_view::npos;
  return is_plain ? std::optional(*whole_number(text)) : std::nullopt;
}

namespace {

std::optional<std::string> nearest_spelling(const std::string& text, const std::vector<std::string>& spellings,
                                            const OtherSpellings& others) {
  std::vector<std::string> known = spellings;
  for (const auto& list : others.by_value) known.insert(known.end(), list.begin(), list.end());
  if (!others.any_case) return nearest(text, known);
  std::vector<std::string> small;
  for (const std::string& spelling : known) small.push_back(lower_case(std::string_view(spelling)));
  const auto near = nearest(lower_case(std::string_view(text)), small);
  if (!near) return std::nullopt;
  return known[static_cast<std::size_t>(std::find(small.begin(), small.end(), *near) - small.begin())];
}

}  // namespace

MeantValue value_meant(const std::string& text, const std::vector<std::string>& spellings,
                       const std::vector<std::string>& names, const OtherSpellings& others) {
  const auto spelling_of = [&](const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? std::nullopt : std::optional(spellings[static_cast<std::size_t>(at - names.begin())]);
  };
  if (auto spelling = spelling_of(text)) return {std::move(spelling), true};
  if (auto spelling = nearest_spelling(text, spellings, others)) return {std::move(spelling), false};
  const auto name = nearest(text, names);
  return {name ? spelling_of(*name) : std::nullopt, false};
}

std::string named_in_rules(const MeantValue& meant) {
  return meant.named ? ": it is " + shown(*meant.spelling) + " in documents" : "";
}

Failure number_outside(const ElementDescriptor& element, std::uint64_t number, const std::string& where) {
  return {TALLY_ERROR_VALUE,
          std::to_string(number) + " is outside " + std::to_string(element.low) + ".." + std::to_string(element.high) +
              where,
          element.pointer};
}

Failure text_not_utf8(const ElementDescriptor& element, const std::string& where) {
  return {TALLY_ERROR_VALUE, "the text for `" + element.name + "` is not UTF-8" + where, element.pointer};
}

DocumentFault missing_fault(const ElementDescriptor& element) {
  DocumentFault fault;
  fault.code = FaultId::missing;
  fault.pointer = element.pointer;
  fault.message = "`" + element.name + "` is missing";
  fault.expected = "`" + element.type_name + "`";
  return fault;
}

std::uint8_t code_of_numbers(const std::uint64_t* left, const std::uint64_t* right) {
  if (left == nullptr || right == nullptr) return 0;
  return *left < *right ? std::uint8_t{1} : *left == *right ? std::uint8_t{2} : std::uint8_t{3};
}
std::uint8_t code_of_texts(std::optional<std::string_view> left, std::optional<std::string_view> right) {
  return left == right ? std::uint8_t{1} : std::uint8_t{2};
}
std::uint8_t code_of_relation(ElementDescriptor::Kind of, const Fact& left, const Fact& right) {
  if (of == ElementDescriptor::Kind::number)
    return code_of_numbers(std::get_if<std::uint64_t>(&left), std::get_if<std::uint64_t>(&right));
  const auto text = [](const Fact& fact) -> std::optional<std::string_view> {
    if (const auto* found = std::get_if<std::string>(&fact)) return *found;
    return std::nullopt;
  };
  return code_of_texts(text(left), text(right));
}

std::uint16_t code_of(const ElementDescriptor& element, const Fact& fact) {
  if (std::holds_alternative<std::monostate>(fact)) return 0;
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) return *code;
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return code_of_number(element, *number);
  if (const auto* text = std::get_if<std::string>(&fact)) return code_of_text(element, *text);
  return 1;
}

Completion::Completion(const PolicyDescriptor& policy) : policy_(policy), members_(policy.elements.size()) {
  for (ElementIndex i = 0; i < policy.elements.size(); ++i) {
    const ElementDescriptor& element = policy.elements[i];
    offsets_.push_back(element.offset.value_or(no_code));
    if (element.optional && !element.default_value) continue;
    (element.parent ? members_[*element.parent] : outermost_).push_back(i);
  }
}

void Completion::complete(BoundCall& call, const std::vector<ElementIndex>& outermost,
                          std::vector<DocumentFault>& faults) const {
  Facts& facts = call.facts;
  std::vector<ElementIndex> lacking;
  const auto look_at = [&](const std::vector<ElementIndex>& elements) {
    for (const ElementIndex i : elements) {
      if (!std::holds_alternative<std::monostate>(facts.by_element[i])) continue;
      if (policy_.elements[i].default_value) {
        facts.set(i, default_of(policy_.elements[i]));
      } else if (!policy_.elements[i].optional) {
        lacking.push_back(i);
      }
    }
  };
  call.codes.assign(policy_.code_count, 0);
  look_at(outermost);
  for (std::size_t k = 0; k < facts.given.size(); ++k) {  // grows by defaults
    const ElementIndex i = facts.given[k];
    const Fact& fact = facts.by_element[i];
    if (std::holds_alternative<std::monostate>(fact)) continue;  // another document stands instead
    if (const std::uint32_t offset = offsets_[i]; offset != no_code) {
      const auto* code = std::get_if<std::uint8_t>(&fact);
      if (code != nullptr) {
        call.codes[offset] = *code;
      } else {
        put_code(call.codes, offset, policy_.elements[i].wide, code_of(policy_.elements[i], fact));
      }
    }
    look_at(members_[i]);
  }
  for (const RelationDescriptor& relation : policy_.relations)
    call.codes[relation.offset] = code_of_relation(policy_.elements[relation.left].kind,
                                                   facts.by_element[relation.left], facts.by_element[relation.right]);
  if (lacking.empty()) return;
  // An object may be set twice, by a request and by a document.
  std::sort(lacking.begin(), lacking.end());
  lacking.erase(std::unique(lacking.begin(), lacking.end()), lacking.end());
  for (const ElementIndex i : lacking) faults.push_back(missing_fault(policy_.elements[i]));
}

namespace {

// Whether one pointer is the other, or of something inside it: "/c" and "/c/x".
bool overlap(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '/');
}

// Whether what a document says was read in spite of the fault.
bool leaves_the_rest_readable(const DocumentFault& fault) {
  switch (fault.code) {
    case FaultId::unknown_key:
    case FaultId::near_key:
    case FaultId::wrong_type:
    case FaultId::unknown_value:
    case FaultId::out_of_range:
    case FaultId::missing:
    case FaultId::repeated_key: return true;
    case FaultId::too_deep:
    case FaultId::malformed:
    case FaultId::too_large: return false;
  }
  return false;
}

}  // namespace

void Completion::add_missing(BoundCall& call, const std::vector<ElementIndex>& outermost, const std::string& place,
                             std::vector<DocumentFault>& faults) const {
  if (!std::all_of(faults.begin(), faults.end(), leaves_the_rest_readable)) return;
  std::vector<DocumentFault> lacking;
  complete(call, outermost, lacking);
  const std::size_t others = faults.size();
  for (DocumentFault& missing : lacking) {
    if (missing.pointer.starts_with(place)) missing.pointer.erase(0, place.size());
    const auto explains = [&](const DocumentFault& fault) {
      const bool is_of_key = fault.code == FaultId::unknown_key || fault.code == FaultId::near_key;
      return !is_of_key && overlap(fault.pointer, missing.pointer);
    };
    if (std::none_of(faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(others), explains))
      faults.push_back(std::move(missing));
  }
}

}  // namespace tally
