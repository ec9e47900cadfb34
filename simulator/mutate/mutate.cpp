// Mutants that read nothing new are judged immediately in the file's own space. The others
// are collected, and judged together in a larger space, which means compiling each a second
// time. See mutate.h.
#include "simulator/mutate/mutate.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "compiler/checks/checks.h"
#include "simulator/mutate/candidates.h"
#include "simulator/mutate/claims.h"
#include "simulator/mutate/session.h"

namespace tally {
namespace {

// Returns for each proof or example of an amended file whether it holds with the amendments.
template <class Claim, class Check>
std::vector<bool> which_hold(Compilation& c, const std::vector<Claim>& claims, const Check& check_one) {
  std::vector<bool> out;
  for (const Claim& claim : claims) {
    Diagnostics faults(1);
    check_one(*c.policy, c.sources, faults, {}, claim);
    out.push_back(!faults.has_errors());
  }
  return out;
}

class EditJudge {
 public:
  EditJudge(Compilation& c, const MutateOptions& options)
      : c_(c),
        options_(options),
        edits_(make_edits(c.program, c.sources, *c.policy->model, edited_decisions(c, options))),
        claims_(claims_of(c)),
        mutants_(edits_.size()) {}

  Mutation run() {
    std::vector<Candidate> others = judge_in_own_space();
    judge_all(others);
    Mutation out;
    for (std::optional<Mutant>& mutant : mutants_) {
      if (mutant) out.mutants.push_back(*std::move(mutant));
    }
    return out;
  }

 private:
  static std::set<DecisionId> edited_decisions(const Compilation& c, const MutateOptions& options) {
    std::set<DecisionId> decisions = options.decisions;
    if (!decisions.empty()) return decisions;
    for (const Output& output : c.policy->outputs) decisions.insert(output.decision);
    return decisions;
  }

  static FileClaims claims_of(Compilation& c) {
    const Model& model = *c.policy->model;
    return {{*c.policy, model.proofs},
            {*c.policy, model.amended_proofs, which_hold(c, model.amended_proofs, check_proof)},
            {*c.policy, model.examples},
            {*c.policy, model.amended_examples, which_hold(c, model.amended_examples, check_example)}};
  }

  void show_progress() const {
    if (options_.progress) options_.progress(done_, edits_.size());
  }

  void keep(Candidate& candidate) { mutants_[candidate.edit] = std::move(candidate.mutant); }

  // Judges the mutants that read nothing new, and returns the others.
  std::vector<Candidate> judge_in_own_space() {
    EditFilter filter(c_);
    const auto own = MutantSession::make(c_, options_, claims_, {});
    std::vector<Candidate> others;
    for (std::size_t i = 0; i < edits_.size(); ++i) {
      show_progress();
      auto candidate = filter.mutant_of(edits_[i]);
      if (candidate) candidate->edit = i;
      if (candidate && !(own && own->knows(*candidate))) {
        candidate->edited.reset();
        others.push_back(std::move(*candidate));
        continue;
      }
      if (candidate) {
        own->judge(*candidate);
        keep(*candidate);
      }
      ++done_;
    }
    return others;
  }

  // Judges as many as fit in one space, and then the rest.
  void judge_all(std::span<Candidate> some) {
    if (some.empty()) return;
    if (const auto session = MutantSession::make(c_, options_, claims_, some)) {
      for (Candidate& candidate : some) {
        session->judge(candidate);
        candidate.edited.reset();
        keep(candidate);
        ++done_;
        show_progress();
      }
    } else if (some.size() == 1) {
      some.front().mutant.verdict = Verdict::unknown;
      some.front().mutant.reason = "a leaf has too many codes";
      keep(some.front());
    } else {
      judge_all(some.first(some.size() / 2));
      judge_all(some.subspan(some.size() / 2));
    }
  }

  Compilation& c_;
  const MutateOptions& options_;
  const std::vector<Edit> edits_;
  FileClaims claims_;
  std::vector<std::optional<Mutant>> mutants_;  // by edit; none if it makes no mutant
  std::size_t done_ = 0;
};

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
    return EditJudge(c, options).run();
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams of the rules grew beyond " + grouped(reached.limit) + " nodes"};
  }
}

}  // namespace tally
