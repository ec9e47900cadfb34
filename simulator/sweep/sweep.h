// A sweep: the outcomes of decisions, counted over every combination of inputs by compiled code
// and by diagrams.
//
// In:     a policy, some of its decisions, and inputs to run through beside those that the
//         decisions read.
// Out:    a `Sweep`: the space, the outcomes, and for each outcome a condition of the decision
//         graph. Then the counts of these conditions over any part of the space, by code
//         (sweep_run.h) and by diagrams. If the two differ, the first combination on which
//         they do.
// Always: only possible combinations are counted.
//
// Outcomes are the values of a decision's type, with `unset` first if it is optional. A number
// or text has the origins that it may be handed on from; a record or map has the rules that
// may fire.
//
// For example, a decision that is `on` when "a is on and b is on", over two flags that are
// never unset, has 4 combinations: `on` 1, `off` 3.
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
  std::vector<std::size_t> outputs;  // indices into the policy's outputs, each once, at least one
  std::set<ElementId> over;          // inputs that are run through too
  bool joint = false;                // count the joint outcomes of all these decisions
};

struct SweptDecision {
  std::string name;
  std::vector<std::string> outcomes;
  std::vector<std::string> results;  // for a record or map, the result of each rule as written; else empty
};

// Partitions of the possible combinations by outcome, one per decision. If joint outcomes are
// asked for, there is only one partition, by joint outcome. A partition has a condition for
// each of its parts but the last, whose count is the rest.
struct Sweep {
  std::vector<ElementId> inputs;          // in order of declaration
  std::vector<SlicedVariable> variables;  // the same, in the order in which the decisions need them
  std::vector<SweptDecision> decisions;
  std::vector<std::vector<std::size_t>> joint;  // for each joint outcome, the outcome of each decision
  std::vector<NodeId> conditions;               // "possible" first; then all parts but the last of each partition
  Count assignments;                            // assignments of codes to the inputs, possible or not

  Box all() const;  // the whole space
};

// Returns the sweep that `question` asks for. Fails if there are too many outcomes to count.
Result<Sweep> make_sweep(Policy& policy, const SourceSet& sources, const SweepQuestion& question);

// The counts of a sweep's conditions over part of its space, one per condition.
using ConditionCounts = std::vector<Count>;

// How often each outcome came, computed from the counts of the conditions.
struct SweepCounts {
  Count combinations;
  std::vector<std::vector<Count>> decisions;  // for each decision, the counts of its outcomes
  std::vector<Count> joint;                   // one per joint outcome of the sweep
};
SweepCounts outcome_counts(const Sweep& sweep, const ConditionCounts& counts);

// Counts by diagrams. If a bound is reached, `count` returns nothing; NodeLimit is not thrown.
class DiagramCounts {
 public:
  // The policy and the sweep must outlive it.
  DiagramCounts(const Policy& policy, const Sweep& sweep);
  std::optional<ConditionCounts> count(const Box& box);

 private:
  const Sweep* sweep_;
  std::optional<Space> space_;
  std::optional<std::vector<Diagram>> diagrams_;  // of the conditions, within the possible combinations
};

// Returns the number of possible combinations of all inputs: those of the sweep, and all that
// the file's decisions read. Returns nothing if a bound is reached.
std::optional<Count> combinations_of_all_inputs(Policy& policy, const Sweep& sweep);

// Returns the first combination of `within`, in the order of the inputs' declaration, on which
// the two counts differ, or nothing if they agree on `within`. Each function is only called for
// parts of `within`, about as often as there are codes.
using CountBox = std::function<ConditionCounts(const Box&)>;
std::optional<Box> first_difference(const Sweep& sweep, const Box& within, const CountBox& code,
                                    const CountBox& diagrams);
// Returns "source = onnet, ...: `caller-recording` is on in the compiled code, off in the
// diagrams", for a box of a single combination.
std::string describe_difference(const Policy& policy, const Sweep& sweep, const Box& combination,
                                const ConditionCounts& code, const ConditionCounts& diagrams);

}  // namespace tally
