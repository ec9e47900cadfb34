// The three start decisions of rules/call_recording.tally, written by hand.
//
// In: the codes of a call, one a byte, in the order of `recording_inputs`. Out:
// for account, caller and callee the number of the rule that matches and the
// code of the result. Always: byte for byte what the compiled function takes and
// gives; decide.cpp holds them to that on every call that it measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace tally::bench {

// The layout: the names of the inputs by offset.
inline constexpr const char* recording_inputs[] = {
    "source",
    "destination",
    "account[inbound, onnet].enabled",
    "account[inbound, offnet].enabled",
    "account[outbound, onnet].enabled",
    "account[outbound, offnet].enabled",
    "caller.user[outbound, onnet].enabled",
    "caller.user[outbound, offnet].enabled",
    "caller.device[outbound, onnet].enabled",
    "caller.device[outbound, offnet].enabled",
    "callee.user[inbound, onnet].enabled",
    "callee.user[inbound, offnet].enabled",
    "callee.device[inbound, onnet].enabled",
    "callee.device[inbound, offnet].enabled",
};
inline constexpr std::size_t recording_input_count = std::size(recording_inputs);
inline constexpr std::size_t recording_output_count = 6;  // rule and result of each decision

using Decide = void (*)(const std::uint8_t* in, std::uint16_t* out);

using DecideColumns = void (*)(const std::uint8_t* const* in, std::uint16_t* const* out, std::uint64_t rows);

struct Handwritten {
  // As one would write it: the rules, one after the other.
  Decide naturally;
  // Without branches, each in another way: a choice between packed results; the
  // results by arithmetic; the settings by shifts of words instead of addresses;
  // the results from a table each; all results from one table.
  Decide by_choice, by_arithmetic, by_shifts, by_tables, by_one_table;
  // Nothing: what the call itself costs.
  Decide nothing;
  // Bits of the inputs, extracted to an index into a table for each decision; null
  // where the processor has no PEXT.
  Decide by_extraction;
  // Many calls, an array for each input and each output.
  DecideColumns columns;
};

// The same code twice: in a shared library, and in the program itself. Compiled
// rules lie far from the program, like libraries, and a processor calls what is
// far more slowly: only the first is a fair comparison of code.
extern const Handwritten handwritten_in_library;
extern const Handwritten handwritten_in_program;

}  // namespace tally::bench
