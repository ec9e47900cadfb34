#include "runtime/support/c_error.h"

#include <cstdlib>
#include <cstring>

#include "runtime/support/json_text.h"

namespace tally {
namespace {

// The error if there is no memory for another one. It is never freed.
tally_error& no_memory() {
  static tally_error& error = *new tally_error(Failure(TALLY_ERROR_MEMORY, "no memory"));
  return error;
}
// It is made at the start, while there is memory.
const tally_error& made_early = no_memory();

const char* const status_names[] = {"TALLY_OK",
                                    "TALLY_ERROR_ARGUMENT",
                                    "TALLY_ERROR_MEMORY",
                                    "TALLY_ERROR_FILE",
                                    "TALLY_ERROR_POLICY",
                                    "TALLY_ERROR_RULES",
                                    "TALLY_ERROR_UNSUPPORTED",
                                    "TALLY_ERROR_UNKNOWN",
                                    "TALLY_ERROR_TYPE",
                                    "TALLY_ERROR_VALUE",
                                    "TALLY_ERROR_DOCUMENT",
                                    "TALLY_ERROR_MISSING",
                                    "TALLY_ERROR_UNDECIDED",
                                    "TALLY_ERROR_SYSTEM",
                                    "TALLY_ERROR_INTERNAL",
                                    "TALLY_ERROR_REFUSED"};

std::string json_of(const Failure& failure) {
  return "{\"status\":" + json_string(tally_status_name(failure.status)) +
         ",\"message\":" + json_string(failure.message) + ",\"pointer\":" + json_string(failure.pointer) +
         ",\"faults\":" + faults_json(failure.faults) + "}";
}

}  // namespace

tally_status fail(tally_error** error, const Failure& failure) noexcept {
  const tally_status status = failure.status;
  if (error == nullptr) return status;
  try {
    *error = new tally_error(failure);
    return status;
  } catch (...) {
    return fail_without_memory(error);
  }
}

tally_status fail_without_memory(tally_error** error) noexcept {
  if (error != nullptr) *error = &no_memory();
  return TALLY_ERROR_MEMORY;
}

char* handed_out(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

}  // namespace tally

tally_error::tally_error() : json("null") {}
tally_error::tally_error(const tally::Failure& failure)
    : status(failure.status), message(failure.message), pointer(failure.pointer), json(tally::json_of(failure)) {}

extern "C" {

const char* tally_version(void) { return TALLY_VERSION; }

const char* tally_status_name(tally_status status) {
  const auto at = static_cast<std::size_t>(status);
  return at < std::size(tally::status_names) ? tally::status_names[at] : "?";
}

void tally_free(void* text) { std::free(text); }

tally_status tally_error_status(const tally_error* error) { return error == nullptr ? TALLY_OK : error->status; }
const char* tally_error_message(const tally_error* error) { return error == nullptr ? "" : error->message.c_str(); }
const char* tally_error_pointer(const tally_error* error) { return error == nullptr ? "" : error->pointer.c_str(); }
const char* tally_error_json(const tally_error* error) { return error == nullptr ? "null" : error->json.c_str(); }
void tally_error_free(tally_error* error) {
  if (error != &tally::no_memory()) delete error;
}

}  // extern "C"
