#include "simulator/logged/placed_calls.h"

#include <algorithm>

namespace tally {
namespace {

constexpr std::size_t max_placed = 1'000'000;  // records whose places are remembered

// The codes, slots and kept values of a record as a key.
std::string key_of(const LoggedDecision& logged, std::uint32_t code_count) {
  std::string key(reinterpret_cast<const char*>(logged.codes), code_count);
  for (const KeptValue& kept : logged.kept) {
    key += kept.is_cut ? '~' : '=';
    if (const auto* number = std::get_if<std::uint64_t>(&kept.fact)) key += "n" + std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&kept.fact))
      key += "t" + std::to_string(text->size()) + ":" + *text;
  }
  return key;
}

// "account-settings" of "account-settings=settings", which compares decisions of two names.
std::string old_name(const std::string& name) { return name.substr(0, name.find('=')); }

// Whether the value at an element is certainly the default.
bool is_default(const ElementDescriptor& element, const Fact& fact) {
  if (!element.default_value) return false;
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) {
    const auto* usual = std::get_if<std::uint32_t>(&*element.default_value);
    return usual != nullptr && *code == *usual + 1;
  }
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) {
    const auto* usual = std::get_if<std::uint64_t>(&*element.default_value);
    return usual != nullptr && *number == *usual;
  }
  const auto* text = std::get_if<std::string>(&fact);
  const auto* usual = std::get_if<std::string>(&*element.default_value);
  return text != nullptr && usual != nullptr && *text == *usual;
}

}  // namespace

PlacedCalls::PlacedCalls(const Joint& joint, const std::vector<DiffDecision>& decisions,
                         const Pair<const PolicyDescriptor*>& descriptors)
    : joint_(joint), decisions_(decisions), descriptors_(descriptors) {
  for (std::size_t d = 0; d < decisions.size(); ++d) {
    for (std::size_t p = 0; p < decisions[d].parts.size(); ++p) {
      if (!decisions[d].parts[p].rows.empty()) add_part(d, p);
    }
  }
  for (std::size_t side = 0; side < 2; ++side) {
    const Model& own = *joint.policy(side).model;
    for (ElementIndex i = 0; i < descriptors[side]->elements.size(); ++i) {
      for (std::uint32_t id = 0; id < own.elements.size(); ++id) {
        if (joint.is_held(side, ElementId{id}) && own.elements[id].name == descriptors[side]->elements[i].name)
          held_[side].push_back(i);
      }
    }
  }
}

void PlacedCalls::add_part(std::size_t decision, std::size_t p) {
  Part& part = parts_.emplace_back();
  part.decision = decision;
  part.part = p;
  try {
    part.places.emplace(joint_.model(), decisions_[decision].parts[p]);
  } catch (const NodeLimit&) {
    return;
  }
  part.leaves = part.places->leaves();
  std::set<ElementId> elements(part.places->elements().begin(), part.places->elements().end());
  elements.insert(part.leaves.begin(), part.leaves.end());
  part.described = describe_elements(joint_.model(), part.places->classes(), elements);
  // Where a place is read by kind, a log knows the element by the kind that its policy reads.
  for (const auto& [id, index] : part.described.index) {
    const std::size_t side = joint_.own(0, id) ? 0 : 1;
    const std::string& own = joint_.policy(side).model->at(*joint_.own(side, id)).name;
    const auto& all = descriptors_[side]->elements;
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& element) { return element.name == own; });
    if (at != all.end()) part.described.policy.elements[index].filter = at->filter;
  }
}

void PlacedCalls::begin(const LogHeader& header) {
  header_ = &header;
  known_.clear();
  for (std::size_t side = 0; side < 2; ++side)
    possible_[side] = std::make_unique<PossibleCalls>(header, *descriptors_[side]);
  for (Part& part : parts_) part.possible = std::make_unique<PossibleCalls>(header, part.described.policy);
  rule_slots_.clear();
  const auto& logged = header.policy->decisions;
  for (const DiffDecision& decision : decisions_) {
    const std::string name = old_name(decision.name);
    const auto at = std::find_if(logged.begin(), logged.end(), [&](const auto& one) { return one.name == name; });
    rule_slots_.push_back(at == logged.end() ? std::nullopt : std::optional(at->rule_slot));
  }
}

bool PlacedCalls::was_asked(std::size_t decision, const LoggedDecision& logged) const {
  const auto& slot = rule_slots_[decision];
  return slot && logged.slots[*slot] != 0;
}

const PlacedCall& PlacedCalls::place(const LoggedDecision& logged) {
  std::string key = key_of(logged, header_->policy->code_count);
  auto known = known_.find(key);
  if (known == known_.end()) {
    if (known_.size() >= max_placed) known_.clear();
    known = known_.emplace(std::move(key), placed(logged)).first;
  }
  return known->second;
}

PlacedCall PlacedCalls::placed(const LoggedDecision& logged) const {
  PlacedCall out;
  for (std::size_t side = 0; side < 2; ++side) judge(side, logged, out);
  if (out.fate == PlacedCall::Fate::refused || out.fate == PlacedCall::Fate::outside) out.blamed.clear();
  if (out.fate != PlacedCall::Fate::compared) return out;
  for (const DiffDecision& decision : decisions_) out.parts.emplace_back(decision.parts.size());
  for (const Part& part : parts_) out.parts[part.decision][part.part] = place_in(part, logged);
  return out;
}

// Finds out whether a policy refuses the call, and whether the call was asked about.
void PlacedCalls::judge(std::size_t side, const LoggedDecision& logged, PlacedCall& out) const {
  using Fate = PlacedCall::Fate;
  const auto& elements = descriptors_[side]->elements;
  const PossibleCalls::Call call = possible_[side]->of(logged);
  const auto blame = [&](ElementIndex i) {
    if (out.fate == Fate::compared) out.fate = Fate::unknown;
    if (std::find(out.blamed.begin(), out.blamed.end(), elements[i].name) == out.blamed.end())
      out.blamed.push_back(elements[i].name);
  };
  for (ElementIndex i = 0; i < elements.size(); ++i) {
    const PossibleValue& possible = call.elements[i];
    if (possible.codes.empty())
      out.fate = Fate::refused;
    else if (possible.may_be_refused)
      blame(i);
  }
  for (const ElementIndex i : held_[side]) {
    // The log has nothing of an input that only the other policy has. It counts as unset, as was asked for.
    if (!possible_[side]->has_match(i) || out.fate == Fate::refused) continue;
    const PossibleValue& possible = call.elements[i];
    if (possible.codes == std::set<std::uint16_t>{0}) continue;
    if (possible.value && is_default(elements[i], *possible.value)) continue;
    const bool is_known = possible.value || !elements[i].default_value;
    if (is_known && !possible.codes.contains(0))
      out.fate = Fate::outside;
    else
      blame(i);
  }
}

std::optional<Literal> PlacedCalls::value_of(ElementId leaf, const Fact& fact) const {
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return *number;
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  // Only a number or a text is handed on, and here only one that is set.
  if (const auto* code = std::get_if<std::uint8_t>(&fact))
    return joint_.model().at(leaf).type->values[*code - 1u].spelling;
  return std::nullopt;
}

PlacedInPart PlacedCalls::place_in(const Part& part, const LoggedDecision& logged) const {
  const DiffPart& compared = decisions_[part.decision].parts[part.part];
  PlacedInPart out;
  if (!part.places) {
    out.rows.insert(RowPlaces::no_row);
    for (std::size_t row = 0; row < compared.rows.size(); ++row) out.rows.insert(row);
    return out;
  }
  const PossibleCalls::Call possible = part.possible->of(logged);
  PartlyKnownCall call;
  for (const auto& [id, index] : part.described.index) {
    call.codes[id] = possible.elements[index].codes;
    const auto& value = possible.elements[index].value;
    if (!value || !part.leaves.contains(id)) continue;
    if (auto literal = value_of(id, *value)) call.values.emplace(id, std::move(*literal));
  }
  for (std::size_t i = 0; i < part.described.relations.size(); ++i)
    call.codes[part.described.relations[i]] = possible.relations[i];
  const RowPlaces::Places places = part.places->places(call);
  out.rows = places.rows;
  std::set<ElementId> blamed = places.divided;
  blamed.insert(places.unvalued.begin(), places.unvalued.end());
  if (places.are_several()) {
    for (const ElementId id : blamed) out.blamed.push_back(joint_.model().at(id).name);
  }
  if (out.rows.size() != 1 || *out.rows.begin() == RowPlaces::no_row) return out;
  const std::size_t row = *out.rows.begin();
  for (std::size_t i = 0; i < compared.rows[row].alternatives.size(); ++i)
    out.alternatives.push_back(part.places->holds(row, i, call));
  return out;
}

}  // namespace tally
