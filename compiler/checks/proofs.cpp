// Proofs: claims that hold for every call, and `ignores`. See checks.h.
//
// A proof with `for` names is one question for every combination of their
// values; all are answered in one space. The combinations are lowered twice, once
// for what they read and once for the answer: the graph shares the nodes, and a
// hundred thousand combinations need not be kept.
//
// Nearly all proofs hold. So each is first asked in a space that many share. Only one
// that does not hold, or says nothing, is asked again in a space of its own, where its
// calls are counted and shown.
#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "compiler/checks/evidence.h"

namespace tally {
namespace {

using Values = std::vector<std::string>;  // of the binders, by name

std::size_t combination_count(const std::vector<Binder>& binders) {
  std::size_t count = 1;
  for (const Binder& binder : binders) count *= binder.type->values.size();
  return count;
}

// The last binder changes fastest.
Values combination(const std::vector<Binder>& binders, std::size_t index) {
  Values values(binders.size());
  for (std::size_t i = binders.size(); i-- > 0;) {
    const auto& names = binders[i].type->values;
    values[i] = names[index % names.size()].name;
    index /= names.size();
  }
  return values;
}

class ProofCheck {
 public:
  ProofCheck(const Checker& checker, const Proof& proof)
      : checker_(checker),
        model_(checker.model()),
        proof_(proof),
        combinations_(combination_count(proof.binders)),
        undecided_(checker.undecided_behind({proof.claim, proof.condition})) {}

  std::string name() const { return "proof `" + (proof_.title ? *proof_.title : checker_.quoted(span())) + "`"; }
  // The claim, with the paths that it is said to ignore.
  Span span() const {
    return proof_.ignored.empty() ? proof_.claim_span : around(proof_.claim_span, proof_.ignored.back().span);
  }

  // What it asks; false where that cannot be lowered, which is reported.
  bool ask() {
    for (std::size_t i = 0; i < combinations_; ++i) {
      const Values values = combination(proof_.binders, i);
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
    // To tell what was decided in a counterexample.
    for (const DecisionId id : mentioned(model_, proof_.claim)) {
      decisions_.push_back(id);
      question_.add(checker_.lowering().decision(id).reads);
      told_.insert(checker_.lowering().decision(id).reads.elements.begin(),
                   checker_.lowering().decision(id).reads.elements.end());
    }
    question_.add(checker_.reads_of(undecided_));
    if (proof_.is_ignores) question_.elements = with_surroundings(model_, std::move(question_.elements));
    return true;
  }
  const Question& question() const { return question_; }

  // Whether it holds, and says something. In a space that knows its question; the
  // answer is the same on each of them.
  bool holds(const QuestionSpace& view) {
    bool some_call = false;
    std::shared_ptr<const Classes> own;
    if (proof_.is_ignores) own = checker_.classes(question_);
    for (std::size_t i = 0; i < combinations_; ++i) {
      const Values values = combination(proof_.binders, i);
      if (!(proof_.is_ignores ? ignores(view, *own, values, some_call) : claim_holds(view, values, some_call)))
        return false;
    }
    return some_call;
  }

  // The same in a space of its own; reports what is wrong.
  void report() {
    const auto view = checker_.question_space(question_, span());
    if (!view) return;
    for (std::size_t i = 0; i < combinations_; ++i) {
      const Values values = combination(proof_.binders, i);
      if (proof_.is_ignores) {
        if (!ignores(*view, view->classes(), values, some_call_, checker_.wants_evidence())) ++failing_;
      } else if (checker_.wants_evidence()) {
        tell_claim(*view, values);
      } else if (!claim_holds(*view, values, some_call_)) {
        ++failing_;
      }
    }
    report_faults();
  }

 private:
  // A counterexample: the notes that tell it, and how many elements it sets.
  struct Failure {
    Values values;
    std::size_t set = 0;
    Count bad, all;  // of a claim's calls
    std::vector<std::string> notes;
  };

  LoweredCondition condition(const Values& values) const {
    if (!proof_.condition) return {checker_.graph().yes(), {}};
    return checker_.lowering().condition(proof_.condition, values);
  }

  // The possible calls that satisfy `when`, and are decided, over what that depends
  // on: projected, so that it is small, and exact all the same.
  Diagram satisfying(const QuestionSpace& view, const LoweredCondition& when) const {
    const Diagram d = view.diagrams().both(view.space().of(when.node), checker_.decided_by(view, undecided_));
    return view.diagrams().both(d, view.space().possible(support(view.space(), {d})));
  }

  // Of the failing combinations the one with the fewest elements set is told.
  bool is_smaller(std::size_t set) const { return !worst_ || set < worst_->set; }

  bool claim_holds(const QuestionSpace& view, const Values& values, bool& some_call) const {
    Diagrams& diagrams = view.diagrams();
    Space& space = view.space();
    const LoweredCondition when = condition(values), claim = checker_.lowering().condition(proof_.claim, values);
    const Diagram calls = diagrams.both(space.of(when.node), checker_.decided_by(view, undecided_));
    const auto is_possible = [&](Diagram d) {
      return d != diagrams.no() && diagrams.both(d, space.possible(support(space, {d}))) != diagrams.no();
    };
    if (calls == diagrams.no()) return true;
    some_call = some_call || is_possible(calls);
    return !is_possible(diagrams.but_not(calls, space.of(claim.node)));
  }

  void tell_claim(const QuestionSpace& view, const Values& values) {
    Diagrams& diagrams = view.diagrams();
    const LoweredCondition when = condition(values), claim = checker_.lowering().condition(proof_.claim, values);
    Reads reads = when.reads;
    reads.add(claim.reads);
    reads.add(checker_.reads_of(undecided_));
    const Diagram calls = satisfying(view, when);
    if (calls == diagrams.no()) return;
    some_call_ = true;
    Diagram bad = diagrams.but_not(calls, view.space().of(claim.node));
    bad = diagrams.both(bad, view.space().possible(support(view.space(), {bad})));
    if (bad == diagrams.no()) return;
    ++failing_;

    // What the violation does not depend on is not told.
    const auto relevant = support(view.space(), {bad});
    const auto least = view.space().smallest(bad, relevant);
    if (!least || !is_smaller(set_count(*least))) return;
    std::set<ElementId> elements = reads.elements;
    elements.insert(told_.begin(), told_.end());
    // The same call, with all that the decisions in the claim read.
    Diagram there = bad;
    for (const auto& [element, code] : *least) {
      there = diagrams.both(there, view.space().test(element, CodeSet().add(code)));
    }
    Failure failure{values, set_count(*least), 0, 0, {}};
    failure.bad = view.space().count(bad, reads.elements);
    failure.all = view.space().count(calls, reads.elements);
    failure.notes.push_back("counterexample: " + call_text(model_, view.classes(), *least));
    if (const auto whole = view.space().smallest(there, elements)) {
      for (const DecisionId id : decisions_) {
        if (auto text = checker_.decided(view, id, *whole)) failure.notes.push_back(std::move(*text));
      }
    }
    worst_ = std::move(failure);
  }

  // `own`: the question's classes, which say what is a constant and what is handed on.
  bool ignores(const QuestionSpace& view, const Classes& own, const Values& values, bool& some_call,
               bool tell = false) {
    Space& space = view.space();
    Diagrams& diagrams = view.diagrams();
    const LoweredCondition when = condition(values);
    const LoweredValue value = checker_.lowering().value(proof_.claim, values);
    const Diagram calls = satisfying(view, when);
    if (calls == diagrams.no()) return true;
    some_call = true;

    std::set<ElementId> inside;
    for (const PathPattern& path : proof_.ignored) {
      for (const ElementId named : elements_of_path(model_, path, values)) {
        for (const ElementId element : below(model_, named)) {
          if (space.has(element)) inside.insert(element);
        }
      }
    }
    bool fails = false;
    for (const ResultPart& unsettled : value.parts) {
      if (fails && !tell) return false;
      const ResultPart part = settle(model_, checker_.graph(), own, unsettled);
      Instance instance{view, calls, support(space, {calls, space.of(part.node)}), {}, values, tell};
      for (const ElementId element : inside) {
        if (instance.scope.contains(element)) instance.differing.insert(element);
      }
      // The two documents agree in the presence of every object around what
      // differs, read or not. (An object around PATH that is around nothing read
      // has no say.)
      for (const ElementId around : with_surroundings(model_, instance.differing)) {
        instance.scope.insert(around);
        if (inside.contains(around)) instance.differing.insert(around);
      }
      instance.calls = diagrams.both(calls, space.possible(instance.scope));
      fails = find_difference(instance, part) || find_handed_on(instance, part, inside) || fails;
    }
    return !fails;
  }

  struct Instance {
    const QuestionSpace& view;
    Diagram calls;                  // possible ones that satisfy `when`
    std::set<ElementId> scope;      // what they and the part depend on, and the objects around what differs
    std::set<ElementId> differing;  // of these: what is under PATH
    const Values& values;
    bool tell;
  };

  static bool is_under(const Origin& origin, const std::set<ElementId>& inside) {
    if (const auto* leaf = std::get_if<ElementId>(&origin)) return inside.contains(*leaf);
    const auto* text = std::get_if<InsertedText>(&origin);
    return text && std::any_of(text->pieces.begin(), text->pieces.end(), [&](const auto& piece) {
             const auto* leaf = std::get_if<ElementId>(&piece);
             return leaf && inside.contains(*leaf);
           });
  }

  // Whether two calls that agree outside have different values of this part.
  bool find_difference(const Instance& in, const ResultPart& part) {
    Space& space = in.view.space();
    Diagrams& diagrams = in.view.diagrams();
    const Diagram d = space.of(part.node);
    const auto depends = support(space, {d});
    if (std::none_of(in.differing.begin(), in.differing.end(), [&](ElementId e) { return depends.contains(e); }))
      return false;

    const auto quantified = space.variables(in.differing);
    std::vector<std::pair<std::uint32_t, Diagram>> earlier;  // each value, and outside where some inside gives it
    Diagram seen = diagrams.no();
    const std::uint32_t beyond = checker_.graph().codes(part.node);
    const Diagram asked = diagrams.choose(in.calls, d, diagrams.terminal(beyond));
    for (const std::uint32_t code : diagrams.terminals(asked)) {
      if (code == beyond) continue;
      const Diagram here = diagrams.exists(diagrams.where(asked, code), quantified);
      if (diagrams.both(here, seen) != diagrams.no()) {
        for (const auto& [other, there] : earlier) {
          const Diagram both = diagrams.both(here, there);
          if (both == diagrams.no()) continue;
          if (in.tell) tell_difference(in, part, d, both, other, code);
          return true;
        }
      }
      seen = diagrams.either(seen, here);
      earlier.emplace_back(code, here);
    }
    return false;
  }

  // `both`: the outsides under which the part can be `first`, and can be `second`.
  void tell_difference(const Instance& in, const ResultPart& part, Diagram d, Diagram both, std::uint32_t first,
                       std::uint32_t second) {
    Space& space = in.view.space();
    Diagrams& diagrams = in.view.diagrams();
    std::set<ElementId> outside;
    std::set_difference(in.scope.begin(), in.scope.end(), in.differing.begin(), in.differing.end(),
                        std::inserter(outside, outside.end()));
    const auto outer = space.smallest(both, outside);
    if (!outer || !is_smaller(set_count(*outer))) return;
    Diagram there = in.calls;
    for (const auto& [element, code] : *outer) there = diagrams.both(there, space.test(element, CodeSet().add(code)));

    const auto one = space.smallest(diagrams.both(there, diagrams.where(d, first)), in.differing);
    if (!one) return;
    // The other is as near to the first as it can be.
    std::vector<int> wanted(space.order().size(), -1);
    for (const auto& [element, code] : *one) wanted[space.variable(element).value] = code;
    const auto found = diagrams.cheapest(diagrams.both(there, diagrams.where(d, second)),
                                         [&](VariableId v, std::uint8_t code) -> unsigned {
                                           return wanted[v.value] >= 0 && wanted[v.value] != code ? 1 : 0;
                                         });
    if (!found) return;

    Call common = only(*outer, support(space, {d, in.calls})), one_differs, other_differs;
    for (const auto& [element, code] : *one) {
      const std::uint8_t other = (*found)[space.variable(element).value];
      if (code == other) {
        if (code != 0) common.emplace_back(element, code);
      } else {
        one_differs.emplace_back(element, code);
        other_differs.emplace_back(element, other);
      }
    }
    std::sort(common.begin(), common.end());
    Failure failure{in.values, set_count(*outer), 0, 0, {}};
    const std::string what = part_name(part);
    if (set_count(common) > 0) failure.notes.push_back("with " + call_text(model_, in.view.classes(), common));
    for (const auto& [code, differs] : {std::pair{first, one_differs}, std::pair{second, other_differs}}) {
      failure.notes.push_back(what + " is " + checker_.value_text(part, code) + " where " +
                              call_text(model_, in.view.classes(), differs, UnsetFacts::shown));
    }
    worst_ = std::move(failure);
  }

  std::string part_name(const ResultPart& part) const {
    return "`" + checker_.quoted(proof_.claim->span) + part.path + "`";
  }

  // Whether an origin under PATH can be handed on.
  bool find_handed_on(const Instance& in, const ResultPart& part, const std::set<ElementId>& inside) {
    if (part.kind != ResultPart::Kind::origin) return false;
    Space& space = in.view.space();
    Diagrams& diagrams = in.view.diagrams();
    for (std::size_t i = 0; i < part.origins.size(); ++i) {
      if (!is_under(part.origins[i], inside)) continue;
      const auto code = static_cast<std::uint32_t>(i + 1);
      const Diagram handed = diagrams.both(in.calls, diagrams.where(space.of(part.node), code));
      if (handed == diagrams.no()) continue;
      if (!in.tell) return true;
      const auto call = space.smallest(handed, support(space, {handed}));
      if (call && is_smaller(set_count(*call))) {
        worst_ = Failure{in.values, set_count(*call), 0, 0, {}};
        worst_->notes.push_back(part_name(part) + " hands on `" + checker_.value_text(part, code) + "` " +
                                (call->empty() ? "in " : "where ") + call_text(model_, in.view.classes(), *call));
      }
      return true;
    }
    return false;
  }

  void report_faults() {
    if (!some_call_) {
      if (!undecided_.empty()) return;
      const Span where = proof_.condition ? proof_.condition_span : span();
      Diagnostic& d =
          checker_.diagnostics().add(DiagnosticId::proof_is_empty, where, "no call satisfies the `when` of " + name());
      if (!proof_.binders.empty()) d.note("not for any value of its `for` names");
      d.note("a proof about no call says nothing");
      return;
    }
    if (failing_ == 0) return;
    if (!worst_) {
      checker_.diagnostics().add(DiagnosticId::proof_fails, span(), name() + " fails");
      return;
    }
    std::string message = name() + " fails";
    if (!proof_.is_ignores) message += " for " + part_of_calls(worst_->bad, worst_->all);
    Diagnostic& d = checker_.diagnostics().add(DiagnosticId::proof_fails, span(), std::move(message));
    if (!proof_.binders.empty()) d.note("for " + binder_text(proof_.binders, worst_->values));
    for (const std::string& note : worst_->notes) d.note(note);
    if (combinations_ > 1) {
      d.note(grouped(failing_) + " of " + grouped(combinations_) + " combinations of the `for` names fail");
    }
  }

  const Checker& checker_;
  const Model& model_;
  const Proof& proof_;
  std::size_t combinations_;  // of the values of its `for` names
  Question question_;
  DecisionSet undecided_;              // decisions with gaps that it stands on
  std::vector<DecisionId> decisions_;  // that the claim names
  std::set<ElementId> told_;           // what they read
  bool some_call_ = false;
  std::size_t failing_ = 0;
  std::optional<Failure> worst_;
};

void run(const Checker& checker, std::span<const Proof> proofs) {
  SharedQuestionSpaces shared = checker.shared_spaces();
  std::vector<ProofCheck> asked;
  for (const Proof& proof : proofs) {
    ProofCheck check(checker, proof);
    if (!check.ask()) continue;
    shared.add(check.question());
    asked.push_back(std::move(check));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (shared.holds(i, [&](const QuestionSpace& view) { return asked[i].holds(view); })) continue;
    checker.run(asked[i].name(), asked[i].span(), [&] { asked[i].report(); });
  }
}

}  // namespace

void check_proof(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics, const CheckOptions& options,
                 const Proof& proof) {
  run(Checker(policy, sources, diagnostics, options), std::span(&proof, 1));
}

void check_proofs(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics, const CheckOptions& options,
                  const DecisionSet& undecided) {
  run(Checker(policy, sources, diagnostics, options, undecided), policy.model->proofs);
}

}  // namespace tally
