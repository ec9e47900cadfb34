#include "compiler/deployment.h"

#include <utility>

namespace tally {
namespace {

constexpr std::uint32_t max_leaf_codes = 255;

// The reasons of a decision, not settled yet.
std::vector<std::vector<ReasonPiece>> lower_reasons(Lowering& lowering, const Decision& decision, Reads& reads) {
  std::vector<std::vector<ReasonPiece>> out;
  for (const Rule& rule : decision.rules) {
    std::vector<ReasonPiece>& pieces = out.emplace_back();
    if (!rule.reason) continue;
    for (const Piece& piece : *rule.reason) {
      if (const auto* text = std::get_if<std::string>(&piece)) {
        pieces.emplace_back(*text);
        continue;
      }
      LoweredValue value = lowering.value(std::get<ExprRef>(piece));
      reads.add(value.reads);
      pieces.emplace_back(std::move(value.parts.front()));  // a scalar has one part
    }
  }
  return out;
}

std::vector<NodeId> inserted_nodes(const Deployment& deployment) {
  std::vector<NodeId> nodes;
  for (const auto& rules : deployment.reasons) {
    for (const auto& pieces : rules) {
      for (const ReasonPiece& piece : pieces) {
        if (const auto* part = std::get_if<ResultPart>(&piece)) nodes.push_back(part->node);
      }
    }
  }
  return nodes;
}

}  // namespace

std::optional<Deployment> deploy(Policy& policy, Diagnostics& diagnostics) {
  Deployment deployment;
  Reads reads{policy.reads, policy.cuts};
  for (const Output& output : policy.outputs) {
    const LoweredDecision& lowered = policy.lowering->decision(output.decision);
    deployment.outputs.push_back({output.decision, lowered.rule, lowered.parts, output.reads});
    deployment.reasons.push_back(lower_reasons(*policy.lowering, policy.model->at(output.decision), reads));
  }
  deployment.reads = reads.elements;
  deployment.classes = std::make_unique<Classes>(*policy.model, *policy.graph, reads.cuts);
  for (const ElementId id : reads.elements) {
    if (deployment.classes->codes(id) - deployment.classes->first(id) <= max_leaf_codes) continue;
    const Element& element = policy.model->at(id);
    diagnostics.add(Code::too_many_codes, policy.model->at(element.input).span,
                    "reasons split `" + element.name + "` into more than " + std::to_string(max_leaf_codes) + " classes");
    return std::nullopt;
  }
  const auto settled = [&](ResultPart& part) {
    part = settle(*policy.model, *policy.graph, *deployment.classes, part);
  };
  for (Output& output : deployment.outputs) {
    for (ResultPart& part : output.parts) settled(part);
  }
  for (auto& rules : deployment.reasons) {
    for (auto& pieces : rules) {
      for (ReasonPiece& piece : pieces) {
        if (auto* part = std::get_if<ResultPart>(&piece)) settled(*part);
      }
    }
  }
  deployment.layout = std::make_unique<Layout>(*policy.model, deployment.reads);
  return deployment;
}

CodeRequest code_request(const Policy& policy, const Deployment& deployment, const std::string& module_name) {
  CodeRequest request{*policy.graph, *deployment.layout, *deployment.classes, module_name, {}};
  FunctionSpec decide{decide_function, {}};
  for (const Output& output : deployment.outputs) {
    decide.outputs.push_back(output.rule);
    for (const ResultPart& part : output.parts) decide.outputs.push_back(part.node);
  }
  request.functions.push_back(std::move(decide));
  if (auto nodes = inserted_nodes(deployment); !nodes.empty()) {
    request.functions.push_back({reasons_function, std::move(nodes)});
  }
  return request;
}

}  // namespace tally
