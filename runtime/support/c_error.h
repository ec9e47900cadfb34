// The errors of the C interface, and what stands between it and C++: every
// exception ends here.
#pragma once

#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "runtime/include/tally.h"
#include "runtime/support/failure.h"

struct tally_error {
  tally_error();  // of no error
  explicit tally_error(tally::Failure failure);

  tally_status status = TALLY_OK;
  std::string message, pointer, json;
};

namespace tally {

// Gives the failure to the caller, if he asked; the status is what a function returns.
tally_status fail(tally_error** error, Failure failure) noexcept;
// There is no memory, even for an error.
tally_status fail_without_memory(tally_error** error) noexcept;

// Runs a body that returns std::optional<Failure>; exceptions are failures.
template <class Body>
tally_status guarded(tally_error** error, Body body) noexcept {
  try {
    if (auto failure = body()) return fail(error, std::move(*failure));
    return TALLY_OK;
  } catch (const std::bad_alloc&) {
    return fail_without_memory(error);
  } catch (const std::exception& defect) {
    try {
      return fail(error, {TALLY_ERROR_INTERNAL, defect.what()});
    } catch (...) {
      return fail_without_memory(error);
    }
  } catch (...) {
    try {
      return fail(error, {TALLY_ERROR_INTERNAL, "something was thrown that is no exception"});
    } catch (...) {
      return fail_without_memory(error);
    }
  }
}

// A copy that the caller frees with tally_free. Throws std::bad_alloc.
char* handed_out(const std::string& text);

}  // namespace tally
