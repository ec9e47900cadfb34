#include "simulator/plan/limits.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace tally {
namespace {

// Returns the conditions that hold for exactly the calls that no condition allows.
std::vector<DiffCondition> others(const Joint& joint, const std::vector<DiffCondition>& allowed) {
  std::vector<DiffCondition> out = allowed;
  for (DiffCondition& one : out) one.node = joint.policy(one.side).graph->negate(one.node);
  return out;
}

const std::string& name_of(const Policy& policy, std::size_t output) {
  return policy.model->at(policy.outputs[output].decision).name;
}

// Adds what differs in one decision.
void add_differences(const DiffDecision& decision, std::vector<PlanExcess>& out) {
  for (const DiffPart& part : decision.parts) {
    if (!part.rows.empty()) {
      const DiffRow& row = part.rows.front();
      out.push_back({part.title,
                     // The calls that are not allowed to change are counted over the inputs that distinguish them.
                     "of the " + counted(part.combinations, "combination") + " that may not change, " +
                         grouped(part.different) + (part.different == 1 ? " does: " : " do: ") + row.outcomes[0] +
                         " -> " + row.outcomes[1],
                     row.call, row.request});
    }
    if (part.undecided != 0)
      out.push_back({part.title,
                     "of " + counted(part.undecided, "combination") + " it could not be decided whether they differ",
                     "", ""});
  }
  for (const auto& failure : decision.failures) out.push_back({failure.title, failure.why, "", ""});
  for (const std::string& member : decision.only[0])
    out.push_back({decision.name + "." + member, "it is no longer decided", "", ""});
}

bool is_unchanged(const DiffDecision& decision) {
  return decision.failures.empty() && decision.only[0].empty() &&
         std::all_of(decision.parts.begin(), decision.parts.end(),
                     [](const DiffPart& part) { return part.different == 0 && part.undecided == 0; });
}

void add_too_many(const std::vector<PlannedDecision>& decisions, const Count& most, std::vector<PlanExcess>& out) {
  const Count all = changed_combinations(decisions);
  if (all <= most) return;
  for (const PlannedDecision& one : decisions) {
    for (const DiffPart& part : one.compared->parts) {
      if (part.rows.empty()) continue;
      out.push_back({part.title, counted(all, "combination") + " change, and at most " + grouped(most) + " may",
                     part.rows.front().call, part.rows.front().request});
      return;
    }
  }
}

// Whether the type has values that the other lacks. Both are of numbers, or of enums and texts.
bool has_more_values(const Type& type, const Type& other) {
  if (type.kind != other.kind) return !type.is_enum();
  if (type.kind == Type::Kind::number) return type.low < other.low || type.high > other.high;
  return false;
}

bool refuses(const Joint& joint, const JointNote& note, std::size_t side) {
  switch (note.kind) {
    case JointNote::Kind::only: return note.side == side ? note.needed : note.refused;
    case JointNote::Kind::needed: return note.side == side;
    case JointNote::Kind::apart: return true;
    case JointNote::Kind::values: break;
  }
  if (!note.lost.empty()) return note.side != side;
  const auto joined = joint.joint(note.side, note.element);
  const auto there = joined ? joint.own(1 - note.side, *joined) : std::nullopt;
  if (!there) return true;
  const Type& own = *joint.policy(note.side).model->at(note.element).type;
  const Type& other = *joint.policy(1 - note.side).model->at(*there).type;
  return note.side == side ? has_more_values(other, own) : has_more_values(own, other);
}

}  // namespace

std::vector<PlanExcess> changes_beyond(Diff& diff, const std::vector<PlannedDecision>& decisions,
                                       const PlanLimits& limits) {
  std::vector<PlanExcess> out;
  const std::vector<DiffCondition> where = others(diff.joint(), limits.calls);
  for (const PlannedDecision& one : decisions) {
    if (!limits.is_narrow() || limits.decisions.contains(one.compared->name) || is_unchanged(*one.compared)) continue;
    if (where.empty())
      add_differences(*one.compared, out);
    else
      add_differences(diff.compare(one.outputs, "", where), out);
  }
  if (limits.combinations) add_too_many(decisions, *limits.combinations, out);
  return out;
}

Count changed_combinations(const std::vector<PlannedDecision>& decisions) {
  Count all = 0;
  for (const PlannedDecision& one : decisions) {
    for (const DiffPart& part : one.compared->parts) all += part.different;
  }
  return all;
}

std::vector<Pair<std::size_t>> decisions_of_both(const Joint& joint) {
  std::map<std::string_view, std::size_t> now;
  const Policy &before = joint.policy(0), &after = joint.policy(1);
  for (std::size_t i = 0; i < after.outputs.size(); ++i) now.emplace(name_of(after, i), i);
  std::vector<Pair<std::size_t>> out;
  for (std::size_t i = 0; i < before.outputs.size(); ++i) {
    if (const auto other = now.find(name_of(before, i)); other != now.end()) out.push_back({i, other->second});
  }
  return out;
}

std::vector<PlanExcess> dropped_decisions(const Joint& joint, const PlanLimits& limits) {
  std::set<std::size_t> kept;
  for (const Pair<std::size_t>& outputs : decisions_of_both(joint)) kept.insert(outputs[0]);
  std::vector<PlanExcess> out;
  for (std::size_t i = 0; i < joint.policy(0).outputs.size(); ++i) {
    const std::string& name = name_of(joint.policy(0), i);
    if (!kept.contains(i) && !limits.decisions.contains(name)) out.push_back({name, "the decision is dropped", "", ""});
  }
  return out;
}

std::vector<PlanExcess> refused_inputs(const Joint& joint) {
  std::set<std::string> names;  // an enum that becomes another may have several notes
  for (const JointNote& note : joint.notes()) {
    if (is_refused_by_new(joint, note)) names.insert(joint.policy(note.side).model->at(note.element).name);
  }
  std::vector<PlanExcess> out;
  for (const std::string& name : names) out.push_back({name, "requests are refused that were accepted", "", ""});
  return out;
}

bool is_refused_by_new(const Joint& joint, const JointNote& note) { return refuses(joint, note, 1); }
bool is_refused_by_old(const Joint& joint, const JointNote& note) { return refuses(joint, note, 0); }

}  // namespace tally
