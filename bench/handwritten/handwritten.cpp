// See handwritten.h. This file is compiled with -O3 -march=native; TALLY_HANDWRITTEN is
// the name of the exported object.
#include "bench/handwritten/handwritten.h"

#include <array>
#include <cstring>
#ifdef __BMI2__
#include <immintrin.h>
#endif

namespace tally::bench {
namespace {

// Codes: networks are never unset; an unset setting is 0.
enum Network : std::uint8_t { onnet = 1, offnet = 2 };
enum Setting : std::uint8_t { unset = 0, off = 1, on = 2 };

// The layout as a C++ struct.
struct Party {
  std::uint8_t user[2], device[2];  // by network
};
struct Inputs {
  std::uint8_t source, destination;
  std::uint8_t inbound[2], outbound[2];  // of the account, by network
  Party caller, callee;
};
static_assert(sizeof(Inputs) == recording_input_count);

// The cell of a network. Network codes begin at 1, and the 1 is subtracted from the address,
// not from the code.
std::uint8_t cell(const std::uint8_t* cells, std::uint8_t network) { return (cells - 1)[std::size_t{network}]; }

std::uint8_t endpoint(const Party& party, std::uint8_t network) {
  const std::uint8_t device = cell(party.device, network), user = cell(party.user, network);
  return device != unset ? device : user;
}

// The inputs that decide, one bit each. Onnet is odd and offnet even; on is 2, and no other
// code has bit 1.
struct Bits {
  unsigned account, caller, callee;  // bit 0: inbound is on, bit 1: outbound is on; the others: whether it is recorded

  explicit Bits(const std::uint8_t* in) {
    const Inputs& call = *reinterpret_cast<const Inputs*>(in);
    account = (cell(call.inbound, call.source) >> 1) | (cell(call.outbound, call.destination) & 2);
    caller = (endpoint(call.caller, call.destination) >> 1) & call.source;
    callee = (endpoint(call.callee, call.source) >> 1) & call.destination;
  }
};

// A rule and a result as one word, in the order of memory.
constexpr std::uint32_t outcome(std::uint32_t rule, std::uint32_t result) { return rule | result << 16; }
constexpr std::uint32_t account_inbound = outcome(1, 2), account_outbound = outcome(2, 3), account_none = outcome(3, 1);
constexpr std::uint32_t party_on = outcome(1, 2), party_off = outcome(2, 1);

void store(std::uint16_t* out, std::uint32_t account, std::uint32_t caller, std::uint32_t callee) {
  std::memcpy(out, &account, 4);
  std::memcpy(out + 2, &caller, 4);
  std::memcpy(out + 4, &callee, 4);
}

void decide_naturally(const std::uint8_t* in, std::uint16_t* out) {
  const Inputs& call = *reinterpret_cast<const Inputs*>(in);
  if (cell(call.inbound, call.source) == on) {
    out[0] = 1;
    out[1] = 2;
  } else if (cell(call.outbound, call.destination) == on) {
    out[0] = 2;
    out[1] = 3;
  } else {
    out[0] = 3;
    out[1] = 1;
  }
  if (call.source == onnet && endpoint(call.caller, call.destination) == on) {
    out[2] = 1;
    out[3] = 2;
  } else {
    out[2] = 2;
    out[3] = 1;
  }
  if (call.destination == onnet && endpoint(call.callee, call.source) == on) {
    out[4] = 1;
    out[5] = 2;
  } else {
    out[4] = 2;
    out[5] = 1;
  }
}

void decide_by_choice(const std::uint8_t* in, std::uint16_t* out) {
  const Inputs& call = *reinterpret_cast<const Inputs*>(in);
  const bool inbound = cell(call.inbound, call.source) == on, outbound = cell(call.outbound, call.destination) == on;
  // 0 if both have the required value.
  const unsigned caller = (call.source ^ onnet) | (endpoint(call.caller, call.destination) ^ on);
  const unsigned callee = (call.destination ^ onnet) | (endpoint(call.callee, call.source) ^ on);
  const std::uint32_t second = outbound ? account_outbound : account_none;
  store(out, inbound ? account_inbound : second, caller ? party_off : party_on, callee ? party_off : party_on);
}

void decide_by_arithmetic(const std::uint8_t* in, std::uint16_t* out) {
  const Inputs& call = *reinterpret_cast<const Inputs*>(in);
  const std::uint32_t inbound = cell(call.inbound, call.source) == on;
  const std::uint32_t outbound = (cell(call.outbound, call.destination) == on) & (inbound ^ 1);
  const std::uint32_t caller = (call.source == onnet) & (endpoint(call.caller, call.destination) == on);
  const std::uint32_t callee = (call.destination == onnet) & (endpoint(call.callee, call.source) == on);
  store(out,
        account_none + (-inbound & (account_inbound - account_none)) + (-outbound & (account_outbound - account_none)),
        party_off + (-caller & (party_on - party_off)), party_off + (-callee & (party_on - party_off)));
}

void decide_by_shifts(const std::uint8_t* in, std::uint16_t* out) {
  std::uint32_t account, caller, callee;
  std::memcpy(&account, in + 2, 4);
  std::memcpy(&caller, in + 6, 4);
  std::memcpy(&callee, in + 10, 4);
  const std::uint32_t source = in[0], destination = in[1];
  const std::uint32_t from = 8 * (source - 1), to = 8 * (destination - 1);  // 0 or 8
  const std::uint32_t inbound = account >> from, outbound = account >> to >> 16;
  // Bit 1 set means on. A setting that is set has one of the bits 0 and 1.
  const std::uint32_t placed = caller >> to, received = callee >> from;
  const std::uint32_t placed_set = (placed >> 16 | placed >> 17) & 1,
                      received_set = (received >> 16 | received >> 17) & 1;
  const std::uint32_t caller_on = ((placed_set ? placed >> 16 : placed) >> 1) & source & 1;
  const std::uint32_t callee_on = ((received_set ? received >> 16 : received) >> 1) & destination & 1;
  const std::uint32_t second = outbound & 2 ? account_outbound : account_none;
  store(out, inbound & 2 ? account_inbound : second, party_off + (-caller_on & (party_on - party_off)),
        party_off + (-callee_on & (party_on - party_off)));
}

void decide_by_tables(const std::uint8_t* in, std::uint16_t* out) {
  static constexpr std::uint32_t account_results[4] = {account_none, account_inbound, account_outbound,
                                                       account_inbound};
  static constexpr std::uint32_t party_results[2] = {party_off, party_on};
  const Bits bits(in);
  store(out, account_results[bits.account], party_results[bits.caller], party_results[bits.callee]);
}

void decide_by_one_table(const std::uint8_t* in, std::uint16_t* out) {
  struct Row {
    std::uint32_t account, caller, callee, padding;
  };
  static constexpr auto rows = [] {
    std::array<Row, 16> table{};
    for (unsigned i = 0; i < 16; ++i) {
      table[i] = {i & 1   ? account_inbound
                  : i & 2 ? account_outbound
                          : account_none,
                  i & 4 ? party_on : party_off, i & 8 ? party_on : party_off, 0};
    }
    return table;
  }();
  const Bits bits(in);
  std::memcpy(out, &rows[bits.account | bits.caller << 2 | bits.callee << 3], 12);
}

#ifdef __BMI2__
// The bits that distinguish codes: onnet from offnet, on from the rest, set from unset.
constexpr std::uint64_t account_bits = 0x0000'0202'0202'0101, party_bits = 0x0303'0202'0000'0000;

// Index: the user's two cells, the device's two (two bits each), source, destination.
// If `places`, the party must be the source, and the destination selects its cell.
constexpr std::array<std::uint32_t, 256> party_table(bool places) {
  std::array<std::uint32_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    const bool source_onnet = i >> 6 & 1, destination_onnet = i >> 7 & 1;
    const bool own = places ? source_onnet : destination_onnet;
    const unsigned at = (places ? destination_onnet : source_onnet) ? 0 : 1;
    const unsigned device = i >> (2 + 2 * at) & 3;
    table[i] = own && (device != 0 ? device >> 1 : i >> at & 1) ? party_on : party_off;
  }
  return table;
}

void decide_by_extraction(const std::uint8_t* in, std::uint16_t* out) {
  static constexpr auto account_table = [] {
    std::array<std::uint32_t, 64> table{};
    for (unsigned i = 0; i < 64; ++i) {
      const unsigned inbound = i >> (i & 1 ? 2 : 3) & 1, outbound = i >> (i & 2 ? 4 : 5) & 1;
      table[i] = inbound ? account_inbound : outbound ? account_outbound : account_none;
    }
    return table;
  }();
  static constexpr auto caller_table = party_table(true), callee_table = party_table(false);
  std::uint64_t first, second, third;
  std::memcpy(&first, in, 8);
  std::memcpy(&second, in + 2, 8);
  std::memcpy(&third, in + 6, 8);
  const std::uint64_t account = _pext_u64(first, account_bits), networks = (account & 3) << 6;
  store(out, account_table[account], caller_table[_pext_u64(second, party_bits) | networks],
        callee_table[_pext_u64(third, party_bits) | networks]);
}
#endif

// Written for a compiler that vectorises: choices instead of branches, and no overlap.
void decide_columns(const std::uint8_t* const* in, std::uint16_t* const* out, std::uint64_t rows) {
  const std::uint8_t* __restrict source = in[0], * __restrict destination = in[1];
  const std::uint8_t* __restrict inbound[2] = {in[2], in[3]}, * __restrict outbound[2] = {in[4], in[5]};
  const std::uint8_t* __restrict caller_user[2] = {in[6], in[7]}, * __restrict caller_device[2] = {in[8], in[9]};
  const std::uint8_t* __restrict callee_user[2] = {in[10], in[11]}, * __restrict callee_device[2] = {in[12], in[13]};
  std::uint16_t* __restrict account_rule = out[0], * __restrict account = out[1], * __restrict caller_rule = out[2], * __restrict caller = out[3], * __restrict callee_rule = out[4], * __restrict callee = out[5];
#pragma GCC ivdep
  for (std::uint64_t i = 0; i < rows; ++i) {
    const bool from_onnet = source[i] == onnet, to_onnet = destination[i] == onnet;
    const bool in_on = (from_onnet ? inbound[0][i] : inbound[1][i]) == on;
    const bool out_on = (to_onnet ? outbound[0][i] : outbound[1][i]) == on;
    const std::uint8_t placed_device = to_onnet ? caller_device[0][i] : caller_device[1][i];
    const std::uint8_t placed_user = to_onnet ? caller_user[0][i] : caller_user[1][i];
    const std::uint8_t got_device = from_onnet ? callee_device[0][i] : callee_device[1][i];
    const std::uint8_t got_user = from_onnet ? callee_user[0][i] : callee_user[1][i];
    const bool caller_on = from_onnet & ((placed_device != unset ? placed_device : placed_user) == on);
    const bool callee_on = to_onnet & ((got_device != unset ? got_device : got_user) == on);
    account_rule[i] = in_on ? 1 : out_on ? 2 : 3;
    account[i] = in_on ? 2 : out_on ? 3 : 1;
    caller_rule[i] = caller_on ? 1 : 2;
    caller[i] = caller_on ? 2 : 1;
    callee_rule[i] = callee_on ? 1 : 2;
    callee[i] = callee_on ? 2 : 1;
  }
}

void decide_nothing(const std::uint8_t*, std::uint16_t*) {}

}  // namespace

const Handwritten TALLY_HANDWRITTEN = {decide_naturally,     decide_by_choice, decide_by_arithmetic,
                                       decide_by_shifts,     decide_by_tables, decide_by_one_table,
                                       decide_nothing,
#ifdef __BMI2__
                                       decide_by_extraction,
#else
                                       nullptr,
#endif
                                       decide_columns};

}  // namespace tally::bench
