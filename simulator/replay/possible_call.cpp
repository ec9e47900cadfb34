#include "simulator/replay/possible_call.h"

#include <algorithm>
#include <tuple>

#include "runtime/documents/facts.h"
#include "simulator/replay/text_classes.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

enum class JsonKind : std::uint8_t { boolean, number, text, object, array };

JsonKind json_kind(const ElementDescriptor& element) {
  switch (element.kind) {
    case Kind::flag: return element.on_texts.empty() && element.off_texts.empty() ? JsonKind::boolean : JsonKind::text;
    case Kind::number: return JsonKind::number;
    case Kind::enumeration:
    case Kind::text: return JsonKind::text;
    case Kind::record:
    case Kind::map: return JsonKind::object;
    case Kind::set: return JsonKind::array;
  }
  return JsonKind::text;
}

// The keys of the maps around an element that read several spellings of a key.
std::vector<const KeysDescriptor*> other_keys(const PolicyDescriptor& policy, const ElementDescriptor& element) {
  std::vector<const KeysDescriptor*> out;
  for (auto at = element.parent; at; at = policy.elements[*at].parent) {
    for (const KeysDescriptor& keys : policy.elements[*at].keys) {
      if (!keys.others.none()) out.push_back(&keys);
    }
  }
  return out;
}

// Whether two elements with one pointer are read from the same keys, in any of their spellings.
bool have_same_keys(const PolicyDescriptor& before, const ElementDescriptor& own, const PolicyDescriptor& after,
                    const ElementDescriptor& element) {
  const auto a = other_keys(before, own), b = other_keys(after, element);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const KeysDescriptor* x, const KeysDescriptor* y) {
    return x->values == y->values && x->others.any_case == y->others.any_case &&
           x->others.by_value == y->others.by_value;
  });
}

// Whether the element is a value of a set: a flag, though it stands in an array.
bool is_in_set(const PolicyDescriptor& policy, const ElementDescriptor& element) {
  return element.parent && policy.elements[*element.parent].kind == Kind::set;
}

// The ranges of a number's class.
std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_of(const ElementDescriptor& element, std::uint16_t code) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> out;
  for (std::size_t i = 0; i < element.steps.size(); ++i) {
    if (element.steps[i].second != code) continue;
    out.emplace_back(element.steps[i].first,
                     i + 1 < element.steps.size() ? element.steps[i + 1].first - 1 : element.high);
  }
  return out;
}

// All codes of a leaf that is set.
std::set<std::uint16_t> all_codes(const ElementDescriptor& element) {
  std::set<std::uint16_t> out;
  switch (element.kind) {
    case Kind::enumeration:
      for (std::size_t i = 1; i <= element.values.size(); ++i) out.insert(static_cast<std::uint16_t>(i));
      break;
    case Kind::flag: out = {1, 2}; break;
    case Kind::number:
      for (const auto& [from, code] : element.steps) out.insert(code);
      break;
    case Kind::text:
      if (!element.table.codes.empty()) {
        out.insert(element.table.codes.begin(), element.table.codes.end());
        break;
      }
      out.insert(element.other);
      for (const auto& [text, code] : element.texts) out.insert(code);
      for (const auto& [text, code] : element.prefixes) out.insert(code);
      break;
    case Kind::record:
    case Kind::map:
    case Kind::set: out = {1}; break;
  }
  return out;
}

std::vector<std::string> spellings_of(const ElementDescriptor& element, std::size_t value) {
  std::vector<std::string> out = {element.values[value]};
  if (value < element.others.by_value.size())
    out.insert(out.end(), element.others.by_value[value].begin(), element.others.by_value[value].end());
  return out;
}

// A value of an element as the other policy would read it: an enum by its spelling.
using Spoken = std::variant<std::monostate, bool, std::uint64_t, std::string>;
Spoken spoken(const ElementDescriptor& element, const Fact& fact) {
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) {
    if (element.kind == Kind::flag) return *code == 2;
    return element.values[*code - 1u];
  }
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return *number;
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  return std::monostate{};
}

// A value of `before` as a fact of `after`; nothing if `after` refuses it.
std::optional<Fact> read_by(const ElementDescriptor& after, const Fact& fact) {
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) {
    if (after.kind != Kind::number || *number < after.low || *number > after.high) return std::nullopt;
    return fact;
  }
  const auto* text = std::get_if<std::string>(&fact);
  if (text == nullptr) return std::nullopt;
  if (after.kind == Kind::text) return fact;
  if (after.kind == Kind::flag) {
    if (const auto code = flag_spelled(after, *text)) return Fact{*code};
    return std::nullopt;
  }
  if (after.kind != Kind::enumeration) return std::nullopt;
  if (const auto at = value_spelled(after.values, after.others, *text)) return Fact{static_cast<std::uint8_t>(*at + 1)};
  return std::nullopt;
}

}  // namespace

PossibleCalls::PossibleCalls(const LogHeader& before, const PolicyDescriptor& after)
    : before_(*before.policy), after_(after), values_(before), below_(before_.elements.size()) {
  for (const ElementDescriptor& element : after_.elements) matches_.push_back(match(element));
  for (ElementIndex i = 0; i < before_.elements.size(); ++i) {
    for (auto at = before_.elements[i].parent; at; at = before_.elements[*at].parent) below_[*at].push_back(i);
  }
  for (const RelationDescriptor& relation : before_.relations)
    relations_.emplace(std::make_pair(relation.left, relation.right), relation.offset);
}

std::optional<ElementIndex> PossibleCalls::match(const ElementDescriptor& element) const {
  for (ElementIndex i = 0; i < before_.elements.size(); ++i) {
    const ElementDescriptor& own = before_.elements[i];
    if (own.pointer != element.pointer || json_kind(own) != json_kind(element) || own.filter != element.filter)
      continue;
    if (is_in_set(before_, own) != is_in_set(after_, element)) continue;
    // The values of a set stand at one place.
    if (is_in_set(after_, element) && own.name != element.name) continue;
    if (have_same_keys(before_, own, after_, element)) return i;
  }
  return std::nullopt;
}

const PossibleCalls::Codes& PossibleCalls::codes_for(ElementIndex before, ElementIndex after,
                                                     std::uint16_t code) const {
  const auto [at, is_new] = codes_.try_emplace({before, after, code});
  if (!is_new) return at->second;
  const ElementDescriptor &own = before_.elements[before], &other = after_.elements[after];
  if (own.kind != Kind::text || other.kind != Kind::text) return at->second = find_codes(own, other, code);
  const auto [texts, are_new] = texts_.try_emplace({before, after});
  if (are_new) texts->second = common_classes(own, other);
  if (texts->second) at->second.codes = (*texts->second)[code];
  if (at->second.codes.empty()) at->second.codes = all_codes(other);
  return at->second;
}

// Returns the codes that values of a class have for another element; neither is a text, or one of them is not.
PossibleCalls::Codes PossibleCalls::find_codes(const ElementDescriptor& before, const ElementDescriptor& after,
                                               std::uint16_t code) const {
  Codes out;
  const auto add_text = [&](const std::string& text) {
    if (const auto fact = read_by(after, text)) {
      out.codes.insert(code_of(after, *fact));
    } else {
      out.may_be_refused = true;
    }
  };
  if (before.kind == Kind::number) {
    for (const auto& [low, high] : ranges_of(before, code)) {
      if (low < after.low || high > after.high) out.may_be_refused = true;
      for (const std::uint16_t own : all_codes(after)) {
        for (const auto& [from, to] : ranges_of(after, own)) {
          if (from <= high && low <= to) out.codes.insert(own);
        }
      }
    }
    return out;
  }
  if (before.kind == Kind::flag && json_kind(before) == JsonKind::boolean) {
    out.codes = {code};
    return out;
  }
  if (before.kind == Kind::flag) {
    for (const std::string& text : code == 2 ? before.on_texts : before.off_texts) add_text(text);
    return out;
  }
  if (before.kind == Kind::enumeration) {
    for (const std::string& text : spellings_of(before, code - 1u)) add_text(text);
    // In another case a text is another text, unless `after` reads any case too.
    if (before.others.any_case && !(after.kind == Kind::enumeration && after.others.any_case)) {
      out.codes = all_codes(after);
      out.may_be_refused = true;
    }
    return out;
  }
  // A text, where `after` reads an enum or a flag: the spellings that are in the class, and others, which it refuses.
  if (after.kind == Kind::enumeration && !after.others.any_case) {
    for (std::size_t i = 0; i < after.values.size(); ++i) {
      for (const std::string& text : spellings_of(after, i)) {
        if (code_of_text(before, text) == code) out.codes.insert(static_cast<std::uint16_t>(i + 1));
      }
    }
  } else {
    out.codes = all_codes(after);
  }
  out.may_be_refused = true;
  return out;
}

// Whether an object of `before` was present, as what is in it shows.
PossibleCalls::Presence PossibleCalls::presence_within(ElementIndex before, const LoggedDecision& decision) const {
  const ElementDescriptor& object = before_.elements[before];
  if (const auto code = code_in(object, decision.codes)) return *code == 0 ? Presence::absent : Presence::present;
  bool is_absent = false;
  for (const ElementIndex below : below_[before]) {
    const auto code = code_in(before_.elements[below], decision.codes);
    if (code && *code != 0) return Presence::present;
    const auto kept = values_.kept_at(below);
    if (kept && !std::holds_alternative<std::monostate>(decision.kept[*kept].fact)) return Presence::present;
    // A member that is always set in an object that is present.
    const ElementDescriptor& member = before_.elements[below];
    if (member.parent != before || (member.optional && !member.default_value)) continue;
    if (code || kept || (!member.is_leaf() && presence_within(below, decision) == Presence::absent)) is_absent = true;
  }
  return is_absent ? Presence::absent : Presence::unknown;
}

// Likewise, or as what is around it shows.
PossibleCalls::Presence PossibleCalls::presence(ElementIndex before, const LoggedDecision& decision) const {
  const Presence within = presence_within(before, decision);
  if (within != Presence::unknown) return within;
  const ElementDescriptor& object = before_.elements[before];
  const Presence outside = object.parent ? presence(*object.parent, decision) : Presence::present;
  const bool is_never_unset = !object.optional || object.default_value;
  return outside == Presence::absent || is_never_unset ? outside : Presence::unknown;
}

PossibleCalls::Presence PossibleCalls::around(ElementIndex after, const Call& call) const {
  const auto parent = after_.elements[after].parent;
  if (!parent) return Presence::present;
  const PossibleValue& object = call.elements[*parent];
  if (!object.codes.contains(0)) return Presence::present;
  return object.codes.size() == 1 ? Presence::absent : Presence::unknown;
}

// Adds what stands at an element of `after` if the request has nothing there.
void PossibleCalls::add_unset(ElementIndex after, Presence around, PossibleValue& possible) const {
  const ElementDescriptor& element = after_.elements[after];
  if (around != Presence::present) possible.codes.insert(0);
  if (around == Presence::absent) return;
  if (element.default_value) {
    possible.codes.insert(element.is_leaf() ? code_of(element, default_of(element)) : std::uint16_t{1});
  } else if (element.optional) {
    possible.codes.insert(0);
  } else {
    possible.may_be_refused = true;
  }
}

// Adds whatever the request may have there. That `after` refuses it is not taken into account.
void PossibleCalls::add_anything(ElementIndex after, Presence around, PossibleValue& possible) const {
  if (around != Presence::absent) possible.codes.merge(all_codes(after_.elements[after]));
  PossibleValue unset;
  add_unset(after, around, unset);
  possible.codes.merge(unset.codes);
}

PossibleValue PossibleCalls::leaf(ElementIndex after, Presence around, const LoggedDecision& decision) const {
  PossibleValue out;
  const ElementDescriptor& element = after_.elements[after];
  const auto before = matches_[after];
  const auto anything = [&] {
    add_anything(after, around, out);
    return out;
  };
  if (!before) return anything();
  const ElementDescriptor& own = before_.elements[*before];
  const auto kept_at = values_.kept_at(*before);
  const KeptValue* const kept = kept_at ? &decision.kept[*kept_at] : nullptr;
  const auto code = code_in(own, decision.codes);
  const bool is_whole = kept != nullptr && !kept->is_cut;
  if (!is_whole && !code) return anything();
  const bool is_unset = is_whole ? std::holds_alternative<std::monostate>(kept->fact) : *code == 0;
  if (is_unset) {
    add_unset(after, around, out);
    // What was not there may have been null.
    if (element.not_null && !own.not_null) out.may_be_refused = true;
    if (out.is_certain()) {
      const bool is_default = element.default_value && *out.codes.begin() != 0;
      out.value = is_default ? default_of(element) : Fact{};
      if (!is_default) out.is_of = *before;
    }
    return out;
  }
  std::optional<Fact> value;
  if (is_whole) value = kept->fact;
  if (!value) value = values_.only_value(*before, *code);
  if (value) {
    const auto fact = read_by(element, *value);
    if (!fact) {
      out.may_be_refused = true;
    } else {
      out.codes = {code_of(element, *fact)};
      out.value = *fact;
    }
  } else {
    const Codes& codes = codes_for(*before, after, *code);
    out.codes = codes.codes;
    out.may_be_refused = codes.may_be_refused;
    if (out.codes.empty() && !out.may_be_refused)
      return anything();  // a code without a class, in a file that is made up
  }
  out.is_of = *before;
  // Perhaps the request had nothing there, and `before` put its default.
  if (own.default_value) {
    const Fact usual = default_of(own);
    const bool may_be_default = is_whole ? spoken(own, kept->fact) == spoken(own, usual) : *code == code_of(own, usual);
    const bool is_same = element.default_value && spoken(element, default_of(element)) == spoken(own, usual);
    if (may_be_default && !is_same) {
      add_unset(after, around, out);
      out.value.reset();
      out.is_of.reset();
    }
  }
  return out;
}

PossibleValue PossibleCalls::object(ElementIndex after, Presence around, const LoggedDecision& decision) const {
  PossibleValue out;
  const ElementDescriptor& element = after_.elements[after];
  const auto before = matches_[after];
  const Presence known = before ? presence(*before, decision) : Presence::unknown;
  switch (known) {
    case Presence::absent:
      add_unset(after, around, out);
      if (element.not_null && !before_.elements[*before].not_null) out.may_be_refused = true;
      break;
    case Presence::present:
      out.codes = {1};
      if (before_.elements[*before].default_value && !element.default_value) add_unset(after, around, out);
      break;
    case Presence::unknown: add_anything(after, around, out); break;
  }
  return out;
}

std::set<std::uint16_t> PossibleCalls::relation(const RelationDescriptor& relation, const Call& call,
                                                const LoggedDecision& decision) const {
  const PossibleValue &left = call.elements[relation.left], &right = call.elements[relation.right];
  const Kind kind = after_.elements[relation.left].kind;
  if (left.value && right.value) return {code_of_relation(kind, *left.value, *right.value)};
  if (left.is_of && right.is_of) {
    if (const auto own = relations_.find({*left.is_of, *right.is_of}); own != relations_.end())
      return {decision.codes[own->second]};
    if (const auto own = relations_.find({*right.is_of, *left.is_of}); own != relations_.end()) {
      const std::uint16_t code = decision.codes[own->second];
      return {static_cast<std::uint16_t>(kind == Kind::number && code != 0 ? 4 - code : code)};
    }
  }
  const bool left_unset = left.codes == std::set<std::uint16_t>{0},
             right_unset = right.codes == std::set<std::uint16_t>{0};
  const bool may_be_unset = left.codes.contains(0) || right.codes.contains(0);
  if (kind == Kind::number) {
    if (left_unset || right_unset) return {0};
    if (may_be_unset) return {0, 1, 2, 3};
    return {1, 2, 3};
  }
  if ((left_unset && !right.codes.contains(0)) || (right_unset && !left.codes.contains(0))) return {2};
  return {1, 2};
}

PossibleCalls::Call PossibleCalls::of(const LoggedDecision& decision) const {
  Call call;
  call.elements.reserve(after_.elements.size());
  for (ElementIndex i = 0; i < after_.elements.size(); ++i) {  // parents first
    const Presence outside = around(i, call);
    call.elements.push_back(after_.elements[i].is_leaf() ? leaf(i, outside, decision) : object(i, outside, decision));
  }
  for (const RelationDescriptor& each : after_.relations) call.relations.push_back(relation(each, call, decision));
  return call;
}

}  // namespace tally
