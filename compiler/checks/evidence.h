// What the checks share: a run over a policy, its bounds, and how an answer is
// worded. question.h has where a question is answered.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/checks/question.h"
#include "compiler/checks/wording.h"
#include "compiler/diagrams/support.h"

namespace tally {

// One run of checks over a policy. `undecided`: decisions with a gap that has
// been reported.
class Checker {
 public:
  Checker(const PolicyView& policy, const SourceSet& sources, Diagnostics& diagnostics, const CheckOptions& options,
          const DecisionSet& undecided = {});

  const Model& model() const { return *policy_.model; }
  Graph& graph() const { return *policy_.graph; }
  Lowering& lowering() const { return *policy_.lowering; }
  const PolicyView& policy() const { return policy_; }
  Diagnostics& diagnostics() const { return diagnostics_; }
  const Wording& wording() const { return wording_; }
  bool wants_evidence() const { return options_.evidence; }

  // Where the question is answered alone. Nothing if a leaf would get too many codes, which
  // is reported (T006) at `span`.
  std::optional<QuestionSpace> question_space(const Question& question, const Span& span,
                                              SpaceOrder order = SpaceOrder::best) const;
  std::shared_ptr<const Classes> classes(const Question& question) const { return classes_for(policy_, question); }
  SharedQuestionSpaces shared_spaces() const { return SharedQuestionSpaces(policy_, options_.node_limit); }

  // Runs one check. Where it passes the node limit, that is reported (T007) for
  // `what` at `span`, and the next check finds room again.
  template <class Check>
  void run(const std::string& what, const Span& span, Check check) const {
    try {
      check();
    } catch (const NodeLimit& reached) {
      report_limit(what, span, reached);
    }
  }

  const DecisionSet& undecided() const { return undecided_; }
  void add_undecided(DecisionId decision) { undecided_.insert(decision); }
  // Of the undecided decisions, those that these expressions stand on, through
  // lets and other decisions; a question about them reads what these read.
  DecisionSet undecided_behind(std::initializer_list<ExprRef> expressions) const;
  DecisionSet undecided_behind(const DecisionSet& decisions) const;
  Reads reads_of(const DecisionSet& decisions) const;
  // The calls that all of these decide.
  Diagram decided_by(const QuestionSpace& view, const DecisionSet& decisions) const;

  // Reports what could not be lowered since the last time, at `span`, the question; returns
  // true if there is any: then the question has no answer.
  bool report_failures(const Span& span) const;

  // --- wording ---

  // What a decision decides in a call, by which rule and why: "caller-recording
  // is off: rule 2 (line 57), otherwise". Nothing where the call leaves it open
  // or the view does not know all that the decision reads.
  std::optional<std::string> decided(const QuestionSpace& view, DecisionId decision, const Call& call) const;

 private:
  void report_limit(const std::string& what, const Span& span, const NodeLimit& reached) const;
  bool knows(const QuestionSpace& view, const Reads& reads) const;
  std::string reason_text(const QuestionSpace& view, const std::vector<Piece>& reason, SpaceWithin& call) const;
  std::optional<std::string> inserted(const QuestionSpace& view, const ExprRef& expression, SpaceWithin& call) const;

  const PolicyView policy_;
  const SourceSet& sources_;
  Diagnostics& diagnostics_;
  CheckOptions options_;
  DecisionSet undecided_;
  const Wording wording_;
  mutable std::size_t failures_ = 0;  // that have been reported
};

// The decisions that an expression names, lets expanded; not those behind them.
std::set<DecisionId> mentioned(const Model& model, const ExprRef& expression);
// "2 of its 5 calls", "all of its 5 calls", "its only call"; with `its` empty
// "2 of 5 calls", "all of 5 calls", "the only call".
std::string part_of_calls(const Count& some, const Count& all, const std::string& its = "");
// "d = inbound, n = onnet".
std::string binder_text(const std::vector<Binder>& binders, const std::vector<std::string>& values);

}  // namespace tally
