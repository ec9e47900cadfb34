// Mutation analysis: how firmly the proofs and examples of a file pin down its rules.
//
// In:     a compiled rule file, all of whose checks pass.
// Out:    every mutant of it (mutants.h) with a verdict:
//   equal      every output decides the same value for every possible call, and the mutant
//              passes all checks. Which rule fires, and its reason, are not compared, since a
//              proof cannot name them
//   caught     a check fails that passes on the file itself, be it of a mutant that decides
//              the same: one with a rule that never fires, for example
//   survives   some call is decided differently, and no check fails. The smallest such call
//              is reported: a proof about it is missing
//   unknown    the mutant's diagrams pass the node limit, a leaf has too many codes, or
//              whether two texts with insertions differ could not be decided
// Always: an edit whose result does not type-check is not a mutant. Edits of one decision with
//         the same result count as one mutant, the first of them.
//
// For example, if no proof mentions `source`, the edit of "source is onnet" to "source is
// offnet" survives, with a call such as "source = onnet, account.enabled = on".
//
// All mutants share the decision graph of the policy, so what an edit leaves alone is the same
// node. They also share one space, so equal functions are the same diagram. Which mutants are
// equivalent is undecidable for programs (Budd and Angluin, *Two Notions of Correctness and
// Their Relation to Testing*, 1982); here it is a comparison of two numbers.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "simulator/documents/request_text.h"
#include "simulator/mutate/mutants.h"

namespace tally {

enum class Verdict : std::uint8_t { equal, caught, survives, unknown };
// Returns "equal", "caught", "survives" or "unknown".
const char* to_string(Verdict verdict);

// A call that the file and the mutant decide differently.
struct MutantCall {
  DecisionId decision;        // in the file
  Document facts;             // the values that both decisions depend on, Unset ones too
  std::string request;        // the smallest request with these values, on one line
  std::string text;           // "source is onnet, account[inbound, onnet].enabled is on"
  std::string before, after;  // what the file decides, and what the mutant decides
  std::string example;        // an `example` that the file passes and the mutant fails; empty if it would have to name
                              // an input of a file that only a used file uses
};

struct Mutant {
  Edit edit;
  Verdict verdict = Verdict::equal;
  DiagnosticId code = DiagnosticId::gap;  // caught: the diagnostic that is reported,
  std::string reason;                     // and its subject: "proof `...`"; unknown: why
  std::optional<MutantCall> call;         // set if the mutant survives
};

struct Mutation {
  std::vector<Mutant> mutants;  // in the order of the text
  std::size_t count(Verdict verdict) const;
};

struct MutateOptions {
  std::set<DecisionId> decisions;  // whose rules and lets are edited; empty: all outputs
  std::size_t node_limit = Diagrams::default_node_limit;
  // Called now and then with the number of edits that are finished, and of all edits.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

// Judges every mutant of a compilation that has a policy and passes all checks. The policy's
// graph grows, so only one thread may use the compilation. Fails if the diagrams of the file
// itself pass the node limit.
Result<Mutation> mutate(Compilation& compilation, const MutateOptions& options = {});

}  // namespace tally
