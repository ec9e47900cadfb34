#include "simulator/sweep/sweep.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/plan/possible_condition.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

// Each condition costs one addition per vector of combinations.
constexpr std::size_t max_conditions = 2000;

// A decision with the conditions of its outcomes.
struct DecisionParts {
  SweptDecision decision;
  std::vector<NodeId> conditions;  // one per outcome
  std::vector<NodeId> roots;
  std::set<ElementId> reads;
};

class SweepMaker {
 public:
  SweepMaker(Policy& policy, const SourceSet& sources, const SweepQuestion& question)
      : policy_(policy), sources_(sources), question_(question), model_(*policy.model), graph_(*policy.graph) {}

  Result<Sweep> make() {
    std::vector<DecisionParts> parts;
    std::set<ElementId> elements = question_.over;
    std::vector<NodeId> roots;
    for (const std::size_t output : question_.outputs) {
      parts.push_back(parts_of(policy_.outputs[output]));
      const DecisionParts& made = parts.back();
      if (made.conditions.size() > max_conditions) return too_many(made.decision.name, made.conditions.size());
      elements.insert(made.reads.begin(), made.reads.end());
      roots.insert(roots.end(), made.roots.begin(), made.roots.end());
    }
    elements = with_related(model_, std::move(elements));
    sweep_.inputs.assign(elements.begin(), elements.end());
    sweep_.assignments = 1;
    for (const ElementId e : variable_order(model_, graph_, roots, elements)) {
      const auto end = static_cast<std::uint16_t>(policy_.classes->codes(e));
      sweep_.variables.push_back({e, policy_.classes->first(e), end});
      sweep_.assignments *= end - sweep_.variables.back().first;
    }
    possible_ = possible_condition(model_, graph_, *policy_.classes, elements);
    sweep_.conditions.push_back(possible_);
    if (question_.joint) {
      TALLY_RETURN_IF_ERROR(joint(parts));
    } else {
      for (const DecisionParts& p : parts) partition(p.conditions);
    }
    for (DecisionParts& p : parts) sweep_.decisions.push_back(std::move(p.decision));
    if (sweep_.conditions.size() > max_conditions) return too_many("", sweep_.conditions.size());
    return std::move(sweep_);
  }

 private:
  static Error too_many(const std::string& name, std::size_t count) {
    const std::string what = name.empty() ? "the decisions have " : "`" + name + "` has ";
    return {
        Cause::bound,
        what + grouped(count) + " outcomes, more than the " + grouped(max_conditions) + " that are counted at a time",
        name.empty() ? "choose fewer of them with --decision, or leave out --joint" : ""};
  }

  DecisionParts parts_of(const Output& output) {
    const Decision& decision = model_.at(output.decision);
    DecisionParts out;
    out.decision.name = decision.name;
    out.roots.push_back(output.rule);
    const auto add = [&](std::string name, NodeId condition) {
      out.decision.outcomes.push_back(std::move(name));
      out.conditions.push_back(condition);
    };
    if (!decision.type->is_scalar()) {
      for (const Rule& rule : decision.rules) {
        if (rule.condition)
          out.reads.merge(std::set<ElementId>(policy_.lowering->condition(rule.condition).reads.elements));
      }
    } else {
      out.reads = output.reads;
      out.roots.push_back(output.parts.front().node);
    }
    const bool decided = !decision.may_be_undecided();
    if (!decided) add("(undecided)", is(output.rule, 0));
    if (!decision.type->is_scalar()) {
      for (std::size_t i = 0; i < decision.rules.size(); ++i) {
        if (!decided && i == 0) out.decision.results.emplace_back();
        add("rule " + std::to_string(i + 1), is(output.rule, static_cast<std::uint32_t>(i + 1)));
        out.decision.results.push_back(one_line(sources_.text(decision.rules[i].outcome_span)));
      }
      return out;
    }
    const ResultPart& part = output.parts.front();
    if (part.type->optional) {
      const NodeId unset = is(part.node, 0);
      add("unset", decided ? unset : graph_.both({unset, graph_.negate(is(output.rule, 0))}));
    }
    const bool origin = part.kind == ResultPart::Kind::origin;
    const std::size_t values = origin ? part.origins.size() : part.type->values.size();
    for (std::uint32_t i = 0; i < values; ++i)
      add(origin ? to_string(model_, part.origins[i]) : to_string(part.type->values[i]), is(part.node, i + 1));
    return out;
  }

  // Returns a node that is 1 if `node` has this code.
  NodeId is(NodeId node, std::uint32_t code) {
    return code < graph_.codes(node) ? graph_.is_code(node, code) : graph_.no();
  }

  void partition(const std::vector<NodeId>& conditions) {
    for (std::size_t i = 0; i + 1 < conditions.size(); ++i)
      sweep_.conditions.push_back(graph_.both({conditions[i], possible_}));
  }

  // Makes every choice of one outcome per decision; the last decision varies fastest. Choices
  // whose outcomes obviously contradict each other are left out.
  Result<> joint(const std::vector<DecisionParts>& parts) {
    std::vector<std::pair<NodeId, std::vector<std::size_t>>> made{{graph_.yes(), {}}};
    for (const DecisionParts& p : parts) {
      std::vector<std::pair<NodeId, std::vector<std::size_t>>> next;
      for (const auto& [condition, outcomes] : made) {
        for (std::size_t i = 0; i < p.conditions.size(); ++i) {
          const NodeId both = graph_.both({condition, p.conditions[i]});
          if (both == graph_.no()) continue;
          auto longer = outcomes;
          longer.push_back(i);
          next.emplace_back(both, std::move(longer));
          if (next.size() > max_conditions) return too_many("", next.size());
        }
      }
      made = std::move(next);
    }
    std::vector<NodeId> conditions;
    for (auto& [condition, outcomes] : made) {
      conditions.push_back(condition);
      sweep_.joint.push_back(std::move(outcomes));
    }
    partition(conditions);
    return {};
  }

  Policy& policy_;
  const SourceSet& sources_;
  const SweepQuestion& question_;
  const Model& model_;
  Graph& graph_;
  Sweep sweep_;
  NodeId possible_;
};

}  // namespace

Box Sweep::all() const {
  Box box;
  for (const SlicedVariable& v : variables) box.push_back({v.first, v.end});
  return box;
}

Result<Sweep> make_sweep(Policy& policy, const SourceSet& sources, const SweepQuestion& question) {
  return SweepMaker(policy, sources, question).make();
}

SweepCounts outcome_counts(const Sweep& sweep, const ConditionCounts& counts) {
  SweepCounts out;
  out.combinations = counts.front();
  std::size_t next = 1;
  const auto partition = [&](std::size_t size) {
    std::vector<Count> parts(counts.begin() + static_cast<std::ptrdiff_t>(next),
                             counts.begin() + static_cast<std::ptrdiff_t>(next + size - 1));
    next += size - 1;
    Count rest = out.combinations;
    for (const Count& part : parts) rest -= part;
    parts.push_back(std::move(rest));
    return parts;
  };
  if (sweep.joint.empty()) {
    for (const SweptDecision& decision : sweep.decisions) out.decisions.push_back(partition(decision.outcomes.size()));
    return out;
  }
  out.joint = partition(sweep.joint.size());
  for (std::size_t d = 0; d < sweep.decisions.size(); ++d) {
    out.decisions.emplace_back(sweep.decisions[d].outcomes.size());
    for (std::size_t i = 0; i < sweep.joint.size(); ++i) out.decisions[d][sweep.joint[i][d]] += out.joint[i];
  }
  return out;
}

// --- diagrams --------------------------------------------------------------------------

DiagramCounts::DiagramCounts(const Policy& policy, const Sweep& sweep) : sweep_(&sweep) {
  const std::set<ElementId> elements(sweep.inputs.begin(), sweep.inputs.end());
  try {
    space_.emplace(*policy.model, *policy.graph, *policy.classes,
                   best_order(*policy.model, *policy.graph, *policy.classes, sweep.conditions, elements));
    // What is possible is derived from the shape of the documents, not from the condition that
    // the code is made of. The two ways can therefore check each other.
    std::vector<Diagram> diagrams{space_->possible(elements)};
    for (std::size_t i = 1; i < sweep.conditions.size(); ++i)
      diagrams.push_back(space_->diagrams().both(diagrams.front(), space_->of(sweep.conditions[i])));
    diagrams_ = std::move(diagrams);
  } catch (const NodeLimit&) {
    space_.reset();
  }
}

std::optional<ConditionCounts> DiagramCounts::count(const Box& box) {
  if (!diagrams_) return std::nullopt;
  const std::set<ElementId> elements(sweep_->inputs.begin(), sweep_->inputs.end());
  const std::vector<VariableId> scope = space_->variables(elements);
  try {
    Diagram inside = space_->diagrams().yes();
    for (std::size_t i = 0; i < box.size(); ++i) {
      const SlicedVariable& v = sweep_->variables[i];
      if (box[i] == CodeRange{v.first, v.end}) continue;
      CodeSet codes;
      for (unsigned code = box[i].first; code < box[i].end; ++code) codes.add(code);
      inside = space_->diagrams().both(inside, space_->test(v.element, codes));
    }
    ConditionCounts out;
    for (const Diagram d : *diagrams_)
      out.push_back(space_->diagrams().count(space_->diagrams().both(d, inside), scope));
    return out;
  } catch (const NodeLimit&) {
    return std::nullopt;
  }
}

std::optional<Count> combinations_of_all_inputs(Policy& policy, const Sweep& sweep) {
  std::set<ElementId> elements = policy.reads;
  elements.insert(sweep.inputs.begin(), sweep.inputs.end());
  try {
    if (elements == policy.reads) return policy.space->count(policy.space->diagrams().yes(), elements);
    Space space(*policy.model, *policy.graph, *policy.classes,
                best_order(*policy.model, *policy.graph, *policy.classes, {}, elements));
    return space.count(space.diagrams().yes(), elements);
  } catch (const NodeLimit&) {
    return std::nullopt;
  }
}

// --- the first difference ------------------------------------------------------------

std::optional<Box> first_difference(const Sweep& sweep, const Box& within, const CountBox& code,
                                    const CountBox& diagrams) {
  const auto differ = [&](const Box& box) { return code(box) != diagrams(box); };
  if (!differ(within)) return std::nullopt;
  // Each input in turn is fixed to the first code under which the counts still differ. There is
  // always such a code, since the counts of the parts add up to those of the whole.
  Box box = within;
  for (const ElementId input : sweep.inputs) {
    const auto at = std::find_if(sweep.variables.begin(), sweep.variables.end(),
                                 [&](const SlicedVariable& v) { return v.element == input; });
    CodeRange& range = box[static_cast<std::size_t>(at - sweep.variables.begin())];
    const CodeRange all = range;
    for (unsigned c = all.first; c < all.end; ++c) {
      range = {static_cast<Code>(c), static_cast<std::uint16_t>(c + 1)};
      if (c + 1u == all.end || differ(box)) break;
    }
  }
  return box;
}

std::string describe_difference(const Policy& policy, const Sweep& sweep, const Box& combination,
                                const ConditionCounts& code, const ConditionCounts& diagrams) {
  Call call;
  for (std::size_t i = 0; i < combination.size(); ++i)
    call.emplace_back(sweep.variables[i].element, combination[i].first);
  std::sort(call.begin(), call.end());
  std::string out = call_text(*policy.model, *policy.classes, call, UnsetFacts::shown) + ": ";
  if (code.front() != diagrams.front()) {
    return out + (code.front() == 0 ? "impossible in the compiled code, possible in the diagrams"
                                    : "possible in the compiled code, impossible in the diagrams");
  }
  const SweepCounts left = outcome_counts(sweep, code), right = outcome_counts(sweep, diagrams);
  const auto outcome = [&](std::size_t decision, const SweepCounts& counts) {
    std::string name;
    for (std::size_t i = 0; i < counts.decisions[decision].size(); ++i) {
      if (counts.decisions[decision][i] != 0)
        name += (name.empty() ? "" : " and ") + sweep.decisions[decision].outcomes[i];
    }
    return name.empty() ? "nothing" : name;
  };
  std::string differences;
  for (std::size_t d = 0; d < sweep.decisions.size(); ++d) {
    if (left.decisions[d] == right.decisions[d]) continue;
    differences += (differences.empty() ? "" : "; ") + ("`" + sweep.decisions[d].name) + "` is " + outcome(d, left) +
                   " in the compiled code, " + outcome(d, right) + " in the diagrams";
  }
  return out + differences;
}

}  // namespace tally
