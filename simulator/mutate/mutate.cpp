// A mutant that reads no more than the file is compared and, where it differs,
// checked at once. Those that cut numbers and texts elsewhere, or read other
// inputs, wait until all that they read is known, so that one space can hold them;
// they are compiled once more then. See mutate.h.
#include "simulator/mutate/mutate.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>

#include "compiler/checks/checks.h"
#include "compiler/checks/wording.h"
#include "compiler/diagrams/support.h"
#include "grammar/source/excerpt.h"
#include "simulator/mutate/dependencies.h"

namespace tally {
namespace {

constexpr std::size_t max_told_parts = 3;  // of a result that differs
constexpr CheckOptions only_whether{Diagrams::default_node_limit, /*evidence=*/false};
constexpr std::size_t crowded = std::size_t{1} << 20;  // nodes, from when a space is made anew

// The program with an edit made: its model, and what has been lowered of that.
struct Edited {
  SourceSet sources;
  std::unique_ptr<const Model> model;
  std::unique_ptr<Lowering> lowering;
};

std::optional<Edited> compile_edit(const Compilation& c, const Edit& edit) {
  const Module& root = c.program.root();
  const auto read = [&](const std::string& path) -> std::variant<std::string, ReadError> {
    if (path == root.path) return edited(c.sources, edit);
    for (const Module& module : c.program.modules) {
      if (module.path == path) return std::string(c.sources.file(module.file).text());
    }
    return ReadError{"no such file"};
  };
  Edited out;
  Diagnostics diagnostics;
  const Program program = load_program(root.path, read, out.sources, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  auto model = analyze(program, out.sources, diagnostics);
  if (!model) return std::nullopt;
  out.model = std::make_unique<const Model>(std::move(*model));
  out.lowering = std::make_unique<Lowering>(*out.model, *c.policy->graph);
  return out;
}

// What a proof or an example asks, as nodes: equal means equal answers.
struct Asked {
  std::vector<NodeId> nodes;
  std::vector<std::vector<Origin>> origins;
  auto operator<=>(const Asked&) const = default;

  void add(const ResultPart& part) {
    nodes.push_back(part.node);
    origins.push_back(part.origins);
  }
};

std::vector<std::vector<std::string>> binder_values(const std::vector<Binder>& binders) {
  std::vector<std::vector<std::string>> out{{}};
  for (const Binder& binder : binders) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& values : out) {
      for (const EnumValue& value : binder.type->values) {
        longer.push_back(values);
        longer.back().push_back(value.name);
      }
    }
    out = std::move(longer);
  }
  return out;
}

Asked asked(Lowering& lowering, const Proof& proof) {
  Asked out;
  for (const auto& values : binder_values(proof.binders)) {
    if (proof.condition) out.nodes.push_back(lowering.condition(proof.condition, values).node);
    if (!proof.is_ignores) {
      out.nodes.push_back(lowering.condition(proof.claim, values).node);
    } else {
      for (const ResultPart& part : lowering.value(proof.claim, values).parts) out.add(part);
    }
  }
  return out;
}

Asked asked(Lowering& lowering, const Example& example) {
  Asked out;
  for (const Expectation& expected : example.expectations) {
    out.nodes.push_back(lowering.condition(expected.claim).node);
    if (expected.condition) out.nodes.push_back(lowering.condition(expected.condition).node);
  }
  return out;
}

Asked asked(const LoweredDecision& decision) {
  Asked out;
  out.nodes = decision.conditions;
  out.nodes.push_back(decision.rule);
  for (const ResultPart& part : decision.parts) out.add(part);
  return out;
}

bool decide_alike(const ResultPart& a, const ResultPart& b) { return a.node == b.node && a.origins == b.origins; }

// A decision that an edit changes.
struct Change {
  std::size_t output = 0;  // of the policy
  LoweredDecision lowered;
};

struct Candidate {
  Mutant mutant;
  std::vector<Change> changes;
  std::optional<Edited> edited;  // only until it is judged, or put off: many are too large
};

// --- what an edit changes -------------------------------------------------------------------

class Sieve {
 public:
  explicit Sieve(Compilation& c) : c_(c), policy_(*c.policy) {
    for (const Output& output : policy_.outputs) {
      const Decision& decision = policy_.model->at(output.decision);
      behind_.push_back(behind(*policy_.model, decision));
      decisions_.insert(decision.name);
    }
  }

  // Nothing where the edit makes no mutant, or one that is there already.
  std::optional<Candidate> look(const Edit& edit) {
    auto edited = compile_edit(c_, edit);
    if (!edited) return std::nullopt;
    Lowering& lowering = *edited->lowering;
    Candidate out;
    out.mutant.edit = edit;
    std::vector<std::pair<std::size_t, Asked>> key;
    for (std::size_t i = 0; i < policy_.outputs.size(); ++i) {
      if (!behind_[i].contains(edit.owner)) continue;
      const DecisionId id = policy_.outputs[i].decision;
      const LoweredDecision& lowered = lowering.decision(named(*edited->model, policy_.model->at(id).name));
      Asked now = asked(lowered);
      if (now == asked(policy_.lowering->decision(id))) continue;
      out.changes.push_back({i, lowered});
      key.emplace_back(i, std::move(now));
    }
    // What cannot be lowered does not compile.
    if (!lowering.failures().empty()) return std::nullopt;
    // What stands on a decision sees its outcome alone. A let is seen in proofs, too.
    if (decisions_.contains(edit.owner) && !seen_[edit.owner].insert(std::move(key)).second) return std::nullopt;
    out.edited = std::move(edited);
    return out;
  }

  static DecisionId named(const Model& model, const std::string& name) {
    const auto at = std::find_if(model.decisions.begin(), model.decisions.end(),
                                 [&](const Decision& d) { return d.is_output && d.name == name; });
    return DecisionId{static_cast<std::uint32_t>(at - model.decisions.begin())};
  }

 private:
  Compilation& c_;
  Policy& policy_;
  std::vector<Names> behind_;                                                         // each output
  Names decisions_;                                                                   // that are outputs
  std::map<std::string, std::set<std::vector<std::pair<std::size_t, Asked>>>> seen_;  // by owner
};

// --- comparing and checking ----------------------------------------------------------------

// The proofs, or the examples, of the file: what each stands on and asks, and how
// many mutants it has caught.
template <class Claim>
class Claims {
 public:
  Claims(const Policy& policy, const std::vector<Claim>& claims) : policy_(policy), claims_(claims) {
    for (const Claim& claim : claims) behind_.push_back(behind(*policy.model, claim));
    asked_.resize(claims.size());
    catches_.resize(claims.size());
  }

  // Those that an edit can change, what has caught most first.
  std::vector<std::size_t> touched_by(const Edit& edit) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      if (behind_[i].contains(edit.owner)) out.push_back(i);
    }
    std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return catches_[a] > catches_[b]; });
    return out;
  }

  // Whether it asks of a mutant what it asks of the file.
  bool is_same(std::size_t i, Lowering& lowering, const Claim& of_mutant) {
    if (!asked_[i]) asked_[i] = asked(*policy_.lowering, claims_[i]);
    return asked(lowering, of_mutant) == *asked_[i];
  }

  void count_catch(std::size_t i) { ++catches_[i]; }

 private:
  const Policy& policy_;
  const std::vector<Claim>& claims_;
  std::vector<Names> behind_;
  std::vector<std::optional<Asked>> asked_;
  std::vector<std::size_t> catches_;
};

struct Questions {
  Claims<Proof> proofs;
  Claims<Example> examples;
};

// Some mutants on one set of classes, in one space.
class Stand {
 public:
  // For the checks of these mutants: with what the proofs read, if no leaf gets too
  // many codes so, for what the stand knows is looked at in its space. Nothing where
  // one has too many without.
  static std::unique_ptr<Stand> make(Compilation& c, const MutateOptions& options, Questions& questions,
                                     std::span<const Candidate> candidates) {
    auto stand = make(c, options, questions, candidates, true);
    return stand ? std::move(stand) : make(c, options, questions, candidates, false);
  }

  static std::unique_ptr<Stand> make(Compilation& c, const MutateOptions& options, Questions& questions,
                                     std::span<const Candidate> candidates, bool with_proofs) {
    auto stand = std::unique_ptr<Stand>(new Stand(c, options, questions));
    if (with_proofs) {
      for (const Proof& proof : c.policy->model->proofs) stand->add(stand->reads_of(proof));
    }
    for (const Candidate& candidate : candidates) {
      for (const Change& change : candidate.changes) stand->add(change.lowered.reads);
    }
    stand->elements_ = with_surroundings(*c.policy->model, std::move(stand->elements_));
    stand->classes_ = std::make_unique<Classes>(*c.policy->model, *c.policy->graph, stand->cuts_);
    if (stand->classes_->too_wide(stand->elements_)) return nullptr;
    std::vector<NodeId> roots;
    for (const Output& output : c.policy->outputs) {
      roots.push_back(output.rule);
      for (const ResultPart& part : output.parts) roots.push_back(part.node);
    }
    stand->order_ = best_order(*c.policy->model, *c.policy->graph, *stand->classes_, roots, stand->elements_);
    stand->renew();
    return stand;
  }

  // Whether a mutant reads nothing that the stand does not know.
  bool knows(const Candidate& candidate) const {
    return std::all_of(candidate.changes.begin(), candidate.changes.end(), [&](const Change& change) {
      const Reads& reads = change.lowered.reads;
      return std::includes(elements_.begin(), elements_.end(), reads.elements.begin(), reads.elements.end()) &&
             std::includes(cuts_.begin(), cuts_.end(), reads.cuts.begin(), reads.cuts.end());
    });
  }

  void judge(Candidate& candidate) {
    if (space().diagrams().node_count() > std::min(crowded, options_.node_limit / 2)) renew();
    for (bool again : {true, false}) {
      try {
        return try_to_judge(candidate);
      } catch (const NodeLimit& reached) {
        candidate.mutant.verdict = Verdict::unknown;
        candidate.mutant.reason =
            "its diagrams pass " + grouped(Count(static_cast<unsigned long>(reached.limit))) + " nodes";
      }
      renew();
      if (!again) return;
    }
  }

 private:
  Stand(Compilation& c, const MutateOptions& options, Questions& questions)
      : c_(c), policy_(*c.policy), options_(options), questions_(questions) {
    for (const Output& output : policy_.outputs) add(policy_.lowering->decision(output.decision).reads);
  }

  Reads reads_of(const Proof& proof) const {
    Reads out;
    for (const auto& values : binder_values(proof.binders)) {
      if (proof.condition) out.add(policy_.lowering->condition(proof.condition, values).reads);
      out.add(proof.is_ignores ? policy_.lowering->value(proof.claim, values).reads
                               : policy_.lowering->condition(proof.claim, values).reads);
    }
    return out;
  }

  void add(const Reads& reads) {
    elements_.insert(reads.elements.begin(), reads.elements.end());
    cuts_.insert(reads.cuts.begin(), reads.cuts.end());
  }

  Space& space() { return *space_; }
  Diagrams& diagrams() { return space_->diagrams(); }

  void renew() {
    space_ = std::make_unique<Space>(*policy_.model, *policy_.graph, *classes_, order_, options_.node_limit);
  }

  std::vector<ResultPart> settled(const LoweredDecision& decision) {
    std::vector<ResultPart> out;
    for (const ResultPart& part : decision.parts)
      out.push_back(settle(*policy_.model, *policy_.graph, *classes_, part));
    return out;
  }

  // Where two parts of one type differ in what they decide.
  Diagram difference(const ResultPart& a, const ResultPart& b) {
    Diagram theirs = space().of(b.node);
    if (a.kind == ResultPart::Kind::origin) {
      std::vector<std::uint32_t> number{0};
      auto beyond = static_cast<std::uint32_t>(a.origins.size());
      for (const Origin& origin : b.origins) {
        const auto at = std::find(a.origins.begin(), a.origins.end(), origin);
        number.push_back(at == a.origins.end() ? ++beyond : static_cast<std::uint32_t>(at - a.origins.begin() + 1));
      }
      theirs = diagrams().recode(theirs, number);
    }
    return diagrams().negate(diagrams().equal(space().of(a.node), theirs));
  }

  // The first decision that some call is given another outcome of, and which calls
  // are given another value of one part of it: of the first such part, or, to be
  // told, of the one that takes the fewest facts. Parts are looked at one by one:
  // they stand on settings of their own, and any of many differing is a diagram of
  // all of these settings together.
  std::optional<std::pair<const Change*, Diagram>> find_difference(const Candidate& candidate, bool least) {
    std::optional<std::pair<const Change*, Diagram>> found;
    std::size_t facts = 0;
    for (const Change& change : candidate.changes) {
      const LoweredDecision& original = policy_.lowering->decision(policy_.outputs[change.output].decision);
      for (std::size_t i = 0; i < original.parts.size(); ++i) {
        const ResultPart &ours = original.parts[i], &theirs = change.lowered.parts[i];
        if (decide_alike(ours, theirs)) continue;
        Diagram where = difference(settle(*policy_.model, *policy_.graph, *classes_, ours),
                                   settle(*policy_.model, *policy_.graph, *classes_, theirs));
        if (where == diagrams().no()) continue;
        where = diagrams().both(where, space().possible(support_of(space(), {where})));
        if (where == diagrams().no()) continue;
        if (!least) return std::pair(&change, where);
        const std::size_t takes = set_count(*space().smallest(where, support_of(space(), {where})));
        if (found && takes >= facts) continue;
        found = std::pair(&change, where);
        facts = takes;
      }
      if (found) break;
    }
    return found;
  }

  void try_to_judge(Candidate& candidate) {
    Mutant& mutant = candidate.mutant;
    mutant.verdict = Verdict::equal;
    const auto found = find_difference(candidate, false);
    if (!found || check(candidate)) return;
    mutant.verdict = Verdict::survives;
    // Told in the classes of this mutant alone, where that is possible.
    if (const auto own = make(c_, options_, questions_, std::span(&candidate, 1), false)) {
      try {
        if (const auto there = own->find_difference(candidate, true)) {
          mutant.call = own->call_of(*there->first, there->second);
          return;
        }
      } catch (const NodeLimit&) {
      }
    }
    mutant.call = call_of(*found->first, found->second);
  }

  // --- the checks of the mutant -------------------------------------------------------------

  // Whether one fails, or cannot be looked at.
  bool check(Candidate& candidate) {
    if (!candidate.edited) candidate.edited = compile_edit(c_, candidate.mutant.edit);
    const SourceSet& sources = candidate.edited->sources;
    // The mutant as a policy, which shares graph, classes and space.
    std::set<ElementId> reads;
    std::set<CutId> cuts = policy_.cuts;
    for (const Output& output : policy_.outputs) reads.insert(output.reads.begin(), output.reads.end());
    for (const Change& change : candidate.changes) {
      reads.insert(change.lowered.reads.elements.begin(), change.lowered.reads.elements.end());
      cuts.insert(change.lowered.reads.cuts.begin(), change.lowered.reads.cuts.end());
    }
    const std::vector<Output> no_outputs;
    const PolicyView mutant(*candidate.edited->model, *policy_.graph, *candidate.edited->lowering, no_outputs, reads,
                            cuts, *classes_, space_);
    return fails(mutant, sources, candidate);
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
      const DecisionId id = Sieve::named(model, name);
      if (failed("decision `" + name + "`", [&](Diagnostics& d) { check_decision(policy, sources, d, {}, id); }))
        return true;
    }
    for (const std::size_t i : questions_.examples.touched_by(candidate.mutant.edit)) {
      const Example& example = model.examples[i];
      if (questions_.examples.is_same(i, *policy.lowering, example)) continue;
      const std::string what = "example `" + example.title + "`";
      if (!failed(what, [&](Diagnostics& d) { check_example(policy, sources, d, only_whether, example); })) continue;
      questions_.examples.count_catch(i);
      return true;
    }
    for (const std::size_t i : questions_.proofs.touched_by(candidate.mutant.edit)) {
      const Proof& proof = model.proofs[i];
      if (questions_.proofs.is_same(i, *policy.lowering, proof)) continue;
      const std::string what =
          "proof `" + (proof.title ? *proof.title : one_line(sources.text(proof.claim_span))) + "`";
      if (!failed(what, [&](Diagnostics& d) { check_proof(policy, sources, d, only_whether, proof); })) continue;
      questions_.proofs.count_catch(i);
      return true;
    }
    return false;
  }

  // --- telling -------------------------------------------------------------------------------

  MutantCall call_of(const Change& change, Diagram where) {
    const Model& model = *policy_.model;
    MutantCall out;
    out.decision = policy_.outputs[change.output].decision;
    const auto ours = settled(policy_.lowering->decision(out.decision)), theirs = settled(change.lowered);
    std::vector<Diagram> all{where};
    for (const auto* parts : {&ours, &theirs}) {
      for (const ResultPart& part : *parts) all.push_back(space().of(part.node));
    }
    // The least of what makes the difference, then of the rest of the call.
    const auto told = space().smallest(where, support_of(space(), {where}));
    Diagram there = where;
    for (const auto& [element, code] : *told)
      there = diagrams().both(there, space().test(element, CodeSet().add(code)));
    const auto whole = space().smallest(there, with_surroundings(model, support_of(space(), all)));
    Assignment codes(space().order().size(), 0);
    for (const auto& [element, code] : *whole) {
      codes[space().variable(element).value] = code;
      out.facts.emplace_back(element, value_of(model, *classes_, element, code));
    }
    if (const auto document = document_of(model, *classes_, *whole)) out.request = document_text(model, *document);
    Diagram as_told = diagrams().yes();
    std::tie(out.before, out.after) = outcomes(ours, theirs, codes, as_told);
    out.text = call_text(model, *classes_, restricted_to(*whole, support_of(space(), {as_told})), UnsetFacts::shown);
    return out;
  }

  // Of a record the members that differ. `as_told`: the calls with these outcomes.
  std::pair<std::string, std::string> outcomes(const std::vector<ResultPart>& ours,
                                               const std::vector<ResultPart>& theirs, const Assignment& codes,
                                               Diagram& as_told) {
    const Wording wording(*policy_.model, c_.sources);
    std::string before, after;
    std::size_t told = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      const std::uint32_t a = diagrams().evaluate(space().of(ours[i].node), codes);
      const std::uint32_t b = diagrams().evaluate(space().of(theirs[i].node), codes);
      const std::string x = wording.value_text(ours[i], a), y = wording.value_text(theirs[i], b);
      const bool same = ours[i].kind == ResultPart::Kind::origin && a != 0 && b != 0
                            ? ours[i].origins[a - 1] == theirs[i].origins[b - 1]
                            : a == b;
      if (same) continue;
      if (told < max_told_parts) {
        as_told = diagrams().both(as_told, diagrams().where(space().of(ours[i].node), a));
        as_told = diagrams().both(as_told, diagrams().where(space().of(theirs[i].node), b));
      }
      if (ours[i].path.empty()) return {x, y};
      if (++told > max_told_parts) {
        before += ", ...";
        after += ", ...";
        break;
      }
      const std::string name = ours[i].path.starts_with('.') ? ours[i].path.substr(1) : ours[i].path;
      before += (told == 1 ? "" : ", ") + name + " = " + x;
      after += (told == 1 ? "" : ", ") + name + " = " + y;
    }
    return {before, after};
  }

  Compilation& c_;
  Policy& policy_;
  const MutateOptions& options_;
  Questions& questions_;
  std::set<ElementId> elements_;
  std::set<CutId> cuts_;
  std::unique_ptr<Classes> classes_;
  std::vector<ElementId> order_;
  std::unique_ptr<Space> space_;
};

Mutation judge_edits(Compilation& c, const MutateOptions& options) {
  std::set<DecisionId> decisions = options.decisions;
  if (decisions.empty()) {
    for (const Output& output : c.policy->outputs) decisions.insert(output.decision);
  }
  const std::vector<Edit> edits = make_edits(c.program, c.sources, *c.policy->model, decisions);
  std::size_t done = 0;
  const auto progress = [&] {
    if (options.progress) options.progress(done, edits.size());
  };

  Sieve sieve(c);
  Questions questions{{*c.policy, c.policy->model->proofs}, {*c.policy, c.policy->model->examples}};
  const auto own = Stand::make(c, options, questions, {});
  std::vector<Mutant> judged;       // in the order of the text, as far as
  std::vector<Candidate> put_off;   // these do not come between them:
  std::vector<std::size_t> places;  // each stands before that one of `judged`
  for (const Edit& edit : edits) {
    progress();
    auto candidate = sieve.look(edit);
    if (candidate && own && own->knows(*candidate)) {
      own->judge(*candidate);
      judged.push_back(std::move(candidate->mutant));
    } else if (candidate) {
      candidate->edited.reset();
      put_off.push_back(std::move(*candidate));
      places.push_back(judged.size());
      continue;
    }
    ++done;
  }

  // As many as get along in one space.
  const std::function<void(std::span<Candidate>)> judge_all = [&](std::span<Candidate> some) {
    if (some.empty()) return;
    if (const auto stand = Stand::make(c, options, questions, some)) {
      for (Candidate& candidate : some) {
        stand->judge(candidate);
        candidate.edited.reset();
        ++done;
        progress();
      }
    } else if (some.size() == 1) {
      some.front().mutant.verdict = Verdict::unknown;
      some.front().mutant.reason = "a leaf has more than " + std::to_string(max_leaf_codes) + " codes";
    } else {
      judge_all(some.first(some.size() / 2));
      judge_all(some.subspan(some.size() / 2));
    }
  };
  judge_all(put_off);

  Mutation out;
  std::size_t next = 0;
  for (std::size_t i = 0; i <= judged.size(); ++i) {
    for (; next < put_off.size() && places[next] == i; ++next) out.mutants.push_back(std::move(put_off[next].mutant));
    if (i < judged.size()) out.mutants.push_back(std::move(judged[i]));
  }
  return out;
}

}  // namespace

const char* to_string(Verdict verdict) {
  static const char* const names[] = {"equal", "caught", "survives", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

std::size_t Mutation::count(Verdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(mutants.begin(), mutants.end(), [&](const Mutant& m) { return m.verdict == verdict; }));
}

Result<Mutation> mutate(Compilation& c, const MutateOptions& options) {
  try {
    return judge_edits(c, options);
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams of the rules grew beyond " + grouped(reached.limit) + " nodes"};
  }
}

}  // namespace tally
