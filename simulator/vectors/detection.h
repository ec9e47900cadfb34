// Which mutants a request detects: those that decide it otherwise than the policy. Private to vectors.
//
// In:     a policy, its mutants, and the space that they share.
// Out:    for each mutant the calls that detect it, part by part; for such a call a request with values, and every
// mutant
//         that this request detects.
// Always: what a request detects is worked out from its values. Two texts that are handed on are compared as they
//         stand in it, so that no mutant counts as detected by luck of the classes.
//
// For example, `source is onnet` and its mutant `source is offnet` are detected by {"source":"onnet"}.
#pragma once

#include <string>
#include <vector>

#include "compiler/diagrams/class_values.h"
#include "simulator/documents/request_text.h"
#include "simulator/mutate/mutant_space.h"
#include "simulator/vectors/members.h"

namespace tally {

// A mutant, and the calls that detect it.
struct ComparedMutant {
  struct Part {
    std::size_t change, part;  // of the candidate; in the result
    Diagram where;             // possible calls in which the part has another value
  };
  const Candidate* candidate = nullptr;
  std::vector<Part> parts;  // empty if no call detects the mutant
  std::string why_unknown;  // why some of it could not be compared; empty if all was
};

// Possible calls: those of `where`, which is about `elements`. All have the codes of `fixed`.
struct PossibleCalls {
  Diagram where;
  std::set<ElementId> elements;
  Call fixed;
};

// A request, and what it detects.
struct Detection {
  Document document;
  std::vector<Code> codes;  // by variable of the space
  Members detects;          // mutants, as indices
};

class MutantDetector {
 public:
  // All must outlive the detector. Throws NodeLimit if the diagrams of all mutants together take a fourth of the limit.
  // Only changes of `outputs` count; of all if it is empty.
  MutantDetector(const Policy& policy, MutantSpace& space, std::span<const Candidate> candidates,
                 const std::set<std::size_t>& outputs, std::size_t node_limit);

  const std::vector<ComparedMutant>& mutants() const { return mutants_; }
  // The calls that detect a part of a mutant.
  PossibleCalls calls_of(const ComparedMutant::Part& part);
  // Leaves only the calls that detect the part as well. Returns false, and changes nothing else, if there are none, or
  // if that takes too many nodes: then calls become few of themselves first.
  bool narrow(PossibleCalls& calls, const ComparedMutant::Part& part);
  // Whether no call detects both parts. Throws NodeLimit early.
  bool are_apart(const ComparedMutant::Part& one, const ComparedMutant::Part& other);
  // The smallest request of some calls, which are not none.
  Detection request_in(const PossibleCalls& calls);
  // The smallest request that detects a mutant which hands on other values, if there are such values.
  Detection request_for(std::size_t mutant);
  // Drops diagrams that nobody needs, if there are many. `calls` becomes its copy. Throws NodeLimit.
  void thin_out(Diagram* calls = nullptr);
  // How many nodes were made so far: a measure of the work that does not depend on the machine.
  std::size_t work() const { return made_ + space_.space().diagrams().node_count(); }
  // The first part of a mutant that has another value in these codes, or nothing.
  std::optional<std::size_t> differing_part(std::size_t mutant, const std::vector<Code>& codes);

 private:
  void compare(ComparedMutant& mutant, std::size_t change, std::size_t part);
  std::optional<PossibleCalls> both(const PossibleCalls& calls, Diagram where);
  void make_few(PossibleCalls& calls);
  Call smallest(const PossibleCalls& calls);
  Detection request_of(const Call& call, const LeafValues& chosen);
  std::vector<Code> codes_of(const Call& call);
  // A call, and what a node of the graph is in it.
  struct Evaluated {
    const Call& call;
    std::vector<Code> codes;
    SpaceWithin nodes;
  };
  bool detects(const ComparedMutant& mutant, Evaluated& at, const LeafValues& values);
  std::optional<std::pair<Origin, Origin>> handed_on(const ComparedMutant& mutant, const ComparedMutant::Part& part,
                                                     Evaluated& at);
  LeafValues distinct_values(Evaluated& at, const LeafValues& values);

  const Policy& policy_;
  MutantSpace& space_;
  std::set<ElementId> elements_;
  std::vector<ComparedMutant> mutants_;
  std::size_t node_limit_;
  std::size_t max_nodes_;  // more are thinned out
  std::size_t made_ = 0;   // nodes that were made and are gone
};

}  // namespace tally
