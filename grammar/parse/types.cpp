// Types, and what may follow the type of a field or an input: its place in the
// document and its default.
#include <utility>

#include "grammar/parse/constructs.h"

namespace tally::syntax {

namespace {

using ast::TypePtr;

template <class Node>
TypePtr make_type(Node node, Span span) {
  auto made = std::make_unique<ast::Type>();
  made->node = std::move(node);
  made->span = span;
  return made;
}

bool at_suffix(const Cursor& c) { return c.at(Kind::question) || c.touches(Kind::left_bracket); }

TypePtr map_suffix(Cursor& c, TypePtr element, std::size_t start) {
  ast::MapType map;
  c.open();
  do {
    map.indices.push_back(
        type(c, {DiagnosticId::bad_type, map.indices.empty() ? "a type after `[`" : "a type after `,`"}));
  } while (c.accept(Kind::comma));
  c.close(DiagnosticId::bad_type, "`,` or `]` after an index type");
  map.element = std::move(element);
  return make_type(std::move(map), c.since(start));
}

// Takes the `?` and `[...]` that follow `inner`, which began at token `start`.
TypePtr suffixed(Cursor& c, TypePtr inner, std::size_t start) {
  for (;;) {
    if (c.at(Kind::question)) {
      c.add_suffix();
      c.take();
      inner = make_type(ast::OptionalType{std::move(inner)}, c.since(start));
    } else if (c.touches(Kind::left_bracket)) {
      c.add_suffix();
      inner = map_suffix(c, std::move(inner), start);
    } else if (c.at(Kind::left_bracket)) {
      throw c.fault(DiagnosticId::bad_type, c.here(), "the `[` of a map touches its element type")
          .help("leave out the space before `[`");
    } else {
      return inner;
    }
  }
}

// --- records ------------------------------------------------------------------

ast::Field field(Cursor& c) {
  const std::size_t start = c.position();
  ast::Field result;
  result.name = c.field_name({DiagnosticId::bad_type, "a field `name : type`, `...` or `}`"});
  const std::string where = "field `" + result.name.text + "`";
  if (!c.accept(Kind::colon)) throw c.unexpected(DiagnosticId::bad_type, "`:` and a type after the name of " + where);
  const std::string in_where = "in " + where;
  result.type = type(c, {DiagnosticId::bad_type, "a type after `:`", &in_where});
  // A word before `:` is the next field, `at` too.
  if (!c.at_field()) result.place = place(c);
  result.default_value = default_value(c, in_where);
  if (c.at(Word::at) && !c.at_field()) {
    throw c.fault(DiagnosticId::bad_declaration, c.here(), "`at` stands before the default")
        .help("write `at /place = literal`");
  }
  result.span = c.since(start);
  return result;
}

TypePtr record_type(Cursor& c) {
  const std::size_t start = c.position();
  ast::RecordType record;
  c.open();
  while (!c.at(Kind::right_brace)) {
    if (c.accept(Kind::ellipsis)) {
      record.open = true;
      c.accept(Kind::comma);
      if (c.at_field())
        throw c.fault(DiagnosticId::bad_type, c.here(), "a field stands behind `...`").help("`...` comes last");
      break;
    }
    record.fields.push_back(field(c));
    if (c.at(Kind::semicolon)) {
      throw c.fault(DiagnosticId::bad_type, c.here(), "`;` between fields").help("line breaks or `,` separate fields");
    }
    if (!c.accept(Kind::comma) && c.at_field() && !c.peek().line_start) {
      throw c
          .fault(DiagnosticId::bad_type, c.here(),
                 "field " + c.quoted(c.peek()) + " follows another on its line without a comma")
          .help("line breaks or `,` separate fields");
    }
  }
  c.close(DiagnosticId::bad_type, "`}`");
  return make_type(std::move(record), c.since(start));
}

// --- enums ----------------------------------------------------------------------

bool at_value(const Cursor& c) { return c.at(Kind::text) || (c.at(Kind::word) && c.at(Word::none)); }

ast::EnumValue enum_value(Cursor& c, bool spellings) {
  const std::size_t start = c.position();
  ast::EnumValue value;
  if (c.at(Kind::text)) {
    value.spelling = c.text_literal({DiagnosticId::bad_type, "a value"});
  } else {
    value.name = c.name({DiagnosticId::bad_type, "a value"});
    if (spellings && c.accept(Kind::assign)) {
      value.spelling = c.text_literal({DiagnosticId::bad_type, "the value's spelling, a text, after `=`"});
    }
  }
  value.span = c.since(start);
  return value;
}

Fault keyword_as_value(const Cursor& c) {
  Fault fault = c.reserved(c.peek());
  return fault.help("a value that is no name is written as a text: `\"" + std::string(c.text(c.peek())) + "\"`");
}

// `| b | c` after the first value. What ends the list may not bind to its last
// value alone.
TypePtr enum_type(Cursor& c, ast::EnumValue first, std::size_t start, bool spellings) {
  ast::EnumType list;
  list.values.push_back(std::move(first));
  while (c.accept(Kind::bar)) {
    if (!at_value(c)) {
      if (c.at(Kind::word) && !c.at_declaration(c.position())) throw keyword_as_value(c);
      throw c.unexpected(DiagnosticId::bad_type, "a value after `|`");
    }
    list.values.push_back(enum_value(c, spellings));
  }
  if (at_suffix(c)) {
    const std::string suffix = c.at(Kind::question) ? "?" : "[...]";
    std::string names;
    for (const auto& value : list.values) {
      if (!names.empty()) names += " | ";
      names += value.name ? value.name->text : "\"...\"";
    }
    if (names.size() > 40) names = "...";
    const bool alone = list.values.size() == 1;
    throw c
        .fault(DiagnosticId::bad_type, c.here(),
               "`" + suffix + "` belongs to " + (alone ? "a type, and this is a value" : "the last value alone"))
        .label(list.values.back().span, "the value that it follows")
        .help("write `(" + names + ")" + suffix + "`");
  }
  return make_type(std::move(list), c.since(start));
}

// --- the rest -------------------------------------------------------------------

// What suffixes may follow.
TypePtr primary(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  switch (c.peek().kind) {
    case Kind::range: {
      const ast::NumberRange range = c.range(c.take());
      return make_type(ast::NumberType{range.low, range.high}, range.span);
    }
    case Kind::number:
      throw c.fault(DiagnosticId::bad_type, c.here(), "a number is no type")
          .help("a range has no space inside: `5..30`, `5..` or `..30`");
    case Kind::left_paren: {
      c.open();
      TypePtr inner = type(c, {DiagnosticId::bad_type, "a type after `(`"}, /*spellings=*/true);
      c.close(DiagnosticId::bad_type, "`)`");
      return inner;
    }
    case Kind::left_brace: return record_type(c);
    case Kind::word: break;
    default: throw c.unexpected(want);
  }
  switch (c.peek().word) {
    case Word::flag: c.take(); return make_type(ast::FlagType{}, c.since(start));
    case Word::number: c.take(); return make_type(ast::NumberType{}, c.since(start));
    case Word::text: c.take(); return make_type(ast::TextType{}, c.since(start));
    case Word::on:
    case Word::off: {
      Fault fault = c.unexpected(want);
      throw fault.help("the type of `on` and `off` is `flag`");
    }
    default:
      if (c.peek(1).kind == Kind::bar) throw keyword_as_value(c);
      throw c.unexpected(want);
  }
}

}  // namespace

TypePtr type(Cursor& c, const Want& want, bool spellings) {
  const SuffixScope scope(c);
  const std::size_t start = c.position();
  TypePtr result;
  if (at_value(c)) {
    ast::EnumValue value = enum_value(c, spellings);
    if (value.spelling || c.at(Kind::bar)) return enum_type(c, std::move(value), start, spellings);
    result = make_type(ast::NamedType{std::move(*value.name)}, value.span);
  } else {
    result = primary(c, want);
  }
  const bool plain = !at_suffix(c);
  result = suffixed(c, std::move(result), start);
  if (c.at(Kind::bar)) {
    Fault fault = c.fault(DiagnosticId::bad_type, c.here(), "only values can be joined by `|`");
    fault.label(c.since(start), "a type, not a value");
    if (!plain) fault.help("`?` and `[...]` belong to the nearest type: write `(a | b)?`");
    throw fault;
  }
  return result;
}

std::optional<ast::Place> place(Cursor& c) {
  if (!c.at(Word::at)) return std::nullopt;
  const std::size_t start = c.position();
  ast::Place result;
  c.take();
  const Span where = c.here();
  if (c.at(Kind::text)) {
    result.pointer = c.text_literal({DiagnosticId::bad_pointer, "a JSON Pointer after `at`"}).value;
    if (!result.pointer.starts_with('/')) {
      throw c.fault(DiagnosticId::bad_pointer, where, "a JSON Pointer begins with `/`");
    }
  } else if (c.at(Kind::pointer)) {
    result.pointer = std::string(c.text(c.take()));
    if (result.pointer == "/") {
      throw c.fault(DiagnosticId::bad_pointer, where, "a key is missing after `/`")
          .help("a pointer to an empty key stands in quotes: `\"/\"`");
    }
    // What touches it was to be a part of it.
    if (!c.peek().spaced && !c.at(Kind::end) && !c.at(Kind::comma) && !c.at(Kind::right_brace) && !c.at(Kind::assign)) {
      throw c
          .fault(DiagnosticId::bad_pointer, c.here(), c.quoted(c.peek()) + " stands in no JSON Pointer without quotes")
          .help("write `at \"" + result.pointer + "...\"`");
    }
  } else {
    const bool word = c.at(Kind::word) && !c.at_declaration(c.position());
    Fault fault = c.unexpected(DiagnosticId::bad_pointer, "a JSON Pointer after `at`");
    if (word) fault.help("write `/" + std::string(c.text(c.peek())) + "`");
    throw fault;
  }
  for (std::size_t i = result.pointer.find('~'); i != std::string::npos; i = result.pointer.find('~', i + 1)) {
    const char next = i + 1 < result.pointer.size() ? result.pointer[i + 1] : '\0';
    if (next != '0' && next != '1') {
      throw c.fault(DiagnosticId::bad_pointer, where, "`~` in a JSON Pointer is followed by `0` or `1`")
          .help("`~0` is a tilde, `~1` a slash within a key");
    }
  }
  if (c.at(Word::if_) && !c.at_field()) {
    c.take();
    const std::string_view kind = c.at(Kind::word) ? c.text(c.peek()) : std::string_view();
    if (kind == "boolean") {
      result.kind = ast::PlaceKind::boolean;
    } else if (kind == "number") {
      result.kind = ast::PlaceKind::number;
    } else if (kind == "string") {
      result.kind = ast::PlaceKind::string;
    } else if (kind == "object") {
      result.kind = ast::PlaceKind::object;
    } else {
      throw c.unexpected(DiagnosticId::bad_pointer, "`boolean`, `number`, `string` or `object` after `if`");
    }
    c.take();
  }
  result.span = c.since(start);
  return result;
}

ast::ExprPtr default_value(Cursor& c, const std::string& where) {
  if (!c.accept(Kind::assign)) return nullptr;
  return literal(c, {DiagnosticId::bad_declaration, "a literal after `=`", &where});
}

}  // namespace tally::syntax
