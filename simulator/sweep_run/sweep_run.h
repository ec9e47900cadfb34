// Running a sweep: compiled code over all of its combinations, on some threads.
//
// In: a sweep, its sliced code, and how to run. Out: the counts, and what part of
// the space they are of: all of it, or the first combinations up to where it was
// stopped. Always: the counts are exact for that part, and do not depend on the
// number of threads (which part it is does, where it was stopped).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "compiler/llvm/sliced_code.h"
#include "simulator/sweep/sweep.h"

namespace tally {

struct SweepProgress {
  double seconds = 0;  // since the start
  double done = 0;     // combinations of codes
  double left = 0;     // seconds, at the rate so far
};

struct SweepOptions {
  unsigned jobs = 1;                                        // threads, at least 1
  const std::atomic<bool>* stop = nullptr;                  // once it is set, no further part is begun
  double limit = 3600;                                      // seconds; a sweep that would take longer is given up
  double trial = 0.5;                                       // seconds after which that is judged
  std::function<void(const SweepProgress&)> progress = {};  // ten times a second, from the calling thread
};

struct SweepRun {
  enum class End : std::uint8_t { complete, stopped, too_long };
  End end = End::complete;
  ConditionCounts counts;    // of the sweep's conditions
  std::vector<Box> covered;  // disjoint, in order
  Count assignments;         // that the covered part has
  double seconds = 0;
  double needed = 0;  // seconds that all of it takes, at the rate that was measured
};

SweepRun run_sweep(const Sweep& sweep, const SlicedFunctions& code, const SweepOptions& options);

// The counts of one part, in this thread.
ConditionCounts count_by_code(const SlicedFunctions& code, std::size_t conditions, const Box& box);

}  // namespace tally
