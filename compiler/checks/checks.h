// The checks: what must hold of a policy for every call, each fault with a
// concrete call or rule as its evidence.
//
// In: a policy. Out: diagnostics. Decisions: gaps (T401), overlaps of `unique`
// rules (T402), rules that never fire (T403, with the rules that take their
// calls), and warnings for inputs that no decision reads (T902) and settings
// that can never matter (T903). Proofs: T601 with the smallest counterexample,
// T602. Examples: T603 with what was decided instead, and why, T604. Where a
// diagram passes its node limit the check says so (T007) and names what it could
// not look at.
#pragma once

#include <set>

#include "compiler/checks/policy_view.h"
#include "grammar/source/diagnostics.h"

namespace tally {

struct CheckOptions {
  std::size_t node_limit = Diagrams::default_node_limit;
  // False: that a proof or an example fails, but neither for which calls nor why.
  bool evidence = true;
};

struct CheckSummary {
  std::size_t decisions = 0, rules = 0, proofs = 0, examples = 0;  // of the root file
  Count combinations;                                              // of all codes that the root file's decisions read
};

CheckSummary check(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options = {});

// The parts of it. The decisions that leave calls undecided are handed on: what
// stands on such a decision is looked at where it is decided only, so that one
// gap is one report.
using DecisionSet = std::set<DecisionId>;
DecisionSet check_decisions(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                            const CheckOptions& options);
void check_proofs(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                  const CheckOptions& options, const DecisionSet& undecided = {});
void check_examples(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, const DecisionSet& undecided = {});

// One of them alone, of the policy's model: what is reported of it is the same,
// as long as every decision that it stands on decides every call.
void check_decision(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, DecisionId decision);
void check_proof(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                 const CheckOptions& options, const Proof& proof);
void check_example(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options, const Example& example);

}  // namespace tally
