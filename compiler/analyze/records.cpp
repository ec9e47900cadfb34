// Records and maps: their literals, fields and indices.
//
// In:     the syntax tree of a record literal, or of a field or index, and the expected type of its place.
// Out:    an expression of the model, or null after a fault, which is reported.
// Always: `{ a = 1 }` where a record type is expected is a whole record: defaults are filled in. As an operand of
//         `else` in front of others it is a part of one, and its other members are unset.
#include <algorithm>

#include "compiler/analyze/analysis.h"
#include "compiler/analyze/foreign_names.h"
#include "grammar/tree/printer.h"

namespace tally {
namespace {

const Field* field_of(const Type& record, const std::string& name, std::uint32_t& index) {
  for (index = 0; index < record.fields.size(); ++index)
    if (record.fields[index].name == name) return &record.fields[index];
  return nullptr;
}

}  // namespace

void Analysis::suggest_field(Diagnostic& d, const Type& record, const std::string& word) {
  std::vector<std::string> names;
  for (const Field& f : record.fields) names.push_back(f.name);
  if (auto near = nearest(word, names))
    d.help("did you mean `" + *near + "`?");
  else if (!names.empty())
    d.note((names.size() == 1 ? "its only field is " : "its fields are ") + alternatives(names));
}

ExprRef Analysis::field_expression(const ast::FieldOf& e, Span span) {
  if (const auto* file = ast::as<ast::NameRef>(*e.base); file != nullptr && find_alias(file->name.text) != nullptr)
    return name_expression({file->name.text + "." + e.field.text, span}, span, nullptr);
  ExprRef base = expression(*e.base, nullptr);
  if (!base) return nullptr;
  name_wanted(e.field, NamePlace::Expects::field, base->type);
  if (base->type->kind != Type::Kind::record) {
    auto& d = report(DiagnosticId::not_a_record, e.field.span,
                     "`" + to_string(*base->type) + "` has no field `" + e.field.text + "`");
    if (base->type->kind == Type::Kind::map) d.note("a map is reached into by an index: `[...]`");
    if (base->type->kind == Type::Kind::text && means_length(e.field.text))
      d.help("write a range: " + length_tests(source_text(*e.base)));
    return nullptr;
  }
  std::uint32_t index = 0;
  const Field* field = field_of(*base->type, e.field.text, index);
  if (!field) {
    auto& d = report(DiagnosticId::unknown_field, e.field.span,
                     "`" + to_string(*base->type) + "` has no field `" + e.field.text + "`");
    suggest_field(d, *base->type, e.field.text);
    return nullptr;
  }
  name_used(e.field, NameKind::field, field->span);
  const TypeRef type = with_optional(field->type, field->type->optional || base->type->optional);
  return make_expr(FieldOf{base, index}, type, span);
}

ExprRef Analysis::index_expression(const ast::IndexOf& e, Span span) {
  ExprRef base = expression(*e.base, nullptr);
  if (!base) return nullptr;
  if (base->type->kind != Type::Kind::map) {
    auto& d =
        report(DiagnosticId::not_a_record, span, "`" + to_string(*base->type) + "` is not a map, so it has no index");
    if (base->type->kind == Type::Kind::text)
      d.help("a text is tested by `starts \"...\"`, `ends \"...\"`, `like \"NXX\"` and `has length 4..6`");
    return nullptr;
  }
  const Type& map = *base->type;
  // While an index is being written, those behind it are missing.
  for (std::size_t i = 0; i < std::min(map.indices.size(), e.indices.size()); ++i)
    if (const auto* name = ast::as<ast::NameRef>(*e.indices[i]))
      name_wanted(name->name, NamePlace::Expects::value, map.indices[i]);
  if (map.indices.size() != e.indices.size()) {
    report(DiagnosticId::bad_index, span,
           "`" + to_string(map) + "` takes " + std::to_string(map.indices.size()) +
               (map.indices.size() == 1 ? " index" : " indices") + ", found " + std::to_string(e.indices.size()));
    return nullptr;
  }
  std::vector<ExprRef> indices;
  bool ok = true;
  for (std::size_t i = 0; i < e.indices.size(); ++i) {
    const TypeRef& wanted = map.indices[i];
    ExprRef index = expression(*e.indices[i], wanted);
    if (index) {
      if (index->type->optional) {
        report(DiagnosticId::bad_index, e.indices[i]->span,
               "an index may not be unset, and this is a `" + to_string(*index->type) + "`")
            .help("give the value for where it is unset: `... else ...`");
        index = nullptr;
      } else if (auto why = misfit(*index->type, *wanted)) {
        report(DiagnosticId::bad_index, e.indices[i]->span, *why);
        index = nullptr;
      }
    }
    ok = ok && index;
    indices.push_back(std::move(index));
  }
  if (!ok) return nullptr;
  const TypeRef type = with_optional(map.element, map.element->optional || map.optional);
  return make_expr(IndexOf{base, std::move(indices)}, type, span);
}

// --- literals ---------------------------------------------------------------------------

ExprRef Analysis::record_expression(const ast::RecordLiteral& e, Span span, const TypeRef& expected, Record record) {
  const bool partial = record == Record::part;
  const bool shaped = expected && expected->kind == Type::Kind::record;
  GivenMembers given;
  bool ok = true;
  for (const ast::Member& m : e.members) {
    if (const auto at = given.values.find(m.name.text); at != given.values.end()) {
      report(DiagnosticId::declared_twice, m.name.span, "member `" + m.name.text + "` stands twice in a record")
          .label(at->second.second, "first here");
      ok = false;
      continue;
    }
    std::uint32_t index = 0;
    name_wanted(m.name, NamePlace::Expects::member, expected);
    const Field* field = shaped ? field_of(*expected, m.name.text, index) : nullptr;
    if (field) name_used(m.name, NameKind::field, field->span);
    if (shaped && !field) {
      auto& d = report(DiagnosticId::unknown_field, m.name.span,
                       "`" + to_string(*as_required(expected)) + "` has no member `" + m.name.text + "`");
      std::vector<std::string> names;
      for (const Field& f : expected->fields) names.push_back(f.name);
      if (auto near = nearest(m.name.text, names)) d.help("did you mean `" + *near + "`?");
      ok = false;
      continue;
    }
    const auto* inner = ast::as<ast::RecordLiteral>(*m.value);
    ExprRef value;
    if (partial && field && inner) {
      // The merge is deep, so members that an inner record leaves out are unset as well.
      value = record_expression(*inner, m.value->span, as_required(field->type), Record::part);
    } else {
      value = expression(*m.value, field ? field->type : nullptr);
      if (value && field) value = fit(value, partial ? as_optional(field->type) : field->type, m.value->span);
    }
    ok = ok && value;
    if (!shaped && value) name_declared(m.name, NameKind::field, value->type);
    given.values[m.name.text] = {value, m.name.span};
    given.order.push_back(m.name.text);
  }
  if (!ok) return nullptr;

  return shaped && !partial ? whole_record(given, expected, span)
                            : record_of_given(given, shaped ? expected.get() : nullptr, span);
}

ExprRef Analysis::whole_record(const GivenMembers& given, const TypeRef& expected, Span span) {
  std::vector<ExprRef> members;
  bool ok = true;
  for (const Field& f : expected->fields) {
    const auto at = given.values.find(f.name);
    if (at != given.values.end())
      members.push_back(at->second.first);
    else if (f.default_value)
      members.push_back(make_expr(Constant{*f.default_value}, f.type, span));
    else if (f.type->optional)
      members.push_back(nullptr);
    else {
      report(DiagnosticId::missing_member, span, "the record lacks the member `" + f.name + "`")
          .note("`" + to_string(*as_required(expected)) + "` requires it");
      ok = false;
    }
  }
  return ok ? make_expr(RecordOf{std::move(members)}, as_required(expected), span) : nullptr;
}

ExprRef Analysis::record_of_given(const GivenMembers& given, const Type* shape, Span span) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::record;
  std::vector<ExprRef> members;
  for (const std::string& name : given.order) {
    Field field;
    std::uint32_t index = 0;
    if (shape) field = *field_of(*shape, name, index);
    field.default_value.reset();
    field.name = name;
    field.pointer = shape ? field.pointer : "/" + name;
    if (!shape) field.span = given.values.at(name).second;
    const ExprRef& value = given.values.at(name).first;
    const bool whole = shape && same_layout(*value->type, *field.type);
    field.type = whole ? with_optional(field.type, value->type->optional) : value->type;
    type->fields.push_back(std::move(field));
    members.push_back(value);
  }
  return make_expr(RecordOf{std::move(members)}, type, span);
}

}  // namespace tally
