// Types, from syntax trees to the model: names, enums, ranges, records, defaults, and the
// places that the fields of a record read.
#include <algorithm>
#include <set>

#include "base/letter_case.h"
#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

constexpr std::size_t max_enum_values = 4096;

std::vector<std::string> pointer_tokens(const std::string& pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', i + 1), pointer.size());
    tokens.push_back(pointer.substr(i + 1, end - i - 1));
    i = end;
  }
  return tokens;
}

std::shared_ptr<Type> make_type(Type::Kind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

const char* kind_word(ast::PlaceKind kind) {
  switch (kind) {
    case ast::PlaceKind::boolean: return "boolean";
    case ast::PlaceKind::number: return "number";
    case ast::PlaceKind::string: return "string";
    case ast::PlaceKind::object: return "object";
    case ast::PlaceKind::array: return "array";
    case ast::PlaceKind::other: return "other";
    case ast::PlaceKind::any: break;
  }
  return "value";
}

bool fits_kind(const Type& type, ast::PlaceKind kind) {
  switch (kind) {
    case ast::PlaceKind::any: return true;
    case ast::PlaceKind::boolean: return type.is_enum() && type.is_flag;
    case ast::PlaceKind::number: return type.kind == Type::Kind::number;
    case ast::PlaceKind::string: return type.is_scalar();
    case ast::PlaceKind::object: return type.is_object() && !type.set;
    case ast::PlaceKind::array: return type.set;
    case ast::PlaceKind::other: return type.is_enum() && type.is_flag;
  }
  return false;
}

// The kinds that documents have, but for `null`.
constexpr std::size_t json_kinds = 5;

}  // namespace

std::string alternatives(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == 8 && words.size() > 10) return out + ", ...";
    if (i) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string way_round(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 6;
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.size() > shown + 1 && i == shown - 1) {
      const std::size_t last = names.size() - 1;
      out += ", and so on through " + std::to_string(last - i) + " more";
      i = last;
    }
    out += (i ? ", `" : "`") + names[i] + (i ? "` to `" : "` refers to `") + names[(i + 1) % names.size()] + "`";
  }
  return out;
}

bool Analysis::descend(Span span) {
  constexpr std::size_t max_depth = 1'000;  // the message below has this number in words
  if (depth_ < max_depth) return true;
  if (!depth_reported_) {
    report(DiagnosticId::nesting_too_deep, span, "names stand for names more than 1,000 deep")
        .note("names that refer to each other in a circle would go on without end");
    depth_reported_ = true;
  }
  return false;
}

void Analysis::suggest_value(Diagnostic& d, const Type& type, const std::string& word) const {
  std::vector<std::string> names, shown;
  for (const EnumValue& v : type.values) {
    names.push_back(v.name);
    shown.push_back(to_string(v));
  }
  if (auto near = nearest(word, names))
    d.help("did you mean `" + to_string(type.values[*value_index(type, *near)]) + "`?");
  else
    d.note("its values are " + alternatives(shown));
}

TypeRef Analysis::resolve_type(TypeEntry& entry) {
  const ast::Name& name = entry.declaration->name;
  if (entry.state == State::busy) {
    auto& d = report(DiagnosticId::cyclic, name.span, "type `" + name.text + "` contains itself");
    std::vector<std::string> names;
    for (auto at = std::find(resolving_types_.begin(), resolving_types_.end(), &entry); at != resolving_types_.end();
         ++at)
      names.push_back((*at)->declaration->name.text);
    if (names.size() > 1) d.note(way_round(names));
    d.note("a policy is finite, so no type is recursive");
    entry.state = State::failed;
    return nullptr;
  }
  if (entry.state != State::untouched) return entry.type;
  entry.state = State::busy;
  resolving_types_.push_back(&entry);
  const std::size_t module = module_;
  module_ = entry.module;
  const ast::Type* amended = entry.amendments.empty() ? nullptr : amended_part(entry);
  TypeRef type =
      amended != nullptr || entry.amendments.empty() ? type_of(*entry.declaration->type, entry.module) : nullptr;
  module_ = module;
  resolving_types_.pop_back();
  if (entry.state == State::failed) return nullptr;
  if (type && expanded_size(*type) > max_elements) {
    report(DiagnosticId::too_many_leaves, name.span,
           "type `" + name.text + "` has more than " + std::to_string(max_elements) + " positions");
    type = nullptr;
  }
  if (type && entry.declaration->any_case) type = in_any_case(entry, type);
  if (type) {
    auto named = std::make_shared<Type>(*type);
    // `type t = x?`: the name `t` is the optional type as a whole. A message with `t?`
    // would name another type.
    named->name = type->optional ? type->name : name.text;
    type = named;
  }
  entry.type = type;
  entry.state = type ? State::done : State::failed;
  return type;
}

TypeRef Analysis::type_of(const ast::Type& node, std::size_t module) {
  if (diagnostics_.full() || !descend(node.span)) return nullptr;
  ++depth_;
  TypeRef type = written_type(node, module);
  --depth_;
  return type;
}

TypeRef Analysis::written_type(const ast::Type& node, std::size_t module) {
  return std::visit(overloaded{
                        [](const ast::FlagType&) { return flag_type(); },
                        [](const ast::TextType&) { return text_type(); },
                        [&](const ast::NamedType& t) { return named_type(t, module); },
                        [&](const ast::NumberType& t) { return range_type(t, node.span); },
                        [&](const ast::OptionalType& t) {
                          const TypeRef inner = type_of(*t.inner, module);
                          return inner ? as_optional(inner) : nullptr;
                        },
                        [&](const ast::EnumType& t) { return enum_type(values_of(t), node.span); },
                        [&](const ast::SetType& t) { return set_type(t, module); },
                        [&](const ast::MapType& t) { return map_type(t, node.span, module); },
                        [&](const ast::RecordType& t) { return record_type(t, fields_of(t, module)); },
                    },
                    node.node);
}

TypeRef Analysis::named_type(const ast::NamedType& named, std::size_t module) {
  auto& known = scopes_[module].types;
  const std::size_t here = std::exchange(module_, module);
  name_wanted(named.name, NamePlace::Expects::type, nullptr);
  const auto found = known.find(named.name.text);
  if (found != known.end()) name_used(named.name, *found->second);
  module_ = here;
  if (found != known.end()) {
    found->second->used = true;
    return resolve_type(*found->second);
  }
  if (named.name.text.find('.') != std::string::npos) {
    unknown_qualified(named.name, Wanted::type);
    return nullptr;
  }
  const auto value = scopes_[module].values.find(named.name.text);
  if (value != scopes_[module].values.end()) {
    ValueEntry& entry = *value->second;
    entry.used = true;
    auto& d = report(DiagnosticId::wrong_kind, named.name.span,
                     "`" + named.name.text + "` is " + kind_words(entry) + ", not a type");
    d.label(entry.name.span, "declared here");
    if (entry.kind == ValueEntry::Kind::list) d.help("a type of these values is declared by `type`");
    return nullptr;
  }
  auto& d = report(DiagnosticId::unknown_type, named.name.span, "unknown type `" + named.name.text + "`");
  std::vector<std::string> names = {"flag", "number", "text"};
  for (const auto& [name, entry] : known) names.push_back(name);
  if (auto near = nearest(named.name.text, names))
    d.help("did you mean `" + *near + "`?");
  else if (named.name.text == "longest" || named.name.text == "unique")
    d.help("write the type of the answers in front: `decision d : flag " + named.name.text + " { ... }`");
  else if (named.name.text == "boolean" || named.name.text == "bool")
    d.help("a yes or no is a `flag`");
  else if (named.name.text == "string")
    d.help("a string is a `text`");
  else if (named.name.text == "integer" || named.name.text == "int")
    d.help("a whole number is a `number`");
  else
    d.help("`type " + named.name.text +
           " = ...` declares a type; an enum has two values or more: `type answer = yes | no`");
  return nullptr;
}

TypeRef Analysis::range_type(const ast::NumberType& number, Span span) {
  const std::uint64_t low = number.low.value_or(0), high = number.high.value_or(max_number);
  if (low > high) {
    report(DiagnosticId::empty_range, span,
           "the range " + std::to_string(low) + ".." + std::to_string(high) + " holds no number")
        .help("write the smaller number first");
    return nullptr;
  }
  return number_type(low, high);
}

TypeRef Analysis::enum_type(const std::vector<const ast::EnumValue*>& written, Span span) {
  auto type = make_type(Type::Kind::enumeration);
  if (written.size() > max_enum_values) {
    report(DiagnosticId::too_many_codes, span, "an enum has " + std::to_string(written.size()) + " values")
        .note("at most " + std::to_string(max_enum_values) + " are allowed, and 255 codes where it is an input");
    return nullptr;
  }
  std::map<std::string, Span> names, spellings;
  bool ok = true;
  for (const ast::EnumValue* each : written) {
    const ast::EnumValue& v = *each;
    EnumValue value;
    value.named = v.name.has_value();
    value.name = v.name ? v.name->text : v.spelling->value;
    value.spelling = v.spelling ? v.spelling->value : v.name->text;
    const std::string shown = value.named ? "`" + value.name + "`" : "`\"" + value.name + "\"`";
    if (const auto [at, fresh] = names.emplace(value.name, v.span); !fresh) {
      report(DiagnosticId::bad_enum, v.span, "value " + shown + " stands twice in an enum")
          .label(at->second, "first here");
      ok = false;
    } else if (const auto [other, free] = spellings.emplace(value.spelling, v.span); !free) {
      report(DiagnosticId::bad_enum, v.span, "two values of an enum are spelled \"" + value.spelling + "\"")
          .label(other->second, "the other one");
      ok = false;
    }
    for (const ast::Text& text : v.others) {
      value.others.push_back(text.value);
      const auto [at, fresh] = spellings.emplace(text.value, v.span);
      if (fresh) continue;
      ok = false;
      if (at->second == v.span) {
        report(DiagnosticId::bad_enum, text.span, "the spelling " + as_literal(text.value) + " stands twice");
      } else {
        report(DiagnosticId::bad_enum, text.span, "two values of an enum are spelled " + as_literal(text.value))
            .label(at->second, "the other one");
      }
    }
    type->values.push_back(std::move(value));
  }
  if (!ok) return nullptr;
  for (const ast::EnumValue* each : written)
    if (each->name) name_declared(*each->name, NameKind::value, type);
  return type;
}

TypeRef Analysis::in_any_case(const TypeEntry& entry, const TypeRef& type) {
  const ast::Name& name = entry.declaration->name;
  const auto* written = ast::as<ast::EnumType>(*entry.declaration->type);
  if (written == nullptr) {
    auto& d = report(DiagnosticId::bad_enum, entry.declaration->type->span,
                     "`any case` stands behind the values of an enum, and `" + name.text + "` is declared as `" +
                         to_string(*type) + "`");
    d.help("write it behind the values, in the declaration of the enum: `type name = a | b any case`");
    return nullptr;
  }
  std::map<std::string, std::pair<std::string, Span>> seen;  // by the spelling in small letters
  bool ok = true;
  const std::vector<const ast::EnumValue*> values = values_of(*written);
  for (std::size_t i = 0; i < type->values.size(); ++i) {
    for (const std::string& spelling : spellings_of(type->values[i])) {
      const auto [at, fresh] = seen.try_emplace(lower_case(std::string_view(spelling)), spelling, values[i]->span);
      if (fresh) continue;
      auto& d = report(DiagnosticId::bad_enum, values[i]->span,
                       as_literal(at->second.first) + " and " + as_literal(spelling) + " differ in case only");
      if (at->second.second != values[i]->span) d.label(at->second.second, "the other one");
      d.note("with `any case` they are the same spelling");
      ok = false;
    }
  }
  if (!ok) return nullptr;
  auto any_case = std::make_shared<Type>(*type);
  any_case->any_case = true;
  return any_case;
}

TypeRef Analysis::map_type(const ast::MapType& map, Span span, std::size_t module) {
  auto type = make_type(Type::Kind::map);
  type->element = type_of(*map.element, module);
  bool ok = type->element != nullptr;
  for (const ast::TypePtr& index : map.indices) {
    TypeRef t = type_of(*index, module);
    if (t && (!t->is_enum() || t->optional)) {
      auto& d =
          report(DiagnosticId::bad_index, index->span, "a map is indexed by enums, not by `" + to_string(*t) + "`");
      if (t->optional && t->is_enum()) d.note("an index is never unset");
      t = nullptr;
    }
    ok = ok && t;
    type->indices.push_back(std::move(t));
  }
  if (!ok) return nullptr;
  if (expanded_size(*type) > max_elements) {
    report(DiagnosticId::too_many_leaves, span, "a map has more than " + std::to_string(max_elements) + " positions");
    return nullptr;
  }
  return type;
}

TypeRef Analysis::set_type(const ast::SetType& set, std::size_t module) {
  const TypeRef element = type_of(*set.element, module);
  if (!element) return nullptr;
  const Span span = set.element->span;
  if (!element->is_enum()) {
    auto& d =
        report(DiagnosticId::bad_set, span, "a set is of an enum or `flag`, not of `" + to_string(*element) + "`");
    if (element->kind == Type::Kind::text)
      d.help(
          "declare the texts that rules ask for: `type codec = pcmu | g729`, and write `[codec, ...]`, which passes "
          "over all others");
    else if (element->kind == Type::Kind::number)
      d.help("let the host supply a flag or a number instead, such as how many there are");
    else if (element->set)
      d.help("an array of arrays cannot be read: leave out the inner brackets");
    else if (element->is_object())
      d.help("an array of objects cannot be read: a map `T[E]` is an object with a key per value of the enum E");
    return nullptr;
  }
  if (element->optional) {
    report(DiagnosticId::bad_set, span, "a value in a set is never unset")
        .help("leave out the `?`; if the whole set may be missing, write it behind the `]`");
    return nullptr;
  }
  auto type = make_type(Type::Kind::map);
  type->set = true;
  type->open = set.open;
  type->indices = {element};
  type->element = flag_type();
  return type;
}

TypeRef Analysis::record_type(const ast::RecordType& record, const std::vector<Amendment<ast::Field>>& written) {
  auto type = make_type(Type::Kind::record);
  type->open = record.open;
  std::map<std::string, Span> names;
  bool ok = true;
  for (const auto& [declaration, module] : written) {
    const ast::Field& f = *declaration;
    if (const auto [at, fresh] = names.emplace(f.name.text, f.name.span); !fresh) {
      report(DiagnosticId::declared_twice, f.name.span, "field `" + f.name.text + "` stands twice in a record")
          .label(at->second, "first here");
      ok = false;
      continue;
    }
    Field field;
    field.name = f.name.text;
    field.span = f.name.span;
    field.type = type_of(*f.type, module);
    set_place(field, f.place);
    field.not_null = f.not_null;
    name_declared(f.name, NameKind::field, field.type);
    if (!field.type) {
      ok = false;
      continue;
    }
    if (f.place && !check_place_kind(field, f.place->span, "field")) ok = false;
    if (f.default_value) {
      field.default_value =
          literal(*f.default_value, *field.type, DiagnosticId::bad_default, "field `" + f.name.text + "`");
      if (!field.default_value) ok = false;
    }
    type->fields.push_back(std::move(field));
  }
  if (!ok) return nullptr;
  const std::size_t before = diagnostics_.error_count();
  check_places(type->fields);
  if (diagnostics_.error_count() != before) return nullptr;
  return type;
}

void Analysis::set_place(Field& field, const std::optional<ast::Place>& written) {
  field.pointer = written ? written->pointer : "/" + field.name;
  if (!written) return;
  field.kind = written->kind;
  if (!written->flag_texts) return;
  for (const ast::Text& text : written->flag_texts->off) field.flag_texts.off.push_back(text.value);
  for (const ast::Text& text : written->flag_texts->on) field.flag_texts.on.push_back(text.value);
}

// Checks the texts of a flag that is kept as a text: there are some exactly if it is, and no text is both.
bool Analysis::check_flag_texts(const Field& field, Span span, const char* what) {
  const bool is_text_flag = field.kind == ast::PlaceKind::string && field.type->is_enum() && field.type->is_flag;
  const std::string subject = std::string(what) + " `" + field.name + "`";
  if (field.flag_texts.on.empty()) {
    if (!is_text_flag) return true;
    report(DiagnosticId::bad_place_kind, span, subject + " is a flag that is read `if string`, without its texts")
        .help("write which texts are on and which are off: `if string (on = \"true\", off = \"false\")`");
    return false;
  }
  if (!is_text_flag) {
    auto& d = report(DiagnosticId::bad_place_kind, span,
                     "`(on = ..., off = ...)` belongs to a flag that is read `if string`");
    d.note(subject + " is a `" + to_string(*field.type) + "`, read `if " + kind_word(field.kind) + "`");
    return false;
  }
  std::set<std::string> seen;
  for (const auto* texts : {&field.flag_texts.on, &field.flag_texts.off}) {
    for (const std::string& text : *texts) {
      if (seen.insert(text).second) continue;
      const auto& on = field.flag_texts.on;
      const bool both = texts == &field.flag_texts.off && std::find(on.begin(), on.end(), text) != on.end();
      report(DiagnosticId::bad_place_kind, span,
             as_literal(text) + (both ? " is both on and off" : " stands twice among the texts of a flag"))
          .help("every text stands once, on one side");
      return false;
    }
  }
  return true;
}

// Checks a place that is read only if it has a certain kind.
bool Analysis::check_place_kind(const Field& field, Span span, const char* what) {
  if (!check_flag_texts(field, span, what)) return false;
  if (field.kind == ast::PlaceKind::any || (field.type->optional && fits_kind(*field.type, field.kind))) return true;
  report(DiagnosticId::bad_place_kind, span,
         std::string(what) + " `" + field.name + "` is read `if " + kind_word(field.kind) + "`, but is a `" +
             to_string(*field.type) + "`")
      .note(field.type->optional ? "the type must be of that kind"
                                 : "where the place has another kind it is missing, so the type must be optional");
  return false;
}

// Two places clash if they are equal or one lies inside the other. Only fields that read
// one place under different `if` kinds may share it.
void Analysis::check_places(const std::vector<Field>& fields, const char* note) {
  std::vector<std::pair<std::vector<std::string>, const Field*>> places;
  for (const Field& f : fields) places.emplace_back(pointer_tokens(f.pointer), &f);
  std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::map<std::string, std::vector<const Field*>> read_by_kind;
  for (const Field& f : fields) {
    if (f.kind != ast::PlaceKind::any) read_by_kind[f.pointer].push_back(&f);
  }
  for (const auto& [pointer, readers] : read_by_kind) {
    const auto other =
        std::find_if(readers.begin(), readers.end(), [](const Field* f) { return f->kind == ast::PlaceKind::other; });
    std::set<ast::PlaceKind> kinds;
    for (const Field* f : readers) kinds.insert(f->kind);
    if (other == readers.end() || kinds.size() <= json_kinds) continue;
    report(DiagnosticId::bad_place_kind, (*other)->span,
           "`" + (*other)->name + "` can never be on: every kind at " + pointer + " is read by another `if`")
        .help("leave it out");
  }
  std::set<const Field*> reported;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    for (std::size_t j = i + 1; j < places.size(); ++j) {
      const auto& [a, first] = places[i];
      const auto& [b, second] = places[j];
      if (a.size() > b.size() || !std::equal(a.begin(), a.end(), b.begin())) break;
      const bool kinds_differ =
          first->kind != ast::PlaceKind::any && second->kind != ast::PlaceKind::any && first->kind != second->kind;
      if (a.size() == b.size() && kinds_differ) continue;
      if (!reported.insert(second).second) continue;
      auto& d = report(DiagnosticId::place_taken, second->span,
                       a.size() == b.size()
                           ? "`" + second->name + "` reads the same place as `" + first->name + "`"
                           : "the place of `" + second->name + "` lies inside that of `" + first->name + "`");
      d.label(first->span, "reads " + first->pointer);
      if (note != nullptr && a.size() == b.size() && first->span.file != second->span.file) d.note(note);
      if (a.size() == b.size() && !first->default_value && !second->default_value)
        d.help("two fields may read one place under different kinds: `at " + first->pointer + " if boolean`");
    }
  }
}

std::optional<Literal> Analysis::literal(const ast::Expr& e, const Type& type, DiagnosticId code,
                                         const std::string& place) {
  const auto misfits = [&](const std::string& why, const char* help = nullptr) {
    auto& d = report(code, e.span, why);
    d.note(place + " is of type `" + to_string(type) + "`");
    if (help) d.help(help);
    return std::nullopt;
  };
  if (code == DiagnosticId::bad_default) {
    if (type.is_object() && !type.set) return misfits("a record or map has no default");
    if (type.optional) {
      report(code, e.span, "a default on an optional type")
          .note("with a default, " + place + " is never unset")
          .help("leave out the `?`, or the default");
      return std::nullopt;
    }
  }
  if (type.set) return set_literal(e, type, code, place);
  if (ast::as<ast::SetLiteral>(e)) return misfits("a set does not fit");
  if (const auto* number = ast::as<ast::NumberLiteral>(e)) {
    if (type.kind != Type::Kind::number)
      return misfits("`" + std::to_string(number->value) + "` is a number",
                     type.kind == Type::Kind::text ? "a text stands in quotes" : nullptr);
    if (number->value < type.low || number->value > type.high)
      return misfits("`" + std::to_string(number->value) + "` is out of range");
    return Literal{number->value};
  }
  if (const auto* flag = ast::as<ast::FlagLiteral>(e)) {
    if (!type.is_enum() || !type.is_flag) return misfits(std::string("`") + (flag->on ? "on" : "off") + "` is a flag");
    return Literal{EnumName{flag->on ? "on" : "off"}};
  }
  if (const auto* text = ast::as<ast::TextLiteral>(e)) {
    if (type.kind == Type::Kind::text) return Literal{text->text.value};
    if (type.is_enum())
      if (const auto i = value_index(type, text->text.value); i && !type.values[*i].named)
        return Literal{EnumName{text->text.value}};
    if (type.is_enum() && !type.is_flag) {
      const std::string& word = text->text.value;
      auto& d = report(DiagnosticId::unknown_value, e.span,
                       "`" + to_string(type) + "` has no value written " + as_literal(word));
      const auto spelled = std::find_if(type.values.begin(), type.values.end(), [&](const EnumValue& v) {
        return v.named && (v.spelling == word || v.name == word);
      });
      if (spelled != type.values.end())
        d.help("write its name: `" + spelled->name + "`");
      else
        suggest_value(d, type, word);
      if (code == DiagnosticId::bad_default && type.name.empty() && type.values.back().named)
        d.help("`=` gives a default here; a spelling stands in parentheses: `(... | " + type.values.back().name +
               " = " + as_literal(word) + ")`");
      return std::nullopt;
    }
    return misfits("a text does not fit", type.kind == Type::Kind::number ? "a number stands without quotes" : nullptr);
  }
  if (const auto* name = ast::as<ast::NameRef>(e)) {
    if (names_ != nullptr) name_wanted(name->name, NamePlace::Expects::literal, std::make_shared<const Type>(type));
    if (type.is_enum()) {
      const std::string& word = name->name.text;
      if (const auto i = value_index(type, word); i && type.values[*i].named) {
        value_used(name->name, type);
        return Literal{EnumName{word}};
      }
      auto& d = report(DiagnosticId::unknown_value, e.span, "`" + to_string(type) + "` has no value `" + word + "`");
      if (type.is_flag && (word == "true" || word == "false"))
        d.help(std::string("write `") + (word == "true" ? "on" : "off") + "`");
      else if (find_value(word))
        d.note("`" + word + "` is declared, but a literal stands here");
      else
        suggest_value(d, type, word);
      return std::nullopt;
    }
    return misfits("`" + name->name.text + "` is not a literal of this type",
                   find_value(name->name.text) ? "here stand literals, ranges and names of lists" : nullptr);
  }
  return misfits(ast::as<ast::UnsetLiteral>(e) ? "`unset` is not a value here" : "a literal was expected");
}

}  // namespace tally
