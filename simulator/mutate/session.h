// Judges mutants that share one set of classes and one space. Private to mutation.
//
// In: candidates, and the claims of the file. Out: a verdict for each, and for one that
// survives a call. Always: a session lends its graph, classes and space to the checks by
// reference, so that it is whole whatever a check does.
#pragma once

#include <memory>
#include <span>

#include "simulator/mutate/candidates.h"

namespace tally {

class MutantSession {
 public:
  // Knows what the candidates read and, if no leaf gets too many codes so, what the proofs
  // read: what a session knows is checked in its space. Nothing if a leaf has too many codes
  // without the proofs. All arguments but the candidates must outlive it.
  static std::unique_ptr<MutantSession> make(Compilation& c, const MutateOptions& options, FileClaims& claims,
                                             std::span<const Candidate> candidates);
  virtual ~MutantSession() = default;

  // Whether it knows all that a mutant reads.
  virtual bool knows(const Candidate& candidate) const = 0;
  // Writes the candidate's verdict.
  virtual void judge(Candidate& candidate) = 0;
};

}  // namespace tally
