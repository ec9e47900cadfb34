// Runs all checks of a policy in order, and counts what they checked. See checks.h.
#include "compiler/checks/checks.h"

#include <limits>

#include "compiler/checks/evidence.h"
#include "compiler/front_end.h"

namespace tally {
namespace {

bool is_promise(DiagnosticId code) {
  return code == DiagnosticId::proof_fails || code == DiagnosticId::proof_is_empty ||
         code == DiagnosticId::example_fails || code == DiagnosticId::example_is_empty;
}

// Reports as notes the promises of the amended files that do not hold any more. One that does not hold
// without the amendments either is in `diagnostics` already, as an error.
void note_broken_promises(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                          const CheckOptions& options, const DecisionSet& undecided) {
  Diagnostics broken(std::numeric_limits<std::size_t>::max());
  check_amended_proofs(policy, sources, broken, options, undecided);
  check_amended_examples(policy, sources, broken, options, undecided);
  for (const Diagnostic& d : broken.list()) {
    if (has_error(diagnostics, d.code, d.span)) continue;
    Diagnostic note = d;
    if (is_promise(d.code)) {  // else a bound
      note.code = DiagnosticId::broken_promise;
      note.severity = Severity::note;
      note.message = "with the amendments, " + d.message;
    }
    diagnostics.add(std::move(note));
  }
}

// Checks a file that the compilation amends as it stands.
void check_alone(Compilation& compilation, std::size_t module) {
  Diagnostics alone;
  if (auto model = analyze_module(compilation.program, module, compilation.sources, alone)) {
    if (auto policy = make_policy(std::move(*model), alone)) check(PolicyView(*policy), compilation.sources, alone);
  }
  for (const Diagnostic& d : alone.list()) {
    if (d.severity == Severity::error) compilation.diagnostics.add(d);
  }
}

}  // namespace

CheckSummary check(Compilation& compilation, const CheckOptions& options) {
  const auto& modules = compilation.program.modules;
  for (std::size_t i = 0; i + 1 < modules.size(); ++i) {
    if (options.stopped()) break;
    if (compilation.policy->model->is_own(modules[i].file)) check_alone(compilation, i);
  }
  return check(PolicyView(*compilation.policy), compilation.sources, compilation.diagnostics, options);
}

CheckSummary check(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options) {
  const DecisionSet undecided = check_decisions(policy, sources, diagnostics, options);
  check_proofs(policy, sources, diagnostics, options, undecided);
  check_examples(policy, sources, diagnostics, options, undecided);
  if (!options.stopped()) note_broken_promises(policy, sources, diagnostics, options, undecided);

  CheckSummary summary;
  summary.decisions = policy.outputs.size();
  for (const Output& output : policy.outputs) summary.rules += policy.model->at(output.decision).rules.size();
  summary.proofs = policy.model->proofs.size();
  summary.examples = policy.model->examples.size();
  try {
    summary.combinations = policy.space->count(policy.space->diagrams().yes(), policy.reads);
  } catch (const NodeLimit&) {
    // Each decision alone was counted, or has been reported.
  }
  return summary;
}

}  // namespace tally
