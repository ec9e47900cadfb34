#include "simulator/matrix/guide_condition.h"

namespace tally {

std::optional<bool> hold_alike(Policy& policy, const ExprRef& guide, const ExprRef& rules, const ExprRef& section,
                               ElementId setting) {
  const Model& model = *policy.model;
  Reads reads;
  std::vector<NodeId> roots;
  const std::size_t failures = policy.lowering->failures().size();
  for (const ExprRef* condition : {&guide, &rules, &section}) {
    if (!*condition) {
      roots.push_back(policy.graph->yes());
      continue;
    }
    const LoweredCondition lowered = policy.lowering->condition(*condition);
    reads.add(lowered.reads);
    roots.push_back(lowered.node);
  }
  if (policy.lowering->failures().size() > failures) return std::nullopt;
  const std::vector<ElementId> around = optional_ancestors(model, setting);
  reads.elements.insert(around.begin(), around.end());

  const Classes classes(model, *policy.graph, reads.cuts);
  if (classes.too_wide(reads.elements)) return std::nullopt;
  try {
    const auto space = best_space(model, *policy.graph, classes, roots, reads.elements);
    Diagrams& diagrams = space->diagrams();
    Diagram calls = diagrams.both(space->possible(reads.elements), space->of(roots[2]));
    for (const ElementId object : around) calls = diagrams.both(calls, space->test(object, CodeSet().add(1)));
    const Diagram same = diagrams.equal(space->of(roots[0]), space->of(roots[1]));
    return diagrams.within(calls, same);
  } catch (const NodeLimit&) {
    return std::nullopt;
  }
}

}  // namespace tally
