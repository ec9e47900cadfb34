#include "simulator/documents/request_text.h"

#include <algorithm>
#include <memory>
#include <set>

#include "compiler/diagrams/class_values.h"
#include "runtime/documents/places.h"
#include "runtime/support/json_text.h"
#include "simulator/conditions/cells.h"
#include "simulator/documents/smallest_document.h"

namespace tally {
namespace {

// A JSON value under construction: the text of a scalar, or an object.
struct Json {
  std::string scalar;
  std::vector<std::pair<std::string, std::unique_ptr<Json>>> members;

  Json& at(const std::string& key) {
    for (auto& [known, value] : members)
      if (known == key) return *value;
    members.emplace_back(key, std::make_unique<Json>());
    return *members.back().second;
  }
};

std::string scalar_text(const Type& type, const Literal& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
  const std::string& name = std::get<EnumName>(value).name;
  if (type.is_flag) return name == "on" ? "true" : "false";
  return json_string(type.values[*value_index(type, name)].spelling);
}

// JSON of a kind that no other element reads at the place of `other`.
std::string_view value_of_another_kind(const Model& model, ElementId other) {
  constexpr std::pair<ast::PlaceKind, std::string_view> kinds[] = {{ast::PlaceKind::boolean, "true"},
                                                                   {ast::PlaceKind::number, "0"},
                                                                   {ast::PlaceKind::string, "\"\""},
                                                                   {ast::PlaceKind::array, "[]"},
                                                                   {ast::PlaceKind::object, "{}"}};
  std::set<ast::PlaceKind> read;
  const auto look_at = [&](ElementId id) {
    if (model.at(id).pointer == model.at(other).pointer) read.insert(model.at(id).kind);
  };
  if (const auto around = model.at(other).parent) {
    for (const ElementId member : model.at(*around).children) look_at(member);
  } else {
    for (const Input& input : model.inputs) look_at(input.element);
  }
  for (const auto& [kind, json] : kinds) {
    if (!read.contains(kind)) return json;
  }
  return "null";  // the analysis does not accept such a place
}

std::string leaf_text(const Model& model, ElementId id, const Literal& value) {
  const Element& element = model.at(id);
  if (element.kind == ast::PlaceKind::other) return std::string(value_of_another_kind(model, id));
  if (!element.flag_texts.on.empty()) {
    const bool on = value == Literal{EnumName{"on"}};
    return json_string((on ? element.flag_texts.on : element.flag_texts.off).front());
  }
  const std::string text = scalar_text(*element.type, value);
  const bool is_kept_as_text = element.kind == ast::PlaceKind::string && element.type->kind == Type::Kind::number;
  return is_kept_as_text ? json_string(text) : text;
}

void write(const Json& json, int indent, int depth, std::string& out) {
  if (!json.scalar.empty()) {
    out += json.scalar;
    return;
  }
  out += '{';
  const auto line = [&](int levels) {
    if (indent >= 0) out += '\n' + std::string(static_cast<std::size_t>(indent * levels), ' ');
  };
  for (const auto& [key, value] : json.members) {
    if (out.back() != '{') out += ',';
    line(depth + 1);
    append_json(out, key);
    out += indent >= 0 ? ": " : ":";
    write(*value, indent, depth + 1, out);
  }
  if (!json.members.empty()) line(depth);
  out += '}';
}

Literal first_value(const Element& element) {
  const Type& type = *element.type;
  if (element.kind == ast::PlaceKind::other) return EnumName{"on"};
  switch (type.kind) {
    case Type::Kind::enumeration: return EnumName{type.values.front().name};
    case Type::Kind::number: return type.low;
    case Type::Kind::text: return std::string();
    case Type::Kind::record:
    case Type::Kind::map:
    case Type::Kind::unset: break;
  }
  return EnumName{"present"};
}

}  // namespace

bool comes_before(const Model& model, ElementId a, ElementId b) {
  // Elements of one object are numbered in order, but elements of different objects are not.
  const auto way = [&](ElementId e) {
    std::vector<ElementId> out = {e};
    for (auto around = model.at(e).parent; around; around = model.at(*around).parent) out.push_back(*around);
    std::reverse(out.begin(), out.end());
    return out;
  };
  return way(a) < way(b);
}

namespace {

// The array of a set. A value that the document leaves open is in it if it is by default.
std::string array_text(const Model& model, const Document& document, const Element& set, bool spaced) {
  const Type& values = *set.type->indices.front();
  std::string out;
  for (std::size_t i = 0; i < set.children.size(); ++i) {
    const ElementId member = set.children[i];
    const auto known =
        std::find_if(document.begin(), document.end(), [&](const auto& fact) { return fact.first == member; });
    const Literal value = known != document.end() ? known->second : model.at(member).default_value.value_or(Unset{});
    if (value != Literal{EnumName{"on"}}) continue;
    out += (out.empty() ? "[" : spaced ? ", " : ",") + scalar_text(values, EnumName{values.values[i].name});
  }
  return out.empty() ? "[]" : out + "]";
}

}  // namespace

std::string document_text(const Model& model, const Document& document, std::string_view place, int indent) {
  const std::vector<std::string> around = tokens_of(place);
  Json root;
  Document sorted = document;
  std::sort(sorted.begin(), sorted.end(),
            [&](const auto& a, const auto& b) { return comes_before(model, a.first, b.first); });
  for (const auto& [id, value] : sorted) {
    if (std::holds_alternative<Unset>(value)) continue;
    const bool in_set = is_member_of_set(model, id);
    const Element& element = model.at(in_set ? *model.at(id).parent : id);
    const std::vector<std::string> tokens = tokens_of(element.pointer);
    if (tokens.size() < around.size() || !std::equal(around.begin(), around.end(), tokens.begin())) continue;
    Json* at = &root;
    for (std::size_t i = around.size(); i < tokens.size(); ++i) at = &at->at(tokens[i]);
    if (element.type->set) at->scalar = array_text(model, document, element, indent >= 0);
    if (element.is_leaf()) at->scalar = leaf_text(model, id, value);
  }
  std::string out;
  write(root, indent, 0, out);
  return out;
}

std::optional<Document> document_of(const Model& model, const Classes& classes, const Call& call) {
  std::vector<ElementId> elements;
  std::vector<std::optional<Code>> codes(model.elements.size());
  for (const auto& [element, code] : call) {
    elements.push_back(element);
    codes[element.value] = code;
  }
  const auto present = smallest_document_of(model, elements, [&](ElementId e) { return *codes[e.value]; });
  if (!present) return std::nullopt;
  Document document;
  const LeafValues values = values_of(model, classes, call);
  for (std::uint32_t i = 0; i < present->size(); ++i) {
    const Element& element = model.elements[i];
    if (!(*present)[i] || element.relation) continue;
    const auto at = values.find(ElementId{i});
    const Literal value = at != values.end()      ? at->second
                          : element.default_value ? *element.default_value
                                                  : first_value(element);
    if (element.default_value && value == *element.default_value) continue;
    document.emplace_back(ElementId{i}, value);
  }
  return document;
}

void set_values(const Model& model, const std::map<ElementId, Literal>& values, Document& document) {
  for (const auto& [leaf, value] : values) {
    std::erase_if(document, [&wanted = leaf](const auto& fact) { return fact.first == wanted; });
    const auto& usual = model.at(leaf).default_value;
    if (!usual || *usual != value) document.emplace_back(leaf, value);
  }
}

}  // namespace tally
