#include "bench/handwritten/sweep_handwritten.h"

#if defined(__AVX512F__) && defined(__AVX512VPOPCNTDQ__)
#include <immintrin.h>

#include <array>

namespace tally::bench {
namespace {

// The cells: document by document, inbound and onnet first.
enum Document { account, caller_user, caller_device, callee_user, callee_device };
enum Direction { inbound, outbound };
constexpr int cell(Document document, Direction direction, int offnet) { return 4 * document + 2 * direction + offnet; }
constexpr int cells = 20;

// The cells that are enumerated, in the order of their declaration.
struct Order {
  std::array<int, cells> cell{};
  int size = 0;
};
constexpr Order order_of(bool all) {
  Order out;
  for (int c = 0; c < cells; ++c) {
    const int document = c / 4;
    const bool out_of_caller = document == caller_user || document == caller_device;
    const bool read = document == account || out_of_caller == (c % 4 / 2 == outbound);
    if (all || read) out.cell[static_cast<std::size_t>(out.size++)] = c;
  }
  return out;
}

// The state of a cell in the lanes of a vector; codes: 0 unset, 1 off, 2 on.
struct Cell {
  __m512i on, unset;
};

__m512i broadcast(bool bit) { return _mm512_set1_epi64(bit ? -1 : 0); }
const Cell broadcast_codes[3] = {
    {broadcast(false), broadcast(true)}, {broadcast(false), broadcast(false)}, {broadcast(true), broadcast(false)}};

template <class Bit>
__m512i lanes(Bit bit) {
  alignas(64) std::uint64_t words[8] = {};
  for (unsigned lane = 0; lane < 512; ++lane) words[lane / 64] |= std::uint64_t{bit(lane)} << (lane % 64);
  return _mm512_load_si512(words);
}

__m512i choose(__m512i condition, __m512i yes, __m512i no) {
  return _mm512_ternarylogic_epi64(condition, yes, no, 0xca);
}
__m512i either_and(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi64(a, b, c, 0xf8); }  // a | b & c

// Enumerates the codes of the slower cells, the last cell fastest. Returns false at the end.
template <int size>
struct Odometer {
  const int* order;
  Cell* planes;
  unsigned char codes[size] = {};

  Odometer(const int* cells_in_order, Cell* cell_planes) : order(cells_in_order), planes(cell_planes) {
    for (int i = 0; i < size; ++i) planes[order[i]] = broadcast_codes[0];
  }
  bool next() {
    for (int i = size; i-- > 0;) {
      if (codes[i] < 2) {
        planes[order[i]] = broadcast_codes[++codes[i]];
        return true;
      }
      codes[i] = 0;
      planes[order[i]] = broadcast_codes[0];
    }
    return false;
  }
};

struct Sums {
  __m512i inbound = _mm512_setzero_si512(), outbound = inbound, caller = inbound, callee = inbound;

  static void add(__m512i& sum, __m512i plane) { sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(plane)); }
  void give(StartCounts& counts) const {
    counts.inbound += static_cast<std::uint64_t>(_mm512_reduce_add_epi64(inbound));
    counts.outbound += static_cast<std::uint64_t>(_mm512_reduce_add_epi64(outbound));
    counts.caller += static_cast<std::uint64_t>(_mm512_reduce_add_epi64(caller));
    counts.callee += static_cast<std::uint64_t>(_mm512_reduce_add_epi64(callee));
  }
};

// --- source and destination known ------------------------------------------------------

constexpr int fast_cells = 8, fast_combinations = 6561, fast_vectors = 13;

// The eight fast cells in the 13 vectors, and the lanes that count.
struct FastPlanes {
  Cell cells[fast_cells][fast_vectors];
  __m512i valid[fast_vectors];

  FastPlanes() {
    for (unsigned v = 0; v < fast_vectors; ++v) {
      unsigned below = fast_combinations;
      for (auto& planes : cells) {
        below /= 3;
        const auto is = [&](unsigned code) {
          return lanes([=](unsigned lane) { return (512 * v + lane) / below % 3 == code; });
        };
        planes[v] = {is(2), is(0)};
      }
      valid[v] = lanes([=](unsigned lane) { return 512 * v + lane < fast_combinations; });
    }
  }
};
const FastPlanes fast_planes;

template <bool all, int source, int destination>
void specialised(StartCounts& counts) {
  constexpr Order order = order_of(all);
  constexpr int slow = order.size - fast_cells;
  Cell planes[cells];
  // Which cells are fast is known at compile time.
  const auto at = [&](auto c, int v) -> const Cell& {
    for (int i = 0; i < fast_cells; ++i) {
      if (order.cell[static_cast<std::size_t>(slow + i)] == c()) return fast_planes.cells[i][v];
    }
    return planes[c()];
  };
  Odometer<slow> odometer(order.cell.data(), planes);
  Sums sums;
  do {
    for (int v = 0; v < fast_vectors; ++v) {
      const __m512i valid = fast_planes.valid[v];
      const auto plane = [&](auto c) -> const Cell& { return at(c, v); };
#define TALLY_CELL(...) plane([] { return cell(__VA_ARGS__); })
      const __m512i in = _mm512_and_si512(TALLY_CELL(account, inbound, source).on, valid);
      Sums::add(sums.inbound, in);
      const __m512i out = _mm512_and_si512(TALLY_CELL(account, outbound, destination).on, valid);
      Sums::add(sums.outbound, _mm512_ternarylogic_epi64(in, out, out, 0x0c));
      if constexpr (source == 0) {
        const Cell& device = TALLY_CELL(caller_device, outbound, destination);
        const __m512i on = either_and(device.on, device.unset, TALLY_CELL(caller_user, outbound, destination).on);
        Sums::add(sums.caller, _mm512_and_si512(on, valid));
      }
      if constexpr (destination == 0) {
        const Cell& device = TALLY_CELL(callee_device, inbound, source);
        const __m512i on = either_and(device.on, device.unset, TALLY_CELL(callee_user, inbound, source).on);
        Sums::add(sums.callee, _mm512_and_si512(on, valid));
      }
#undef TALLY_CELL
    }
  } while (odometer.next());
  sums.give(counts);
}

template <bool all>
void specialised(int part, int parts, StartCounts& counts) {
  // Balances the threads: one gets both the combination with all recordings and that with the fewest.
  if (parts == 1 || part == 0) {
    specialised<all, 0, 0>(counts);
    specialised<all, 1, 1>(counts);
  }
  if (parts == 1 || part == 1) {
    specialised<all, 0, 1>(counts);
    specialised<all, 1, 0>(counts);
  }
}

// --- the complete formula --------------------------------------------------------------

// The lanes of one vector hold the source and the last five cells.
constexpr int lane_cells = 5;
struct LanePlanes {
  Cell cells[lane_cells];
  __m512i offnet_source, valid;

  LanePlanes() {
    unsigned below = 243;
    for (Cell& plane : cells) {
      below /= 3;
      const auto is = [&](unsigned code) {
        return lanes([=](unsigned lane) { return lane % 243 / below % 3 == code; });
      };
      plane = {is(2), is(0)};
    }
    offnet_source = lanes([](unsigned lane) { return lane >= 243; });
    valid = lanes([](unsigned lane) { return lane < 486; });
  }
};
const LanePlanes lane_planes;

template <bool all>
void complete(int part, int parts, StartCounts& counts) {
  constexpr Order order = order_of(all);
  constexpr int slow = order.size - lane_cells;
  Cell planes[cells];
  for (int i = 0; i < lane_cells; ++i) planes[order.cell[static_cast<std::size_t>(slow + i)]] = lane_planes.cells[i];
  const __m512i source = lane_planes.offnet_source, valid = lane_planes.valid;
  Sums sums;
  for (int offnet = 0; offnet < 2; ++offnet) {
    if (parts == 2 && offnet != part) continue;
    const __m512i destination = broadcast(offnet == 1);
    const __m512i source_onnet = _mm512_ternarylogic_epi64(source, valid, valid, 0x0c);
    const __m512i destination_onnet = _mm512_ternarylogic_epi64(destination, valid, valid, 0x0c);
    // The last two slow cells are loops of their own, because a processor predicts carries badly.
    constexpr int last = order.cell[slow - 1], last_but_one = order.cell[slow - 2];
    Odometer<slow - 2> odometer(order.cell.data(), planes);
    const auto on = [&](__m512i network, Document document, Direction direction) {
      return choose(network, planes[cell(document, direction, 1)].on, planes[cell(document, direction, 0)].on);
    };
    const auto unset = [&](__m512i network, Document document, Direction direction) {
      return choose(network, planes[cell(document, direction, 1)].unset, planes[cell(document, direction, 0)].unset);
    };
    do {
      for (int i = 0; i < 9; ++i) {
        planes[last_but_one] = broadcast_codes[i / 3];
        planes[last] = broadcast_codes[i % 3];
        const __m512i in = _mm512_and_si512(on(source, account, inbound), valid);
        Sums::add(sums.inbound, in);
        const __m512i out = _mm512_and_si512(on(destination, account, outbound), valid);
        Sums::add(sums.outbound, _mm512_ternarylogic_epi64(in, out, out, 0x0c));
        const __m512i from =
            either_and(on(destination, caller_device, outbound), unset(destination, caller_device, outbound),
                       on(destination, caller_user, outbound));
        Sums::add(sums.caller, _mm512_and_si512(from, source_onnet));
        const __m512i to = either_and(on(source, callee_device, inbound), unset(source, callee_device, inbound),
                                      on(source, callee_user, inbound));
        Sums::add(sums.callee, _mm512_and_si512(to, destination_onnet));
      }
    } while (odometer.next());
  }
  sums.give(counts);
}

}  // namespace

bool has_handwritten_sweeps() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq"); }

void sweep_specialised(bool all_cells, int part, int parts, StartCounts& counts) {
  (all_cells ? specialised<true> : specialised<false>)(part, parts, counts);
}

void sweep_complete(bool all_cells, int part, int parts, StartCounts& counts) {
  (all_cells ? complete<true> : complete<false>)(part, parts, counts);
}

}  // namespace tally::bench

#else

namespace tally::bench {
bool has_handwritten_sweeps() { return false; }
void sweep_complete(bool, int, int, StartCounts&) {}
void sweep_specialised(bool, int, int, StartCounts&) {}
}  // namespace tally::bench

#endif
