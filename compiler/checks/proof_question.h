// The question of a proof, and its failure. Shared by proofs.cpp, claims.cpp and
// ignores.cpp.
//
// For example, `prove for d in direction: recording is on when account[d, onnet].enabled is on`
// has two combinations of `for` values, {"inbound"} and {"outbound"}. Each is checked alone.
//
// In:     a proof
// Out:    the question for all combinations of its `for` values, and the possible calls
//         that satisfy its `when`
// Always: a combination is lowered again whenever it is needed; the graph shares the
//         nodes
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/checks/evidence.h"

namespace tally {

using Values = std::vector<std::string>;  // of a proof's `for` names, by name: {"inbound", "onnet"}

// The question of one proof. `checker` and `proof` must outlive it. Call `ask` before the
// other functions.
class ProofQuestion {
 public:
  ProofQuestion(const Checker& checker, const Proof& proof);

  // Lowers the question of the proof. Returns false if it cannot be lowered, which is
  // reported.
  bool ask();

  const Checker& checker() const { return checker_; }
  const Model& model() const { return checker_.model(); }
  const Proof& proof() const { return proof_; }
  const Question& question() const { return question_; }
  const DecisionSet& undecided() const { return undecided_; }
  // The decisions that the claim names, and the elements that these decisions read.
  const std::vector<DecisionId>& decisions() const { return decisions_; }
  const std::set<ElementId>& shown() const { return shown_; }

  std::string name() const;  // "proof `a device has the last word`"
  Span span() const;         // the claim, with the paths that it ignores
  std::size_t combinations() const { return combinations_; }
  Values combination(std::size_t index) const;  // the last `for` name changes fastest

  // The claim as text, with these values in place of the `for` names: "account[inbound].url is set".
  std::string claim_text(const Values& values) const;
  // The title of an example that shows a counterexample.
  std::string example_title() const;

  // The proof's `when` for these values of its `for` names, or `yes` if it has none.
  LoweredCondition condition(const Values& values) const;
  // The possible, decided calls that satisfy `when`, as a condition on the elements that
  // this depends on. The projection is exact and keeps the diagram small.
  Diagram satisfying(const QuestionSpace& view, const LoweredCondition& when) const;

 private:
  const Checker& checker_;
  const Proof& proof_;
  std::size_t combinations_;
  Question question_;
  DecisionSet undecided_;  // the decisions with gaps that the proof depends on
  std::vector<DecisionId> decisions_;
  std::set<ElementId> shown_;
};

// A failure of one combination: the notes that show it, and the number of elements that
// it sets.
struct Counterexample {
  Values values;
  std::size_t set = 0;
  Count bad, all;  // calls of a claim: those that violate it, and all
  std::vector<std::string> notes;
  std::vector<ShownCall> calls;  // that the notes show
};

// The smallest counterexample of all combinations: the one that sets the fewest elements.
class SmallestCounterexample {
 public:
  bool would_take(std::size_t set) const { return !kept_ || set < kept_->set; }
  void take(Counterexample counterexample) { kept_ = std::move(counterexample); }
  const std::optional<Counterexample>& kept() const { return kept_; }

 private:
  std::optional<Counterexample> kept_;
};

// The result for one combination.
struct ProofVerdict {
  bool holds = true;
  bool some_call = false;  // whether a possible call satisfies `when`, here or in an earlier combination
};

// Checks `prove CLAIM when ...` (claims.cpp). With `smallest`, a failing combination is
// counted and shown, and `view` must then be the space of this question alone.
// `some_call`: the value of the earlier combinations.
ProofVerdict check_claim(const ProofQuestion& question, const QuestionSpace& view, const Values& values,
                         SmallestCounterexample* smallest, bool some_call);
// Checks `prove VALUE ignores PATH when ...` (ignores.cpp). `own`: the classes of the
// question. They decide what is a constant and what is handed on.
ProofVerdict check_ignores(const ProofQuestion& question, const QuestionSpace& view, const Classes& own,
                           const Values& values, SmallestCounterexample* smallest, bool some_call);

}  // namespace tally
