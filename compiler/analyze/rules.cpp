// Comparisons, rules and tables, from syntax trees to expressions of the model.
#include <algorithm>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"
#include "compiler/analyze/foreign_names.h"

namespace tally {
namespace {

ExprRef always(Span span) { return make_expr(AndOf{}, flag_type(), span); }

ExprRef negated_if(bool negated, ExprRef e) {
  if (!e || !negated) return e;
  const Span span = e->span;
  return make_expr(NotOf{std::move(e)}, flag_type(), span);
}

RelatedAs related_by(ast::CompareOp op) {
  RelatedAs out;
  switch (op) {
    case ast::CompareOp::less_equal: out.equal = true; [[fallthrough]];
    case ast::CompareOp::less: out.less = true; break;
    case ast::CompareOp::greater_equal: out.equal = true; [[fallthrough]];
    case ast::CompareOp::greater: out.greater = true; break;
  }
  return out;
}

}  // namespace

void normalize(Cut& cut) {
  for (auto* ranges : {&cut.ranges, &cut.lengths}) {
    std::sort(ranges->begin(), ranges->end());
    std::vector<NumberRange> joined;
    for (const NumberRange& r : *ranges) {
      if (!joined.empty() && r.low <= joined.back().high + 1)
        joined.back().high = std::max(joined.back().high, r.high);
      else
        joined.push_back(r);
    }
    *ranges = std::move(joined);
  }
  for (auto* list : {&cut.texts, &cut.prefixes, &cut.suffixes, &cut.patterns}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
}

bool share_a_value(const Type& a, const Type& b) {
  return std::any_of(a.values.begin(), a.values.end(),
                     [&](const EnumValue& v) { return value_index(b, v.name).has_value(); });
}

// --- comparisons ------------------------------------------------------------------

ExprRef Analysis::presence(const ExprRef& operand, ast::Presence wanted, bool negated, Span span) {
  if (!operand->type->optional || operand->type->kind == Type::Kind::unset) {
    report(DiagnosticId::never_unset, span,
           operand->type->kind == Type::Kind::unset ? "`unset` is always unset"
                                                    : "`" + to_string(*operand->type) + "` is never unset here")
        .note("only what is optional can be tested with `set` and `unset`");
    return nullptr;
  }
  return negated_if((wanted == ast::Presence::unset) != negated, make_expr(IsSet{operand}, flag_type(), span));
}

const TypeRef& Analysis::required(const TypeRef& type) {
  if (!type->optional) return type;
  TypeRef& known = required_[type];
  if (!known) known = as_required(type);
  return known;
}

ExprRef Analysis::compare_equal(const ExprRef& left, const ast::Expr& right, bool negated, Span span) {
  const Type& type = *left->type;
  if (type.set) return compare_set(left, right, negated, span);
  const TypeRef& bare = required(left->type);
  if (const auto* list = ast::as<ast::SetLiteral>(right); list && !list->items.empty()) {
    const std::string subject = span == right.span ? "" : std::string(sources_.text(left->span)) + " ";
    report(DiagnosticId::bad_comparison, right.span, "a list stands after `in`")
        .help("write `" + subject + (negated ? "not in " : "in ") + std::string(sources_.text(right.span)) + "`");
    return nullptr;
  }
  if (is_list(right, &type)) {
    // In a cell the left side is not written.
    const std::string subject = span == right.span ? "" : std::string(sources_.text(left->span)) + " ";
    return list_as_value(
        right, "write `" + subject + (negated ? "not in " : "in ") + std::string(sources_.text(right.span)) + "`");
  }
  if (ast::as<ast::UnsetLiteral>(right)) return presence(left, ast::Presence::unset, negated, span);
  if (type.is_object() || type.kind == Type::Kind::unset) {
    report(DiagnosticId::bad_comparison, span, "`" + to_string(type) + "` is compared with `set` and `unset` only")
        .help(type.is_object() ? "compare its members one by one" : "compare the other way round");
    return nullptr;
  }
  if (!type.is_enum()) {
    const bool number = type.kind == Type::Kind::number;
    const bool fits =
        number ? ast::as<ast::NumberLiteral>(right) != nullptr : ast::as<ast::TextLiteral>(right) != nullptr;
    if (!fits) {
      RelatedAs equal;
      equal.equal = equal.both_unset = true;
      return negated_if(negated, related(left, std::move(equal), right, span));
    }
    if (const auto* written = ast::as<ast::NumberLiteral>(right);
        written && !can_be_count(left, written->value, right.span))
      return nullptr;
    const auto value = literal(right, *bare, DiagnosticId::type_mismatch, "the left side");
    if (!value) return nullptr;
    Cut cut;
    if (number)
      cut.ranges = {{std::get<std::uint64_t>(*value), std::get<std::uint64_t>(*value)}};
    else
      cut.texts = {std::get<std::string>(*value)};
    return negated_if(negated, cut_of(left, std::move(cut), {}, span));
  }
  ExprRef other = expression(right, bare);
  if (!other) return nullptr;
  const Type& with = *other->type;
  if (!with.is_enum() || with.is_flag != type.is_flag || !share_a_value(type, with)) {
    report(DiagnosticId::bad_comparison, span,
           "`" + to_string(type) + "` cannot be compared with `" + to_string(with) + "`")
        .note(with.is_enum() && with.is_flag == type.is_flag ? "they share no value" : "they are of different kinds");
    return nullptr;
  }
  if (const auto* constant = std::get_if<Constant>(&other->node)) {
    const std::string name = std::get<EnumName>(constant->value).name;
    return negated_if(negated, make_expr(AmongValues{left, {name}}, flag_type(), span));
  }
  return negated_if(negated, make_expr(Equal{left, other}, flag_type(), span));
}

ExprRef Analysis::related(const ExprRef& left, RelatedAs how, const ast::Expr& right, Span span) {
  const Type& type = *left->type;
  if (is_undeclared(right, type)) return nullptr;
  const bool number = type.kind == Type::Kind::number;
  if (std::holds_alternative<CountOf>(left->node)) {
    report(DiagnosticId::bad_comparison, right.span, "a count is compared with a literal number only");
    return nullptr;
  }
  if (is_count(right)) {
    report(DiagnosticId::bad_comparison, right.span, "a count stands on the left of a comparison")
        .help("compare the other way round: `" + std::string(sources_.text(right.span)) + " >= 2`");
    return nullptr;
  }
  // A literal of another kind, which needs no more than its quotes.
  if (ast::as<ast::NumberLiteral>(right) || ast::as<ast::TextLiteral>(right) || ast::as<ast::FlagLiteral>(right)) {
    auto& d = report(
        DiagnosticId::bad_comparison, right.span,
        std::string("a ") + (number ? "number" : "text") + " is compared with another " + (number ? "number" : "text"));
    if (ast::as<ast::NumberLiteral>(right)) d.help("a text stands in quotes");
    if (ast::as<ast::TextLiteral>(right)) d.help("a number stands without quotes");
    return nullptr;
  }
  ExprRef other = expression(right, nullptr);
  if (!other) return nullptr;
  if (other->type->kind != type.kind) {
    report(DiagnosticId::bad_comparison, span,
           "`" + to_string(type) + "` cannot be compared with `" + to_string(*other->type) + "`")
        .note("they are of different kinds");
    return nullptr;
  }
  how.left = left;
  how.right = std::move(other);
  return make_expr(std::move(how), flag_type(), span);
}

ExprRef Analysis::extreme(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (call.arguments.size() < 2) {
    report(DiagnosticId::wrong_argument_count, span,
           "`" + name + "` takes two numbers or more, " + (call.arguments.empty() ? "none is" : "1 is") + " given");
    return nullptr;
  }
  ExtremeOf node;
  node.greatest = name == "max";
  std::uint64_t low = 0, high = 0;
  bool optional = false;
  for (const ast::ExprPtr& argument : call.arguments) {
    ExprRef operand = expression(*argument, nullptr);
    if (!operand) return nullptr;
    const Type& type = *operand->type;
    if (type.kind != Type::Kind::number) {
      report(DiagnosticId::type_mismatch, argument->span,
             "`" + name + "` takes numbers, and this is a `" + to_string(type) + "`");
      return nullptr;
    }
    const bool is_first = node.operands.empty();
    const auto pick = [&](std::uint64_t a, std::uint64_t b) { return node.greatest ? std::max(a, b) : std::min(a, b); };
    low = is_first ? type.low : pick(low, type.low);
    high = is_first ? type.high : pick(high, type.high);
    optional = optional || type.optional;
    node.operands.push_back(std::move(operand));
  }
  return make_expr(std::move(node), with_optional(number_type(low, high), optional), span);
}

bool Analysis::is_undeclared(const ast::Expr& right, const Type& left) {
  const auto* name = ast::as<ast::NameRef>(right);
  if (name == nullptr || is_declared(name->name.text)) return false;
  const std::string& text = name->name.text;
  auto& d = report(DiagnosticId::unknown_name, right.span, "unknown name `" + text + "`");
  if (means_unset(text) && left.optional)
    d.help("write `is unset`");
  else if (means_unset(text) && left.kind == Type::Kind::text)
    d.help("the text without characters is `\"\"`, and this one is never unset");
  else if (left.kind == Type::Kind::text)
    d.help("a text is in double quotes: `\"" + text + "\"`");
  else if (means_unset(text))
    d.help("the left side is never unset");
  else if (const auto near = nearest(text, names_in_scope()))
    d.help("did you mean `" + *near + "`?");
  else
    d.help("a number is compared with a literal, such as `30`, or with another number");
  return true;
}

ExprRef Analysis::compare_order(const ExprRef& left, ast::CompareOp op, const ast::Expr& right, Span span) {
  if (is_list(right, nullptr)) return list_as_value(right, "a number is compared with a literal: `< 30`");
  if (left->type->kind != Type::Kind::number) {
    report(DiagnosticId::bad_comparison, span,
           "only numbers have an order, and this is a `" + to_string(*left->type) + "`");
    return nullptr;
  }
  const auto* number = ast::as<ast::NumberLiteral>(right);
  if (!number) return related(left, related_by(op), right, span);
  const std::uint64_t n = number->value;
  if (!can_be_count(left, n, right.span)) return nullptr;
  Cut cut;
  switch (op) {
    case ast::CompareOp::less:
      if (n > 0) cut.ranges = {{0, n - 1}};
      break;
    case ast::CompareOp::less_equal: cut.ranges = {{0, n}}; break;
    case ast::CompareOp::greater:
      if (n < max_number) cut.ranges = {{n + 1, max_number}};
      break;
    case ast::CompareOp::greater_equal:
      if (n <= max_number) cut.ranges = {{n, max_number}};
      break;
  }
  return cut_of(left, std::move(cut), {}, span);
}

// --- rules ---------------------------------------------------------------------------

// In a decision `otherwise` may be missing. If it is there, it must be the last rule.
bool Analysis::check_otherwise(const std::vector<ast::Rule>& rules) {
  for (std::size_t i = 0; i + 1 < rules.size(); ++i) {
    if (!rules[i].otherwise) continue;
    report(DiagnosticId::misplaced_otherwise, rules[i].span, "`otherwise` is not the last rule")
        .label(rules[i + 1].span, "this rule could never match")
        .help("every rule but the last has a condition: `OUTCOME when CONDITION`");
    return false;
  }
  return true;
}

ExprRef Analysis::rules_expression(const ast::Rules& rules, Span span, const TypeRef& expected) {
  if (!check_otherwise(rules.rules)) return nullptr;
  bool ok = true;
  for (const ast::Rule& r : rules.rules) {
    if (!r.because) continue;
    report(DiagnosticId::misplaced_reason, r.because->span, "a reason stands outside a decision")
        .note("only the rules of a decision have reasons");
    ok = false;
  }
  if (rules.rules.empty() || !rules.rules.back().otherwise) {
    report(DiagnosticId::missing_otherwise, span, "rules outside a decision must end in `otherwise`")
        .help("add `... otherwise` as the last rule");
    ok = false;
  }
  std::vector<Arm> arms;
  TypeRef type;
  for (const ast::Rule& r : rules.rules) {
    Arm arm;
    // Without an expected type all outcomes lack the same information, so one report is
    // enough.
    if (ok || expected) arm.outcome = expression(*r.outcome, expected);
    if (r.condition) arm.condition = condition(*r.condition);
    if (!arm.outcome || (r.condition && !arm.condition)) {
      ok = false;
      continue;
    }
    TypeRef both = type ? meet(type, arm.outcome->type) : arm.outcome->type;
    if (!both) {
      report(DiagnosticId::type_mismatch, r.outcome->span,
             "`" + to_string(*arm.outcome->type) + "` does not go with the outcomes above, which are `" +
                 to_string(*type) + "`");
      ok = false;
      continue;
    }
    type = both;
    arms.push_back(std::move(arm));
  }
  if (!ok) return nullptr;
  for (Arm& arm : arms) {
    ExprRef& o = arm.outcome;
    if (o->type->kind == Type::Kind::unset)
      o = make_expr(Constant{Unset{}}, as_optional(type), o->span);
    else if (!same_layout(*o->type, *type))
      o = make_expr(Convert{o}, with_optional(type, o->type->optional), o->span);
  }
  return make_expr(RulesOf{std::move(arms)}, type, span);
}

std::optional<std::vector<Rule>> Analysis::decision_rules(const RuleLayer& layer, const Decision& decision) {
  const ast::DecisionBody& written = layer.declaration->body;
  const TypeRef& type = decision.type;
  std::vector<Rule> out;
  bool ok = true;
  const auto add = [&](const ast::ExprPtr& outcome, Rule rule, Span span) {
    rule.outcome = fit(expression(*outcome, type), type, outcome->span);
    rule.span = span;
    rule.outcome_span = outcome->span;
    ok = ok && rule.outcome;
    out.push_back(std::move(rule));
  };
  const auto conditional = [](ExprRef when, bool otherwise) {
    Rule rule;
    rule.condition = std::move(when);
    rule.otherwise = otherwise;
    return rule;
  };
  if (const auto* body = std::get_if<ast::ExprPtr>(&written)) {
    add(*body, Rule(), (*body)->span);
  } else if (const auto* rules = std::get_if<ast::Rules>(&written)) {
    if (!check_otherwise(rules->rules)) return std::nullopt;
    for (const ast::Rule& r : rules->rules) {
      ExprRef when = r.condition ? condition(*r.condition) : nullptr;
      ok = ok && (when || !r.condition);
      add(r.outcome, conditional(std::move(when), r.otherwise), r.span);
    }
  } else {
    const auto& table = std::get<ast::Table>(written);
    std::vector<ExprRef> header;
    for (const ast::ExprPtr& h : table.header) {
      header.push_back(compared(*h));
      ok = ok && header.back();
    }
    if (!ok) return std::nullopt;
    std::optional<std::size_t> prefixes;
    if (decision.matching == ast::Matching::longest) {
      prefixes = prefix_column(table, header);
      if (!prefixes && !can_do_without_prefixes(table, layer, decision)) return std::nullopt;
    }
    for (const ast::Row& row : table.rows) {
      auto rule = row_rule(header, row, prefixes);
      ok = ok && rule;
      add(row.outcome, std::move(rule).value_or(Rule()), row.span);
    }
    if (table.otherwise) add(table.otherwise->outcome, conditional(nullptr, true), table.otherwise->span);
  }
  if (!ok) return std::nullopt;
  return out;
}

// A row as a rule without its outcome.
std::optional<Rule> Analysis::row_rule(const std::vector<ExprRef>& header, const ast::Row& row,
                                       std::optional<std::size_t> prefix_column) {
  Rule rule;
  std::vector<ExprRef> cells;
  const auto all_of = [&](std::vector<ExprRef> conditions) {
    return conditions.size() == 1 ? conditions.front() : make_expr(AndOf{std::move(conditions)}, flag_type(), row.span);
  };
  bool ok = true;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (std::holds_alternative<ast::AnyCell>(row.cells[i].node)) continue;
    cells.push_back(cell_condition(header[i], row.cells[i]));
    ok = ok && cells.back();
    if (!cells.back() || i != prefix_column) continue;
    auto prefixes = prefixes_of(cells.back(), row.cells[i].span);
    ok = ok && prefixes;
    if (prefixes) rule.prefixes = std::move(*prefixes);
  }
  if (!ok) return std::nullopt;
  if (rule.prefixes.size() > 1) {
    // The other cells hold for each of the prefixes.
    const ExprRef whole = cells[static_cast<std::size_t>(
        std::count_if(row.cells.begin(), row.cells.begin() + static_cast<std::ptrdiff_t>(*prefix_column),
                      [](const ast::Cell& cell) { return !std::holds_alternative<ast::AnyCell>(cell.node); }))];
    for (PrefixArm& arm : rule.prefixes) {
      std::vector<ExprRef> with = cells;
      std::replace(with.begin(), with.end(), whole, arm.condition);
      arm.condition = all_of(std::move(with));
    }
  }
  rule.condition = all_of(std::move(cells));
  if (rule.prefixes.size() == 1) rule.prefixes.front().condition = rule.condition;
  if (prefix_column && rule.prefixes.empty()) rule.prefixes.push_back({std::nullopt, false, nullptr, rule.condition});
  return rule;
}

ExprRef Analysis::cell_condition(const ExprRef& header, const ast::Cell& cell) {
  return std::visit(overloaded{
                        [&](const ast::AnyCell&) { return always(cell.span); },
                        [&](const ast::ValueCell& c) { return compare_equal(header, *c.value, false, cell.span); },
                        [&](const ast::ListCell& c) { return among(header, c.items, cell.span); },
                        [&](const ast::RangeCell& c) {
                          std::vector<ast::ListItem> items;
                          items.emplace_back(c.range);
                          return among(header, items, cell.span);
                        },
                        [&](const ast::NamedCell& c) { return among_named(header, *c.named, cell.span); },
                        [&](const ast::CompareCell& c) { return compare_order(header, c.op, *c.value, cell.span); },
                        [&](const ast::TextTestCell& c) { return text_test(header, c.form, c.texts, cell.span); },
                        [&](const ast::LengthCell& c) { return has_length(header, c.items, cell.span); },
                        [&](const ast::PresenceCell& c) { return presence(header, c.presence, false, cell.span); },
                        [&](const ast::NotCell& c) { return negated_if(true, cell_condition(header, *c.cell)); },
                        [&](const ast::ButNotCell& c) {
                          return but_not(header, cell_condition(header, *c.cell), c.excluded, cell.span);
                        },
                        [&](const ast::AndCell& c) {
                          AndOf all;
                          for (const ast::Cell& each : c.cells) {
                            all.operands.push_back(cell_condition(header, each));
                            if (!all.operands.back()) return ExprRef();
                          }
                          return make_expr(std::move(all), flag_type(), cell.span);
                        },
                        [&](const ast::OrCell& c) {
                          OrOf any;
                          for (const ast::Cell& alternative : c.alternatives) {
                            any.operands.push_back(cell_condition(header, alternative));
                            if (!any.operands.back()) return ExprRef();
                          }
                          return make_expr(std::move(any), flag_type(), cell.span);
                        },
                    },
                    cell.node);
}

ExprRef Analysis::but_not(const ExprRef& left, ExprRef test, const std::vector<ast::Cell>& excluded, Span span) {
  AndOf all;
  all.operands.push_back(std::move(test));
  for (const ast::Cell& cell : excluded) {
    const ExprRef inside = cell_condition(left, cell);
    // What is false of a call that is excluded is the whole test.
    all.operands.push_back(inside ? make_expr(NotOf{inside}, flag_type(), span) : nullptr);
  }
  const bool ok = std::all_of(all.operands.begin(), all.operands.end(), [](const ExprRef& e) { return e != nullptr; });
  return ok ? make_expr(std::move(all), flag_type(), span) : nullptr;
}

}  // namespace tally
