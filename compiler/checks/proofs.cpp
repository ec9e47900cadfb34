// Proofs: claims that hold for every call, and `ignores`. See checks.h.
//
// A proof with `for` names is one question per combination of their values. All are
// answered in one space. The combinations are lowered twice: once for their reads and
// once for the answer. The graph shares the nodes, and a hundred thousand combinations
// need not be kept.
//
// Nearly all proofs hold. So each is first asked in a space that many share. Only a proof
// that fails, or whose `when` no call satisfies, is asked again in a space of its own.
// There its calls are counted and shown.
#include <span>
#include <utility>

#include "compiler/checks/proof_question.h"

namespace tally {
namespace {

class ProofCheck {
 public:
  ProofCheck(const Checker& checker, const Proof& proof) : question_(checker, proof) {}

  std::string name() const { return question_.name(); }
  Span span() const { return question_.span(); }
  bool ask() { return question_.ask(); }
  const Question& question() const { return question_.question(); }

  // Whether the proof holds and some call satisfies its `when`. The space must contain
  // the question; the answer is the same in each such space.
  bool holds(const QuestionSpace& view) const {
    std::shared_ptr<const Classes> own;
    if (question_.proof().is_ignores) own = question_.checker().classes(question());
    bool some_call = false;
    for (std::size_t i = 0; i < question_.combinations(); ++i) {
      const ProofVerdict verdict = verdict_of(view, own.get(), question_.combination(i), nullptr, some_call);
      some_call = verdict.some_call;
      if (!verdict.holds) return false;
    }
    return some_call;
  }

  // Asks again in a space of its own and reports what is wrong.
  void report() const {
    const auto view = question_.checker().question_space(question(), span());
    if (!view) return;
    SmallestCounterexample smallest;
    bool some_call = false;
    std::size_t failing = 0;
    for (std::size_t i = 0; i < question_.combinations(); ++i) {
      const ProofVerdict verdict = verdict_of(*view, &view->classes(), question_.combination(i),
                                              question_.checker().wants_evidence() ? &smallest : nullptr, some_call);
      some_call = verdict.some_call;
      if (!verdict.holds) ++failing;
    }
    report_faults(some_call, failing, smallest);
  }

 private:
  ProofVerdict verdict_of(const QuestionSpace& view, const Classes* own, const Values& values,
                          SmallestCounterexample* smallest, bool some_call) const {
    return question_.proof().is_ignores ? check_ignores(question_, view, *own, values, smallest, some_call)
                                        : check_claim(question_, view, values, smallest, some_call);
  }

  void report_faults(bool some_call, std::size_t failing, const SmallestCounterexample& smallest) const {
    const Proof& proof = question_.proof();
    if (!some_call) {
      if (!question_.undecided().empty()) return;
      const Span at = proof.condition ? proof.condition_span : question_.span();
      Diagnostic& d = question_.checker().diagnostics().add(DiagnosticId::proof_is_empty, at,
                                                            "no call satisfies the `when` of " + question_.name());
      if (!proof.binders.empty()) d.note("not for any value of its `for` names");
      d.note("a proof about no call proves nothing");
      return;
    }
    if (failing == 0) return;
    if (!smallest.kept()) {
      question_.checker().diagnostics().add(DiagnosticId::proof_fails, question_.span(), question_.name() + " fails");
      return;
    }
    std::string message = question_.name() + " fails";
    if (!proof.is_ignores) message += " for " + part_of_calls(smallest.kept()->bad, smallest.kept()->all);
    Diagnostic& d =
        question_.checker().diagnostics().add(DiagnosticId::proof_fails, question_.span(), std::move(message));
    if (!proof.binders.empty()) d.note("for " + binder_text(proof.binders, smallest.kept()->values));
    for (const std::string& note : smallest.kept()->notes) d.note(note);
    d.calls = smallest.kept()->calls;
    if (question_.combinations() > 1) {
      d.note(grouped(failing) + " of " + grouped(question_.combinations()) + " combinations of the `for` names fail");
    }
  }

  ProofQuestion question_;
};

void run(const Checker& checker, std::span<const Proof> proofs) {
  SharedQuestionSpaces shared = checker.shared_spaces();
  std::vector<ProofCheck> asked;
  for (const Proof& proof : proofs) {
    if (checker.stopped()) return;
    ProofCheck check(checker, proof);
    if (!check.ask()) continue;
    shared.add(check.question());
    asked.push_back(std::move(check));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (checker.stopped()) return;
    if (shared.holds(i, [&](const QuestionSpace& view) { return asked[i].holds(view); })) continue;
    checker.run(asked[i].name(), asked[i].span(), [&] { asked[i].report(); });
  }
}

}  // namespace

void check_proof(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                 const CheckOptions& options, const Proof& proof) {
  run(Checker(policy, sources, diagnostics, options), std::span(&proof, 1));
}

void check_proofs(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                  const CheckOptions& options, const DecisionSet& undecided) {
  run(Checker(policy, sources, diagnostics, options, undecided), policy.model->proofs);
}

void check_amended_proofs(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics,
                          const CheckOptions& options, const DecisionSet& undecided) {
  run(Checker(policy, sources, diagnostics, options, undecided), policy.model->amended_proofs);
}

}  // namespace tally
