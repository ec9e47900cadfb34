#include "simulator/explain/explain.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "compiler/checks/wording.h"
#include "compiler/lower/origins.h"
#include "compiler/values/equal_values.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"
#include "simulator/explain/compared_values.h"
#include "simulator/explain/fewest_changes.h"

namespace tally {
namespace {

class Explainer {
 public:
  Explainer(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts,
            const IsDefault& is_default)
      : policy_(policy),
        model_(*policy.model),
        classes_(*policy.classes),
        space_(*policy.space),
        output_(policy.outputs[output]),
        wording_(*policy.model, sources),
        facts_(facts),
        is_default_(is_default),
        compared_(policy, facts) {
    for (const ElementId element : space_.order()) {
      codes_.push_back(static_cast<Code>(classes_.code_of(element, facts(element))));
    }
    nodes_.push_back(output_.rule);
    for (const ResultPart& part : output_.parts) nodes_.push_back(part.node);
  }

  Explanation run() {
    Explanation out;
    out.decision = output_.decision;
    out.rule = evaluate(output_.rule, codes_);
    if (out.rule != 0 && output_.parts.size() == 1 && output_.parts.front().kind == ResultPart::Kind::enumeration)
      out.value = wording_.value_text(output_.parts.front(), evaluate(output_.parts.front().node, codes_));
    out.rests_on = rests_on(nodes_, output_.reads, handed_on());
    const Decision& decision = model_.at(output_.decision);
    for (const RuleArm& arm : arms_in_order(decision)) {
      if (arm.rule + 1 == out.rule) break;
      if (!is_asked(decision.rules[arm.rule], arm.condition)) continue;
      EarlierRule earlier{arm.rule + 1, decision.rules[arm.rule].span, {}};
      if (arm.condition) add_failures(arm.condition, earlier.failures);
      out.earlier.push_back(std::move(earlier));
    }
    add_changes(out.changes);
    if (!out.changes.empty()) return out;
    FewestChanges fewest(policy_, output_, codes_, facts_, wording_, compared_);
    out.together = fewest.run();
    out.is_settled = fewest.is_settled();
    return out;
  }

 private:
  std::uint32_t evaluate(NodeId node, const Assignment& codes) {
    return space_.diagrams().evaluate(space_.of(node), codes);
  }

  bool holds(const ExprRef& condition) { return evaluate(policy_.lowering->condition(condition).node, codes_) == 1; }

  // Whether a rule that does not fire is worth a word: in a `longest` table only rows whose prefix the text has.
  bool is_asked(const Rule& rule, const ExprRef& condition) {
    const auto arm = std::find_if(rule.prefixes.begin(), rule.prefixes.end(),
                                  [&](const PrefixArm& each) { return each.condition == condition; });
    return arm == rule.prefixes.end() || !arm->alone || holds(arm->alone);
  }

  Code code(ElementId element) const { return codes_[space_.variable(element).value]; }

  ExplainedFact fact(ElementId element) const {
    const Literal value = facts_(element);
    const bool is_leaf = model_.at(element).is_leaf();
    if (std::holds_alternative<Unset>(value)) return {element, "unset", is_leaf ? FactFrom::unset : FactFrom::absent};
    if (!is_leaf) return {element, "set"};
    const FactFrom from = is_default_(element) ? FactFrom::by_default : FactFrom::request;
    if (is_member_of_set(model_, element)) {
      const std::uint32_t code = classes_.code_of(element, value);
      CodeSet codes = CodeSet().add(code);
      // Where a set is unset, a value is not in it either.
      if (code == 1 && classes_.first(element) == 0) codes.add(0);
      return {element,
              cell_text(model_, classes_, element, code),
              from,
              {},
              condition_text(model_, classes_, element, codes)};
    }
    if (std::holds_alternative<EnumName>(value))
      return {element, cell_text(model_, classes_, element, classes_.code_of(element, value)), from};
    return {element, to_string(value), from};
  }

  // Returns the outermost object at or around an element that is missing, or else the element.
  ElementId fact_of(ElementId element) const {
    std::vector<ElementId> objects = optional_ancestors(model_, element);
    if (!model_.at(element).is_leaf()) objects.push_back(element);
    for (const ElementId object : objects) {
      if (code(object) == 0) return object;
    }
    return element;
  }

  // Returns the leaves whose values are in the outcome.
  std::set<ElementId> handed_on() {
    std::set<ElementId> out;
    for (const ResultPart& part : output_.parts) {
      const std::uint32_t code = evaluate(part.node, codes_);
      if (part.kind != ResultPart::Kind::origin || code == 0) continue;
      for (const ElementId leaf : leaves_of(part.origins[code - 1])) out.insert(leaf);
    }
    return out;
  }

  // Facts are left out one by one as long as the rest still settles the nodes. Unset facts are
  // tried first, so that a reader sees what the request contains. `values` are never left out.
  std::vector<ExplainedFact> rests_on(const std::vector<NodeId>& nodes, std::set<ElementId> reads,
                                      const std::set<ElementId>& values = {}) {
    Diagrams& diagrams = space_.diagrams();
    Diagram same = diagrams.yes();
    for (const NodeId node : nodes) same = diagrams.both(same, diagrams.where(space_.of(node), evaluate(node, codes_)));
    const Diagram otherwise = diagrams.but_not(space_.possible(reads), same);

    std::vector<ElementId> candidates;
    std::set_difference(reads.begin(), reads.end(), values.begin(), values.end(), std::back_inserter(candidates));
    const auto weight = [&](ElementId element) {
      return std::tuple(model_.at(element).is_leaf(), code(element) != 0, ~space_.variable(element).value);
    };
    std::sort(candidates.begin(), candidates.end(), [&](ElementId a, ElementId b) { return weight(a) < weight(b); });
    std::set<ElementId> kept = std::move(reads);
    kept.insert(values.begin(), values.end());
    for (const ElementId candidate : candidates) {
      kept.erase(candidate);
      std::vector<std::pair<VariableId, Code>> held;
      for (const ElementId element : kept) {
        if (space_.has(element)) held.emplace_back(space_.variable(element), code(element));
      }
      std::sort(held.begin(), held.end());
      if (diagrams.hold(otherwise, held) != diagrams.no()) kept.insert(candidate);
    }
    // How two inputs compare is shown by the two.
    kept = with_related(model_, std::move(kept));
    std::erase_if(kept, [&](ElementId element) { return model_.at(element).relation.has_value(); });
    // What is unset because an object is missing is the fact that the object is missing.
    std::map<ElementId, std::vector<ElementId>> inside;
    for (const ElementId element : kept) inside[fact_of(element)].push_back(element);
    std::vector<ExplainedFact> out;
    for (auto& [element, elements] : inside) {
      out.push_back(fact(element));
      if (out.back().from == FactFrom::absent) out.back().inside = std::move(elements);
    }
    return out;
  }

  // Adds the false parts of a condition: of "a is on and b is on", those of the two that are false.
  void add_failures(const ExprRef& condition, std::vector<ExplainedFailure>& out) {
    const LoweredCondition lowered = policy_.lowering->condition(condition);
    if (evaluate(lowered.node, codes_) == 1) return;
    if (const auto* all = std::get_if<AndOf>(&condition->node); all && !is_quantifier(*all)) {
      for (const ExprRef& operand : all->operands) add_failures(operand, out);
      return;
    }
    out.push_back({source_of(condition), rests_on({lowered.node}, lowered.reads.elements)});
  }

  // The source of a condition. A cell of a table is shown behind its header: "n in 5..30".
  std::string source_of(const ExprRef& condition) const {
    const std::optional<Span> left = left_side(*condition);
    const Span& span = condition->span;
    const bool is_cell = left && (left->end <= span.begin || span.end <= left->begin);
    if (!is_cell) return wording_.quoted(span);
    return condition_of_cell(wording_.quoted(*left), wording_.quoted(span));
  }

  // Whether it is `every v in T: C`, whose operands all are C.
  static bool is_quantifier(const AndOf& all) {
    return all.operands.size() > 1 && std::all_of(all.operands.begin(), all.operands.end(), [&](const ExprRef& e) {
             return e->span == all.operands.front()->span;
           });
  }

  // What the first comparison of a condition compares, or nothing.
  static std::optional<Span> left_side(const Expr& e) {
    const auto first = [](const std::vector<ExprRef>& operands) {
      return operands.empty() ? std::nullopt : left_side(*operands.front());
    };
    if (const auto* n = std::get_if<NotOf>(&e.node)) return left_side(*n->operand);
    if (const auto* n = std::get_if<AndOf>(&e.node)) return first(n->operands);
    if (const auto* n = std::get_if<OrOf>(&e.node)) return first(n->operands);
    if (const auto* n = std::get_if<IsSet>(&e.node)) return n->operand->span;
    if (const auto* n = std::get_if<Equal>(&e.node)) return n->left->span;
    if (const auto* n = std::get_if<RelatedAs>(&e.node)) return n->left->span;
    if (const auto* n = std::get_if<AmongValues>(&e.node)) return n->operand->span;
    if (const auto* n = std::get_if<AmongCut>(&e.node)) return n->operand->span;
    if (const auto* n = std::get_if<CountOf>(&e.node)) return n->span_of_count;
    return std::nullopt;
  }

  // Returns the call with one fact set to another code, and with what must then be present or
  // absent.
  Assignment changed(ElementId element, Code to) const {
    Assignment codes = codes_;
    const auto set = [&](ElementId at, Code value) {
      if (space_.has(at)) codes[space_.variable(at).value] = value;
    };
    // In an object that becomes present, members with a default have their default.
    const std::function<void(ElementId)> fill = [&](ElementId object) {
      for (const ElementId child : model_.at(object).children) {
        const Element& member = model_.at(child);
        if (member.default_value)
          set(child, static_cast<Code>(classes_.code_of(child, *member.default_value)));
        else if (!member.is_leaf() && !member.optional())
          fill(child);
      }
    };
    if (to != 0) {
      std::vector<ElementId> present = optional_ancestors(model_, element);
      if (!model_.at(element).is_leaf()) present.push_back(element);
      for (const ElementId object : present) {
        if (!std::holds_alternative<Unset>(facts_(object))) continue;
        set(object, 1);
        fill(object);
      }
    } else if (!model_.at(element).is_leaf()) {
      for (const ElementId inside : below(model_, element)) set(inside, 0);
    }
    set(element, to);
    return codes;
  }

  // Returns the elements of which one may change: those that are read, and the objects around a
  // required member, which is unset if one of these is.
  std::set<ElementId> changeable() const {
    std::set<ElementId> out = output_.reads;
    std::erase_if(out, [&](ElementId element) { return model_.at(element).relation.has_value(); });
    for (const ElementId element : output_.reads) {
      if (model_.at(element).optional()) continue;
      for (const ElementId object : optional_ancestors(model_, element)) out.insert(object);
    }
    return out;
  }

  // What would be decided with one fact changed.
  struct Outcome {
    std::uint32_t rule = 0;
    std::string text;               // as far as it differs from what is decided
    std::optional<Literal> except;  // the one changed value that would not change the outcome
    auto operator<=>(const Outcome&) const = default;
  };

  void add_changes(std::vector<ExplainedChange>& out) {
    const Diagram possible = space_.possible(output_.reads);
    for (const ElementId element : changeable()) {
      const std::shared_ptr<const Classes> classes = compared_.classes_of(element);
      const auto now = static_cast<unsigned>(classes->code_of(element, facts_(element)));
      std::map<Outcome, CodeSet> outcomes;
      for (unsigned to = classes->first(element); to < classes->codes(element); ++to) {
        // Another value of the same class changes an outcome into which it is handed on.
        if (to == now && (to == 0 || !has_other_values(*classes, element, to))) continue;
        // A required member is only unset if the object around it is absent, which is another change.
        if (to == 0 && !model_.at(element).optional()) continue;
        // An object that is not read matters only by what is in it.
        if (to != 0 && !output_.reads.contains(element)) continue;
        const Literal value = value_of(model_, *classes, element, static_cast<Code>(to));
        Assignment codes = changed(element, static_cast<Code>(classes_.code_of(element, value)));
        compared_.relate(element, value, codes);
        if (space_.diagrams().evaluate(possible, codes) == 0) continue;
        auto outcome = changed_outcome(codes, *classes, element, to);
        if (!outcome) continue;
        if (to == now && !outcome->except) outcome->except = facts_(element);  // which is not a change
        outcomes[*std::move(outcome)].add(to);
      }
      for (const auto& [outcome, values] : outcomes) {
        // Without its object, an element that becomes set needs it.
        std::size_t objects = 0;
        for (const ElementId object : optional_ancestors(model_, element)) objects += code(object) == 0 ? 1 : 0;
        out.push_back(
            {element, changed_text(*classes, element, values, outcome.except), objects, outcome.rule, outcome.text});
      }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const ExplainedChange& a, const ExplainedChange& b) { return a.objects < b.objects; });
  }

  bool has_other_values(const Classes& classes, ElementId element, unsigned code) const {
    const Element& at = model_.at(element);
    return at.is_leaf() && !at.type->is_enum() && !classes.classes(element)[code - 1].single;
  }

  std::string changed_text(const Classes& classes, ElementId element, const CodeSet& values,
                           const std::optional<Literal>& except) const {
    const std::string is_not = except ? model_.at(element).name + " is not " + to_string(*except) : "";
    // A leaf that nothing cuts has one class, and its condition is only that the leaf is set.
    if (except && classes.classes(element).size() == 1) return is_not;
    const std::string among = condition_text(model_, classes, element, values);
    if (!except) return among;
    return operand_of_and(among) + " and " + is_not;
  }

  // Returns what is decided if one element has another code, or nothing if the same is decided.
  std::optional<Outcome> changed_outcome(const Assignment& codes, const Classes& classes, ElementId element,
                                         unsigned to) {
    Outcome out{evaluate(output_.rule, codes), "", std::nullopt};
    const bool is_decided = evaluate(output_.rule, codes_) != 0;
    if (is_decided && out.rule == 0) {
      out.text = "(undecided)";
      return out;
    }
    for (const ResultPart& part : output_.parts) {
      const std::uint32_t now = evaluate(part.node, codes_), then = evaluate(part.node, codes);
      if (!differs(part, now, then, classes, element, to, out.except)) continue;
      const std::string value = wording_.value_text(part, then);
      if (part.path.empty() && (part.kind != ResultPart::Kind::presence || then == 0)) {
        out.text = value;
        return out;
      }
      const std::string name = part.path.starts_with('.') ? part.path.substr(1) : part.path;
      out.text += (out.text.empty() ? "" : ", ") + (name.empty() ? value : name + " = " + value);
    }
    // A call that no rule decides has no value, which is not the same as `unset`.
    if (!is_decided && out.rule != 0 && out.text.empty()) out.text = "unset";
    if (out.text.empty()) return std::nullopt;
    return out;
  }

  // Whether a part would have another value. `except` is set to the value of the element for which
  // it would not, if the element has such a value in its new class.
  bool differs(const ResultPart& part, std::uint32_t now, std::uint32_t then, const Classes& classes, ElementId element,
               unsigned to, std::optional<Literal>& except) const {
    if (part.kind != ResultPart::Kind::origin || now == 0 || then == 0) return now != then;
    const Origin before = with_facts(part.origins[now - 1], std::nullopt);
    const Origin after = with_facts(part.origins[then - 1], element);
    if (before == after) return false;
    if (leaves_of(after).empty()) return true;
    const auto equality = equality_cut(model_, before, after);
    if (!equality) return true;
    const Cut& cut = equality->second;
    const Literal equal = cut.texts.empty() ? Literal(cut.ranges.front().low) : Literal(cut.texts.front());
    if (classes.code_of(element, equal) != to) return true;
    if (!has_other_values(classes, element, to)) return false;
    except = equal;
    return true;
  }

  // Returns the origin with the values of the call in place of its leaves, apart from one leaf.
  Origin with_facts(const Origin& origin, std::optional<ElementId> but) const {
    Origin out = origin;
    for (const ElementId leaf : leaves_of(origin)) {
      if (leaf == but) continue;
      Literal value = facts_(leaf);
      // The leaf is in an object that becomes present.
      if (std::holds_alternative<Unset>(value)) value = model_.at(leaf).default_value.value_or(Unset{});
      if (!std::holds_alternative<Unset>(value)) out = with_value(model_, out, leaf, value);
    }
    return out;
  }

  Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  Space& space_;
  const Output& output_;
  const Wording wording_;
  const CallFacts& facts_;
  const IsDefault& is_default_;
  const ComparedValues compared_;
  Assignment codes_;
  std::vector<NodeId> nodes_;
};

}  // namespace

Result<Explanation> explain(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts,
                            const IsDefault& is_default) {
  try {
    return Explainer(policy, sources, output, facts, is_default).run();
  } catch (const NodeLimit&) {
    return Error{Cause::bound, "`" + policy.model->at(policy.outputs[output].decision).name +
                                   "` cannot be explained: its diagrams pass the node limit"};
  }
}

}  // namespace tally
