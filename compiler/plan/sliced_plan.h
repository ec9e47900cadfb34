// The plan of sliced code: how a space of combinations is run through.
//
// In: variables (elements and the codes that each takes), and conditions of the
// decision graph that are to be counted over all combinations of these codes.
// Out: what becomes of each variable, and the conditions as gates, once for each
// combination of the fixed variables:
//
//   fixed      the few that make the gates fewest when they are known: each of
//              their combinations is a kernel of its own
//   arguments  outermost; more variables than nested loops make sense for
//   loops      nested, in the order of the request
//   lanes      the fastest: their combinations are numbered, and stand side by
//              side in the bits of some vectors
//
// Radices that are no powers of two do not fill vectors: of 3 codes each, 5
// variables take 243 lanes of 256, and 8 take 6,561 of 13 vectors of 512. The
// lanes are chosen so that as few as possible lie idle. Free of LLVM.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/gates.h"

namespace tally {

// For each variable of the request the codes [first, end) of a part of the space.
struct CodeRange {
  std::uint8_t first = 0;
  std::uint16_t end = 1;
  bool operator==(const CodeRange&) const = default;
};
using Box = std::vector<CodeRange>;

// The codes [first, end) of an element.
struct SlicedVariable {
  ElementId element;
  std::uint8_t first = 0;
  std::uint16_t end = 1;
};

struct SlicedRequest {
  const Graph& graph;
  const Classes& classes;
  std::vector<SlicedVariable> variables;  // at least one code each; slow ones first
  std::vector<NodeId> conditions;         // over no other elements
  unsigned width = 0;                     // lanes of a vector, a power of two from 64; 0: as the host prefers
};

struct SlicedKernel {
  Gates gates;
  std::vector<Bit> conditions;
};

struct SlicedPlan {
  std::vector<SlicedVariable> variables;
  // Indices into `variables`, each once, the slower first.
  std::vector<std::uint32_t> fixed, arguments, loops, lanes;
  double combinations = 1;  // of all variables
  unsigned width = 0;
  std::uint32_t positions = 1;        // combinations of the lanes
  std::uint32_t vectors = 1;          // that hold them
  std::vector<SlicedKernel> kernels;  // one for each combination of the fixed variables, the last of them fastest

  // The code of a lane variable at a position below `positions`; the last
  // variable is fastest.
  std::uint32_t lane_code(std::size_t lane, std::uint32_t position) const;
  // All variables, outermost first.
  std::vector<std::uint32_t> nesting() const;
};

// `request.width` must not be 0 here.
SlicedPlan make_sliced_plan(const SlicedRequest& request);

}  // namespace tally
