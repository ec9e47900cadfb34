#include "simulator/vectors/vectors.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "simulator/vectors/search.h"

namespace tally {
namespace {

class VectorMaker {
 public:
  VectorMaker(Compilation& c, const VectorOptions& options) : c_(c), options_(options) {}

  TestVectors run() {
    std::vector<Candidate> candidates = make_candidates();
    make(candidates);
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

  // Those whose classes fit in one space are detected together.
  void make(std::span<const Candidate> some) {
    if (some.empty()) return;
    const auto space = MutantSpace::make(*c_.policy, {}, some, options_.node_limit);
    if (space) {
      detect(*space, some);
    } else if (some.size() == 1) {
      out_.left_out.push_back({some.front().mutant.edit, "a leaf has too many codes"});
    } else {
      make(some.first(some.size() / 2));
      make(some.subspan(some.size() / 2));
    }
  }

  void detect(MutantSpace& space, std::span<const Candidate> some) {
    MutantDetector detector(*c_.policy, space, some, options_.outputs, options_.node_limit);
    const FoundVectors found = find_vectors(detector, space, [&](const std::string& what) { show(what); });
    Members detected(some.size());
    for (const Detection& request : found.requests) detected |= request.detects;
    std::vector<std::size_t> place(some.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
      const Edit& edit = some[i].mutant.edit;
      place[i] = out_.detected.size();
      if (detected.has(i)) {
        out_.detected.push_back(edit);
      } else if (!detector.mutants()[i].why_unknown.empty()) {
        out_.left_out.push_back({edit, detector.mutants()[i].why_unknown});
      } else if (!detector.mutants()[i].parts.empty()) {
        out_.left_out.push_back({edit, "no values were found for which it hands on something else"});
      } else {
        out_.equal.push_back(edit);
      }
    }
    for (const Detection& request : found.requests) {
      TestVector vector{request.document, document_text(*c_.policy->model, request.document), {}};
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (request.detects.has(i)) vector.detects.push_back(place[i]);
      }
      out_.vectors.push_back(std::move(vector));
    }
    out_.least = std::max(out_.least, found.least);
  }

  Compilation& c_;
  const VectorOptions& options_;
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
