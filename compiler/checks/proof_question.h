// What a proof asks, and how it fails: shared by proofs.cpp, claims.cpp and ignores.cpp.
//
// In: a proof. Out: the question of all combinations of its `for` values, and the possible
// calls that satisfy its `when`. Always: the combinations are lowered anew where they are
// needed; the graph shares the nodes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/checks/evidence.h"

namespace tally {

using Values = std::vector<std::string>;  // of a proof's `for` names, by name

class ProofQuestion {
 public:
  ProofQuestion(const Checker& checker, const Proof& proof);

  // Lowers what the proof asks; false if that cannot be lowered, which is reported.
  bool ask();

  const Checker& checker() const { return checker_; }
  const Model& model() const { return checker_.model(); }
  const Proof& proof() const { return proof_; }
  const Question& question() const { return question_; }
  const DecisionSet& undecided() const { return undecided_; }
  // The decisions that the claim names, and the elements that they read.
  const std::vector<DecisionId>& decisions() const { return decisions_; }
  const std::set<ElementId>& shown() const { return shown_; }

  std::string name() const;  // "proof `a device has the last word`"
  Span span() const;         // the claim, with the paths that it ignores
  std::size_t combinations() const { return combinations_; }
  Values combination(std::size_t index) const;  // the last `for` name changes fastest

  LoweredCondition condition(const Values& values) const;
  // The possible calls that satisfy `when`, and are decided, over what that depends on:
  // projected, so that it is small, and exact all the same.
  Diagram satisfying(const QuestionSpace& view, const LoweredCondition& when) const;

 private:
  const Checker& checker_;
  const Proof& proof_;
  std::size_t combinations_;
  Question question_;
  DecisionSet undecided_;  // decisions with gaps that it stands on
  std::vector<DecisionId> decisions_;
  std::set<ElementId> shown_;
};

// How one combination fails: the notes that show it, and how many elements it sets.
struct Counterexample {
  Values values;
  std::size_t set = 0;
  Count bad, all;  // of a claim's calls
  std::vector<std::string> notes;
};

// The smallest counterexample of all combinations.
class Worst {
 public:
  bool would_take(std::size_t set) const { return !kept_ || set < kept_->set; }
  void take(Counterexample counterexample) { kept_ = std::move(counterexample); }
  const std::optional<Counterexample>& kept() const { return kept_; }

 private:
  std::optional<Counterexample> kept_;
};

// Of one combination.
struct Verdict {
  bool holds = true;
  bool some_call = false;  // some possible call satisfies `when`, here or in an earlier one
};

// `prove CLAIM when ...` (claims.cpp). With `worst`, a failing combination is counted and
// shown; the space must then be the question's own. `some_call`: of the earlier ones.
Verdict check_claim(const ProofQuestion& question, const QuestionSpace& view, const Values& values, Worst* worst,
                    bool some_call);
// `prove VALUE ignores PATH when ...` (ignores.cpp). `own`: the question's classes, which
// say what is a constant and what is handed on.
Verdict check_ignores(const ProofQuestion& question, const QuestionSpace& view, const Classes& own,
                      const Values& values, Worst* worst, bool some_call);

}  // namespace tally
