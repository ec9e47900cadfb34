// Walks expressions with a worklist, since lets may be nested deeply. See dependencies.h.
#include "simulator/mutate/dependencies.h"

#include <variant>
#include <vector>

namespace tally {
namespace {

Names dependencies_of(const Model& model, const std::vector<ExprRef>& expressions) {
  Names out;
  std::vector<const Expr*> left;
  for (const ExprRef& expression : expressions) {
    if (expression) left.push_back(expression.get());
  }
  while (!left.empty()) {
    const Expr& here = *left.back();
    left.pop_back();
    add_operands(here, left);
    for (const ListId list : named_lists(here)) out.insert(model.at(list).name);
    if (const auto* let = std::get_if<LetRef>(&here.node)) {
      if (out.insert(model.at(let->let).name).second) left.push_back(model.at(let->let).body.get());
    }
    const auto* decision = std::get_if<DecisionRef>(&here.node);
    if (decision == nullptr || !out.insert(model.at(decision->decision).name).second) continue;
    for (const Rule& rule : model.at(decision->decision).rules) {
      left.push_back(rule.outcome.get());
      if (rule.condition) left.push_back(rule.condition.get());
    }
  }
  return out;
}

}  // namespace

Names dependencies_of(const Model& model, const Decision& decision) {
  std::vector<ExprRef> all;
  for (const Rule& rule : decision.rules) {
    all.push_back(rule.outcome);
    all.push_back(rule.condition);
  }
  Names out = dependencies_of(model, all);
  out.insert(decision.name);
  return out;
}

Names dependencies_of(const Model& model, const Proof& proof) {
  return dependencies_of(model, {proof.claim, proof.condition});
}

Names dependencies_of(const Model& model, const Example& example) {
  std::vector<ExprRef> all;
  for (const Expectation& expected : example.expectations) {
    all.push_back(expected.claim);
    all.push_back(expected.condition);
  }
  return dependencies_of(model, all);
}

}  // namespace tally
