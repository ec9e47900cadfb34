// Mutation analysis: how firmly the rules of a file are pinned down by its
// proofs and examples.
//
// In: a compiled rule file all of whose checks pass. Out: every mutant of it
// (mutants.h) with a verdict:
//   equal      every output decides the same for every possible call, value and
//              origin; which rule fires and its reason are not compared, since no
//              proof can name them
//   caught     a check fails that passes on the file itself
//   survives   some call is decided differently, and no check fails: with the
//              smallest such call, which is the proof that is missing
//   unknown    its diagrams pass the node limit, or a leaf has too many codes
// An edit whose result does not type-check is not a mutant; edits of one decision that come
// to the same are one, the first.
//
// All mutants share the decision graph of the policy, so what an edit leaves
// alone is the same node, and one space for all that mutants and file read, so
// what is the same function is the same diagram. Which mutants are equivalent is
// undecidable for programs (Budd and Angluin, "Two notions of correctness and
// their relation to testing", 1982); here it is a comparison of two numbers.
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
const char* to_string(Verdict verdict);

// A call that file and mutant decide differently.
struct MutantCall {
  DecisionId decision;        // of the file
  Document facts;             // what both depend on: its values, Unset ones too
  std::string request;        // the same as the smallest request, on one line
  std::string text;           // "source = onnet, account[inbound, onnet].enabled = on"
  std::string before, after;  // what is decided by the file, and by the mutant
};

struct Mutant {
  Edit edit;
  Verdict verdict = Verdict::equal;
  DiagnosticId code = DiagnosticId::gap;  // caught: what is reported,
  std::string reason;                     // and of what: "proof `...`"; unknown: why
  std::optional<MutantCall> call;         // survives
};

struct Mutation {
  std::vector<Mutant> mutants;  // in the order of the text
  std::size_t count(Verdict verdict) const;
};

struct MutateOptions {
  std::set<DecisionId> decisions;  // whose rules and lets are edited; none: all outputs
  std::size_t node_limit = Diagrams::default_node_limit;
  // Called now and then with how many edits are dealt with, and of how many.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

// The compilation has a policy, without errors in any check; its graph grows. Fails where
// the diagrams of the file itself pass the node limit.
Result<Mutation> mutate(Compilation& compilation, const MutateOptions& options = {});

}  // namespace tally
