// The checks: properties that a policy must have for every call. Each fault is reported
// with a concrete call or rule as its evidence.
//
// For example, for
//
//   decision recording : flag { on when source is offnet }
//
// the checks report the gap T401, with the call `source = onnet` that no rule decides.
//
// In:     a policy
// Out:    diagnostics, as listed here
// Always: if a diagram exceeds its node limit, the check reports this (T007) and names
//         what it could not check
//
//   decisions  gaps (T401), overlaps of `unique` rules (T402), rules that never fire (T403,
//              with the rules that take their calls); as warnings inputs that no decision
//              reads (T902) and settings that can never matter (T903)
//   proofs     a proof that fails (T601, with the smallest counterexample), a `when` that no
//              call satisfies (T602)
//   examples   an example that fails (T603, with the actual decision and its reason), a
//              `given` or `when` that no call satisfies (T604)
//   promises   as notes, what amendments change of the files that they amend: a rule that
//              never fires any more (T801), a proof or example that does not hold any more (T802)
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "compiler/checks/policy_view.h"
#include "grammar/source/diagnostics.h"

namespace tally {

// A call that a report shows, and what an example of it expects.
struct CallOfReport {
  const Classes& classes;
  const Call& call;
  std::string title;                         // of the example
  std::string comment = {};                  // for the line before the expectation; may be empty
  std::string expected = {};                 // a condition; empty: no example
  std::optional<Origin> value_of = {};       // if set, `expected` lacks the value of this at its end
  std::map<ElementId, Literal> values = {};  // of leaves that are to have other values than usual
};
// Returns a call in forms to be used elsewhere, as documents and examples have it.
using ShowCall = std::function<ShownCall(const Model& model, const CallOfReport& call)>;

// How much the checks may use, and how much they report.
struct CheckOptions {
  std::size_t node_limit = Diagrams::default_node_limit;
  // If false, a report contains that a proof or example fails, but no calls and no
  // reason.
  bool evidence = true;
  const ShowCall* show_call = nullptr;  // null: reports have the calls in words only
  // Looked at before each decision, proof and example. Once it is true, the rest is not checked, and
  // what was reported until then is not all. Null: everything is checked.
  const std::atomic<bool>* stop = nullptr;
  bool stopped() const { return stop != nullptr && *stop; }
};

struct Compilation;

// How much was checked.
struct CheckSummary {
  std::size_t decisions = 0, rules = 0, proofs = 0, examples = 0;  // of the root file
  // Of all codes that the root file's decisions read; nothing if they are too many to be counted.
  std::optional<Count> combinations;
};

// Runs all checks. Faults are added to `diagnostics`; the policy's graph and diagrams
// grow. One thread at a time.
CheckSummary check(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options = {});

// The same for a compilation, which must have a policy. Each file that it amends is also checked on
// its own, without the amendments: its errors are added, and its warnings are left out.
CheckSummary check(Compilation& compilation, const CheckOptions& options = {});

// The parts of `check`. `check_decisions` returns the decisions that leave calls
// undecided. Proofs and examples that depend on such a decision are checked for the
// decided calls only, so that one gap causes one report.
using DecisionSet = std::set<DecisionId>;
DecisionSet check_decisions(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                            const CheckOptions& options);
void check_proofs(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                  const CheckOptions& options, const DecisionSet& undecided = {});
void check_examples(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, const DecisionSet& undecided = {});
// Checks the proofs and examples of the files that the root file amends, as if they were its own.
void check_amended_proofs(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                          const CheckOptions& options, const DecisionSet& undecided);
void check_amended_examples(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                            const CheckOptions& options, const DecisionSet& undecided);

// Check one decision, proof or example of the policy's model. The reports about it are
// the same as those of `check`, if every decision that it depends on decides every call.
void check_decision(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                    const CheckOptions& options, DecisionId decision);
void check_proof(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                 const CheckOptions& options, const Proof& proof);
void check_example(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                   const CheckOptions& options, const Example& example);

}  // namespace tally
