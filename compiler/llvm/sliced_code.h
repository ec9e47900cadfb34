// Sliced code: a space of combinations run through by native code, as many of
// them at a time as a vector has bits.
//
// In: variables and conditions (sliced_plan.h). Out: code that counts, for each
// condition, the combinations of a part of the space for which it is 1. The code
// holds one bit plane a binary digit of a code, in every bit of a vector another
// combination: the planes of the fastest variables are constants, those of the
// slower ones are the same in all lanes. Each gate is worked out in the outermost
// loop where its variables are known; every vector is then counted by itself.
//
// Always: counting touches no state but its arguments, so any number of threads
// may count at the same time, as long as the `SlicedFunctions` lives.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "compiler/llvm/codegen.h"
#include "compiler/plan/sliced_plan.h"

namespace tally {

class SlicedFunctions {
 public:
  ~SlicedFunctions();
  SlicedFunctions(SlicedFunctions&&) noexcept;
  SlicedFunctions& operator=(SlicedFunctions&&) noexcept;

  // All of the space.
  Box all() const;
  // Adds to counts[i] the number of combinations in the box for which condition
  // i is 1. No range of the box may be empty, or reach beyond the variable's codes.
  void count(const Box& box, std::span<std::uint64_t> counts) const;

  // The plan, without its gates; widths and numbers for people and for those who
  // split the space: boxes that differ in the outermost variables run fastest.
  const SlicedPlan& plan() const;
  std::size_t code_bytes() const;

 private:
  friend Result<SlicedFunctions> compile_sliced(const SlicedRequest& request);
  struct Impl;
  explicit SlicedFunctions(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

Result<SlicedFunctions> compile_sliced(const SlicedRequest& request);

// Its optimised LLVM code, for people.
Result<std::string> print_sliced(const SlicedRequest& request, Listing what);

}  // namespace tally
