// The wording of calls, rules and reasons, and the run of a check. See evidence.h.
#include "compiler/checks/evidence.h"

#include <algorithm>
#include <utility>

#include "grammar/source/excerpt.h"

namespace tally {
namespace {

constexpr std::size_t max_members = 6;  // members of a record's value in a note

std::string without_dot(const std::string& path) { return path.starts_with('.') ? path.substr(1) : path; }

}  // namespace

Checker::Checker(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                 const CheckOptions& options, const DecisionSet& undecided)
    : policy_(policy),
      sources_(sources),
      diagnostics_(diagnostics),
      options_(options),
      undecided_(undecided),
      wording_(*policy.model, sources) {
  if (options.node_limit != Diagrams::default_node_limit) {
    policy_.space = std::make_unique<Space>(*policy_.model, *policy_.graph, *policy_.classes, policy_.space->order(),
                                            options.node_limit);
  }
}

std::optional<QuestionSpace> Checker::question_space(const Question& question, const Span& span,
                                                     SpaceOrder order) const {
  if (is_known(policy_, question)) return QuestionSpace(policy_);
  auto classes = classes_for(policy_, question);
  if (const auto wide = classes->too_wide(question.elements)) {
    diagnostics_.add(DiagnosticId::too_many_codes, span, too_wide_text(model(), *classes, *wide));
    return std::nullopt;
  }
  auto space = space_for(policy_, question, *classes, options_.node_limit, order);
  return QuestionSpace(policy_, std::move(classes), std::move(space));
}

void Checker::report_limit(const std::string& what, const Span& span, const NodeLimit& reached) const {
  diagnostics_
      .add(DiagnosticId::node_limit, span,
           what + " is not checked: its diagrams pass " + grouped(reached.limit) + " nodes")
      .note("the policy still compiles and runs");
  // The nodes that exceeded the limit would be in the way of every later check.
  policy_.space = std::make_unique<Space>(*policy_.model, *policy_.graph, *policy_.classes, policy_.space->order(),
                                          options_.node_limit);
}

bool Checker::report_failures(const Span& span) const {
  const auto& failures = lowering().failures();
  const bool some = failures_ < failures.size();
  for (; failures_ < failures.size(); ++failures_) {
    diagnostics_.add(failures[failures_].code, failures[failures_].span.value_or(span), failures[failures_].message);
  }
  return some;
}

// --- decisions with a gap ------------------------------------------------------------

DecisionSet Checker::undecided_behind(std::initializer_list<ExprRef> expressions) const {
  DecisionSet named;
  if (undecided_.empty()) return named;
  for (const ExprRef& expression : expressions) named.merge(mentioned(model(), expression));
  return undecided_behind(named);
}

DecisionSet Checker::undecided_behind(const DecisionSet& decisions) const {
  if (undecided_.empty()) return {};
  DecisionSet seen = decisions, out;
  std::vector<DecisionId> left(decisions.begin(), decisions.end());
  while (!left.empty()) {
    const DecisionId id = left.back();
    left.pop_back();
    if (undecided_.contains(id)) out.insert(id);
    for (const Rule& rule : model().at(id).rules) {
      for (const ExprRef& part : {rule.condition, rule.outcome}) {
        for (const DecisionId named : mentioned(model(), part)) {
          if (seen.insert(named).second) left.push_back(named);
        }
      }
    }
  }
  return out;
}

Reads Checker::reads_of(const DecisionSet& decisions) const {
  Reads reads;
  for (const DecisionId id : decisions) reads.add(lowering().decision(id).reads);
  return reads;
}

Diagram Checker::decided_by(const QuestionSpace& view, const DecisionSet& decisions) const {
  Diagrams& diagrams = view.diagrams();
  Diagram all = diagrams.yes();
  for (const DecisionId id : decisions) {
    const Diagram rule = view.space().of(lowering().decision(id).rule);
    all = diagrams.but_not(all, diagrams.where(rule, 0));
  }
  return all;
}

// --- wording -----------------------------------------------------------------------

bool Checker::knows(const QuestionSpace& view, const Reads& reads) const {
  return std::all_of(reads.elements.begin(), reads.elements.end(), [&](ElementId e) { return view.space().has(e); }) &&
         std::all_of(reads.cuts.begin(), reads.cuts.end(), [&](CutId c) { return view.classes().knows(c); });
}

std::optional<std::string> Checker::inserted(const QuestionSpace& view, const ExprRef& expression,
                                             SpaceWithin& call) const {
  const LoweredValue value = lowering().value(expression);
  if (value.parts.size() != 1 || !knows(view, value.reads)) return std::nullopt;
  const ResultPart part = settle(model(), graph(), view.classes(), value.parts.front());
  const auto code = call.settled(part.node);
  if (!code) return std::nullopt;
  if (*code == 0) return "";
  if (part.kind == ResultPart::Kind::enumeration) {
    const EnumValue& inserted = part.type->values[*code - 1];
    return part.type->is_flag ? inserted.name : inserted.spelling;
  }
  if (part.kind != ResultPart::Kind::origin) return std::nullopt;
  const Origin& origin = part.origins[*code - 1];
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&origin)) return *text;
  return std::nullopt;
}

std::string Checker::reason_text(const QuestionSpace& view, const std::vector<Piece>& reason, SpaceWithin& call) const {
  std::string out;
  for (const Piece& piece : reason) {
    if (const auto* text = std::get_if<std::string>(&piece)) {
      out += *text;
    } else {
      const ExprRef& expression = std::get<ExprRef>(piece);
      const auto text_there = inserted(view, expression, call);
      out += text_there ? *text_there : as_inserted(sources_.text(expression->span));
    }
  }
  return to_string(Literal{out});
}

std::optional<std::string> Checker::decided(const QuestionSpace& view, DecisionId id, const Call& call) const {
  const Decision& decision = model().at(id);
  const LoweredDecision& lowered = lowering().decision(id);
  if (!knows(view, lowered.reads)) return std::nullopt;
  SpaceWithin there(view.space(), held_by(call));
  const auto number = there.settled(lowered.rule);
  if (!number) return std::nullopt;
  if (*number == 0) return decision.name + ": no rule matches";

  const bool scalar = lowered.parts.size() == 1 && lowered.parts.front().path.empty();
  std::string value;
  std::size_t members = 0;
  for (const ResultPart& part : lowered.parts) {
    const ResultPart settled = settle(model(), graph(), view.classes(), part);
    const auto code = there.settled(settled.node);
    if (!code) return std::nullopt;
    const std::string text = wording_.value_text(settled, *code);
    if (scalar) {
      value = text;
    } else if (part.path.empty() && *code == 0) {
      value = text;
      break;
    } else if (!part.path.empty() && *code != 0 && ++members <= max_members) {
      value += (value.empty() ? "{ " : ", ") + without_dot(part.path) + ": " + text;
    }
  }
  if (!scalar && members > 0) value += members > max_members ? ", ... }" : " }";
  if (value.empty()) value = "set";

  const Rule& rule = decision.rules[*number - 1];
  std::string out =
      decision.name + " is " + value + ": rule " + std::to_string(*number) + " (" + wording_.place(rule.span) + ")";
  if (rule.otherwise) out += ", otherwise";
  if (rule.reason) out += ", " + reason_text(view, *rule.reason, there);
  return out;
}

std::set<DecisionId> mentioned(const Model& model, const ExprRef& expression) {
  std::set<DecisionId> out;
  std::set<LetId> expanded;
  std::vector<const Expr*> left;
  if (expression) left.push_back(expression.get());
  while (!left.empty()) {
    const Expr* here = left.back();
    left.pop_back();
    add_operands(*here, left);
    if (const auto* decision = std::get_if<DecisionRef>(&here->node)) out.insert(decision->decision);
    if (const auto* let = std::get_if<LetRef>(&here->node); let && expanded.insert(let->let).second) {
      left.push_back(model.at(let->let).body.get());
    }
  }
  return out;
}

std::string part_of_calls(const Count& some, const Count& all, const std::string& its) {
  if (all == 1 && some == 1) return (its.empty() ? "the" : its) + " only call";
  const std::string whole = (its.empty() ? "" : its + " ") + counted(all, "call");
  return (some == all ? "all" : grouped(some)) + " of " + whole;
}

std::string some_outcome(const Decision& decision, std::size_t rule) {
  const auto* constant = std::get_if<Constant>(&decision.rules[rule].outcome->node);
  if (constant != nullptr && !decision.type->is_object())
    return decision.name + " is " + value_text(*decision.type, constant->value);
  std::string path = decision.name;
  const Type* type = decision.type.get();
  while (type->is_object()) {
    if (type->kind == Type::Kind::record) {
      if (type->fields.empty()) return path + " is set";
      path += "." + type->fields.front().name;
      type = type->fields.front().type.get();
    } else {
      path += "[";
      for (std::size_t i = 0; i < type->indices.size(); ++i)
        path += (i == 0 ? "" : ", ") + to_string(type->indices[i]->values.front());
      path += "]";
      type = type->element.get();
    }
  }
  if (type->is_enum()) return path + " is " + to_string(type->values.front());
  if (type->kind == Type::Kind::number) return path + " is " + std::to_string(type->low);
  return path + " is \"\"";
}

std::string binder_text(const std::vector<Binder>& binders, const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < binders.size(); ++i) {
    const auto index = value_index(*binders[i].type, values[i]);
    out += (i == 0 ? "" : ", ") + binders[i].name + " = " + (index ? to_string(binders[i].type->values[*index]) : "?");
  }
  return out;
}

bool has_error(const Diagnostics& diagnostics, DiagnosticId code, const std::optional<Span>& span) {
  const auto& list = diagnostics.list();
  return std::any_of(list.begin(), list.end(), [&](const Diagnostic& d) {
    return d.severity == Severity::error && d.code == code && d.span == span;
  });
}

}  // namespace tally
