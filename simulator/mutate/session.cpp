#include "simulator/mutate/session.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "compiler/checks/checks.h"
#include "compiler/checks/wording.h"
#include "compiler/diagrams/support.h"
#include "compiler/values/equal_values.h"
#include "grammar/source/excerpt.h"
#include "simulator/documents/shown_call.h"
#include "simulator/mutate/mutant_space.h"

namespace tally {
namespace {

constexpr std::size_t max_shown_parts = 3;  // parts of a differing result
constexpr CheckOptions only_whether{Diagrams::default_node_limit, /*evidence=*/false, nullptr};
constexpr std::size_t max_nodes_kept = std::size_t{1} << 20;  // beyond this many the space is made again

class Session : public MutantSession {
 public:
  enum class Proofs : std::uint8_t { left_out, known };

  // Returns nothing if a leaf has too many codes.
  static std::unique_ptr<Session> make(Compilation& c, const MutateOptions& options, FileClaims& claims,
                                       std::span<const Candidate> candidates, Proofs proofs) {
    auto session = std::unique_ptr<Session>(new Session(c, options, claims));
    Reads more;
    if (proofs == Proofs::known) {
      for (const Proof& proof : c.policy->model->proofs) more.add(session->reads_of(proof));
    }
    session->mutants_ = MutantSpace::make(*c.policy, more, candidates, options.node_limit);
    return session->mutants_ ? std::move(session) : nullptr;
  }

  // Whether the session covers all that a mutant reads.
  bool knows(const Candidate& candidate) const override { return mutants_->knows(candidate); }

  void judge(Candidate& candidate) override {
    if (space().diagrams().node_count() > std::min(max_nodes_kept, options_.node_limit / 2)) renew();
    // Nodes that other mutants left in the space may use up its limit, so there is a second
    // attempt.
    if (try_to_judge(candidate)) return;
    renew();
    if (try_to_judge(candidate)) return;
    renew();
  }

 private:
  Session(Compilation& c, const MutateOptions& options, FileClaims& claims)
      : c_(c), policy_(*c.policy), options_(options), claims_(claims) {}

  Reads reads_of(const Proof& proof) const {
    Reads out;
    for (const auto& values : binder_values(proof.binders)) {
      if (proof.condition) out.add(policy_.lowering->condition(proof.condition, values).reads);
      out.add(proof.is_ignores ? policy_.lowering->value(proof.claim, values).reads
                               : policy_.lowering->condition(proof.claim, values).reads);
    }
    return out;
  }

  Space& space() { return mutants_->space(); }
  Diagrams& diagrams() { return mutants_->diagrams(); }
  const Classes& classes() const { return mutants_->classes(); }
  void renew() { mutants_->renew(); }

  // A decision whose outcome differs, and the calls in which one part of it differs.
  struct Difference {
    const Change* change;
    std::size_t part;
    Diagram where;
  };

  // Calls `take` with the differences of a change, part by part, until it returns false.
  template <class Take>
  void each_difference(const Change& change, Take take) {
    mutants_->each_difference(change, [&](std::size_t part, const MutantSpace::Values& values) {
      is_unknown_ = is_unknown_ || values.unknown != diagrams().no();
      return values.differ == diagrams().no() || take(Difference{&change, part, values.differ});
    });
  }

  std::optional<Difference> first_difference(const Candidate& candidate) {
    std::optional<Difference> found;
    for (const Change& change : candidate.changes) {
      each_difference(change, [&](const Difference& difference) {
        found = difference;
        return false;
      });
      if (found) return found;
    }
    return found;
  }

  // Returns, for the first decision that differs, the part whose smallest call sets the fewest
  // facts.
  std::optional<Difference> least_difference(const Candidate& candidate) {
    std::optional<Difference> found;
    std::size_t fewest = 0;
    for (const Change& change : candidate.changes) {
      each_difference(change, [&](const Difference& difference) {
        const Diagram where = difference.where;
        const std::size_t facts = set_count(*space().smallest(where, support_of(space(), {where})));
        if (!found || facts < fewest) {
          found = difference;
          fewest = facts;
        }
        return true;
      });
      if (found) return found;
    }
    return found;
  }

  // Returns false if the node limit is reached. The verdict is then `unknown`.
  bool try_to_judge(Candidate& candidate) {
    try {
      judge_in_space(candidate);
      return true;
    } catch (const NodeLimit& reached) {
      candidate.mutant.verdict = Verdict::unknown;
      candidate.mutant.reason = "its diagrams pass " + grouped(reached.limit) + " nodes";
      return false;
    }
  }

  void judge_in_space(Candidate& candidate) {
    Mutant& mutant = candidate.mutant;
    mutant.verdict = Verdict::equal;
    is_unknown_ = false;
    std::optional<Difference> found;
    std::optional<NodeLimit> passed;
    try {
      found = first_difference(candidate);
    } catch (const NodeLimit& limit) {
      passed = limit;
      renew();
    }
    // A mutant that decides alike, but that leaves a gap or has a dead rule, is caught as well. So is one that is
    // too large to be compared, if a check fails.
    if (check(candidate) && (!passed || mutant.verdict == Verdict::caught)) return;
    if (passed) throw NodeLimit(*passed);
    if (!found) {
      if (!is_unknown_) return;
      mutant.verdict = Verdict::unknown;
      mutant.reason = "whether its texts differ could not be decided";
      return;
    }
    mutant.verdict = Verdict::survives;
    mutant.call = call_of_its_own(candidate);
    if (!mutant.call) mutant.call = call_of(*found);
  }

  // Returns the call in the classes of this mutant alone, if that is possible.
  std::optional<MutantCall> call_of_its_own(const Candidate& candidate) {
    const auto own = make(c_, options_, claims_, std::span(&candidate, 1), Proofs::left_out);
    if (!own) return std::nullopt;
    try {
      if (const auto there = own->least_difference(candidate)) return own->call_of(*there);
    } catch (const NodeLimit&) {
    }
    return std::nullopt;
  }

  // --- the checks of the mutant -------------------------------------------------------------

  // Whether a check fails, or cannot be made.
  bool check(Candidate& candidate) {
    if (!candidate.edited) candidate.edited = compile_edit(c_, candidate.mutant.edit);
    const SourceSet& sources = candidate.edited->sources;
    // The mutant becomes a policy that shares graph, classes and space.
    std::set<ElementId> reads;
    std::set<CutId> cuts = policy_.cuts;
    for (const Output& output : policy_.outputs) reads.insert(output.reads.begin(), output.reads.end());
    for (const Change& change : candidate.changes) {
      reads.insert(change.lowered.reads.elements.begin(), change.lowered.reads.elements.end());
      cuts.insert(change.lowered.reads.cuts.begin(), change.lowered.reads.cuts.end());
    }
    const std::vector<Output> no_outputs;
    const PolicyView mutant(*candidate.edited->model, *policy_.graph, *candidate.edited->lowering, no_outputs, reads,
                            cuts, classes(), mutants_->holder());
    const Space* const before = &space();
    const bool failed = fails(mutant, sources, candidate);
    // A check that reaches the node limit makes a new space, for the mutant's model.
    if (&space() != before) renew();
    return failed;
  }

  bool fails(const PolicyView& policy, const SourceSet& sources, Candidate& candidate) {
    const Model& model = *policy.model;
    const auto failed = [&](const std::string& what, const auto& run) {
      Diagnostics diagnostics(1);
      run(diagnostics);
      for (const Diagnostic& d : diagnostics.list()) {
        if (d.severity != Severity::error) continue;
        const bool bound = d.code == DiagnosticId::node_limit || d.code == DiagnosticId::too_many_codes ||
                           d.code == DiagnosticId::too_many_leaves;
        candidate.mutant.verdict = bound ? Verdict::unknown : Verdict::caught;
        candidate.mutant.code = d.code;
        candidate.mutant.reason = bound ? d.message : what;
        return true;
      }
      return false;
    };
    for (const Change& change : candidate.changes) {
      const std::string& name = policy_.model->at(policy_.outputs[change.output].decision).name;
      const DecisionId id = decision_named(model, name);
      if (failed("decision `" + name + "`", [&](Diagnostics& d) { check_decision(policy, sources, d, {}, id); }))
        return true;
    }
    const auto catches = [&](auto& claims, const auto& all, const auto& check_one) {
      for (const std::size_t i : claims.touched_by(candidate.mutant.edit)) {
        const auto& claim = all[i];
        if (claims.is_same(i, *policy.lowering, claim)) continue;
        const auto run = [&](Diagnostics& d) { check_one(policy, sources, d, only_whether, claim); };
        if (!failed(name_of(claim, sources), run)) continue;
        claims.count_catch(i);
        return true;
      }
      return false;
    };
    return catches(claims_.examples, model.examples, check_example) ||
           catches(claims_.proofs, model.proofs, check_proof) ||
           catches(claims_.amended_examples, model.amended_examples, check_example) ||
           catches(claims_.amended_proofs, model.amended_proofs, check_proof);
  }

  static std::string name_of(const Example& example, const SourceSet&) { return "example `" + example.title + "`"; }
  static std::string name_of(const Proof& proof, const SourceSet& sources) {
    return "proof `" + (proof.title ? *proof.title : one_line(sources.text(proof.claim_span))) + "`";
  }

  // --- a call for people -------------------------------------------------------------------------------

  MutantCall call_of(const Difference& difference) {
    const Model& model = *policy_.model;
    MutantCall out;
    out.decision = policy_.outputs[difference.change->output].decision;
    const auto &ours = policy_.lowering->decision(out.decision).parts, &theirs = difference.change->lowered.parts;
    const Diagram where = difference.where;
    std::vector<Diagram> all{where};
    for (const auto* parts : {&ours, &theirs}) {
      for (const ResultPart& part : *parts) all.push_back(space().of(part.node));
    }
    // First the facts that make the difference are minimised, then the rest of the call.
    const auto least = space().smallest(where, support_of(space(), {where}));
    Diagram there = where;
    for (const auto& [element, code] : *least)
      there = diagrams().both(there, space().test(element, CodeSet().add(code)));
    const auto whole = space().smallest(there, with_surroundings(model, support_of(space(), all)));
    Assignment codes(space().order().size(), 0);
    for (const auto& [element, code] : *whole) codes[space().variable(element).value] = code;
    const LeafValues values = values_of(ours[difference.part], theirs[difference.part], codes, *whole);
    LeafValues left = values;
    for (const auto& [element, code] : *whole) {
      const auto value = left.extract(element);
      out.facts.emplace_back(element, value ? value.mapped() : value_of(model, classes(), element, code));
    }
    out.facts.insert(out.facts.end(), left.begin(), left.end());
    if (auto document = document_of(model, classes(), *whole)) {
      set_values(model, values, *document);
      out.request = document_text(model, *document);
    }
    Diagram with_outcomes = diagrams().yes();
    std::tie(out.before, out.after) = outcomes(ours, theirs, codes, with_outcomes);
    out.text =
        call_text(model, classes(), restricted_to(*whole, with_related(model, support_of(space(), {with_outcomes}))),
                  UnsetFacts::shown, values);
    const Expected expected = expectation(model.at(out.decision).name, ours[difference.part], codes);
    const std::string title = expected.value_of ? title_of(expected) : expected.condition;
    out.example =
        show_call_(model, {classes(), *whole, title, {}, expected.condition, expected.value_of, values}).example;
    return out;
  }

  // What the file decides and the mutant does not: "recording is on". Of a value that is handed on, the value of
  // its origin in the call belongs at the end: "settings.url is ".
  struct Expected {
    std::string condition;
    std::optional<Origin> value_of;
  };
  Expected expectation(const std::string& decision, const ResultPart& ours, const Assignment& codes) {
    const std::uint32_t code = diagrams().evaluate(space().of(ours.node), codes);
    const std::string place = decision + ours.path + " is ";
    if (ours.kind == ResultPart::Kind::origin && code != 0) return {place, ours.origins[code - 1]};
    return {place + Wording(*policy_.model, c_.sources).value_text(ours, code), std::nullopt};
  }

  // "settings.url is account.url"
  std::string title_of(const Expected& expected) const {
    return expected.condition + to_string(*policy_.model, *expected.value_of);
  }

  // Returns values of leaves that are handed on, for which two parts differ in a call.
  LeafValues values_of(const ResultPart& ours, const ResultPart& theirs, const Assignment& codes, const Call& call) {
    if (ours.kind != ResultPart::Kind::origin) return {};
    const std::uint32_t a = diagrams().evaluate(space().of(ours.node), codes);
    const std::uint32_t b = diagrams().evaluate(space().of(theirs.node), codes);
    if (a == 0 || b == 0) return {};
    return different_values(*policy_.model, classes(), call, ours.origins[a - 1], theirs.origins[b - 1])
        .value_or(LeafValues{});
  }

  // Returns both outcomes; for a record, the members that differ. `with_outcomes` are the calls
  // with these outcomes.
  std::pair<std::string, std::string> outcomes(const std::vector<ResultPart>& ours,
                                               const std::vector<ResultPart>& theirs, const Assignment& codes,
                                               Diagram& with_outcomes) {
    const Wording wording(*policy_.model, c_.sources);
    std::string before, after;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const std::uint32_t a = diagrams().evaluate(space().of(ours[i].node), codes);
      const std::uint32_t b = diagrams().evaluate(space().of(theirs[i].node), codes);
      const std::string x = wording.value_text(ours[i], a), y = wording.value_text(theirs[i], b);
      const bool same = ours[i].kind == ResultPart::Kind::origin && a != 0 && b != 0
                            ? ours[i].origins[a - 1] == theirs[i].origins[b - 1]
                            : a == b;
      if (same) continue;
      if (shown < max_shown_parts) {
        with_outcomes = diagrams().both(with_outcomes, diagrams().where(space().of(ours[i].node), a));
        with_outcomes = diagrams().both(with_outcomes, diagrams().where(space().of(theirs[i].node), b));
      }
      if (ours[i].path.empty()) return {x, y};
      if (++shown > max_shown_parts) {
        before += ", ...";
        after += ", ...";
        break;
      }
      const std::string name = ours[i].path.starts_with('.') ? ours[i].path.substr(1) : ours[i].path;
      before += (shown == 1 ? "" : ", ") + name + " = " + x;
      after += (shown == 1 ? "" : ", ") + name + " = " + y;
    }
    return {before, after};
  }

  Compilation& c_;
  Policy& policy_;
  const MutateOptions& options_;
  FileClaims& claims_;
  const ShowCall show_call_ = show_calls_of(c_);
  std::unique_ptr<MutantSpace> mutants_;
  bool is_unknown_ = false;  // whether part of the candidate could not be compared
};

}  // namespace

std::unique_ptr<MutantSession> MutantSession::make(Compilation& c, const MutateOptions& options, FileClaims& claims,
                                                   std::span<const Candidate> candidates) {
  auto session = Session::make(c, options, claims, candidates, Session::Proofs::known);
  return session ? std::move(session) : Session::make(c, options, claims, candidates, Session::Proofs::left_out);
}

}  // namespace tally
