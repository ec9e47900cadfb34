// Sweeps of the three start decisions of rules/call_recording.tally by hand, with
// AVX-512: what generated sweeps are measured against.
//
// In: which of two spaces, and which part of it. Out: how often each outcome comes,
// added to what is there. Always: nothing is called where the host lacks AVX-512
// (with VPOPCNTDQ).
#pragma once

#include <cstdint>

namespace tally::bench {

// The other outcomes are all that is left.
struct StartCounts {
  std::uint64_t inbound = 0, outbound = 0, caller = 0, callee = 0;
};

bool has_handwritten_sweeps();

// `all_cells`: source, destination and the 20 `enabled` cells of account, caller's
// and callee's user and device; else the 12 cells that the decisions read. Part
// `part` of `parts`, 1 or 2.
//
// The complete formula for every vector: 2 * 3^5 combinations in the lanes of one
// vector, everything else broadcast.
void sweep_complete(bool all_cells, int part, int parts, StartCounts& counts);
// Source and destination outermost, and for each of their four combinations what
// is left of the formula: of the cells only six matter. 3^8 combinations in the
// lanes of 13 vectors, so that hardly a lane is idle.
void sweep_specialised(bool all_cells, int part, int parts, StartCounts& counts);

}  // namespace tally::bench
