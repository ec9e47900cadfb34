#include "simulator/vectors/vectors.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "simulator/vectors/evaluation.h"
#include "simulator/vectors/search.h"
#include "simulator/vectors/set_cover.h"

namespace tally {
namespace {

class VectorMaker {
 public:
  VectorMaker(Compilation& c, const VectorOptions& options) : c_(c), options_(options) {}

  TestVectors run() {
    candidates_ = make_candidates();
    make(candidates_);
    choose();
    return std::move(out_);
  }

 private:
  void show(const std::string& what) const {
    if (options_.progress) options_.progress(what);
  }

  std::vector<Candidate> make_candidates() {
    const Policy& policy = *c_.policy;
    std::set<DecisionId> decisions;
    for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
      if (options_.outputs.empty() || options_.outputs.contains(i)) decisions.insert(policy.outputs[i].decision);
    }
    const std::vector<Edit> edits = make_edits(c_.program, c_.sources, *policy.model, decisions);
    EditFilter filter(c_);
    std::vector<Candidate> out;
    for (std::size_t i = 0; i < edits.size(); ++i) {
      show(grouped(i) + " of " + counted(edits.size(), "edit"));
      auto candidate = filter.mutant_of(edits[i]);
      if (!candidate) continue;
      candidate->edited.reset();
      out.push_back(*std::move(candidate));
    }
    return out;
  }

  // Candidates that share a space, and why some of them could not be compared.
  struct Group {
    std::unique_ptr<MutantSpace> space;
    std::span<const Candidate> some;
    std::vector<std::string> why_unknown;
  };

  // Those whose classes and diagrams fit in one space are looked at together.
  void make(std::span<const Candidate> some) {
    if (some.empty()) return;
    Group group{MutantSpace::make(*c_.policy, {}, some, options_.node_limit), some, {}};
    if (group.space && search(group)) {
      group.space->renew();
      groups_.push_back(std::move(group));
    } else if (some.size() == 1) {
      out_.left_out.push_back(
          {some.front().mutant.edit,
           group.space ? "its diagrams pass " + grouped(options_.node_limit) + " nodes" : "a leaf has too many codes"});
    } else {
      make(some.first(some.size() / 2));
      make(some.subspan(some.size() / 2));
    }
  }

  // Adds requests that detect the group. Returns false if its diagrams are too large.
  bool search(Group& group) {
    Members done(group.some.size());
    MutantEvaluator evaluator(*c_.policy, *group.space, group.some, options_.outputs);
    for (const Document& document : documents_) done |= evaluator.detected_by(document);
    try {
      MutantDetector detector(*c_.policy, *group.space, group.some, options_.outputs, options_.node_limit);
      FoundVectors found = find_vectors(detector, *group.space, done, [&](const std::string& what) { show(what); });
      for (Detection& detection : found.requests) documents_.push_back(std::move(detection.document));
      for (const ComparedMutant& mutant : detector.mutants()) {
        const bool has_parts = mutant.why_unknown.empty() && !mutant.parts.empty();
        group.why_unknown.push_back(has_parts ? "no values were found for which it hands on something else"
                                              : mutant.why_unknown);
      }
      out_.least = std::max(out_.least, found.least);
      return true;
    } catch (const NodeLimit&) {
      return false;
    }
  }

  // Chooses the fewest of the requests of all groups.
  void choose() {
    std::size_t all = 0;
    for (const Group& group : groups_) all += group.some.size();
    std::vector<Members> detected(documents_.size(), Members(all));
    Members any(all);
    std::size_t first = 0;
    for (const Group& group : groups_) {
      MutantEvaluator evaluator(*c_.policy, *group.space, group.some, options_.outputs);
      for (std::size_t d = 0; d < documents_.size(); ++d) {
        const Members here = evaluator.detected_by(documents_[d]);
        for (std::size_t i = 0; i < group.some.size(); ++i) {
          if (here.has(i)) detected[d].add(first + i);
        }
        any |= detected[d];
      }
      first += group.some.size();
    }
    std::vector<std::size_t> place(all);  // of a detected mutant
    first = 0;
    for (const Group& group : groups_) {
      for (std::size_t i = 0; i < group.some.size(); ++i) {
        const Edit& edit = group.some[i].mutant.edit;
        place[first + i] = out_.detected.size();
        if (any.has(first + i)) {
          out_.detected.push_back(edit);
        } else if (group.why_unknown[i].empty()) {
          out_.equal.push_back(edit);
        } else {
          out_.left_out.push_back({edit, group.why_unknown[i]});
        }
      }
      first += group.some.size();
    }
    // The sets again, without the mutants that none of them has.
    std::vector<Members> sets(documents_.size(), Members(out_.detected.size()));
    for (std::size_t d = 0; d < documents_.size(); ++d) {
      for (std::size_t i = 0; i < all; ++i) {
        if (detected[d].has(i)) sets[d].add(place[i]);
      }
    }
    for (const std::size_t d : fewest_sets(sets, out_.detected.size()).sets) {
      TestVector vector{documents_[d], document_text(*c_.policy->model, documents_[d]), {}};
      for (std::size_t i = 0; i < out_.detected.size(); ++i) {
        if (sets[d].has(i)) vector.detects.push_back(i);
      }
      out_.vectors.push_back(std::move(vector));
    }
  }

  Compilation& c_;
  const VectorOptions& options_;
  std::vector<Candidate> candidates_;
  std::vector<Group> groups_;
  std::vector<Document> documents_;
  TestVectors out_;
};

}  // namespace

Result<TestVectors> make_vectors(Compilation& c, const VectorOptions& options) {
  try {
    return VectorMaker(c, options).run();
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams of the rules grew beyond " + grouped(reached.limit) + " nodes"};
  }
}

}  // namespace tally
