// Shared by the checks: one run over a policy, its bounds, and the wording of answers.
// Where a question is answered is in question.h.
//
// In:     a policy, its sources, the options, and the decisions with a reported gap
// Out:    diagnostics, and the texts that they are made of
// Always: a check that exceeds the node limit is reported as T007, and the next check can
//         run
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

// One run of checks over a policy. `undecided`: the decisions with a gap that was
// reported. All references must outlive the run.
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
  const SourceSet& sources() const { return sources_; }
  bool wants_evidence() const { return options_.evidence; }
  bool stopped() const { return options_.stopped(); }
  // Returns a call in other forms, or nothing if these are not asked for.
  std::vector<ShownCall> forms_of(const CallOfReport& call) const {
    if (options_.show_call == nullptr) return {};
    return {(*options_.show_call)(model(), call)};
  }

  // Returns a space for this question alone. Returns nothing if a leaf would have too
  // many codes, which is reported (T006) at `span`.
  std::optional<QuestionSpace> question_space(const Question& question, const Span& span,
                                              SpaceOrder order = SpaceOrder::best) const;
  std::shared_ptr<const Classes> classes(const Question& question) const { return classes_for(policy_, question); }
  SharedQuestionSpaces shared_spaces() const { return SharedQuestionSpaces(policy_, options_.node_limit); }

  // Runs one check. If the check exceeds the node limit, this is reported (T007) for
  // `what` at `span`, and the space is renewed for the next check.
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
  // The undecided decisions that these expressions depend on, through lets and other
  // decisions. A question about the expressions reads what these decisions read.
  DecisionSet undecided_behind(std::initializer_list<ExprRef> expressions) const;
  DecisionSet undecided_behind(const DecisionSet& decisions) const;
  Reads reads_of(const DecisionSet& decisions) const;
  // The calls that all of these decisions decide.
  Diagram decided_by(const QuestionSpace& view, const DecisionSet& decisions) const;

  // Reports, at `span`, every new lowering failure. Returns true if there is any: the
  // question then has no answer.
  bool report_failures(const Span& span) const;

  // --- wording ---

  // The outcome of a decision in a call, with its rule and reason: "caller-recording is
  // off: rule 2 (line 57), otherwise". Returns nothing if the call leaves the decision
  // open, or if the view lacks an element or a cut that the decision reads.
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
  mutable std::size_t failures_ = 0;  // the number of failures that were reported
};

// The decisions that an expression names once lets are expanded. The decisions that these
// depend on are not included.
std::set<DecisionId> mentioned(const Model& model, const ExprRef& expression);
// The share of calls for people: "2 of its 5 calls", "all of its 5 calls", "its only
// call". If `its` is empty: "2 of 5 calls", "all of 5 calls", "the only call".
std::string part_of_calls(const Count& some, const Count& all, const std::string& its = "");
// A condition that gives a decision a value, of a rule if that is a literal: "recording is off",
// "settings.format is mp3". What it should be is not known here.
std::string some_outcome(const Decision& decision, std::size_t rule);
// The values of a proof's `for` names: "d = inbound, n = onnet".
std::string binder_text(const std::vector<Binder>& binders, const std::vector<std::string>& values);

// Whether the list has an error with this id at this place.
bool has_error(const Diagnostics& diagnostics, DiagnosticId code, const std::optional<Span>& span);

}  // namespace tally
