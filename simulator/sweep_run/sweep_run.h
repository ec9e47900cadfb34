// Running a sweep: compiled code counts all of its combinations, on one or more threads.
//
// In:     a sweep, its sliced code, and how to run.
// Out:    the counts, and the part of the space that they cover: all of it, or the first
//         combinations, if the run was stopped.
// Always: the counts are exact for that part, and do not depend on the number of threads. If
//         the run was stopped, the part that was finished does depend on it.
//
// For example, a sweep of two flags that are never unset covers 4 assignments, and ends with
// `End::complete`.
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
  double done = 0;     // combinations of codes that are finished
  double left = 0;     // seconds still needed, at the rate so far
};

struct SweepOptions {
  unsigned jobs = 1;                                        // threads, at least 1
  const std::atomic<bool>* stop = nullptr;                  // may be set by any thread; then no further part is begun
  double limit = 3600;                                      // seconds; a sweep that would take longer is given up
  double trial = 0.5;                                       // seconds after which `limit` is judged
  std::function<void(const SweepProgress&)> progress = {};  // called ten times per second, in the calling thread
};

struct SweepRun {
  enum class End : std::uint8_t { complete, stopped, too_long };
  End end = End::complete;
  ConditionCounts counts;    // one per condition of the sweep
  std::vector<Box> covered;  // disjoint, in order
  Count assignments;         // how many assignments the covered part has
  double seconds = 0;
  double needed = 0;  // seconds that the whole sweep takes, at the measured rate
};

// Runs the sweep on `options.jobs` threads, and returns when all of them have ended.
SweepRun run_sweep(const Sweep& sweep, const SlicedFunctions& code, const SweepOptions& options);

// Returns the counts of one part. Runs in the calling thread.
ConditionCounts count_by_code(const SlicedFunctions& code, std::size_t conditions, const Box& box);

}  // namespace tally
