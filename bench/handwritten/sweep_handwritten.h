// Sweeps of the three start decisions of rules/call_recording.tally, written by hand with
// AVX-512. Generated sweeps are measured against them.
//
// In:     one of two spaces, and a part of it
// Out:    how often each outcome occurs, added to the counts that are already there. For
//         example, `caller` counts the combinations in which the caller is recorded.
// Always: no sweep is called if the host lacks AVX-512 (with VPOPCNTDQ)
#pragma once

#include <cstdint>

namespace tally::bench {

// The counts of these outcomes; the other outcomes are the rest of the combinations.
struct StartCounts {
  std::uint64_t inbound = 0, outbound = 0, caller = 0, callee = 0;
};

bool has_handwritten_sweeps();

// If `all_cells`, the space is source, destination and the 20 `enabled` cells of account,
// caller's and callee's user and device. Otherwise it is source, destination and the 12 cells that
// the decisions read. `part` counts from 0, and `parts` is 1 or 2.
//
// Computes the complete formula for every vector: the lanes hold 2 * 3^5 combinations, and
// all other inputs are broadcast.
void sweep_complete(bool all_cells, int part, int parts, StartCounts& counts);
// Source and destination are the outermost loops. Each of their four combinations has the
// remaining part of the formula, in which only six cells matter. The lanes of 13 vectors
// hold 3^8 combinations, so that hardly a lane is idle.
void sweep_specialised(bool all_cells, int part, int parts, StartCounts& counts);

}  // namespace tally::bench
