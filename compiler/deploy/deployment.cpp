#include "compiler/deploy/deployment.h"

#include <filesystem>
#include <set>
#include <utility>

#include "compiler/deploy/encode_descriptor.h"

namespace tally {
namespace {

// The reasons of a decision. Their parts are not settled yet.
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
  if (const auto wide = deployment.classes->too_wide(reads.elements)) {
    const Element& element = policy.model->at(*wide);
    diagnostics.add(DiagnosticId::too_many_codes, policy.model->at(element.input).span,
                    "reasons split `" + element.name + "` into more than " +
                        grouped(deployment.classes->max_codes(*wide)) + " classes");
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
  deployment.layout = std::make_unique<InputLayout>(*policy.model, deployment.reads,
                                                    wide_elements(*deployment.classes, deployment.reads));
  return deployment;
}

std::string c_name(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

PolicyDescriptor without_folder(PolicyDescriptor policy) {
  const auto folder = std::filesystem::path(policy.name).parent_path();
  const auto name = [&](std::string& file) {
    file = std::filesystem::path(file).lexically_relative(folder.empty() ? "." : folder).generic_string();
  };
  for (DecisionDescriptor& decision : policy.decisions) {
    for (RuleDescriptor& rule : decision.rules) name(rule.file);
  }
  name(policy.name);
  return policy;
}

void keep_outputs(Policy& policy, const std::vector<std::size_t>& kept) {
  std::vector<Output> outputs;
  policy.reads.clear();
  for (const std::size_t i : kept) {
    policy.reads.insert(policy.outputs[i].reads.begin(), policy.outputs[i].reads.end());
    outputs.push_back(policy.outputs[i]);
  }
  policy.outputs = std::move(outputs);
}

Symbols::Symbols(const Policy& made_of, const std::string& prefix)
    : policy(prefix + "_policy"), decide(prefix + "_decide"), reasons(prefix + "_reasons") {
  // `a-b` and `a_b` are two names of the rule language, but one C name.
  std::set<std::string> taken;
  for (const Output& output : made_of.outputs) {
    const std::string wanted = c_name(made_of.model->at(output.decision).name);
    std::string name = wanted;
    for (int n = 2; !taken.insert(name).second; ++n) name = wanted + "_" + std::to_string(n);
    each.push_back(prefix + "_decide_" + name);
    batches.push_back(prefix + "_batch_" + name);
  }
}

namespace {

std::vector<NodeId> slots_of(const Output& output) {
  std::vector<NodeId> nodes{output.rule};
  for (const ResultPart& part : output.parts) nodes.push_back(part.node);
  return nodes;
}

}  // namespace

FunctionRequest function_request(const Policy& policy, const Deployment& deployment, const Symbols& symbols,
                                 const std::string& module_name) {
  FunctionRequest request{*policy.graph, *deployment.layout, *deployment.classes, module_name, {}};
  FunctionSpec decide{symbols.decide, {}};
  for (const Output& output : deployment.outputs) {
    for (const NodeId node : slots_of(output)) decide.outputs.push_back(node);
  }
  request.functions.push_back(std::move(decide));
  if (auto nodes = inserted_nodes(deployment); !nodes.empty()) {
    request.functions.push_back({symbols.reasons, std::move(nodes)});
  }
  return request;
}

// The texts alone, so that the same rules have the same hash in every folder.
std::string hashed_text(const SourceSet& sources) {
  std::string out;
  for (std::uint32_t i = 0; i < sources.size(); ++i) {
    const std::string_view text = sources.file(FileId{i}).text();
    out += std::to_string(text.size()) + ":";
    out += text;
  }
  return out;
}

void add_descriptor(FunctionRequest& request, const Deployment& deployment, const Symbols& symbols,
                    const PolicyDescriptor& descriptor, const SourceSet& sources) {
  DescriptorSpec spec;
  spec.symbol = symbols.policy;
  spec.tables = encode_descriptor(descriptor);
  spec.decide = symbols.decide;
  spec.each = symbols.each;
  spec.batches = symbols.batches;
  if (descriptor.reason_slot_count > 0) spec.reasons = symbols.reasons;
  spec.sources = hashed_text(sources);
  for (std::size_t i = 0; i < deployment.outputs.size(); ++i) {
    request.batches.push_back(
        {symbols.batches[i], request.functions.size(), descriptor.decisions[i].result.scalar.has_value()});
    request.functions.push_back({symbols.each[i], slots_of(deployment.outputs[i])});
  }
  request.descriptor = std::move(spec);
}

}  // namespace tally
