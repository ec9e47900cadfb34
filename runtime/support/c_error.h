// The errors of the C interface, and the border between it and C++: no exception passes.
//
// In:     a status and its reason, or a function that may throw.
// Out:    a status, and a tally_error that the caller frees.
// Always: if there is no memory for an error, there is one that was made before: it is never freed.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/result.h"
#include "runtime/include/tally.h"
#include "runtime/support/failure.h"

struct tally_error {
  tally_error();  // TALLY_OK
  explicit tally_error(const tally::Failure& failure);

  tally_status status = TALLY_OK;
  std::string message, pointer, json;
};

namespace tally {

// Hands the failure to the caller, unless `error` is null. Returns its status.
tally_status fail(tally_error** error, const Failure& failure) noexcept;
// The same if there is no memory, not even for an error.
tally_status fail_without_memory(tally_error** error) noexcept;

// Runs a body that returns `Result<Done, Failure>`. An exception is a failure too.
template <class Body>
tally_status guarded(tally_error** error, Body body) noexcept {
  try {
    if (Result<Done, Failure> result = body(); !result) return fail(error, result.error());
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
      return fail(error, {TALLY_ERROR_INTERNAL, "something was thrown that is not an exception"});
    } catch (...) {
      return fail_without_memory(error);
    }
  }
}

// A copy that the caller frees with tally_free. Throws std::bad_alloc.
char* handed_out(const std::string& text);

}  // namespace tally
