// Code generation: from the decision graph to LLVM code.
//
// Each generated function has the C type
//
//   void f(const uint8_t *in, uint16_t *out);
//
// For example, with `source` at byte 0 (onnet 1, offnet 2) and the rules
// `on when source is offnet`, `off otherwise`:
//
//   in = {2}     out = {1, 2}      rule 1, on
//   in = {1}     out = {2, 1}      rule 2, off
//
// In:     a function request: the graph, the layout of the input bytes, the classes that
//         give cuts their codes, and the functions to generate
// Out:    an LLVM module: as textual IR or assembly for people, or for the JIT (jit.h)
// Always: the code is branch-free, and calls nothing but the parts of a long function. It
//         touches no memory but `in`, `out`, its stack and constant tables of its own, and
//         does not load inputs that its outputs do not need.
//
// `in` holds one code per byte, placed by the layout. Each must be a valid code of its
// leaf: any other byte gives a meaningless result and may make an index read past `in`.
// `out` receives one code per output. Neither needs alignment, and they must not overlap.
// Any number of threads may call a function at the same time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "compiler/plan/function_request.h"

namespace tally {

// LLVM code before or after optimisation, or assembly.
enum class Listing : std::uint8_t { llvm, optimized_llvm, assembly };

// Returns a listing of the request's functions for the request's target. Fails with
// Cause::usage for an unknown target or processor, and as `make_plan` does.
Result<std::string> print_listing(const FunctionRequest& request, Listing what);

}  // namespace tally
