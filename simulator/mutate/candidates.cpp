#include "simulator/mutate/candidates.h"

#include <algorithm>

namespace tally {

std::optional<EditedProgram> compile_edit(const Compilation& c, const Edit& edit) {
  const Module& root = c.program.root();
  const auto read = [&](const std::string& path) -> std::variant<std::string, ReadError> {
    if (path == root.path) return edited(c.sources, edit);
    for (const Module& module : c.program.modules) {
      if (module.path == path) return std::string(c.sources.file(module.file).text());
    }
    return ReadError{"no such file"};
  };
  EditedProgram out;
  Diagnostics diagnostics;
  const Program program = load_program(root.path, read, out.sources, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  auto model = analyze(program, out.sources, diagnostics);
  if (!model) return std::nullopt;
  model->elements.share(c.policy->model->elements);
  out.model = std::make_unique<const Model>(std::move(*model));
  out.lowering = std::make_unique<Lowering>(*out.model, *c.policy->graph);
  return out;
}

DecisionId decision_named(const Model& model, const std::string& name) {
  const auto at = std::find_if(model.decisions.begin(), model.decisions.end(),
                               [&](const Decision& d) { return d.is_output && d.name == name; });
  return DecisionId{static_cast<std::uint32_t>(at - model.decisions.begin())};
}

EditFilter::EditFilter(Compilation& c) : c_(c), policy_(*c.policy) {
  for (const Output& output : policy_.outputs) {
    const Decision& decision = policy_.model->at(output.decision);
    dependencies_.push_back(dependencies_of(*policy_.model, decision));
    decisions_.insert(decision.name);
  }
}

std::optional<Candidate> EditFilter::mutant_of(const Edit& edit) {
  auto edited = compile_edit(c_, edit);
  if (!edited) return std::nullopt;
  Lowering& lowering = *edited->lowering;
  Candidate out;
  out.mutant.edit = edit;
  std::vector<std::pair<std::size_t, ClaimNodes>> key;
  for (std::size_t i = 0; i < policy_.outputs.size(); ++i) {
    if (!dependencies_[i].contains(edit.owner)) continue;
    const DecisionId id = policy_.outputs[i].decision;
    const LoweredDecision& lowered = lowering.decision(decision_named(*edited->model, policy_.model->at(id).name));
    ClaimNodes now = nodes_of(lowered);
    if (now == nodes_of(policy_.lowering->decision(id))) continue;
    out.changes.push_back({i, lowered});
    key.emplace_back(i, std::move(now));
  }
  // An edit that cannot be lowered does not compile.
  if (!lowering.failures().empty()) return std::nullopt;
  // Other rules see only a decision's outcome, so equal outcomes are duplicates. Proofs can
  // name a let itself, so lets have none.
  if (decisions_.contains(edit.owner) && !seen_[edit.owner].insert(std::move(key)).second) return std::nullopt;
  out.edited = std::move(edited);
  return out;
}

}  // namespace tally
