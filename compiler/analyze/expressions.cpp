// Expressions: resolves every name and gives every operation a type.
//
// In:     the syntax tree of an expression, and the expected type of its place, if it has
//         one
// Out:    an expression of the model, or null after a fault, which is reported
#include <algorithm>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"
#include "compiler/analyze/foreign_names.h"
#include "grammar/parse/text_template.h"
#include "grammar/tree/printer.h"

namespace tally {
namespace {

const char* const write_unset = "write `unset`; `x is unset` tests whether a value is missing";

std::string plural(std::size_t n, const char* word) { return std::to_string(n) + " " + word + (n == 1 ? "" : "s"); }

}  // namespace

ExprRef Analysis::expression(const ast::Expr& e, const TypeRef& expected) {
  if (diagnostics_.full() || !descend(e.span)) return nullptr;
  if (quantifiers_ > 0 && ++quantified_ > max_quantified) {
    static_assert(max_quantified == 1'000'000);
    if (quantified_ == max_quantified + 1)
      report(DiagnosticId::expansion_too_large, e.span, "quantifiers expand to more than 1,000,000 expressions")
          .note("a quantifier's condition stands once for each value, and quantifiers inside of each other multiply");
    return nullptr;
  }
  ++depth_;
  ExprRef result = typed(e, expected);
  --depth_;
  return result;
}

ExprRef Analysis::typed(const ast::Expr& e, const TypeRef& expected) {
  const auto chain = [&](auto node, const std::vector<ast::ExprPtr>& operands) -> ExprRef {
    const ast::Expr* before = nullptr;
    for (const ast::ExprPtr& o : operands) {
      const bool value = std::is_same_v<decltype(node), OrOf> && before != nullptr && is_another_value(*before, *o);
      if (ExprRef r = value ? nullptr : condition(*o)) node.operands.push_back(std::move(r));
      if (!value) before = o.get();
    }
    if (node.operands.size() != operands.size()) return nullptr;
    return make_expr(std::move(node), flag_type(), e.span);
  };
  return std::visit(
      overloaded{
          [&](const ast::NameRef& n) { return name_expression(n.name, e.span, expected); },
          [&](const ast::NumberLiteral& n) {
            return make_expr(Constant{n.value}, number_type(n.value, n.value), e.span);
          },
          [&](const ast::FlagLiteral& n) {
            return make_expr(Constant{EnumName{n.on ? "on" : "off"}}, flag_type(), e.span);
          },
          [&](const ast::UnsetLiteral&) { return make_expr(Constant{Unset{}}, unset_type(), e.span); },
          [&](const ast::TextLiteral& n) { return text_expression(n.text, e.span, expected); },
          [&](const ast::FieldOf& n) { return field_expression(n, e.span); },
          [&](const ast::IndexOf& n) { return index_expression(n, e.span); },
          [&](const ast::Call& n) { return call_expression(n, e.span); },
          [&](const ast::Else& n) { return else_expression(n, e.span, expected); },
          [&](const ast::SetLiteral&) { return set_expression(e, expected); },
          [&](const ast::RecordLiteral& n) { return record_expression(n, e.span, expected, Record::whole); },
          [&](const ast::Rules& n) { return rules_expression(n, e.span, expected); },
          [&](const ast::Is& n) {
            const ExprRef left = compared(*n.left);
            return left ? compare_equal(left, *n.right, n.negated, e.span) : nullptr;
          },
          [&](const ast::IsPresence& n) {
            const ExprRef operand = expression(*n.operand, nullptr);
            return operand ? presence(operand, n.presence, n.negated, e.span) : nullptr;
          },
          [&](const ast::In& n) { return in_expression(n, e.span); },
          [&](const ast::Compare& n) {
            const ExprRef left = compared(*n.left);
            return left ? compare_order(left, n.op, *n.right, e.span) : nullptr;
          },
          [&](const ast::TextTest& n) {
            const ExprRef left = expression(*n.left, nullptr);
            return left ? text_test(left, n.form, n.texts, e.span) : nullptr;
          },
          [&](const ast::HasLength& n) {
            const ExprRef left = expression(*n.left, nullptr);
            return left ? has_length(left, n.items, e.span) : nullptr;
          },
          [&](const ast::ButNot& n) { return but_not_expression(n, e.span); },
          [&](const ast::Quantified& n) { return quantified(n, e.span); },
          [&](const ast::Not& n) {
            const ExprRef operand = condition(*n.operand);
            return operand ? make_expr(NotOf{operand}, flag_type(), e.span) : nullptr;
          },
          [&](const ast::And& n) { return chain(AndOf{}, n.operands); },
          [&](const ast::Or& n) { return chain(OrOf{}, n.operands); },
      },
      e.node);
}

ExprRef Analysis::in_expression(const ast::In& in, Span span) {
  if (in.named && may_be_set(*in.named)) {
    const ExprRef set = expression(*in.named, nullptr);
    if (!set) return nullptr;
    if (set->type->set) {
      const ExprRef test = membership(*in.left, set, span);
      return in.negated && test ? make_expr(NotOf{test}, flag_type(), span) : test;
    }
  }
  const ExprRef left = compared(*in.left);
  return left ? in_expression(left, in, span) : nullptr;
}

ExprRef Analysis::in_expression(const ExprRef& left, const ast::In& in, Span span) {
  const ExprRef test = in.named ? among_named(left, *in.named, span) : among(left, in.items, span);
  return test && in.negated ? make_expr(NotOf{test}, flag_type(), span) : test;
}

ExprRef Analysis::but_not_expression(const ast::ButNot& n, Span span) {
  const auto* in = ast::as<ast::In>(*n.test);
  const auto* tested = ast::as<ast::TextTest>(*n.test);
  const auto* length = ast::as<ast::HasLength>(*n.test);
  if (in && in->named && may_be_set(*in->named)) {
    const ExprRef set = expression(*in->named, nullptr);
    if (set && set->type->set)
      report(DiagnosticId::bad_comparison, n.excluded.front().span, "`but not` does not follow a set")
          .help("join conditions with `and`: `... and not ...`");
    if (!set || set->type->set) return nullptr;
  }
  const ExprRef left = compared(in ? *in->left : tested ? *tested->left : *length->left);
  if (!left) return nullptr;
  ExprRef test = in       ? in_expression(left, *in, n.test->span)
                 : tested ? text_test(left, tested->form, tested->texts, n.test->span)
                          : has_length(left, length->items, n.test->span);
  return test ? but_not(left, std::move(test), n.excluded, span) : nullptr;
}

// For example, `source is onnet or offnet`.
bool Analysis::is_another_value(const ast::Expr& before, const ast::Expr& e) {
  const auto* name = ast::as<ast::NameRef>(e);
  const auto* is = ast::as<ast::Is>(before);
  if (name == nullptr || is == nullptr) return false;
  const auto* first = ast::as<ast::NameRef>(*is->right);
  const std::string& text = name->name.text;
  if (first == nullptr || is_declared(text)) return false;
  const auto of = enum_with(text);
  if (!of || enum_with(first->name.text) != of) return false;
  const std::string left = source_text(*is->left);
  report(DiagnosticId::unknown_value, name->name.span, "`" + text + "` is not a condition")
      .note("`or` joins conditions, and `" + text + "` is a value of " + *of)
      .help("write `" + left + (is->negated ? " is not " : " is ") + first->name.text +
            (is->negated ? " and " + left + " is not " + text : " or " + left + " is " + text) + "`, or `" +
            (is->negated ? "not " : "") + left + " in (" + first->name.text + ", " + text + ")`");
  return true;
}

ExprRef Analysis::condition(const ast::Expr& e) {
  if (is_list(e, flag_type().get()))
    return list_as_value(e, "write `... in " + std::string(sources_.text(e.span)) + "`");
  ExprRef r = expression(e, flag_type());
  if (!r || r->type->is_condition()) return r;
  auto& d =
      report(DiagnosticId::not_a_condition, e.span, "a condition was expected, found `" + to_string(*r->type) + "`");
  if (r->type->is_enum() && r->type->is_flag)
    d.note("an optional flag is not a condition: it may be unset").help("write `is on`, or `is not off`");
  else if (r->type->set)
    d.help("write `is not empty`, or test a value: `v in " + std::string(sources_.text(e.span)) + "`");
  else if (r->type->optional)
    d.help("write `is set`, or compare it");
  else if (r->type->is_scalar())
    d.help("compare it: `is ...`");
  return nullptr;
}

ExprRef Analysis::fit(ExprRef e, const TypeRef& wanted, Span span) {
  if (!e) return nullptr;
  if (auto why = misfit(*e->type, *wanted)) {
    auto& d = report(DiagnosticId::type_mismatch, span, *why);
    if (e->type->is_enum() && e->type->is_flag && e->type->optional && wanted->is_condition())
      d.help("write `is on`");
    else if (e->type->optional && !wanted->optional && e->type->kind != Type::Kind::unset)
      d.help("give the value for where it is unset: `... else ...`");
    return nullptr;
  }
  if (e->type->kind == Type::Kind::unset) return make_expr(Constant{Unset{}}, wanted, e->span);
  if (same_layout(*e->type, *wanted)) return e;
  return make_expr(Convert{e}, with_optional(wanted, e->type->optional), e->span);
}

// --- names -----------------------------------------------------------------------

ExprRef Analysis::name_expression(const ast::Name& name, Span span, const TypeRef& expected) {
  name_wanted(name, NamePlace::Expects::value, expected);
  if (expected && expected->is_enum()) {
    if (const auto i = value_index(*expected, name.text); i && expected->values[*i].named) {
      value_used(name, *expected);
      return make_expr(Constant{EnumName{name.text}}, required(expected), span);
    }
  }
  std::uint32_t index = 0;
  if (Local* local = find_local(name.text, index)) {
    local->used = true;
    name_used(name, local->kind, local->name.span);
    if (local->value) return make_expr(Constant{EnumName{*local->value}}, local->type, span);
    return local->type ? make_expr(ParameterRef{index}, local->type, span) : nullptr;
  }
  ValueEntry* entry = find_value(name.text);
  if (!entry) return unknown_name(name, expected);
  entry->used = true;
  name_used(name, *entry);
  if (entry->kind == ValueEntry::Kind::list) {
    report(DiagnosticId::wrong_kind, span, "`" + name.text + "` is a list, not a value")
        .label(entry->name.span, "declared here")
        .help("`x in " + name.text + "` tests whether it contains x");
    return nullptr;
  }
  if (!resolve_value(*entry)) return nullptr;
  switch (entry->kind) {
    case ValueEntry::Kind::input: return make_expr(InputRef{InputId{entry->id}}, entry->type, span);
    case ValueEntry::Kind::decision: return make_expr(DecisionRef{DecisionId{entry->id}}, entry->type, span);
    case ValueEntry::Kind::let:
    case ValueEntry::Kind::list: break;
  }
  return let_reference(*entry, {}, span);
}

ExprRef Analysis::let_reference(const ValueEntry& entry, std::vector<ExprRef> arguments, Span span) {
  const Let& let = model_.lets[entry.id];
  if (let.parameters.size() != arguments.size()) {
    const std::size_t wanted = let.parameters.size(), given = arguments.size();
    auto& d = report(DiagnosticId::wrong_argument_count, span,
                     "`" + let.name + "` takes " + (wanted == 0 ? "no arguments" : plural(wanted, "argument")) + ", " +
                         (given == 0 ? "none" : std::to_string(given)) + (given == 1 ? " is" : " are") + " given");
    d.label(let.span, "declared here");
    const std::string_view behind = sources_.file(span.file).text().substr(span.end);
    if (given == 0 && behind.starts_with(' ') && behind.find_first_not_of(' ') == behind.find('('))
      d.help("the `(` of a call touches the name before it: leave out the space");
    return nullptr;
  }
  return make_expr(LetRef{LetId{entry.id}, std::move(arguments)}, let.type, span);
}

ExprRef Analysis::call_expression(const ast::Call& call, Span span) {
  if (call.function.text == "count" && !is_declared("count")) return count_as_value(span);
  if ((call.function.text == "min" || call.function.text == "max") && !is_declared(call.function.text))
    return extreme(call, span);
  name_wanted(call.function, NamePlace::Expects::function, nullptr);
  std::uint32_t index = 0;
  ValueEntry* entry = find_local(call.function.text, index) ? nullptr : find_value(call.function.text);
  if (!entry || entry->kind != ValueEntry::Kind::let) {
    if (!entry && !find_local(call.function.text, index)) return unknown_function(call);
    auto& d = report(DiagnosticId::wrong_kind, call.function.span,
                     "`" + call.function.text + "` is not a let with parameters, so it cannot be called");
    if (entry && entry->kind == ValueEntry::Kind::list)
      d.label(entry->name.span, "a list").help("`x in " + call.function.text + "` tests whether it contains x");
    return nullptr;
  }
  entry->used = true;
  name_used(call.function, *entry);
  if (!resolve_value(*entry)) return nullptr;
  const Let let = model_.lets[entry->id];  // a copy, since the arguments may resolve further lets
  std::vector<ExprRef> arguments;
  bool ok = true;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const TypeRef wanted = i < let.parameters.size() ? let.parameters[i].second : nullptr;
    ExprRef a = expression(*call.arguments[i], wanted);
    if (a && wanted) a = fit(a, wanted, call.arguments[i]->span);
    ok = ok && a;
    arguments.push_back(std::move(a));
  }
  if (!ok) return nullptr;
  return let_reference(*entry, std::move(arguments), span);
}

// What to write in the place of a function of another language, or "": "write `a or b`" for `any(a, b)`.
std::string Analysis::instead_of_function(const ast::Call& call) const {
  const std::string& name = call.function.text;
  if (call.arguments.size() == 1) {
    const std::string argument = source_text(*call.arguments.front());
    if (means_length(name)) return "write a range: " + length_tests(argument);
    if (const char* presence = presence_meant_by(name)) return "write `" + argument + " is " + presence + "`";
  }
  if (const char* test = text_test_meant_by(name); test != nullptr && call.arguments.size() == 2) {
    // `startsWith("49", t)`: the text that is tested comes first.
    const bool is_swapped = ast::as<ast::TextLiteral>(*call.arguments[0]) != nullptr;
    const std::string text = source_text(*call.arguments[is_swapped ? 1 : 0]);
    const std::string sought = source_text(*call.arguments[is_swapped ? 0 : 1]);
    // A regular expression is not a dial pattern.
    return std::string_view(test) == "like" ? "`like` takes a dial pattern: `" + text + " like \"NXX\"`"
                                            : "write `" + text + " " + test + " " + sought + "`";
  }
  if (name == "any" || name == "some" || name == "or" || name == "one") return "write `a or b`, or `count(a, b) >= 1`";
  return name == "all" || name == "every" || name == "and" ? "write `a and b`" : "";
}

ExprRef Analysis::unknown_function(const ast::Call& call) {
  const std::string help = instead_of_function(call);
  if (help.empty()) return unknown_name(call.function, nullptr);
  report(DiagnosticId::unknown_name, call.function.span, "unknown name `" + call.function.text + "`").help(help);
  return nullptr;
}

// Returns an enum that has a value with this name: a named type of this file, or the type
// of a declaration.
std::optional<std::string> Analysis::enum_with(const std::string& value) const {
  const auto has = [&](const Type& type) {
    if (!type.is_enum()) return false;
    const auto i = value_index(type, value);
    return i && type.values[*i].named;
  };
  for (const auto& [name, entry] : scopes_[module_].types)
    if (entry->state == State::done && has(*entry->type)) return "type `" + name + "`";
  for (const Element& e : model_.elements) {
    if (has(*e.type)) return "`" + e.name + "`";
    for (const TypeRef& index : e.type->indices)
      if (has(*index)) return "an index of `" + e.name + "`";
  }
  for (const auto& [name, entry] : scopes_[module_].values)
    if (entry->kind != ValueEntry::Kind::list && entry->type && has(*entry->type)) return "`" + name + "`";
  return std::nullopt;
}

ExprRef Analysis::unknown_name(const ast::Name& name, const TypeRef& expected) {
  if (name.text.find('.') != std::string::npos) {
    unknown_qualified(name, Wanted::value);
    return nullptr;
  }
  if (const Import* use = find_alias(name.text)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + name.text + "` is a file, not a value")
        .label(use->alias->span, "named here")
        .help("write `" + name.text + ".` and a name that it declares");
    return nullptr;
  }
  auto candidates = names_in_scope();
  if (expected && expected->is_enum() && expected->is_flag) candidates.insert(candidates.end(), {"on", "off"});
  if (expected && expected->is_enum() && !(expected->is_flag && name.text != "true" && name.text != "false")) {
    std::vector<std::string> values;
    for (const EnumValue& v : expected->values) values.push_back(v.name);
    auto& d = report(
        DiagnosticId::unknown_value, name.span,
        "`" + to_string(*as_required(expected)) + "` has no value `" + name.text + "`, and nothing else is named so");
    const auto declared = nearest(name.text, candidates);
    if (means_unset(name.text))
      d.help(write_unset);
    else if (expected->is_flag)
      d.help(std::string("write `") + (name.text == "true" ? "on" : "off") + "`");
    else if (declared && !nearest(name.text, values))
      d.help("did you mean `" + *declared + "`?");
    else
      suggest_value(d, *expected, name.text);
    return nullptr;
  }
  if (scopes_[module_].types.contains(name.text)) {
    report(DiagnosticId::wrong_kind, name.span, "`" + name.text + "` is a type, not a value");
    return nullptr;
  }
  if (auto of = enum_with(name.text); of && expected && expected->is_flag) {
    report(DiagnosticId::unknown_value, name.span, "a `flag` stands here, and it has no value `" + name.text + "`")
        .note("`" + name.text + "` is a value of " + *of);
    return nullptr;
  } else if (of) {
    report(DiagnosticId::value_without_enum, name.span, "nothing here shows which enum `" + name.text + "` belongs to")
        .note("it is a value of " + *of)
        .help("give the place a type, or compare the other way round: `x is " + name.text + "`");
    return nullptr;
  }
  auto& d = report(DiagnosticId::unknown_name, name.span, "unknown name `" + name.text + "`");
  if (const char* flag = flag_meant_by(name.text))
    d.help(std::string("write `") + flag + "`");
  else if (means_unset(name.text))
    d.help(write_unset);
  else if (auto near = nearest(name.text, candidates))
    d.help("did you mean `" + *near + "`?");
  return nullptr;
}

// --- values ----------------------------------------------------------------------------

ExprRef Analysis::else_expression(const ast::Else& e, Span span, const TypeRef& expected) {
  const std::size_t count = e.operands.size();
  std::vector<ExprRef> operands(count);
  TypeRef hint = expected;
  const auto read = [&](std::size_t i) {
    if (operands[i]) return true;
    const ast::Expr& operand = *e.operands[i];
    const auto* literal = ast::as<ast::RecordLiteral>(operand);
    // An operand that others follow may lack members: those are taken from them.
    const Record record = i + 1 < count ? Record::part : Record::whole;
    operands[i] = literal ? record_expression(*literal, operand.span, hint, record) : expression(operand, hint);
    return operands[i] != nullptr;
  };
  if (!hint) {
    // The left side gives the expected type. A record literal has no type of its own to
    // give.
    std::size_t first = 0;
    while (first + 1 < count && ast::as<ast::RecordLiteral>(*e.operands[first])) ++first;
    if (!read(first)) return nullptr;
    hint = operands[first]->type;
  }
  bool ok = true;
  for (std::size_t i = 0; i < count; ++i) ok = read(i) && ok;
  if (!ok) return nullptr;

  // The text reads as nested from right to left. Merging is associative, so left to right
  // gives the same type.
  TypeRef type = operands[0]->type;
  for (std::size_t i = 1; i < count; ++i) {
    TypeRef merged = else_type(type, operands[i]->type);
    if (!merged) {
      report(DiagnosticId::type_mismatch, operands[i]->span,
             "`" + to_string(*operands[i]->type) + "` cannot stand in for `" + to_string(*type) + "`");
      return nullptr;
    }
    type = merged;
  }
  for (ExprRef& o : operands) {
    if (o->type->kind == Type::Kind::unset)
      o = make_expr(Constant{Unset{}}, as_optional(type), o->span);
    else if (!same_layout(*o->type, *type))
      o = make_expr(Convert{o}, with_optional(type, o->type->optional), o->span);
  }
  return make_expr(ElseOf{std::move(operands)}, type, span);
}

ExprRef Analysis::text_expression(const ast::Text& text, Span span, const TypeRef& expected) {
  if (expected && expected->is_enum() && !expected->is_flag) {
    const auto value =
        literal(ast::Expr{ast::TextLiteral{text}, span}, *expected, DiagnosticId::type_mismatch, "the place");
    return value ? make_expr(Constant{*value}, as_required(expected), span) : nullptr;
  }
  auto read = pieces(text);
  if (!read) return nullptr;
  if (read->empty()) return make_expr(Constant{std::string()}, text_type(), span);
  if (read->size() == 1)
    if (const auto* plain = std::get_if<std::string>(&read->front()))
      return make_expr(Constant{*plain}, text_type(), span);
  return make_expr(TextTemplate{std::move(*read)}, text_type(), span);
}

std::optional<std::vector<Piece>> Analysis::pieces(const ast::Text& text) {
  const std::size_t errors = diagnostics_.error_count();
  std::vector<Piece> out;
  for (TemplatePiece& piece : parse_template(sources_, text, diagnostics_)) {
    if (auto* plain = std::get_if<std::string>(&piece)) {
      out.emplace_back(std::move(*plain));
      continue;
    }
    const ast::Expr& inserted = *std::get<ast::ExprPtr>(piece);
    ExprRef e = expression(inserted, nullptr);
    if (e && !e->type->is_scalar()) {
      report(DiagnosticId::not_insertable, inserted.span, "`" + to_string(*e->type) + "` cannot be inserted in a text")
          .note("only an enum, a flag, a number or a text can");
      e = nullptr;
    }
    if (!e) continue;
    // `${name}` is how shells and many languages insert. In front of a number it may be a currency.
    const auto* before = out.empty() ? nullptr : std::get_if<std::string>(&out.back());
    if (before && before->ends_with('$') && e->type->kind != Type::Kind::number) {
      const std::string name(sources_.text(inserted.span));
      report(DiagnosticId::dollar_before_value, inserted.span,
             "the `$` in front of `{" + name + "}` is a part of the text")
          .help("write `{" + name + "}` alone to insert the value");
    }
    out.emplace_back(std::move(e));
  }
  if (diagnostics_.error_count() != errors) return std::nullopt;
  return out;
}

}  // namespace tally
