// The plan of a module's code (compiler/plan/code_plan.h) as diagrams.
//
// In: a code request, its model, and an order for the diagrams. Out: where what
// the code is going to compute is not what the decision graph says, over all
// codes of all inputs, however many these are: each output's diagram, made from
// its terms, must be the one that the space makes from its node. So must hold
// what a back end relies on and cannot see: that a term keeps to its range of
// codes, and that an address lies within the layout. Outputs whose diagrams pass
// the node limit are counted, and not compared.
#pragma once

#include <string>
#include <vector>

#include "compiler/llvm/codegen.h"
#include "compiler/model/model.h"

namespace tally::testing {

struct PlanComparison {
  std::size_t outputs = 0;               // compared, each over all inputs
  std::size_t too_large = 0;             // not compared
  std::vector<std::string> differences;  // each with the output and a call
};

// `order`: all elements that have a byte; any order will do, some make smaller
// diagrams.
PlanComparison compare_plan(const Model& model, const std::vector<ElementId>& order, const FunctionRequest& request,
                            std::size_t node_limit);

}  // namespace tally::testing
