#include "runtime/documents/expected_values.h"

#include "runtime/support/json_text.h"

namespace tally {

std::string_view json_kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::flag: return "a boolean";
    case JsonKind::number: return "a number";
    case JsonKind::text: return "a text";
    case JsonKind::object: return "an object";
    case JsonKind::null: return "null";
    case JsonKind::array: break;
  }
  return "an array";
}

bool reads_kind(PlaceFilter filter, JsonKind kind) {
  switch (filter) {
    case PlaceFilter::any: return true;
    case PlaceFilter::boolean: return kind == JsonKind::flag;
    case PlaceFilter::number: return kind == JsonKind::number;
    case PlaceFilter::string: return kind == JsonKind::text;
    case PlaceFilter::object: return kind == JsonKind::object;
    case PlaceFilter::array: return kind == JsonKind::array;
    case PlaceFilter::other: return false;  // reads what is left, see `unread`
  }
  return false;
}

Written written_kind(JsonKind kind) {
  return kind == JsonKind::flag     ? Written::boolean
         : kind == JsonKind::number ? Written::number
         : kind == JsonKind::text   ? Written::string
                                    : Written::other;
}

std::string brief_text(const std::string& text) {
  constexpr std::size_t max_characters = 40;
  return text.size() <= max_characters ? text : text.substr(0, max_characters) + "...";
}

std::string listed_names(const std::vector<std::string>& names) {
  constexpr std::size_t max_names = 12;
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < max_names; ++i) out += (i == 0 ? "`" : ", `") + names[i] + "`";
  return names.size() > max_names ? out + ", ..." : out;
}

std::string key_text(std::string_view key) {
  const std::string quoted = shown(key);
  return quoted.substr(1, quoted.size() - 2);
}

std::string accepted_values(const ElementDescriptor& element) {
  using Kind = ElementDescriptor::Kind;
  switch (element.kind) {
    case Kind::flag: return "`true` or `false`";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    case Kind::enumeration: return (element.values.size() == 1 ? "" : "one of ") + listed_names(element.values);
    case Kind::set: return "an array";
    case Kind::record:
    case Kind::map: return "an object";
  }
  return "nothing";
}

std::string accepted_spellings(const ElementDescriptor& element) {
  using Kind = ElementDescriptor::Kind;
  if (element.filter != PlaceFilter::string) return accepted_values(element);
  if (element.kind == Kind::number) return "a number as a text";
  if (element.kind != Kind::flag) return accepted_values(element);
  std::vector<std::string> texts = element.on_texts;
  texts.insert(texts.end(), element.off_texts.begin(), element.off_texts.end());
  return "one of " + listed_names(texts) + " as a text";
}

bool is_in_range(const ElementDescriptor& element, std::uint64_t number) {
  return number >= element.low && number <= element.high;
}

bool is_kept_as_text(const ElementDescriptor& element) {
  using Kind = ElementDescriptor::Kind;
  return element.filter == PlaceFilter::string && (element.kind == Kind::number || element.kind == Kind::flag);
}

}  // namespace tally
