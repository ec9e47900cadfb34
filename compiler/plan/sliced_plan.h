// The plan of sliced code: the order in which all combinations of a space are visited.
//
// Each variable has one of four roles:
//
//   fixed      the few variables that make the gates fewest when their codes are known; each
//              of their combinations is a kernel of its own
//   arguments  the outermost variables, beyond the number that nested loops are good for
//   loops      nested, in the order of the request
//   lanes      the fastest variables; their combinations are numbered and lie side by side
//              in the bits of some vectors
//
// For example, 5 lane variables with 3 codes each have 243 combinations: they use 243 of the
// 256 lanes of one vector. 8 of them have 6,561 combinations, in 13 vectors of 512 lanes.
// A number of codes that is not a power of two never fills a vector; the lanes are chosen so
// that as few as possible are idle.
//
// In:     variables (elements, each with its codes), and conditions of the decision graph
//         that are to be counted over all combinations of these codes
// Out:    the role of each variable, and the conditions as gates, once for each
//         combination of the fixed variables
// Always: each variable has exactly one role. The plan does not depend on LLVM.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/gates.h"

namespace tally {

// A part of the space: for each variable of the request the codes [first, end).
struct CodeRange {
  Code first = 0;
  std::uint16_t end = 1;
  bool operator==(const CodeRange&) const = default;
};
using Box = std::vector<CodeRange>;

// An element with the codes [first, end).
struct SlicedVariable {
  ElementId element;
  Code first = 0;
  std::uint16_t end = 1;
};

// The conditions to count, over all combinations of the variables' codes. `graph` and
// `classes` must outlive the plan, whose gates refer to them.
struct SlicedRequest {
  const Graph& graph;
  const Classes& classes;
  std::vector<SlicedVariable> variables;  // slow ones first; each has at least one code
  std::vector<NodeId> conditions;         // they depend on no other elements
  unsigned width = 0;                     // the lanes of a vector, a power of two from 64; 0 for the host's preference
};

// The conditions for one combination of the fixed variables, as gates.
struct SlicedKernel {
  Gates gates;
  std::vector<Bit> conditions;
};

// The roles of the variables, and the kernels.
struct SlicedPlan {
  std::vector<SlicedVariable> variables;
  // Indices into `variables`. Each index occurs once; within a role the slower come
  // first.
  std::vector<std::uint32_t> fixed, arguments, loops, lanes;
  double combinations = 1;  // of all variables
  unsigned width = 0;
  std::uint32_t positions = 1;        // the number of combinations of the lanes
  std::uint32_t vectors = 1;          // the number of vectors that hold them
  std::vector<SlicedKernel> kernels;  // one for each combination of the fixed variables, the last of them fastest

  // The code of a lane variable (an index into `lanes`) at a position below `positions`.
  // The last lane variable is the fastest: with two lane variables of the codes 1..2 its
  // codes at the positions 0..3 are 1, 2, 1, 2.
  std::uint32_t lane_code(std::size_t lane, std::uint32_t position) const;
  // All variables, the outermost first.
  std::vector<std::uint32_t> nesting() const;
};

// Makes the plan of a request. `request.width` must not be 0.
SlicedPlan make_sliced_plan(const SlicedRequest& request);

}  // namespace tally
