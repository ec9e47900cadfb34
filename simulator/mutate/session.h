// Judges mutants that share one set of classes and one space. Private to mutation.
//
// In:     candidates, and the claims of the file.
// Out:    a verdict for each candidate, and a call for one that survives.
// Always: the checks borrow the session's graph, classes and space, so the session stays whole
//         whatever a check does.
//
//   auto session = MutantSession::make(c, options, claims, candidates);
//   if (session && session->knows(candidate)) session->judge(candidate);
#pragma once

#include <memory>
#include <span>

#include "simulator/mutate/candidates.h"

namespace tally {

class MutantSession {
 public:
  // Returns a session that covers what the candidates read. It also covers what the proofs
  // read, unless a leaf would have too many codes then. What a session covers is checked in its
  // space. Returns nothing if a leaf has too many codes even without the proofs. All arguments
  // but the candidates must outlive the session.
  static std::unique_ptr<MutantSession> make(Compilation& c, const MutateOptions& options, FileClaims& claims,
                                             std::span<const Candidate> candidates);
  virtual ~MutantSession() = default;

  // Whether the session covers all that a mutant reads.
  virtual bool knows(const Candidate& candidate) const = 0;
  // Writes the verdict into the candidate, and a call if it survives.
  virtual void judge(Candidate& candidate) = 0;
};

}  // namespace tally
