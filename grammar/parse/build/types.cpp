// Types of the syntax tree: see tree_builder.h.
#include <algorithm>
#include <iterator>
#include <utility>

#include "grammar/parse/build/tree_builder.h"

namespace tally::syntax {

TreeBuilder::Children TreeBuilder::children(At at) const { return between(at + 1 - node(at).size, at); }

TreeBuilder::Children TreeBuilder::between(At begin, At end) const {
  // A node comes after its children, so the last child is before `end`.
  Children list;
  for (At at = end; at > begin; at -= node(at - 1).size) list.push_back(at - 1);
  std::reverse(list.begin(), list.end());
  return list;
}

ast::TypePtr TreeBuilder::type(At at) const {
  const Node& n = node(at);
  switch (n.rule) {
    case rule_number<grammar::enum_type>:
    case rule_number<grammar::spelled_enum>: return enumeration(at);
    case rule_number<grammar::flag_type>: return make<ast::Type>(ast::FlagType{}, span(at));
    case rule_number<grammar::text_type>: return make<ast::Type>(ast::TextType{}, span(at));
    case rule_number<grammar::number_type>: {
      if (tokens_[n.begin].kind != Kind::range) return make<ast::Type>(ast::NumberType{}, span(at));
      const ast::NumberRange range = tokens_.range(n.begin);
      return make<ast::Type>(ast::NumberType{range.low, range.high}, span(at));
    }
    case rule_number<grammar::named_type>: return make<ast::Type>(ast::NamedType{tokens_.name(n.begin)}, span(at));
    case rule_number<grammar::qualified_type>:
      return make<ast::Type>(ast::NamedType{qualified_name(n.begin)}, span(at));
    case rule_number<grammar::record_type>: return record_type(at);
    case rule_number<grammar::set_type>: {
      const Children parts = children(at);
      return make<ast::Type>(ast::SetType{type(parts.front()), parts.size() > 1}, span(at));
    }
    default: return type_with_suffixes(at);
  }
}

ast::Name TreeBuilder::qualified_name(std::uint32_t token) const {
  return {std::string(tokens_.text(token)) + "." + std::string(tokens_.text(token + 2)),
          tokens_.span(token, token + 3)};
}

ast::TypePtr TreeBuilder::type_with_suffixes(At at) const {
  const Children parts = children(at);
  ast::TypePtr inner = type(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Span whole = tokens_.span(node(at).begin, node(parts[i]).end);
    if (is<grammar::optional_suffix>(parts[i])) {
      inner = make<ast::Type>(ast::OptionalType{std::move(inner)}, whole);
      continue;
    }
    ast::MapType map;
    for (const At index : children(parts[i])) map.indices.push_back(type(index));
    map.element = std::move(inner);
    inner = make<ast::Type>(std::move(map), whole);
  }
  return inner;
}

ast::TypePtr TreeBuilder::enumeration(At at) const {
  ast::EnumType list;
  for (const At each : children(at)) {
    const Node& n = node(each);
    ast::EnumValue value;
    if (tokens_[n.begin].kind == Kind::text) {
      value.spelling = tokens_.text_literal(n.begin);
    } else {
      value.name = tokens_.name(n.begin);
      if (n.end > n.begin + 1) {  // `fl = "F L"`, `fl = ("F L", "fl")`
        std::vector<ast::Text> spellings = texts(n.begin + 2, n.end);
        value.spelling = std::move(spellings.front());
        value.others.assign(std::move_iterator(spellings.begin() + 1), std::move_iterator(spellings.end()));
      }
    }
    value.span = span(each);
    list.values.push_back(std::move(value));
  }
  return make<ast::Type>(std::move(list), span(at));
}

std::vector<ast::Text> TreeBuilder::texts(std::uint32_t begin, std::uint32_t end) const {
  std::vector<ast::Text> list;
  for (std::uint32_t i = begin; i < end; ++i) {
    if (tokens_[i].kind == Kind::text) list.push_back(tokens_.text_literal(i));
  }
  return list;
}

ast::TypePtr TreeBuilder::record_type(At at) const {
  ast::RecordType record;
  for (const At part : children(at)) {
    if (is<grammar::rest>(part)) {
      record.open = true;
    } else {
      record.fields.push_back(field(part));
    }
  }
  return make<ast::Type>(std::move(record), span(at));
}

ast::Field TreeBuilder::field(At at) const {
  ast::Field result;
  result.name = tokens_.name(node(at).begin);
  const Children parts = children(at);
  result.type = type(parts.front());
  read_behind_type(parts, result);
  result.span = span(at);
  return result;
}

ast::Place TreeBuilder::place(At at) const {
  const Node& n = node(at);
  ast::Place result;
  const std::uint32_t pointer = n.begin + 1;  // after `at`
  result.pointer =
      tokens_[pointer].kind == Kind::text ? tokens_.text_literal(pointer).value : std::string(tokens_.text(pointer));
  if (n.size > 1) {  // `if KIND`
    const Children parts = children(at);
    const std::string_view kind = tokens_.text(node(parts.front()).begin + 1);
    result.kind = kind == "boolean"  ? ast::PlaceKind::boolean
                  : kind == "number" ? ast::PlaceKind::number
                  : kind == "string" ? ast::PlaceKind::string
                  : kind == "array"  ? ast::PlaceKind::array
                  : kind == "other"  ? ast::PlaceKind::other
                                     : ast::PlaceKind::object;
    for (const At part : children(parts.front())) {  // `(on = "true", off = "false")`
      const std::uint32_t begin = node(part).begin, end = node(part).end;
      std::uint32_t off = begin;
      while (tokens_[off].word != Word::off) ++off;
      result.flag_texts = ast::FlagTexts{texts(begin, off), texts(off, end)};
    }
  }
  result.span = span(at);
  return result;
}

}  // namespace tally::syntax
