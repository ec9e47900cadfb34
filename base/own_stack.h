// Work on a stack of a known size, whatever stack the caller has.
//
// Compiling recurses as deeply as rules nest, and LLVM needs some 100 kB anyway; the threads of a
// switch may have less. If the caller's stack has less left, the work is done by a thread that exists
// for that long and gets no signals. The memory of the stack is asked for before the work begins.
//
//   TALLY_RETURN_IF_ERROR(on_own_stack(big_stack, [&] { compiled = compile(rules); }));
//
// Always: the caller waits. An exception of the work is thrown to the caller. Within such work, more
//         of it is done on the same stack.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace tally {

// Enough for whatever the bounds of rules and policies allow.
inline constexpr std::size_t big_stack = std::size_t{6} << 20;

// Fails with Cause::memory or Cause::system, and then the work was not begun.
Result<> on_own_stack(std::size_t bytes, const std::function<void()>& work);

// Makes sure that this thread's stack has this much left. The system enlarges the stack of the first
// thread when it is touched, and ends the process if there is no memory for that; so it is enlarged
// here. Returns false if the stack is too small, or if there is no memory.
bool has_stack(std::size_t bytes);

// Whether the system would give this much memory now. Code that cannot bear that memory ends (LLVM)
// begins only if it would.
bool has_memory(std::size_t bytes);

}  // namespace tally
