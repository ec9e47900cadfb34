// Quantifiers and counts: `some v in T: C`, `every v in T: C`, `count(v in T: C)`, `count(C, D)`.
//
// A quantifier is expanded: its condition is resolved once per value of the type, with the name as that
// value. So `some v in network: source is v` is `source is onnet or source is offnet`. A count is not a
// value; the model has it together with the numbers that it is compared with.
#include <algorithm>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"
#include "grammar/tree/source_format.h"

namespace tally {

std::vector<Analysis::Instance> Analysis::instances(const ast::Quantified& n) {
  const std::string what(format::word(n.quantifier));
  if (!check_local(n.binder.name, ("the name of `" + what + "`").c_str())) return {};
  bool failed = false;
  const ExprRef set = quantified_set(n, failed);
  if (failed) return {};
  const TypeRef type = set ? set->type->indices.front() : type_of(*n.binder.type, module_);
  if (!type) return {};
  if (!type->is_enum() || type->optional) {
    auto& d = report(DiagnosticId::type_mismatch, n.binder.type->span,
                     "`" + what + "` runs through an enum, `flag` or a set, not through `" + to_string(*type) + "`");
    if (type->is_enum()) d.help("leave out the `?`: a value is never unset");
    return {};
  }
  if (!check_name_against_values(n.binder.name, *type, ("the name of `" + what + "`").c_str())) return {};
  std::vector<Instance> out;
  name_declared(n.binder.name, NameKind::local, type);
  locals_.push_back({n.binder.name, type});
  const std::size_t own = locals_.size() - 1;
  ++quantifiers_;
  bool used = false;
  for (const EnumValue& value : type->values) {
    locals_[own].value = value.name;
    const ast::Expr name{ast::NameRef{n.binder.name}, n.binder.name.span};
    out.push_back({set ? membership(name, set, n.binder.name.span) : nullptr, nullptr});
    if (set) locals_[own].used = false;
    out.back().condition = condition(*n.condition);
    used = used || locals_[own].used;
    if (!out.back().condition) break;  // the same fault would follow for each value
  }
  --quantifiers_;
  locals_.pop_back();
  if (!out.back().condition) return {};
  // A quantifier within another one is expanded more than once.
  const bool is_own = program_.modules[module_].file == model_.root;
  if (!used && is_own && unused_bound_.insert(n.binder.name.span.begin).second)
    report(DiagnosticId::unused_name, n.binder.name.span,
           "`" + n.binder.name.text + "` of `" + what + "` is never used");
  return out;
}

// A value that is not in the set counts for nothing: neither as one for which the condition holds (`some`,
// `count`) nor as one for which it does not (`every`).
ExprRef Analysis::instance_of(Instance each, bool some) {
  if (!each.is_in) return each.condition;
  const Span span = each.condition->span;
  if (some) return make_expr(AndOf{{each.is_in, each.condition}}, flag_type(), span);
  return make_expr(OrOf{{make_expr(NotOf{each.is_in}, flag_type(), span), each.condition}}, flag_type(), span);
}

ExprRef Analysis::quantified(const ast::Quantified& n, Span span) {
  if (n.quantifier == ast::Quantifier::count) return count_as_value(span);
  const bool some = n.quantifier == ast::Quantifier::some;
  std::vector<ExprRef> all;
  for (Instance& each : instances(n)) all.push_back(instance_of(std::move(each), some));
  if (all.empty()) return nullptr;
  return some ? make_expr(OrOf{std::move(all)}, flag_type(), span)
              : make_expr(AndOf{std::move(all)}, flag_type(), span);
}

bool Analysis::is_count(const ast::Expr& e) {
  if (const auto* n = ast::as<ast::Quantified>(e)) return n->quantifier == ast::Quantifier::count;
  const auto* call = ast::as<ast::Call>(e);
  return call && call->function.text == "count" && !is_declared("count");
}

ExprRef Analysis::count_as_value(Span span) {
  report(DiagnosticId::wrong_kind, span, "a count is not a value").help("compare it with a number: `count(...) >= 2`");
  return nullptr;
}

bool Analysis::lacks_condition(const ast::Expr& argument) {
  const auto* in = ast::as<ast::In>(argument);
  const auto* name = in ? ast::as<ast::NameRef>(*in->left) : nullptr;
  const auto* type = in && in->named ? ast::as<ast::NameRef>(*in->named) : nullptr;
  if (!name || !type || is_declared(name->name.text) || !scopes_[module_].types.contains(type->name.text)) return false;
  report(DiagnosticId::bad_expression, argument.span, "a condition is missing")
      .help("write `count(" + name->name.text + " in " + type->name.text + ": CONDITION)`");
  return true;
}

ExprRef Analysis::compared(const ast::Expr& e) {
  if (!is_count(e)) return expression(e, nullptr);
  CountOf count;
  if (const auto* n = ast::as<ast::Quantified>(e)) {
    for (Instance& each : instances(*n)) count.operands.push_back(instance_of(std::move(each), true));
    if (count.operands.empty()) return nullptr;
  } else {
    bool ok = true;
    for (const ast::ExprPtr& argument : ast::as<ast::Call>(e)->arguments) {
      if (lacks_condition(*argument)) return nullptr;
      count.operands.push_back(condition(*argument));
      ok = ok && count.operands.back();
    }
    if (!ok) return nullptr;
  }
  const std::size_t size = count.operands.size();
  if (size > max_counted) {
    report(DiagnosticId::expansion_too_large, e.span,
           "a count of " + std::to_string(size) + " conditions: at most " + std::to_string(max_counted) +
               " can be counted");
    return nullptr;
  }
  return make_expr(std::move(count), number_type(0, size), e.span);
}

ExprRef Analysis::cut_of(const ExprRef& left, Cut cut, std::vector<ListId> lists, Span span) {
  normalize(cut);
  if (const auto* count = std::get_if<CountOf>(&left->node))
    return make_expr(CountOf{count->operands, std::move(cut), left->span}, flag_type(), span);
  return make_expr(AmongCut{left, std::move(cut), std::move(lists)}, flag_type(), span);
}

bool Analysis::can_be_count(const ExprRef& left, std::uint64_t number, Span span) {
  const auto* count = std::get_if<CountOf>(&left->node);
  if (!count || number <= count->operands.size()) return true;
  const std::size_t size = count->operands.size();
  report(DiagnosticId::type_mismatch, span, "`" + std::to_string(number) + "` is out of range")
      .label(left->span, size == 1 ? "counts one condition" : "counts " + std::to_string(size) + " conditions")
      .help("the number is from 0 to " + std::to_string(size));
  return false;
}

}  // namespace tally
