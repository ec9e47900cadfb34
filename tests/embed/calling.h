// Helpers of the tests in C++ over tally.h: errors that free themselves, and `set`, which sets a
// fact of any kind.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "runtime/interface/c_objects.h"

namespace tally::testing {

struct Errors {
  tally_error* error = nullptr;
  ~Errors() { tally_error_free(error); }
  operator tally_error**() {  // NOLINT: where a function wants one
    tally_error_free(std::exchange(error, nullptr));
    return &error;
  }
  std::string message() const { return tally_error_message(error); }
};

inline void set(tally_call* call, const PolicyVersion& version, ElementIndex element, const Fact& fact) {
  Errors error;
  const tally_input input = version.handle_of(element);
  tally_status status = TALLY_OK;
  if (std::holds_alternative<Present>(fact)) status = tally_call_set_present(call, input, error);
  if (const auto* code = std::get_if<std::uint8_t>(&fact))
    status = tally_call_set(call, input, version.input(input)->values[*code], error);
  if (const auto* number = std::get_if<std::uint64_t>(&fact))
    status = tally_call_set_number(call, input, *number, error);
  if (const auto* text = std::get_if<std::string>(&fact))
    status = tally_call_set_text(call, input, text->data(), text->size(), error);
  ASSERT_EQ(status, TALLY_OK) << error.message();
}

}  // namespace tally::testing
