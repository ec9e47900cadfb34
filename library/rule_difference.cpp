#include "library/rule_difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/fingerprint/fingerprint.h"
#include "grammar/parse/parser.h"
#include "simulator/plan/limits.h"

namespace tally {
namespace {

using Excess = std::optional<std::string>;

std::string first_error(const Diagnostics& faults) {
  for (const Diagnostic& fault : faults.list()) {
    if (fault.severity == Severity::error) return fault.message;
  }
  return "";
}

std::string in_words(const PlanExcess& excess) {
  std::string out = "`" + excess.part + "`: " + excess.why;
  if (!excess.call.empty()) out += ", for example " + excess.call + ": " + excess.request;
  return out;
}

// The later rules, compiled with the invariants at their end. The texts are those that were read, not the files.
Compilation with_invariants(const Compilation& rules, const RuleLimits& limits) {
  std::map<std::string, std::string_view> texts;
  for (const Module& module : rules.program.modules) texts.emplace(module.path, rules.sources.file(module.file).text());
  const std::string& root = rules.program.root().path;
  return compile(rules.path, [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto text = texts.find(path);
    if (text == texts.end()) return ReadError{"no such file"};
    std::string out(text->second);
    if (path == root) out += "\n" + limits.invariants + "\n";
    return out;
  });
}

// Returns the first invariant that the rules do not keep.
Excess broken_invariant(const Compilation& rules, const RuleLimits& limits) {
  Compilation c = with_invariants(rules, limits);
  if (!c.policy)
    return "the invariants of " + limits.invariants_name + " have no meaning in it: " + first_error(c.diagnostics);
  const auto fails = [&](const Diagnostics& faults) {
    return "it breaks the invariants of " + limits.invariants_name + ": " + first_error(faults);
  };
  const Model& model = *c.policy->model;
  for (std::size_t i = rules.policy->model->proofs.size(); i < model.proofs.size(); ++i) {
    Diagnostics faults;
    check_proof(*c.policy, c.sources, faults, {}, model.proofs[i]);
    if (faults.has_errors()) return fails(faults);
  }
  for (std::size_t i = rules.policy->model->examples.size(); i < model.examples.size(); ++i) {
    Diagnostics faults;
    check_example(*c.policy, c.sources, faults, {}, model.examples[i]);
    if (faults.has_errors()) return fails(faults);
  }
  return std::nullopt;
}

// Returns the conditions of the limits in the names of the later rules.
Result<PlanLimits> plan_limits(Compilation& after, const RuleLimits& limits) {
  PlanLimits out;
  out.decisions.insert(limits.decisions.begin(), limits.decisions.end());
  if (limits.at_most) out.combinations = Count(static_cast<unsigned long>(*limits.at_most));
  for (const std::string& text : limits.calls) {
    Diagnostics faults;
    const FileId source = after.sources.add("allow", text);
    const auto tree = parse_expression(after.sources, source, faults);
    const ExprRef made =
        tree ? analyze_condition(after.program, after.sources, *after.policy->model, *tree, faults) : nullptr;
    if (!made)
      return Error{Cause::rules, "the condition `" + text + "` has no meaning in the rules: " + first_error(faults)};
    const LoweredCondition lowered = after.policy->lowering->condition(made);
    if (!after.policy->lowering->failures().empty())
      return Error{Cause::bound, after.policy->lowering->failures().back().message};
    out.calls.push_back({1, lowered.node, lowered.reads});
  }
  return out;
}

// Returns an input that a host can no longer set by its name.
Excess renamed_input(const Joint& joint) {
  std::set<std::pair<std::string, std::string>> names;
  for (const Element& element : joint.policy(1).model->elements) names.emplace(element.name, element.pointer);
  for (const ElementId id : joint.policy(0).reads) {
    const Element& element = joint.policy(0).model->at(id);
    if (!element.relation && !names.contains({element.name, element.pointer}))
      return "`" + element.name + "`: no input of this name stands at " +
             (element.pointer.empty() ? "/" : element.pointer) + " any more";
  }
  return std::nullopt;
}

// Returns what is lost for those who ask.
Excess loss(const Joint& joint, const PlanLimits& limits) {
  if (const auto dropped = dropped_decisions(joint, limits); !dropped.empty()) return in_words(dropped.front());
  if (Excess renamed = renamed_input(joint)) return renamed;
  if (const auto refused = refused_inputs(joint); !refused.empty()) return in_words(refused.front());
  return std::nullopt;
}

// Returns the first difference of the decisions, whatever is allowed.
Excess any_difference(const std::vector<DiffDecision>& decisions) {
  for (const DiffDecision& decision : decisions) {
    for (const DiffPart& part : decision.parts) {
      if (part.rows.empty()) continue;
      const DiffRow& row = part.rows.front();
      return in_words({part.title,
                       grouped(part.different) + " of " + counted(part.combinations, "combination") + ": " +
                           row.outcomes[0] + " -> " + row.outcomes[1],
                       row.call, row.request});
    }
    for (const std::size_t side : {0, 1}) {
      for (const std::string& member : decision.only[side])
        return "`" + decision.name + "." + member + "`: " + (side == 0 ? "it is no longer decided" : "it is new");
    }
  }
  return std::nullopt;
}

// A part that could not be compared may hide a change.
Excess not_compared(const std::vector<DiffDecision>& decisions, const PlanLimits& limits) {
  for (const DiffDecision& decision : decisions) {
    if (limits.decisions.contains(decision.name)) continue;
    for (const auto& failure : decision.failures) return "`" + failure.title + "`: " + failure.why;
    for (const DiffPart& part : decision.parts) {
      if (part.undecided != 0) return "`" + part.title + "`: it could not be decided whether all calls are alike";
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Excess> first_excess(const Compilation& before, Compilation& after, const RuleLimits* limits) {
  PlanLimits allowed;
  if (limits != nullptr) {
    if (Excess broken = broken_invariant(after, *limits)) return broken;
    TALLY_ASSIGN_OR_RETURN(allowed, plan_limits(after, *limits));
  }
  DiffBounds bounds;
  bounds.described_rows = 1;
  Diff diff(*before.policy, *after.policy, false, bounds);
  if (!diff.joint().conflicts().empty()) return Excess("no request is accepted by both versions");
  if (Excess lost = loss(diff.joint(), allowed)) return lost;
  const std::vector<Pair<std::size_t>> outputs = decisions_of_both(diff.joint());
  std::vector<DiffDecision> decisions;
  for (const Pair<std::size_t>& both : outputs) {
    if (diff.is_same(both))
      decisions.emplace_back().name = before.policy->model->at(before.policy->outputs[both[0]].decision).name;
    else
      decisions.push_back(diff.compare(both, "", {}));
  }
  if (Excess hidden = not_compared(decisions, allowed)) return hidden;
  if (limits == nullptr) return any_difference(decisions);
  std::vector<PlannedDecision> planned;
  for (std::size_t i = 0; i < outputs.size(); ++i) planned.push_back({outputs[i], &decisions[i]});
  const std::vector<PlanExcess> beyond = changes_beyond(diff, planned, allowed);
  if (beyond.empty()) return Excess();
  return Excess(in_words(beyond.front()));
}

}  // namespace tally
