// Vectors: the fewest requests that detect every single edit of a policy's rules.
//
// In:     a compilation that has a policy; the decisions whose rules are edited.
// Out:    requests, and for each the mutants (simulator/mutate/mutants.h) that it detects: those that decide it
// otherwise.
//         How many requests are needed at least.
// Always: every mutant that some request detects is detected by one of these, and none of them can be left out.
//         A mutant that decides every request like the policy is `equal`. One that could not be compared is left out,
//         with the reason.
//
// For example, `decision recording : flag { on when source is onnet  off otherwise }` with two networks needs two
// requests: one from onnet detects `off` in the place of `on`, one from offnet the condition left out.
//
// Whoever implements a policy elsewhere runs the requests there: an implementation that makes one slip of a mutant's
// kind fails at least one.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "simulator/documents/request_text.h"
#include "simulator/mutate/mutants.h"

namespace tally {

struct TestVector {
  Document document;                 // what the request sets
  std::string request;               // on one line
  std::vector<std::size_t> detects;  // indices into `detected`, ascending
};

struct LeftOutMutant {
  Edit edit;
  std::string reason;  // "its diagrams pass 8,388,608 nodes"
};

struct TestVectors {
  std::vector<TestVector> vectors;
  std::size_t least = 0;       // no choice of requests is smaller
  std::vector<Edit> detected;  // the mutants that the vectors detect, in the order of the text
  std::vector<Edit> equal;
  std::vector<LeftOutMutant> left_out;
};

struct VectorOptions {
  std::set<std::size_t> outputs;  // of the policy: only their rules are edited, and only they are compared; empty: all
  std::size_t node_limit = Diagrams::default_node_limit;
  // Called now and then with what is being done: "12 of 110 edits".
  std::function<void(const std::string&)> progress;
};

// The policy's graph grows, so only one thread may use the compilation. Fails if the diagrams of the file itself pass
// the node limit.
Result<TestVectors> make_vectors(Compilation& compilation, const VectorOptions& options = {});

}  // namespace tally
