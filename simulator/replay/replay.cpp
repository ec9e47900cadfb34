#include "simulator/replay/replay.h"

#include <algorithm>

#include "base/overloaded.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

constexpr std::size_t max_known = 1'000'000;  // records whose outcome is remembered

// A value in the words of rules; "unset" for nothing.
std::string in_rules(const Fact& fact) {
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&fact)) return json_string(*text);
  return "unset";
}

// A value as it is inserted into a text.
std::string inserted(const Fact& fact) {
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  return "";
}

// The parts of a text with insertions, each by `value(element)`: its value, or nothing and then the place it is from.
template <class Value, class Place>
std::pair<std::string, bool> text_of(const TextDescriptor& pieces, Value value, Place place) {
  std::string out;
  bool is_known = true;
  for (const auto& piece : pieces) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      out += *literal;
      continue;
    }
    const ElementIndex element = std::get<ElementIndex>(piece);
    const std::optional<Fact> known = value(element);
    is_known = is_known && known;
    out += known ? inserted(*known) : "{" + place(element) + "}";
  }
  return {json_string(out), is_known};
}

// The parts of a result that do not depend on where values are from. `origin(origin)` makes the others.
template <class Parts, class AddMember, class AddOrigin>
void add_parts(const ResultDescriptor& result, const std::string& at, const std::vector<std::uint16_t>& slots,
               Parts& parts, AddMember member, AddOrigin origin) {
  if (result.scalar) {
    const std::uint16_t code = slots[result.scalar->slot];
    if (code == 0) return;
    switch (result.scalar->kind) {
      case ScalarDescriptor::Kind::flag: parts[at] = {code == 2 ? "on" : "off", true}; break;
      case ScalarDescriptor::Kind::enumeration: {
        const std::string& value = result.scalar->values[code - 1u];
        parts[at] = {value == "unset" ? json_string(value) : value, true};
        break;
      }
      case ScalarDescriptor::Kind::origin: origin(result.scalar->origins[code - 1u]); break;
    }
    return;
  }
  if (result.presence && slots[*result.presence] == 0) return;
  if (!result.grouping) parts[at + "/"] = {"present", true};
  for (const ResultMember& each : result.members) member(each.value, at + "/" + escape_token(each.key));
}

}  // namespace

Replay::Replay(const PolicyDescriptor& after, const PolicyFunctions& code)
    : after_(after), code_(code), codes_(after.code_count), slots_(after.slot_count) {}

void Replay::begin(const LogHeader& header) {
  header_ = &header;
  possible_ = std::make_unique<PossibleCalls>(header, after_);
  both_.clear();
  only_before_.clear();
  only_after_.clear();
  counted_.clear();
  known_.clear();
  const std::vector<DecisionDescriptor>& before = header.policy->decisions;
  std::vector<bool> is_in_both(before.size(), false);
  for (std::size_t i = 0; i < after_.decisions.size(); ++i) {
    const std::string& name = after_.decisions[i].name;
    const auto at =
        std::find_if(before.begin(), before.end(), [&](const auto& decision) { return decision.name == name; });
    if (at == before.end()) {
      only_after_.push_back(i);
      continue;
    }
    const auto index = static_cast<std::size_t>(at - before.begin());
    is_in_both[index] = true;
    both_.emplace_back(index, i);
    auto counted = std::find_if(replayed_.begin(), replayed_.end(), [&](const auto& one) { return one.name == name; });
    if (counted == replayed_.end()) {
      replayed_.emplace_back().name = name;
      counted = replayed_.end() - 1;
    }
    counted_.push_back(static_cast<std::size_t>(counted - replayed_.begin()));
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_in_both[i]) only_before_.push_back(i);
  }
}

void Replay::add(const LoggedDecision& decision) {
  ++decisions_;
  std::string key(reinterpret_cast<const char*>(decision.codes), header_->policy->code_count);
  key.append(reinterpret_cast<const char*>(decision.slots.data()), decision.slots.size() * sizeof(std::uint16_t));
  for (const KeptValue& kept : decision.kept) key += (kept.is_cut ? "~" : "=") + in_rules(kept.fact);
  auto known = known_.find(key);
  if (known == known_.end()) {
    if (known_.size() >= max_known) known_.clear();
    known = known_.emplace(std::move(key), outcomes(decision)).first;
  }
  for (std::size_t i = 0; i < both_.size(); ++i) {
    if (decision.slots[header_->policy->decisions[both_[i].first].rule_slot] == 0) continue;  // it was not asked for
    const Outcome& outcome = known->second[i];
    ReplayedDecision& counts = replayed_[counted_[i]];
    switch (outcome.verdict) {
      case Verdict::same: ++counts.same; break;
      case Verdict::refused: ++counts.refused; break;
      case Verdict::different:
        ++counts.different;
        ++counts.rows[outcome.row];
        break;
      case Verdict::unknown:
        ++counts.unknown;
        for (const std::string& input : outcome.blamed) ++counts.blamed[input];
        break;
    }
  }
  for (const std::size_t i : only_before_) {
    if (decision.slots[header_->policy->decisions[i].rule_slot] != 0)
      ++only_in_log_[header_->policy->decisions[i].name];
  }
  for (const std::size_t i : only_after_) ++only_in_new_[after_.decisions[i].name];
}

// Decides every combination of what is possible.
Replay::Outcomes Replay::outcomes(const LoggedDecision& decision) {
  const PossibleCalls::Call call = possible_->of(decision);
  Outcomes out(both_.size());
  // What varies: the places of codes, each with its codes, and the input that it is of.
  struct Varying {
    std::uint32_t offset;
    bool is_wide;
    std::vector<std::uint16_t> codes;
    std::string input;
    std::optional<ElementIndex> element;  // nothing of a relation
  };
  std::vector<Varying> varying;
  std::vector<std::string> refusing;
  bool is_refused = false;
  std::size_t combinations = 1;
  const auto add = [&](std::uint32_t offset, bool is_wide, const std::set<std::uint16_t>& codes,
                       const std::string& input, std::optional<ElementIndex> which) {
    put_code(codes_, offset, is_wide, *codes.begin());
    if (codes.size() == 1) return;
    varying.push_back({offset, is_wide, {codes.begin(), codes.end()}, input, which});
    combinations = combinations > max_combinations ? combinations : combinations * codes.size();
  };
  for (ElementIndex i = 0; i < after_.elements.size(); ++i) {
    const ElementDescriptor& element = after_.elements[i];
    const PossibleValue& possible = call.elements[i];
    if (possible.codes.empty()) {
      is_refused = true;
    } else if (possible.may_be_refused) {
      refusing.push_back(element.name);
    }
    if (element.offset && !possible.codes.empty()) add(*element.offset, element.wide, possible.codes, element.name, i);
  }
  if (is_refused) {
    for (Outcome& outcome : out) outcome.verdict = Verdict::refused;
    return out;
  }
  for (std::size_t i = 0; i < after_.relations.size(); ++i) {
    const RelationDescriptor& relation = after_.relations[i];
    add(relation.offset, false, call.relations[i],
        after_.elements[relation.left].name + " : " + after_.elements[relation.right].name, std::nullopt);
  }
  if (!refusing.empty() || combinations > max_combinations) {
    std::vector<std::string> blamed = refusing;
    if (refusing.empty()) {
      for (const Varying& one : varying) blamed.push_back(one.input);
    }
    for (Outcome& outcome : out) outcome.blamed = blamed;
    return out;
  }
  // By combination, the first of `varying` fastest.
  std::vector<Outcomes> tried(combinations, Outcomes(both_.size()));
  for (std::size_t n = 0; n < combinations; ++n) {
    std::size_t rest = n;
    ClassValues values;
    for (const Varying& one : varying) {
      const std::uint16_t chosen = one.codes[rest % one.codes.size()];
      put_code(codes_, one.offset, one.is_wide, chosen);
      rest /= one.codes.size();
      if (!one.element || chosen == 0) continue;
      // A class with one value may stand in a result as this value, in the place of the input.
      const auto only = only_value_of(after_.elements[*one.element], chosen);
      if (!only) continue;
      values.after[*one.element] = *only;
      if (const auto own = call.elements[*one.element].is_of) values.before[*own] = *only;
    }
    code_.decide(codes_.data(), slots_.data());
    for (std::size_t i = 0; i < both_.size(); ++i) {
      Parts before, after;
      add_before(header_->policy->decisions[both_[i].first].result, "", decision, values, before);
      add_after(after_.decisions[both_[i].second].result, "", call, values, after);
      tried[n][i] = compare(before, after);
    }
  }
  for (std::size_t i = 0; i < both_.size(); ++i) {
    out[i] = tried[0][i];
    const bool is_one =
        std::all_of(tried.begin(), tried.end(), [&](const Outcomes& one) { return one[i] == tried[0][i]; });
    if (is_one) continue;
    out[i] = {};
    // Those are to blame that change the outcome while the others stay.
    std::size_t step = 1;
    for (const Varying& one : varying) {
      bool changes = false;
      for (std::size_t n = 0; n < combinations && !changes; ++n) {
        const std::size_t first = n - n / step % one.codes.size() * step;
        changes = !(tried[n][i] == tried[first][i]);
      }
      if (changes) out[i].blamed.push_back(one.input);
      step *= one.codes.size();
    }
  }
  return out;
}

Replay::Outcome Replay::compare(const Parts& before, const Parts& after) const {
  Outcome outcome{Verdict::same, {}, {}};
  bool is_unknown = false;
  const auto add = [](std::string& out, const std::string& at, const std::string& text) {
    if (at.ends_with('/')) {
      if (text != "unset" && at.size() > 1) return;
      out += (out.empty() ? "" : ", ") + text;
      return;
    }
    out += (out.empty() ? "" : ", ") + (at.empty() ? text : at.substr(1) + ": " + text);
  };
  static const Part unset{"unset", true};
  std::set<std::string> places;
  for (const auto& [at, part] : before) places.insert(at);
  for (const auto& [at, part] : after) places.insert(at);
  for (const std::string& at : places) {
    const Part& was = before.contains(at) ? before.at(at) : unset;
    const Part& is = after.contains(at) ? after.at(at) : unset;
    if (was == is) continue;
    if (!was.is_known || !is.is_known) {
      is_unknown = true;
      continue;
    }
    outcome.verdict = Verdict::different;
    add(outcome.row.first, at, was.text);
    add(outcome.row.second, at, is.text);
  }
  if (outcome.verdict == Verdict::same && is_unknown) return {Verdict::unknown, {}, {""}};
  return outcome;
}

Replay::Part Replay::part_before(const OriginDescriptor& origin, const LoggedDecision& decision,
                                 const ClassValues& values) const {
  const auto value = [&](ElementIndex element) -> std::optional<Fact> {
    if (const auto at = values.before.find(element); at != values.before.end()) return at->second;
    return possible_->before_values().value(element, decision);
  };
  const auto place = [&](ElementIndex element) { return header_->policy->elements[element].pointer; };
  return std::visit(overloaded{[](std::uint64_t number) {
                                 return Part{std::to_string(number), true};
                               },
                               [](const std::string& text) {
                                 return Part{json_string(text), true};
                               },
                               [&](ElementIndex element) {
                                 const auto known = value(element);
                                 return known ? Part{in_rules(*known), true} : Part{place(element), false};
                               },
                               [&](const TextDescriptor& pieces) {
                                 const auto [text, is_known] = text_of(pieces, value, place);
                                 return Part{text, is_known};
                               }},
                    origin);
}

Replay::Part Replay::part_after(const OriginDescriptor& origin, const PossibleCalls::Call& call,
                                const ClassValues& values) const {
  const auto value = [&](ElementIndex element) -> std::optional<Fact> {
    if (const auto at = values.after.find(element); at != values.after.end()) return at->second;
    return call.elements[element].value;
  };
  // The place in the policy that logged, if the value is certainly that one's.
  const auto place = [&](ElementIndex element) {
    const auto own = call.elements[element].is_of;
    return own ? header_->policy->elements[*own].pointer : "another " + after_.elements[element].pointer;
  };
  return std::visit(overloaded{[](std::uint64_t number) {
                                 return Part{std::to_string(number), true};
                               },
                               [](const std::string& text) {
                                 return Part{json_string(text), true};
                               },
                               [&](ElementIndex element) {
                                 const auto known = value(element);
                                 return known ? Part{in_rules(*known), true} : Part{place(element), false};
                               },
                               [&](const TextDescriptor& pieces) {
                                 const auto [text, is_known] = text_of(pieces, value, place);
                                 return Part{text, is_known};
                               }},
                    origin);
}

void Replay::add_before(const ResultDescriptor& result, const std::string& at, const LoggedDecision& decision,
                        const ClassValues& values, Parts& parts) const {
  add_parts(
      result, at, decision.slots, parts,
      [&](const ResultDescriptor& member, const std::string& place) {
        add_before(member, place, decision, values, parts);
      },
      [&](const OriginDescriptor& origin) {
        Part part = part_before(origin, decision, values);
        if (part.text != "unset" || !part.is_known) parts[at] = std::move(part);
      });
}

void Replay::add_after(const ResultDescriptor& result, const std::string& at, const PossibleCalls::Call& call,
                       const ClassValues& values, Parts& parts) const {
  add_parts(
      result, at, slots_, parts,
      [&](const ResultDescriptor& member, const std::string& place) { add_after(member, place, call, values, parts); },
      [&](const OriginDescriptor& origin) {
        Part part = part_after(origin, call, values);
        if (part.text != "unset" || !part.is_known) parts[at] = std::move(part);
      });
}

}  // namespace tally
