// The three start decisions of rules/call_recording.tally, written by hand.
//
// In:     the codes of a call, one per byte, in the order of `recording_inputs`
// Out:    for account, caller and callee, the number of the rule that matches and the
//         code of the result. For example, if no setting is on: 3 (`otherwise`) and 1
//         (`none`) for the account.
// Always: inputs and outputs have the layout of the compiled function, and both give the
//         same results; decide.cpp checks this for every call that it measures
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
  // The usual way: the rules, one after the other.
  Decide naturally;
  // Without branches, each in another way: a choice between packed results; arithmetic on
  // the results; shifts of words instead of addresses for the settings; one table per
  // decision; one table for all results.
  Decide by_choice, by_arithmetic, by_shifts, by_tables, by_one_table;
  // An empty function: the cost of the call itself.
  Decide nothing;
  // Extracts bits of the inputs to an index into one table per decision. Null if the
  // processor has no PEXT.
  Decide by_extraction;
  // Many calls, with one array per input and per output.
  DecideColumns columns;
};

// The same code twice: in a shared library, and in the program itself. Compiled rules are
// far from the program, as libraries are, and a processor is slower to call distant code.
// Only the first is therefore a fair comparison of code.
extern const Handwritten handwritten_in_library;
extern const Handwritten handwritten_in_program;

}  // namespace tally::bench
