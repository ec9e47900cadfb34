// Sets: `[network]`, an array of values of an enum.
//
// In the model a set is a map from its values to flags. So `g729 in codecs` is the cell `codecs[g729]`, and
// `codecs is empty` is that no cell is on.
#include <algorithm>

#include "compiler/analyze/analysis.h"
#include "grammar/tree/source_format.h"

namespace tally {
namespace {

// `s[v]`, as a condition.
ExprRef is_in(const ExprRef& set, ExprRef value, Span span) {
  const TypeRef flag = with_optional(set->type->element, set->type->optional);
  ExprRef cell = make_expr(IndexOf{set, {std::move(value)}}, flag, span);
  return flag->is_condition() ? cell : make_expr(AmongValues{std::move(cell), {"on"}}, flag_type(), span);
}

ExprRef is_in(const ExprRef& set, const std::string& value, Span span) {
  const Span nowhere{set->span.file, set->span.begin, set->span.begin};  // the value is not in the text
  return is_in(set, make_expr(Constant{EnumName{value}}, set->type->indices.front(), nowhere), span);
}

}  // namespace

std::optional<Literal> Analysis::set_literal(const ast::Expr& e, const Type& type, DiagnosticId code,
                                             const std::string& place) {
  const auto* written = ast::as<ast::SetLiteral>(e);
  if (!written) {
    auto& d = report(code, e.span, "a set was expected");
    d.note(place + " is of type `" + to_string(type) + "`");
    const auto* name = ast::as<ast::NameRef>(e);
    if (name && value_index(*type.indices.front(), name->name.text))
      d.help("write `(" + name->name.text + ",)`, with a comma after a single value");
    else
      d.help("a set is written `(a, b)`, `(a,)` or `()`");
    return std::nullopt;
  }
  SetValue set;
  bool ok = true;
  for (const ast::ListItem& item : written->items) {
    if (const auto* range = std::get_if<ast::NumberRange>(&item)) {
      report(code, range->span, "a range does not stand in a set");
      ok = false;
      continue;
    }
    const auto value = literal(*std::get<ast::ExprPtr>(item), *type.indices.front(), code, "a value of " + place);
    ok = ok && value;
    if (value) set.names.push_back(std::get<EnumName>(*value).name);
  }
  if (!ok) return std::nullopt;
  std::sort(set.names.begin(), set.names.end());
  set.names.erase(std::unique(set.names.begin(), set.names.end()), set.names.end());
  return Literal{std::move(set)};
}

// A list in parentheses where no set is expected.
ExprRef Analysis::set_expression(const ast::Expr& e, const TypeRef& expected) {
  if (expected && expected->set) {
    const auto value = set_literal(e, *as_required(expected), DiagnosticId::type_mismatch, "the place");
    return value ? make_expr(Constant{*value}, as_required(expected), e.span) : nullptr;
  }
  auto& d = report(DiagnosticId::wrong_kind, e.span, "a list is not a value");
  if (expected) d.note("a `" + to_string(*expected) + "` is expected here");
  if (std::get<ast::SetLiteral>(e.node).items.empty())
    d.note("`()` is the empty set").help("a list has one member or more: `(a, b)`, `(a,)`");
  else
    d.help("a list stands after `in`, or has a name: `let names = (a, b)`");
  return nullptr;
}

// Whether an expression after `in`, or in a quantifier, may be a set: what is not the name of a list.
bool Analysis::may_be_set(const ast::Expr& e) {
  const std::optional<ast::Name> name = list_name(e);
  if (!name) return true;
  std::uint32_t index = 0;
  if (find_local(name->text, index)) return true;
  const ValueEntry* entry = find_value(name->text);
  if (!entry || entry->kind == ValueEntry::Kind::list) return false;
  const auto* let = std::get_if<ast::LetDecl>(&entry->declaration->node);
  return !let || let->parameters.empty();
}

ExprRef Analysis::membership(const ast::Expr& left, const ExprRef& set, Span span) {
  const TypeRef& values = set->type->indices.front();
  if (is_count(left)) return count_as_value(left.span);
  if (is_list(left, values.get())) {
    const std::string name(sources_.text(left.span)), in(sources_.text(set->span));
    return list_as_value(left, "write `some v in " + to_string(*values) + ": v in " + name + " and v in " + in + "`");
  }
  const ExprRef value = expression(left, values);
  if (!value) return nullptr;
  const Type& type = *value->type;
  if (!type.is_enum() || type.is_flag != values->is_flag || !share_a_value(type, *values)) {
    auto& d = report(DiagnosticId::bad_comparison, span,
                     "`" + to_string(type) + "` cannot be in `" + to_string(*as_required(set->type)) + "`");
    if (type.set)
      d.help("`every v in " + std::string(sources_.text(value->span)) + ": v in " +
             std::string(sources_.text(set->span)) + "` tests whether all of them are");
    return nullptr;
  }
  if (!type.optional && !misfit(type, *values)) return is_in(set, value, span);
  if (const auto* constant = std::get_if<Constant>(&value->node)) {
    const std::string& name = std::get<EnumName>(constant->value).name;
    return value_index(*values, name) ? is_in(set, name, span) : make_expr(OrOf{}, flag_type(), span);
  }
  // Only the values that both have can be in it.
  OrOf any;
  for (const EnumValue& v : type.values) {
    if (!value_index(*values, v.name)) continue;
    const ExprRef is_value = make_expr(AmongValues{value, {v.name}}, flag_type(), span);
    any.operands.push_back(make_expr(AndOf{{is_value, is_in(set, v.name, span)}}, flag_type(), span));
  }
  return make_expr(std::move(any), flag_type(), span);
}

// `set is empty`: it is there, and no value is in it.
ExprRef Analysis::is_empty(const ExprRef& set, Span span) {
  OrOf any;
  for (const EnumValue& v : set->type->indices.front()->values) any.operands.push_back(is_in(set, v.name, span));
  const ExprRef none = make_expr(NotOf{make_expr(std::move(any), flag_type(), span)}, flag_type(), span);
  if (!set->type->optional) return none;
  return make_expr(AndOf{{make_expr(IsSet{set}, flag_type(), span), none}}, flag_type(), span);
}

ExprRef Analysis::compare_set(const ExprRef& set, const ast::Expr& right, bool negated, Span span) {
  if (ast::as<ast::UnsetLiteral>(right)) return presence(set, ast::Presence::unset, negated, span);
  const auto* name = ast::as<ast::NameRef>(right);
  if (name && name->name.text == "empty") {
    const ExprRef test = is_empty(set, span);
    return negated ? make_expr(NotOf{test}, flag_type(), span) : test;
  }
  const std::string left(sources_.text(set->span));
  auto& d = report(DiagnosticId::bad_comparison, span,
                   "`" + to_string(*set->type) + "` is compared with `empty`, `set` and `unset` only");
  if (name && value_index(*set->type->indices.front(), name->name.text))
    d.help("write `" + name->name.text + (negated ? " not in " : " in ") + left + "`");
  else
    d.help("test a value: `v in " + left + "`, or all: `every v in " + left + ": ...`");
  return nullptr;
}

// The set that a quantifier runs through, or null. Its name may look like a type.
ExprRef Analysis::quantified_set(const ast::Quantified& n, bool& failed) {
  failed = false;
  const auto set_or_fault = [&](const ExprRef& e, Span span) {
    failed = !e || !e->type->set;
    if (e && failed)
      report(DiagnosticId::type_mismatch, span,
             "`" + std::string(format::word(n.quantifier)) +
                 "` runs through an enum, `flag` or a set, not through a `" + to_string(*e->type) + "`");
    return failed ? nullptr : e;
  };
  if (n.set) {
    return set_or_fault(expression(*n.set, nullptr), n.set->span);
  }
  const auto* named = ast::as<ast::NamedType>(*n.binder.type);
  if (!named) return nullptr;
  const std::string& text = named->name.text;
  const Span span = named->name.span;
  const std::size_t dot = text.find('.');
  const bool field = dot != std::string::npos && !find_alias(text.substr(0, dot));
  ast::Expr written{ast::NameRef{{field ? text.substr(0, dot) : text, span}}, span};
  std::uint32_t index = 0;
  const std::string& name = std::get<ast::NameRef>(written.node).name.text;
  const Local* local = find_local(name, index);
  ValueEntry* entry = local ? nullptr : find_value(name);
  if ((!local && !entry) || !may_be_set(written)) return nullptr;
  if (field) {
    ast::ExprPtr base = std::make_unique<ast::Expr>(std::move(written));
    return set_or_fault(expression({ast::FieldOf{std::move(base), {text.substr(dot + 1), span}}, span}, nullptr), span);
  }
  // The type of the name decides. Its faults are not reported here.
  if (entry && !resolve_value(*entry)) return nullptr;
  const TypeRef& type = local ? local->type : entry->type;
  if (!type || !type->set) return nullptr;
  const auto same = scopes_[module_].types.find(text);
  if (same == scopes_[module_].types.end()) return set_or_fault(expression(written, nullptr), span);
  report(DiagnosticId::declared_twice, span, "`" + text + "` is a type and a set")
      .label(local ? local->name.span : entry->name.span, "the set")
      .label(same->second->declaration->name.span, "the type")
      .help("give one of them another name");
  failed = true;
  return nullptr;
}

}  // namespace tally
