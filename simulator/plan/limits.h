// Which changes of a decision are allowed, and those that are not.
//
// In:     a diff of two policies, its compared decisions, and what is allowed.
// Out:    each change beyond that, with a concrete call where there is one.
// Always: a change is allowed if its decision is named, or if one of the conditions holds for its calls. This is exact:
//         the decisions are compared again on all calls for which none of the conditions holds. Without any limit
//         every change is allowed.
//
// For example, let a new file decide 3 of 24 combinations differently, one of them for a call from onnet. With
// `source is offnet` allowed, that one is beyond.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/diff/diff.h"

namespace tally {

struct PlanLimits {
  std::vector<DiffCondition> calls;  // changes of these calls are allowed
  std::set<std::string> decisions;   // changes of these decisions are allowed, by their names
  // The maximum of combinations that change, of all decisions together, whether allowed otherwise or not.
  std::optional<Count> combinations;

  bool any() const { return is_narrow() || combinations; }
  // Whether only some calls or decisions may change.
  bool is_narrow() const { return !calls.empty() || !decisions.empty(); }
};

// A change that is not allowed.
struct PlanExcess {
  std::string part;           // "recording", "settings.format"; a place in documents: "user.limit"
  std::string why;            // "of the 12 combinations that may not change, 3 do: off -> on"
  std::string call, request;  // one call in words and as JSON; "" if the change has no call
};

// A decision that was compared, and its index in each policy.
struct PlannedDecision {
  Pair<std::size_t> outputs;
  const DiffDecision* compared = nullptr;
};

// Returns the changes of these decisions that are not allowed.
std::vector<PlanExcess> changes_beyond(Diff& diff, const std::vector<PlannedDecision>& decisions,
                                       const PlanLimits& limits);

// Returns how many combinations differ, of all parts together.
Count changed_combinations(const std::vector<PlannedDecision>& decisions);

// Returns the decisions that both policies have, in the order of the old one.
std::vector<Pair<std::size_t>> decisions_of_both(const Joint& joint);

// What is lost for those who ask, unless it is allowed: decisions that are gone, and inputs at which requests are
// refused that were accepted. What is new is never beyond, since nobody has asked for it yet.
std::vector<PlanExcess> dropped_decisions(const Joint& joint, const PlanLimits& limits);
std::vector<PlanExcess> refused_inputs(const Joint& joint);

// Whether the new policy refuses requests at this place which the old policy takes, and the other way round.
bool is_refused_by_new(const Joint& joint, const JointNote& note);
bool is_refused_by_old(const Joint& joint, const JointNote& note);

}  // namespace tally
