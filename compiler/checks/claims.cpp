// Proofs of a condition: it must hold for every possible call that satisfies `when`. See
// proof_question.h.
//
// For example, `prove limit <= 60 when source is offnet` fails if one possible call from
// offnet has a limit above 60. That call is the counterexample.
#include "compiler/checks/proof_question.h"

namespace tally {
namespace {

bool is_possible(Space& space, Diagram d) {
  Diagrams& diagrams = space.diagrams();
  return d != diagrams.no() && diagrams.both(d, space.possible(support_of(space, {d}))) != diagrams.no();
}

ProofVerdict whether_it_holds(const ProofQuestion& question, const QuestionSpace& view, const Values& values,
                              bool some_call) {
  const Checker& checker = question.checker();
  Diagrams& diagrams = view.diagrams();
  Space& space = view.space();
  const LoweredCondition when = question.condition(values);
  const LoweredCondition claim = checker.lowering().condition(question.proof().claim, values);
  const Diagram calls = diagrams.both(space.of(when.node), checker.decided_by(view, question.undecided()));
  if (calls == diagrams.no()) return {true, some_call};
  some_call = some_call || is_possible(space, calls);
  return {!is_possible(space, diagrams.but_not(calls, space.of(claim.node))), some_call};
}

// The counterexample is the call that sets the fewest elements.
ProofVerdict with_counterexample(const ProofQuestion& question, const QuestionSpace& view, const Values& values,
                                 SmallestCounterexample& smallest, bool some_call) {
  const Checker& checker = question.checker();
  Diagrams& diagrams = view.diagrams();
  Space& space = view.space();
  const LoweredCondition when = question.condition(values);
  const LoweredCondition claim = checker.lowering().condition(question.proof().claim, values);
  Reads reads = when.reads;
  reads.add(claim.reads);
  reads.add(checker.reads_of(question.undecided()));
  const Diagram calls = question.satisfying(view, when);
  if (calls == diagrams.no()) return {true, some_call};
  Diagram bad = diagrams.but_not(calls, space.of(claim.node));
  bad = diagrams.both(bad, space.possible(support_of(space, {bad})));
  if (bad == diagrams.no()) return {true, true};

  // Elements that the violation does not depend on are left out.
  const auto least = space.smallest(bad, support_of(space, {bad}));
  if (!least || !smallest.would_take(set_count(*least))) return {false, true};
  std::set<ElementId> elements = reads.elements;
  elements.insert(question.shown().begin(), question.shown().end());
  // The same call, with all elements that the decisions of the claim read.
  Diagram there = bad;
  for (const auto& [element, code] : *least) there = diagrams.both(there, space.test(element, CodeSet().add(code)));
  Counterexample found{
      values, set_count(*least), space.count(bad, reads.elements), space.count(calls, reads.elements), {}, {}};
  found.notes.push_back("counterexample: " + call_text(question.model(), view.classes(), *least));
  const auto whole = space.smallest(there, elements);
  if (whole) {
    for (const DecisionId id : question.decisions()) {
      if (auto text = checker.decided(view, id, *whole)) found.notes.push_back(std::move(*text));
    }
  }
  found.calls = checker.forms_of(
      {view.classes(), whole ? *whole : *least, question.example_title(), {}, question.claim_text(values)});
  smallest.take(std::move(found));
  return {false, true};
}

}  // namespace

ProofVerdict check_claim(const ProofQuestion& question, const QuestionSpace& view, const Values& values,
                         SmallestCounterexample* smallest, bool some_call) {
  if (smallest != nullptr) return with_counterexample(question, view, values, *smallest, some_call);
  return whether_it_holds(question, view, values, some_call);
}

}  // namespace tally
