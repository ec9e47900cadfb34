// Sliced code: native code that visits all combinations of a space, as many at a time as
// a vector has bits.
//
// For example, three variables with 2 codes each and the condition "the first and the last are
// 2" have 8 combinations. One pass over 8 bits (combination 7 first) counts 2 of them:
//
//   first has code 2   1 1 1 1 0 0 0 0
//   last has code 2    1 0 1 0 1 0 1 0
//   both               1 0 1 0 0 0 0 0
//
// In:     variables and conditions (sliced_plan.h)
// Out:    code that counts, for each condition, the combinations of a part of the space
//         for which the condition is 1
// Always: counting changes no state but its arguments. Any number of threads may count at
//         the same time while the `SlicedFunctions` lives.
//
// The code has one bit plane per binary digit of a code; each bit of a vector belongs to
// another combination. The planes of the fastest variables are constants, those of the
// slower variables are the same in all lanes. Each gate is computed in the outermost loop
// in which its variables are known. The ones of each vector are then counted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "compiler/llvm/codegen.h"
#include "compiler/plan/sliced_plan.h"

namespace tally {

// The counting code of one request. It owns its memory.
class SlicedFunctions {
 public:
  ~SlicedFunctions();
  SlicedFunctions(SlicedFunctions&&) noexcept;
  SlicedFunctions& operator=(SlicedFunctions&&) noexcept;

  // The box that contains the whole space.
  Box all() const;
  // Adds to counts[i] the number of combinations in the box for which condition i is 1.
  // Each range of the box must contain a code, and only codes of its variable.
  void count(const Box& box, std::span<std::uint64_t> counts) const;

  // The plan without its gates. Its widths and numbers are for people, and for callers
  // that split the space: boxes that differ in the outermost variables run fastest.
  const SlicedPlan& plan() const;
  std::size_t code_bytes() const;

 private:
  friend Result<SlicedFunctions> compile_sliced(const SlicedRequest& request);
  struct Impl;
  explicit SlicedFunctions(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Compiles a request. Fails with Cause::system if LLVM refuses.
Result<SlicedFunctions> compile_sliced(const SlicedRequest& request);

// The optimised LLVM code of the request, for people.
Result<std::string> print_sliced(const SlicedRequest& request, Listing what);

}  // namespace tally
