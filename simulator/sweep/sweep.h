// A sweep: the outcomes of decisions counted over every combination of inputs,
// by compiled code and by diagrams.
//
// In: a policy, some of its decisions, and inputs to run through beside those
// that they read. Out: a `Sweep`: the space, what can come out, and for each
// outcome a condition of the decision graph; then the counts of these over any
// part of the space, by the code (sweep_run.h) and by the diagrams; and, where the two
// differ, the first combination on which they do.
//
// Outcomes are the values of a decision's type, `unset` first where it is
// optional; of a number or text the origins that it may be handed on from; of a
// record or map the rules that may fire. Only possible combinations are counted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/plan/sliced_plan.h"
#include "compiler/policy.h"

namespace tally {

struct SweepQuestion {
  std::vector<std::size_t> outputs;  // of the policy, each once, at least one
  std::set<ElementId> over;          // run through too
  bool joint = false;                // count joint outcomes of all of them
};

struct SweptDecision {
  std::string name;
  std::vector<std::string> outcomes;
  std::vector<std::string> results;  // of a record or map what each rule gives, as written; else empty
};

// A partition of the possible combinations: of each part but the last a condition.
// One a decision; or, where joint outcomes are asked for, one of these alone.
struct Sweep {
  std::vector<ElementId> inputs;          // in order of declaration
  std::vector<SlicedVariable> variables;  // the same, in the order in which the decisions need them
  std::vector<SweptDecision> decisions;
  std::vector<std::vector<std::size_t>> joint;  // for each joint outcome that of each decision
  std::vector<NodeId> conditions;               // the possible ones; then all parts but the last of each partition
  Count assignments;                            // of codes to the inputs, possible or not

  Box all() const;
};

// Fails where too many outcomes would have to be counted.
Result<Sweep> make_sweep(Policy& policy, const SourceSet& sources, const SweepQuestion& question);

// The counts of a sweep's conditions over part of its space.
using ConditionCounts = std::vector<Count>;

// They are put together: how often each outcome came.
struct SweepCounts {
  Count combinations;
  std::vector<std::vector<Count>> decisions;  // for each decision its outcomes
  std::vector<Count> joint;                   // as in the sweep
};
SweepCounts outcome_counts(const Sweep& sweep, const ConditionCounts& counts);

// Counts by diagrams. Throws nothing: a bound that is hit gives nothing.
class DiagramCounts {
 public:
  // Both must outlive it.
  DiagramCounts(const Policy& policy, const Sweep& sweep);
  std::optional<ConditionCounts> count(const Box& box);

 private:
  const Sweep* sweep_;
  std::optional<Space> space_;
  std::optional<std::vector<Diagram>> diagrams_;  // of the conditions, possible ones only
};

// Possible combinations of all inputs: of these, and of all that the file's
// decisions read. Nothing where a bound is hit.
std::optional<Count> combinations_of_all_inputs(Policy& policy, const Sweep& sweep);

// The first combination, in the order of the inputs' declaration, of a part on
// whose counts the two differ; nothing where they do not. Each is asked for parts
// of `within` only, about as often as there are codes.
using CountBox = std::function<ConditionCounts(const Box&)>;
std::optional<Box> first_difference(const Sweep& sweep, const Box& within, const CountBox& code,
                                    const CountBox& diagrams);
// "source = onnet, ...: `caller-recording` is on in the compiled code, off in the
// diagrams", for a single combination.
std::string describe_difference(const Policy& policy, const Sweep& sweep, const Box& combination,
                                const ConditionCounts& code, const ConditionCounts& diagrams);

}  // namespace tally
