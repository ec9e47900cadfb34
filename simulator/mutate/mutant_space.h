// One set of classes and one space for a policy and some of its mutants. Private to mutation and vectors.
//
// In:     a policy, and candidates.
// Out:    diagrams of both: the calls in which a part of a result differs.
// Always: the space knows every cut of the policy and of the candidates, so a code means the same to all of them.
//
// For example, with a mutant that has `x < 31` in the place of `x < 30`, the class 30 of `x` has a code of its own.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <vector>

#include "simulator/mutate/candidates.h"

namespace tally {

// Whether two parts have one value in every call, and hand on the same.
bool decide_alike(const ResultPart& a, const ResultPart& b);

class MutantSpace {
 public:
  // Returns nothing if a leaf would have too many codes. The space covers `more` as well. The policy, whose graph may
  // grow, must outlive it.
  static std::unique_ptr<MutantSpace> make(Policy& policy, const Reads& more, std::span<const Candidate> candidates,
                                           std::size_t node_limit);

  // Whether the space covers all that a mutant reads.
  bool knows(const Candidate& candidate) const;

  const Classes& classes() const { return *classes_; }
  Space& space() { return *space_; }
  Diagrams& diagrams() { return space_->diagrams(); }
  // For those that make the space anew when it is full.
  std::unique_ptr<Space>& holder() { return space_; }
  // Makes the space anew, without diagrams.
  void renew();
  // Makes the space anew with these diagrams only. Each becomes its copy. Throws NodeLimit.
  void keep_only(std::span<Diagram* const> kept);

  // The calls for which two parts of one type have different values, and those for which it is unknown.
  struct Values {
    Diagram differ, unknown;
  };
  // The same among the calls that are possible.
  Values compare(const ResultPart& ours, const ResultPart& theirs);
  // Calls `take(part, values)` with each part of a change that differs, until it returns false. Parts are compared one
  // by one, since each depends on settings of its own: a diagram for "any part differs" would be over all of these
  // settings together.
  template <class Take>
  void each_difference(const Change& change, Take take) {
    const std::vector<ResultPart>& ours = parts_of(change);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (decide_alike(ours[i], change.lowered.parts[i])) continue;
      if (!take(i, compare(ours[i], change.lowered.parts[i]))) return;
    }
  }
  // The parts of the decision in the file itself.
  const std::vector<ResultPart>& parts_of(const Change& change) const;

 private:
  MutantSpace(Policy& policy, std::size_t node_limit) : policy_(policy), node_limit_(node_limit) {}
  void add(const Reads& reads);
  void add_equalities(const Change& change);
  Values compare_all(const ResultPart& ours, const ResultPart& theirs);
  Diagram possible(Diagram where);

  Policy& policy_;
  std::size_t node_limit_;
  std::set<ElementId> elements_;
  std::set<CutId> cuts_;
  std::unique_ptr<Classes> classes_;
  std::vector<ElementId> order_;
  std::unique_ptr<Space> space_;
};

}  // namespace tally
