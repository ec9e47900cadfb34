// The plan of a module's code (compiler/plan/code_plan.h) as diagrams.
//
// In:     a code request, its model, and an order for the diagrams
// Out:    where the plan differs from the decision graph, over all codes of all inputs,
//         however many these are: the diagram of each output, made from its terms, must be
//         the one that the space makes from its node. For example, a plan with the operands
//         of one select exchanged differs.
// Always: two properties are checked that a back end relies on and cannot see. Every term
//         stays within its range of codes, and every address lies within the layout. Outputs
//         whose diagrams exceed the node limit are counted, and are not compared.
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

// `order` holds all elements that have a byte. Any order is correct, but some make smaller
// diagrams.
PlanComparison compare_plan(const Model& model, const std::vector<ElementId>& order, const FunctionRequest& request,
                            std::size_t node_limit);

}  // namespace tally::testing
