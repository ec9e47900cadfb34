#include "compiler/checks/proof_question.h"

namespace tally {

ProofQuestion::ProofQuestion(const Checker& checker, const Proof& proof)
    : checker_(checker),
      proof_(proof),
      combinations_(1),
      undecided_(checker.undecided_behind({proof.claim, proof.condition})) {
  for (const Binder& binder : proof.binders) combinations_ *= binder.type->values.size();
}

std::string ProofQuestion::name() const {
  return "proof `" + (proof_.title ? *proof_.title : checker_.wording().quoted(span())) + "`";
}

Span ProofQuestion::span() const {
  return proof_.ignored.empty() ? proof_.claim_span : around(proof_.claim_span, proof_.ignored.back().span);
}

Values ProofQuestion::combination(std::size_t index) const {
  Values values(proof_.binders.size());
  for (std::size_t i = proof_.binders.size(); i-- > 0;) {
    const auto& names = proof_.binders[i].type->values;
    values[i] = names[index % names.size()].name;
    index /= names.size();
  }
  return values;
}

bool ProofQuestion::ask() {
  for (std::size_t i = 0; i < combinations_; ++i) {
    const Values values = combination(i);
    question_.add(condition(values).reads);
    question_.add_root(condition(values).node);
    if (proof_.is_ignores) {
      const LoweredValue value = checker_.lowering().value(proof_.claim, values);
      question_.add(value.reads);
      for (const ResultPart& part : value.parts) question_.add_root(part.node);
    } else {
      const LoweredCondition claim = checker_.lowering().condition(proof_.claim, values);
      question_.add(claim.reads);
      question_.add_root(claim.node);
    }
  }
  if (checker_.report_failures(span())) return false;
  // The decisions are read to show their outcomes in a counterexample.
  for (const DecisionId id : mentioned(model(), proof_.claim)) {
    decisions_.push_back(id);
    question_.add(checker_.lowering().decision(id).reads);
    shown_.insert(checker_.lowering().decision(id).reads.elements.begin(),
                  checker_.lowering().decision(id).reads.elements.end());
  }
  question_.add(checker_.reads_of(undecided_));
  if (proof_.is_ignores) question_.elements = with_surroundings(model(), std::move(question_.elements));
  return true;
}
LoweredCondition ProofQuestion::condition(const Values& values) const {
  if (!proof_.condition) return {checker_.graph().yes(), {}};
  return checker_.lowering().condition(proof_.condition, values);
}

Diagram ProofQuestion::satisfying(const QuestionSpace& view, const LoweredCondition& when) const {
  const Diagram d = view.diagrams().both(view.space().of(when.node), checker_.decided_by(view, undecided_));
  return view.diagrams().both(d, view.space().possible(support_of(view.space(), {d})));
}

}  // namespace tally
