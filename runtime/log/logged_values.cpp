#include "runtime/log/logged_values.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <utility>

#include "base/overloaded.h"
#include "runtime/support/json_text.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

// The ranges of a number's class: "0..4, 11..29".
std::string number_class(const ElementDescriptor& element, std::uint16_t code) {
  std::string out;
  for (std::size_t i = 0; i < element.steps.size(); ++i) {
    if (element.steps[i].second != code) continue;
    const std::uint64_t low = element.steps[i].first;
    const std::uint64_t high = i + 1 < element.steps.size() ? element.steps[i + 1].first - 1 : element.high;
    out += (out.empty() ? "" : ", ") + std::to_string(low);
    if (high != low) out += ".." + std::to_string(high);
  }
  return out;
}

// A short text of a class of an automaton: the first that leads to a state with the code.
std::string text_of_class(const TextTable& table, std::uint16_t code) {
  std::vector<std::pair<std::uint32_t, unsigned char>> from(table.codes.size(), {UINT32_MAX, 0});
  std::vector<bool> seen(table.codes.size(), false);
  std::deque<std::uint32_t> waiting = {0};
  if (!seen.empty()) seen[0] = true;
  while (!waiting.empty()) {
    const std::uint32_t state = waiting.front();
    waiting.pop_front();
    if (table.codes[state] == code) {
      std::string text;
      for (std::uint32_t at = state; at != 0; at = from[at].first)
        text.insert(text.begin(), static_cast<char>(from[at].second));
      if (is_utf8(text)) return text;
    }
    if (state >= table.first_sink) continue;
    // Digits first: most texts of a switch are numbers.
    for (int i = 0; i < 256; ++i) {
      const auto byte = static_cast<unsigned char>(i < 10 ? '0' + i : i < 95 ? 32 + i : i - 95);
      const std::uint32_t next = table.next[state * table.width + table.columns[byte]];
      if (seen[next]) continue;
      seen[next] = true;
      from[next] = {state, byte};
      waiting.push_back(next);
    }
  }
  return "";
}

// "\"+1...\", \"911\"", or "other".
std::string text_class(const ElementDescriptor& element, std::uint16_t code) {
  if (!element.table.codes.empty()) {
    const std::string text = text_of_class(element.table, code);
    return "class " + std::to_string(code) + (text.empty() ? "" : ", such as " + json_string(text));
  }
  std::string out;
  std::size_t named = 0;
  const auto add = [&](const std::string& text) {
    if (++named <= 8) out += (out.empty() ? "" : ", ") + text;
  };
  for (const auto& [text, own] : element.texts) {
    if (own == code) add(json_string(text));
  }
  for (const auto& [text, own] : element.prefixes) {
    if (own == code) add(json_string(text + "..."));
  }
  if (named > 8) out += ", ...";
  if (element.other == code) out += out.empty() ? "other" : ", other";
  return out.empty() ? "class " + std::to_string(code) : out;
}

}  // namespace

std::optional<std::uint16_t> code_in(const ElementDescriptor& element, const std::uint8_t* codes) {
  if (!element.offset) return std::nullopt;
  if (!element.wide) return codes[*element.offset];
  std::uint16_t code = 0;
  std::memcpy(&code, codes + *element.offset, sizeof code);
  return code;
}

std::string time_text(std::uint64_t nanoseconds) {
  const auto seconds = static_cast<std::time_t>(nanoseconds / 1'000'000'000u);
  std::tm utc{};
  if (::gmtime_r(&seconds, &utc) == nullptr) return "?";
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + length, sizeof text - length, ".%03uZ",
                static_cast<unsigned>(nanoseconds / 1'000'000u % 1'000u));
  return text;
}

LoggedValues::LoggedValues(const LogHeader& header) : header_(header), kept_(header.policy->elements.size()) {
  for (std::size_t i = 0; i < header.kept.size(); ++i) kept_[header.kept[i].element] = i;
  for (ElementIndex i = 0; i < header.policy->elements.size(); ++i) {
    if (kept_[i] || header.policy->elements[i].offset) inputs_.push_back(i);
  }
}

std::optional<std::size_t> LoggedValues::kept_at(ElementIndex element) const { return kept_[element]; }

const std::string& LoggedValues::class_text(ElementIndex element, std::uint16_t code) const {
  const auto [at, is_new] = class_texts_.try_emplace({element, code});
  if (is_new) {
    const ElementDescriptor& e = header_.policy->elements[element];
    at->second = e.kind == Kind::number ? number_class(e, code) : text_class(e, code);
    if (at->second.empty()) at->second = "class " + std::to_string(code);
  }
  return at->second;
}

std::optional<Fact> only_value_of(const ElementDescriptor& e, std::uint16_t code) {
  std::optional<Fact> only;
  std::size_t count = 0;
  if (e.kind == Kind::number) {
    for (std::size_t i = 0; i < e.steps.size(); ++i) {
      if (e.steps[i].second != code) continue;
      const std::uint64_t low = e.steps[i].first;
      const std::uint64_t high = i + 1 < e.steps.size() ? e.steps[i + 1].first - 1 : e.high;
      count += high == low ? 1 : 2;
      only = Fact{low};
    }
  } else if (e.kind == Kind::text && e.table.codes.empty() && e.other != code) {
    for (const auto& [text, own] : e.texts) {
      if (own != code) continue;
      ++count;
      only = Fact{text};
    }
    for (const auto& [text, own] : e.prefixes) count += own == code ? 2u : 0u;
  }
  return count == 1 ? only : std::nullopt;
}

std::optional<Fact> LoggedValues::only_value(ElementIndex element, std::uint16_t code) const {
  return only_value_of(header_.policy->elements[element], code);
}

std::optional<Fact> LoggedValues::value(ElementIndex element, const LoggedDecision& decision) const {
  if (kept_[element]) {
    const KeptValue& kept = decision.kept[*kept_[element]];
    if (!kept.is_cut) return kept.fact;
    return std::nullopt;
  }
  const auto code = code_in(header_.policy->elements[element], decision.codes);
  if (!code) return std::nullopt;
  if (*code == 0) return Fact{};
  return only_value(element, *code);
}

bool LoggedValues::append_input(std::string& out, ElementIndex element, const LoggedDecision& decision) const {
  const ElementDescriptor& e = header_.policy->elements[element];
  if (kept_[element]) {
    const KeptValue& kept = decision.kept[*kept_[element]];
    if (const auto* number = std::get_if<std::uint64_t>(&kept.fact)) {
      out += std::to_string(*number);
      return true;
    }
    const auto* text = std::get_if<std::string>(&kept.fact);
    if (text == nullptr) return false;
    if (kept.is_cut) out += "{\"begins\":";
    append_json(out, *text);
    if (kept.is_cut) out += '}';
    return true;
  }
  const std::uint16_t code = code_in(e, decision.codes).value_or(0);
  if (code == 0) return false;
  switch (e.kind) {
    case Kind::enumeration: append_json(out, e.values[code - 1u]); break;
    case Kind::flag: out += code == 2 ? "true" : "false"; break;
    case Kind::record:
    case Kind::map:
    case Kind::set: out += "{}"; break;
    case Kind::number:
    case Kind::text:
      out += "{\"class\":";
      append_json(out, class_text(element, code));
      out += '}';
      break;
  }
  return true;
}

bool LoggedValues::append_input_text(std::string& out, ElementIndex element, const LoggedDecision& decision) const {
  const ElementDescriptor& e = header_.policy->elements[element];
  if (kept_[element]) {
    const KeptValue& kept = decision.kept[*kept_[element]];
    if (const auto* number = std::get_if<std::uint64_t>(&kept.fact)) out += std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&kept.fact)) out += *text + (kept.is_cut ? "..." : "");
    return !std::holds_alternative<std::monostate>(kept.fact);
  }
  const std::uint16_t code = code_in(e, decision.codes).value_or(0);
  if (code == 0) return false;
  switch (e.kind) {
    case Kind::enumeration: out += e.values[code - 1u]; break;
    case Kind::flag: out += code == 2 ? "on" : "off"; break;
    case Kind::record:
    case Kind::map:
    case Kind::set: out += "present"; break;
    case Kind::number:
    case Kind::text: out += class_text(element, code); break;
  }
  return true;
}

bool LoggedValues::append_origin(std::string& out, ElementIndex element, const LoggedDecision& decision) const {
  if (const auto known = value(element, decision)) {
    if (const auto* number = std::get_if<std::uint64_t>(&*known)) {
      out += std::to_string(*number);
      return true;
    }
    if (const auto* text = std::get_if<std::string>(&*known)) {
      append_json(out, *text);
      return true;
    }
    return false;
  }
  out += "{\"from\":";
  append_json(out, header_.policy->elements[element].name);
  out += '}';
  return true;
}

void LoggedValues::append_text(std::string& out, const TextDescriptor& text, const LoggedDecision& decision) const {
  std::string whole, pattern;
  bool is_known = true;
  for (const auto& piece : text) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      whole += *literal;
      pattern += *literal;
      continue;
    }
    const ElementIndex element = std::get<ElementIndex>(piece);
    pattern += "{" + header_.policy->elements[element].name + "}";
    const auto known = value(element, decision);
    is_known = is_known && known.has_value();
    if (!known) continue;
    if (const auto* number = std::get_if<std::uint64_t>(&*known)) whole += std::to_string(*number);
    if (const auto* standing = std::get_if<std::string>(&*known)) whole += *standing;
  }
  if (is_known) return append_json(out, whole);
  out += "{\"text\":";
  append_json(out, pattern);
  out += '}';
}

bool LoggedValues::append_scalar(std::string& out, const ScalarDescriptor& scalar,
                                 const LoggedDecision& decision) const {
  const std::uint16_t code = decision.slots[scalar.slot];
  if (code == 0) return false;
  switch (scalar.kind) {
    case ScalarDescriptor::Kind::flag: out += code == 2 ? "true" : "false"; return true;
    case ScalarDescriptor::Kind::enumeration: append_json(out, scalar.values[code - 1u]); return true;
    case ScalarDescriptor::Kind::origin: break;
  }
  return std::visit(overloaded{[&](std::uint64_t number) {
                                 out += std::to_string(number);
                                 return true;
                               },
                               [&](const std::string& literal) {
                                 append_json(out, literal);
                                 return true;
                               },
                               [&](ElementIndex element) { return append_origin(out, element, decision); },
                               [&](const TextDescriptor& text) {
                                 append_text(out, text, decision);
                                 return true;
                               }},
                    scalar.origins[code - 1u]);
}

bool LoggedValues::append_value(std::string& out, const ResultDescriptor& result,
                                const LoggedDecision& decision) const {
  if (result.scalar) return append_scalar(out, *result.scalar, decision);
  if (result.presence && decision.slots[*result.presence] == 0) return false;
  const bool is_array = result.array != ResultDescriptor::Array::none;
  const std::size_t begin = out.size();
  out += is_array ? '[' : '{';
  for (const auto& [key, member] : result.members) {
    const std::size_t before = out.size();
    if (before > begin + 1) out += ',';
    if (is_array) {
      const bool is_in = member.scalar && decision.slots[member.scalar->slot] == 2;
      if (!is_in) {
        out.resize(before);
      } else if (result.array == ResultDescriptor::Array::texts) {
        append_json(out, key);
      } else {
        out += key == "on" ? "true" : "false";
      }
      continue;
    }
    append_json(out, key);
    out += ':';
    if (!append_value(out, member, decision)) out.resize(before);
  }
  if (result.grouping && out.size() == begin + 1) {
    out.resize(begin);
    return false;
  }
  out += is_array ? ']' : '}';
  return true;
}

void LoggedValues::append_result(std::string& out, std::size_t index, const LoggedDecision& decision) const {
  if (!append_value(out, header_.policy->decisions[index].result, decision)) out += "null";
}

std::string LoggedValues::name_of(const RelationDescriptor& relation, const PolicyDescriptor& policy) {
  return policy.elements[relation.left].name + " : " + policy.elements[relation.right].name;
}

bool LoggedValues::append_relation(std::string& out, const RelationDescriptor& relation,
                                   const LoggedDecision& decision) const {
  static constexpr const char* of_numbers[] = {"", "less", "equal", "greater"};
  static constexpr const char* of_texts[] = {"", "equal", "different", ""};
  const std::uint8_t code = decision.codes[relation.offset];
  const bool are_numbers = header_.policy->elements[relation.left].kind == Kind::number;
  const std::string_view word = code > 3 ? "" : are_numbers ? of_numbers[code] : of_texts[code];
  out += word;
  return !word.empty();
}

void LoggedValues::append_decision(std::string& out, const LoggedDecision& decision) const {
  const PolicyDescriptor& policy = *header_.policy;
  out += "{\"time\":\"" + time_text(decision.time) + "\"";
  if (!decision.id.empty()) {
    out += ",\"id\":";
    append_json(out, is_utf8(decision.id) ? decision.id : "?");
    if (decision.is_id_cut) out += ",\"id_is_cut\":true";
  }
  out += ",\"version\":" + std::to_string(header_.generation) + ",\"inputs\":{";
  const auto member = [&](const std::string& name, const auto& append) {
    const std::size_t before = out.size();
    if (out.back() != '{') out += ',';
    append_json(out, name);
    out += ':';
    if (!append()) out.resize(before);
  };
  for (const ElementIndex input : inputs_)
    member(policy.elements[input].name, [&] { return append_input(out, input, decision); });
  out += '}';
  if (!policy.relations.empty()) {
    out += ",\"relations\":{";
    for (const RelationDescriptor& relation : policy.relations) {
      member(name_of(relation, policy), [&] {
        const std::size_t before = out.size();
        out += '"';
        if (append_relation(out, relation, decision)) {
          out += '"';
          return true;
        }
        out.resize(before);
        return false;
      });
    }
    out += '}';
  }
  out += ",\"decisions\":{";
  for (std::size_t i = 0; i < policy.decisions.size(); ++i) {
    const std::uint16_t rule = decision.slots[policy.decisions[i].rule_slot];
    if (rule == 0) continue;  // it was not asked for
    member(policy.decisions[i].name, [&] {
      out += "{\"value\":";
      append_result(out, i, decision);
      out += ",\"rule\":" + std::to_string(rule) + "}";
      return true;
    });
  }
  out += "}}\n";
}

}  // namespace tally
