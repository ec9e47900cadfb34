// Decision graph to LLVM code.
//
// In: the graph, the layout of the input bytes, the classes that give cuts
// their codes, and the functions that are wanted. Out: an LLVM module, as
// textual IR or assembly for people, or handed to the JIT (jit.h).
//
// A function has the C type `void f(const uint8_t *in, uint16_t *out)`: `in`
// holds one code a byte as the layout says (each within its leaf's codes: other
// bytes give no meaningful result, and an index may then read outside `in`), `out` takes one code an output. Both
// without alignment demands; they must not overlap. Always: the code is
// branch-free, calls nothing, touches no memory but `in` and `out` (and constant
// tables of its own), and does not load inputs that its outputs do not need.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "compiler/plan/function_request.h"

namespace tally {

enum class Listing : std::uint8_t { llvm, optimized_llvm, assembly };

// For the request's target.
Result<std::string> print_listing(const FunctionRequest& request, Listing what);

}  // namespace tally
