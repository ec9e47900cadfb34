#include "runtime/documents/answer.h"

#include "base/overloaded.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

class Writer {
 public:
  Writer(const CallValues& values, const std::vector<std::uint16_t>& slots) : values_(values), slots_(slots) {}

  // False (and nothing written) where the value is unset.
  bool value(const ResultDescriptor& result, std::string& out) const {
    if (result.scalar) return scalar(*result.scalar, true, out);
    if (result.presence && slots_[*result.presence] == 0) return false;
    if (result.array != ResultDescriptor::Array::none) {
      array(result, out);
      return true;
    }
    const std::size_t begin = out.size();
    out += '{';
    for (const auto& [key, member] : result.members) {
      const std::size_t before = out.size();
      if (out.back() != '{') out += ',';
      append_json(out, key);
      out += ':';
      if (!value(member, out)) out.resize(before);
    }
    if (result.grouping && out.back() == '{' && out.size() == begin + 1) {
      out.resize(begin);
      return false;
    }
    out += '}';
    return true;
  }

  void array(const ResultDescriptor& result, std::string& out) const {
    const std::size_t begin = out.size();
    for (const auto& [key, member] : result.members) {
      if (!member.scalar || slots_[member.scalar->slot] != 2) continue;
      out += out.size() == begin ? '[' : ',';
      if (result.array == ResultDescriptor::Array::texts) {
        append_json(out, key);
      } else {
        out += key == "on" ? "true" : "false";
      }
    }
    out += out.size() == begin ? "[]" : "]";
  }

  // As JSON, or as it is inserted into a text.
  bool scalar(const ScalarDescriptor& scalar, bool json, std::string& out) const {
    const std::uint16_t code = slots_[scalar.slot];
    if (code == 0) return false;
    switch (scalar.kind) {
      case ScalarDescriptor::Kind::flag:
        out += json ? (code == 2 ? "true" : "false") : (code == 2 ? "on" : "off");
        return true;
      case ScalarDescriptor::Kind::enumeration:
        if (code > scalar.values.size()) return false;
        text(scalar.values[code - 1], json, out);
        return true;
      case ScalarDescriptor::Kind::origin:
        return code <= scalar.origins.size() && origin(scalar.origins[code - 1], json, out);
    }
    return false;
  }

  void insert(const TextDescriptor& pieces, std::string& out) const {
    for (const auto& piece : pieces) {
      if (const auto* literal = std::get_if<std::string>(&piece)) {
        out += *literal;
      } else {
        value_of(std::get<ElementIndex>(piece), false, out);
      }
    }
  }

 private:
  static void text(const std::string& text, bool json, std::string& out) {
    if (json) {
      append_json(out, text);
    } else {
      out += text;
    }
  }

  bool origin(const OriginDescriptor& origin, bool json, std::string& out) const {
    return std::visit(overloaded{[&](std::uint64_t number) {
                                   out += std::to_string(number);
                                   return true;
                                 },
                                 [&](const std::string& literal) {
                                   text(literal, json, out);
                                   return true;
                                 },
                                 [&](ElementIndex element) { return value_of(element, json, out); },
                                 [&](const TextDescriptor& pieces) {
                                   std::string inserted;
                                   insert(pieces, inserted);
                                   text(inserted, json, out);
                                   return true;
                                 }},
                      origin);
  }

  // The number or text that stands at an element; false if neither does.
  bool value_of(ElementIndex element, bool json, std::string& out) const {
    const Fact& fact = values_[element];
    if (const auto* number = std::get_if<std::uint64_t>(&fact)) {
      out += std::to_string(*number);
      return true;
    }
    if (const auto* standing = std::get_if<std::string>(&fact)) {
      text(*standing, json, out);
      return true;
    }
    return false;
  }

  const CallValues& values_;
  const std::vector<std::uint16_t>& slots_;
};

// Null if none did, or if the code of the policy writes a number that its descriptor does not have.
const RuleDescriptor* rule_that_fired(const DecisionDescriptor& decision, const Results& results) {
  const std::uint16_t number = rule_number(decision, results);
  return number == 0 || number > decision.rules.size() ? nullptr : &decision.rules[number - 1];
}

}  // namespace

void decide(const PolicyDescriptor& policy, const PolicyFunctions& code, const BoundCall& call, bool reasons,
            Results& results) {
  results.slots.assign(policy.slot_count, 0);
  code.decide(call.codes.data(), results.slots.data());
  results.reason_slots.assign(reasons ? policy.reason_slot_count : 0, 0);
  if (reasons && code.reasons != nullptr) code.reasons(call.codes.data(), results.reason_slots.data());
}

std::uint16_t rule_number(const DecisionDescriptor& decision, const Results& results) {
  return results.slots[decision.rule_slot];
}

void append_value(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                  const Results& results) {
  if (!Writer(values, results.slots).value(decision.result, out)) out += "null";
}

std::optional<std::string> reason(const DecisionDescriptor& decision, const CallValues& values,
                                  const Results& results) {
  const RuleDescriptor* const rule = rule_that_fired(decision, results);
  if (rule == nullptr || !rule->has_reason) return std::nullopt;
  const Writer writer(values, results.reason_slots);
  std::string out;
  for (const auto& piece : rule->reason) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      out += *literal;
    } else {
      writer.scalar(std::get<ScalarDescriptor>(piece), false, out);
    }
  }
  return out;
}

void append_explained(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                      const Results& results) {
  out += "{\"value\":";
  append_value(out, decision, values, results);
  const auto why = reason(decision, values, results);
  out += ",\"because\":" + (why ? json_string(*why) : "null");
  out += ",\"rule\":" + std::to_string(rule_number(decision, results));
  if (const RuleDescriptor* const rule = rule_that_fired(decision, results)) {
    out += ",\"file\":" + json_string(rule->file);
    out += ",\"line\":" + std::to_string(rule->line);
  }
  out += '}';
}

void insert_text(const TextDescriptor& text, const CallValues& values, std::string& out) {
  out.clear();
  static const std::vector<std::uint16_t> no_slots;
  Writer(values, no_slots).insert(text, out);
}

void append_answer(std::string& out, const PolicyDescriptor& policy, const std::vector<std::size_t>& decisions,
                   const CallValues& values, const Results& results, bool because) {
  out += '{';
  for (const std::size_t i : decisions) {
    const DecisionDescriptor& decision = policy.decisions[i];
    if (out.back() != '{') out += ',';
    append_json(out, decision.name);
    out += ':';
    if (!because) {
      append_value(out, decision, values, results);
      continue;
    }
    append_explained(out, decision, values, results);
  }
  out += '}';
}

}  // namespace tally
