#include "simulator/explain/explain.h"

#include <algorithm>
#include <map>

#include "compiler/checks/wording.h"

namespace tally {
namespace {

// Parts that are listed when one outcome is compared with another.
constexpr std::size_t max_changed_parts = 3;

class Explainer {
 public:
  Explainer(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts)
      : policy_(policy),
        model_(*policy.model),
        classes_(*policy.classes),
        space_(*policy.space),
        output_(policy.outputs[output]),
        wording_(*policy.model, sources),
        facts_(facts) {
    for (const ElementId element : space_.order()) {
      codes_.push_back(static_cast<std::uint8_t>(classes_.code_of(element, facts(element))));
    }
    nodes_.push_back(output_.rule);
    for (const ResultPart& part : output_.parts) nodes_.push_back(part.node);
  }

  Explanation run() {
    Explanation out;
    out.decision = output_.decision;
    out.rule = evaluate(output_.rule, codes_);
    out.rests_on = rests_on(nodes_, output_.reads);
    const Decision& decision = model_.at(output_.decision);
    for (std::size_t i = 0; i + 1 < (out.rule == 0 ? decision.rules.size() + 1 : out.rule); ++i) {
      const Rule& rule = decision.rules[i];
      EarlierRule earlier{i + 1, rule.span, {}};
      if (rule.condition) add_failures(rule.condition, earlier.failures);
      out.earlier.push_back(std::move(earlier));
    }
    add_changes(out.changes);
    return out;
  }

 private:
  std::uint32_t evaluate(NodeId node, const Assignment& codes) {
    return space_.diagrams().evaluate(space_.of(node), codes);
  }

  std::uint8_t code(ElementId element) const { return codes_[space_.variable(element).value]; }

  ExplainedFact fact(ElementId element) const {
    const Literal value = facts_(element);
    if (std::holds_alternative<Unset>(value)) return {element, "unset"};
    if (!model_.at(element).is_leaf()) return {element, "set"};
    if (std::holds_alternative<EnumName>(value))
      return {element, classes_.label(element, classes_.code_of(element, value))};
    return {element, to_string(value)};
  }

  // Facts are left out one by one as long as the rest still settles the nodes. Unset facts are
  // tried first, so that a reader sees what the request contains.
  std::vector<ExplainedFact> rests_on(const std::vector<NodeId>& nodes, const std::set<ElementId>& reads) {
    Diagrams& diagrams = space_.diagrams();
    Diagram same = diagrams.yes();
    for (const NodeId node : nodes) same = diagrams.both(same, diagrams.where(space_.of(node), evaluate(node, codes_)));
    const Diagram otherwise = diagrams.but_not(space_.possible(reads), same);

    std::vector<ElementId> candidates(reads.begin(), reads.end());
    const auto weight = [&](ElementId element) {
      return std::tuple(model_.at(element).is_leaf(), code(element) != 0, ~space_.variable(element).value);
    };
    std::sort(candidates.begin(), candidates.end(), [&](ElementId a, ElementId b) { return weight(a) < weight(b); });
    std::set<ElementId> kept = reads;
    for (const ElementId candidate : candidates) {
      kept.erase(candidate);
      std::vector<std::pair<VariableId, std::uint8_t>> held;
      for (const ElementId element : kept) held.emplace_back(space_.variable(element), code(element));
      std::sort(held.begin(), held.end());
      if (diagrams.hold(otherwise, held) != diagrams.no()) kept.insert(candidate);
    }
    std::vector<ExplainedFact> out;
    for (const ElementId element : kept) out.push_back(fact(element));
    return out;
  }

  // Adds the false parts of a condition: of "a is on and b is on", those of the two that are false.
  void add_failures(const ExprRef& condition, std::vector<ExplainedFailure>& out) {
    const LoweredCondition lowered = policy_.lowering->condition(condition);
    if (evaluate(lowered.node, codes_) == 1) return;
    if (const auto* all = std::get_if<AndOf>(&condition->node)) {
      for (const ExprRef& operand : all->operands) add_failures(operand, out);
      return;
    }
    out.push_back({wording_.quoted(condition->span), rests_on({lowered.node}, lowered.reads.elements)});
  }

  // Returns the call with one fact set to another code, and with what must then be present or
  // absent.
  Assignment changed(ElementId element, std::uint8_t to) const {
    Assignment codes = codes_;
    const auto set = [&](ElementId at, std::uint8_t value) {
      if (space_.has(at)) codes[space_.variable(at).value] = value;
    };
    set(element, to);
    if (to != 0) {
      for (const ElementId around : optional_ancestors(model_, element)) set(around, 1);
    } else if (!model_.at(element).is_leaf()) {
      for (const ElementId inside : below(model_, element)) set(inside, 0);
    }
    return codes;
  }

  void add_changes(std::vector<ExplainedChange>& out) {
    const Diagram possible = space_.possible(output_.reads);
    for (const ElementId element : output_.reads) {
      std::map<std::pair<std::size_t, std::string>, CodeSet> outcomes;
      for (unsigned to = classes_.first(element); to < classes_.codes(element); ++to) {
        if (to == code(element)) continue;
        const Assignment codes = changed(element, static_cast<std::uint8_t>(to));
        if (space_.diagrams().evaluate(possible, codes) == 0) continue;
        const std::string outcome = difference(codes);
        if (!outcome.empty()) outcomes[{evaluate(output_.rule, codes), outcome}].add(to);
      }
      for (const auto& [outcome, values] : outcomes) {
        out.push_back({element, classes_.label(element, values), outcome.first, outcome.second});
      }
    }
  }

  // Returns what another call decides, as far as it differs; empty if it does not.
  std::string difference(const Assignment& codes) {
    std::string out;
    std::size_t parts = 0;
    for (const ResultPart& part : output_.parts) {
      const std::uint32_t then = evaluate(part.node, codes);
      if (then == evaluate(part.node, codes_)) continue;
      const std::string value = wording_.value_text(part, then);
      if (part.path.empty() && (part.kind != ResultPart::Kind::presence || then == 0)) return value;
      if (++parts > max_changed_parts) return out + ", ...";
      if (!out.empty()) out += ", ";
      const std::string name = part.path.starts_with('.') ? part.path.substr(1) : part.path;
      out += name.empty() ? value : name + " = " + value;
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
  Assignment codes_;
  std::vector<NodeId> nodes_;
};

}  // namespace

Result<Explanation> explain(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts) {
  try {
    return Explainer(policy, sources, output, facts).run();
  } catch (const NodeLimit&) {
    return Error{Cause::bound, "`" + policy.model->at(policy.outputs[output].decision).name +
                                   "` cannot be explained: its diagrams pass the node limit"};
  }
}

}  // namespace tally
