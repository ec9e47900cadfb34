#include "runtime/policy/policy_json.h"

#include "base/hex.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::enumeration: return "enum";
    case Kind::flag: return "flag";
    case Kind::number: return "number";
    case Kind::text: return "text";
    case Kind::record: return "record";
    case Kind::map: return "map";
    case Kind::set: return "set";
  }
  return "?";
}

std::string list(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) out += (out.size() > 1 ? "," : "") + json_string(value);
  return out + "]";
}

// Numbers that a JSON reader may not hold exactly are texts.
std::string number(std::uint64_t value) {
  constexpr std::uint64_t exact = 9'007'199'254'740'991u;
  const std::string digits = std::to_string(value);
  return value <= exact ? digits : "\"" + digits + "\"";
}

std::string element_json(const ElementDescriptor& e) {
  std::string out = "{\"name\":" + json_string(e.name) + ",\"pointer\":" + json_string(e.pointer) + ",\"kind\":\"" +
                    kind_name(e.kind) + "\",\"type\":" + json_string(e.type_name) +
                    ",\"optional\":" + (e.optional ? "true" : "false");
  if (e.kind == Kind::enumeration || e.kind == Kind::set) out += ",\"values\":" + list(e.values);
  if (!e.others.by_value.empty()) {
    out += ",\"other_spellings\":";
    char before = '[';
    for (const auto& spellings : e.others.by_value) {
      out += before + list(spellings);
      before = ',';
    }
    out += ']';
  }
  if (e.others.any_case) out += ",\"any_case\":true";
  if (e.filter == PlaceFilter::string && (e.kind == Kind::number || e.kind == Kind::flag)) out += ",\"as_text\":true";
  if (!e.on_texts.empty()) out += ",\"off\":" + list(e.off_texts) + ",\"on\":" + list(e.on_texts);
  if (e.kind == Kind::number) out += ",\"minimum\":" + number(e.low) + ",\"maximum\":" + number(e.high);
  return out + "}";
}

std::string scalar_json(const ScalarDescriptor& s) {
  if (s.kind == ScalarDescriptor::Kind::flag) return "\"kind\":\"flag\"";
  if (s.kind == ScalarDescriptor::Kind::enumeration) return "\"kind\":\"enum\",\"values\":" + list(s.values);
  return "\"kind\":\"handed on\"";
}

void add_members(const ResultDescriptor& result, const std::string& pointer, std::string& out) {
  if (result.scalar) {
    if (out.back() != '[') out += ',';
    out += "{\"pointer\":" + json_string(pointer) + "," + scalar_json(*result.scalar) + "}";
    return;
  }
  for (const auto& [key, value] : result.members) add_members(value, pointer + "/" + escape_token(key), out);
}

}  // namespace

std::string policy_json(const PolicyVersion& version) {
  const PolicyDescriptor& policy = version.policy();
  const PolicyContents& contents = version.loaded().contents;
  const bool is_known = contents.fingerprint != decltype(contents.fingerprint){};
  std::string out =
      "{\"name\":" + json_string(policy.name) + ",\"generation\":" + std::to_string(version.generation()) +
      ",\"source_hash\":\"" + hex_text(contents.source_hash) +
      "\",\"fingerprint\":" + (is_known ? "\"" + hex_text(contents.fingerprint) + "\"" : "null") + ",\"inputs\":[";
  for (const ElementDescriptor& element : policy.elements)
    out += (out.back() == '[' ? "" : ",") + element_json(element);
  out += "],\"decisions\":[";
  for (const DecisionDescriptor& decision : policy.decisions) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":" + json_string(decision.name) + ",";
    if (decision.result.scalar) {
      out += scalar_json(*decision.result.scalar);
    } else {
      out += "\"kind\":\"object\",\"members\":[";
      add_members(decision.result, "", out);
      out += "]";
    }
    out += ",\"rules\":" + std::to_string(decision.rules.size()) + "}";
  }
  return out + "]}";
}

}  // namespace tally
