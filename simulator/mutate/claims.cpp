#include "simulator/mutate/claims.h"

namespace tally {

std::vector<std::vector<std::string>> binder_values(const std::vector<Binder>& binders) {
  std::vector<std::vector<std::string>> out{{}};
  for (const Binder& binder : binders) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& values : out) {
      for (const EnumValue& value : binder.type->values) {
        longer.push_back(values);
        longer.back().push_back(value.name);
      }
    }
    out = std::move(longer);
  }
  return out;
}

ClaimNodes nodes_of(Lowering& lowering, const Proof& proof) {
  ClaimNodes out;
  for (const auto& values : binder_values(proof.binders)) {
    if (proof.condition) out.nodes.push_back(lowering.condition(proof.condition, values).node);
    if (!proof.is_ignores) {
      out.nodes.push_back(lowering.condition(proof.claim, values).node);
    } else {
      for (const ResultPart& part : lowering.value(proof.claim, values).parts) out.add(part);
    }
  }
  return out;
}

ClaimNodes nodes_of(Lowering& lowering, const Example& example) {
  ClaimNodes out;
  for (const Expectation& expected : example.expectations) {
    out.nodes.push_back(lowering.condition(expected.claim).node);
    if (expected.condition) out.nodes.push_back(lowering.condition(expected.condition).node);
  }
  return out;
}

ClaimNodes nodes_of(const LoweredDecision& decision) {
  ClaimNodes out;
  out.nodes = decision.conditions;
  out.nodes.push_back(decision.rule);
  for (const ResultPart& part : decision.parts) out.add(part);
  return out;
}

}  // namespace tally
