// What the checks need of a policy, by reference.
//
// A mutant is checked as a policy of its own although it shares the graph, the classes and
// the space of the file that it was made from: a view joins the parts, and moves none.
//
// In:     the parts of a policy: its model, graph, classes, space and outputs.
// Out:    one view of them. `PolicyView(policy)` is the view of a whole policy.
// Always: everything that a view refers to outlives it.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "compiler/policy.h"

namespace tally {

struct PolicyView {
  PolicyView(Policy& policy)  // NOLINT: implicit, a policy is a view of itself
      : model(policy.model.get()),
        graph(policy.graph.get()),
        lowering(policy.lowering.get()),
        outputs(policy.outputs),
        reads(policy.reads),
        cuts(policy.cuts),
        classes(policy.classes.get()),
        space(policy.space) {}
  PolicyView(const Model& of_model, Graph& of_graph, Lowering& of_lowering, const std::vector<Output>& of_outputs,
             const std::set<ElementId>& of_reads, const std::set<CutId>& of_cuts, const Classes& of_classes,
             std::unique_ptr<Space>& of_space)
      : model(&of_model),
        graph(&of_graph),
        lowering(&of_lowering),
        outputs(of_outputs),
        reads(of_reads),
        cuts(of_cuts),
        classes(&of_classes),
        space(of_space) {}

  const Model* model;
  Graph* graph;
  Lowering* lowering;
  const std::vector<Output>& outputs;
  const std::set<ElementId>& reads;
  const std::set<CutId>& cuts;
  const Classes* classes;
  std::unique_ptr<Space>& space;  // a check replaces it once it is full
};

}  // namespace tally
