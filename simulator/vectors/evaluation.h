// Which mutants a request detects, worked out from its values alone. Private to vectors.
//
// In:     a document, and mutants with a space that knows what they read.
// Out:    the mutants that decide it otherwise than the policy.
// Always: no diagram is made, so nothing is too large. Texts that are handed on are compared as they stand.
//
// For example, `source is onnet` and its mutant `source is offnet` decide {"source":"onnet"} otherwise.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "compiler/diagrams/class_values.h"
#include "simulator/documents/request_text.h"
#include "simulator/mutate/mutant_space.h"
#include "simulator/vectors/members.h"

namespace tally {

// The call that a document is, over all elements of a space. Every leaf that it has gets its value in `values`.
Call call_of_document(const Model& model, MutantSpace& space, const Document& document, LeafValues& values);

class MutantEvaluator {
 public:
  // All must outlive it. Only changes of `outputs` count; of all if it is empty.
  MutantEvaluator(const Policy& policy, MutantSpace& space, std::span<const Candidate> candidates,
                  const std::set<std::size_t>& outputs)
      : policy_(policy), space_(space), candidates_(candidates), outputs_(outputs) {}

  // Returns the candidates that decide a document otherwise, as indices.
  Members detected_by(const Document& document);

 private:
  bool differs(const Candidate& candidate, SpaceWithin& at, const LeafValues& values);

  const Policy& policy_;
  MutantSpace& space_;
  std::span<const Candidate> candidates_;
  const std::set<std::size_t>& outputs_;
};

}  // namespace tally
