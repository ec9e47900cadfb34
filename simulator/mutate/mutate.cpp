// Mutants that read nothing new are judged immediately in the file's own space. The others
// are collected, and judged together in a larger space, which means compiling each a second
// time. See mutate.h.
#include "simulator/mutate/mutate.h"

#include <algorithm>
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

  EditFilter filter(c);
  const Model& model = *c.policy->model;
  FileClaims claims{{*c.policy, model.proofs},
                    {*c.policy, model.amended_proofs, which_hold(c, model.amended_proofs, check_proof)},
                    {*c.policy, model.examples},
                    {*c.policy, model.amended_examples, which_hold(c, model.amended_examples, check_example)}};
  const auto own = MutantSession::make(c, options, claims, {});
  std::vector<Mutant> judged;       // in the order of the text,
  std::vector<Candidate> put_off;   // without the candidates that are put off
  std::vector<std::size_t> places;  // for each of `put_off`, the index in `judged` that it comes before
  for (const Edit& edit : edits) {
    progress();
    auto candidate = filter.mutant_of(edit);
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

  // Judges as many as fit in one space.
  const std::function<void(std::span<Candidate>)> judge_all = [&](std::span<Candidate> some) {
    if (some.empty()) return;
    if (const auto session = MutantSession::make(c, options, claims, some)) {
      for (Candidate& candidate : some) {
        session->judge(candidate);
        candidate.edited.reset();
        ++done;
        progress();
      }
    } else if (some.size() == 1) {
      some.front().mutant.verdict = Verdict::unknown;
      some.front().mutant.reason = "a leaf has too many codes";
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
