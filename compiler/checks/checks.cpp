// Runs all checks of a policy in order, and counts what they checked. See checks.h.
#include "compiler/checks/checks.h"

namespace tally {

CheckSummary check(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options) {
  const DecisionSet undecided = check_decisions(policy, sources, diagnostics, options);
  check_proofs(policy, sources, diagnostics, options, undecided);
  check_examples(policy, sources, diagnostics, options, undecided);

  CheckSummary summary;
  summary.decisions = policy.outputs.size();
  for (const Output& output : policy.outputs) summary.rules += policy.model->at(output.decision).rules.size();
  summary.proofs = policy.model->proofs.size();
  summary.examples = policy.model->examples.size();
  try {
    summary.combinations = policy.space->count(policy.space->diagrams().yes(), policy.reads);
  } catch (const NodeLimit&) {
    // The diagrams of the possible calls are small. If even they exceed the limit, each
    // decision has been reported already.
    summary.combinations = 0;
  }
  return summary;
}

}  // namespace tally
