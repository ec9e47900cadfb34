// tally.h: the log of decisions.
#include <algorithm>
#include <cstring>

#include "runtime/interface/c_objects.h"

using namespace tally;

namespace {

using Success = Result<Done, Failure>;

Result<LogOptions, Failure> options_of(const tally_log_options& given) {
  // A program that was built with an earlier header has fewer members.
  if (given.size < offsetof(tally_log_options, folder) + sizeof given.folder || given.size > sizeof given)
    return Failure(TALLY_ERROR_ARGUMENT, "the options of a log do not have the size that they say");
  tally_log_options all{};
  std::memcpy(&all, &given, given.size);
  if (all.folder == nullptr || (all.keep == nullptr && all.keep_count > 0)) return null_argument();
  LogOptions options;
  options.folder = all.folder;
  options.name = all.name == nullptr ? "decisions" : all.name;
  for (std::size_t i = 0; i < all.keep_count; ++i) {
    if (all.keep[i] == nullptr) return null_argument();
    options.keep.emplace_back(all.keep[i]);
  }
  if (all.text_bytes != 0) options.text_bytes = all.text_bytes;
  options.id_bytes = all.id_bytes;
  if (all.file_bytes != 0) options.file_bytes = all.file_bytes;
  options.files = all.files;
  if (all.ring_records != 0) options.ring_records = all.ring_records;
  options.wait_ms = all.wait_ms;
  options.sync = all.sync != 0;
  return options;
}

Failure no_log() { return {TALLY_ERROR_ARGUMENT, "the policy has no log"}; }

// A function that does something with the log in use.
template <class Body>
tally_status with_log(tally_policy* policy, tally_error** error, Body body) noexcept {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr) return null_argument();
    const auto log = policy->take_log();
    if (log == nullptr) return no_log();
    return body(*log);
  });
}

}  // namespace

extern "C" {

tally_status tally_policy_log_open(tally_policy* policy, const tally_log_options* options, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || options == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(LogOptions checked, options_of(*options));
    return policy->open_log(std::move(checked));
  });
}

tally_status tally_policy_log_close(tally_policy* policy, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr) return null_argument();
    return policy->close_log();
  });
}

tally_status tally_policy_log_flush(tally_policy* policy, tally_error** error) {
  return with_log(policy, error, [](DecisionLog& log) { return log.flush(); });
}

tally_status tally_policy_log_rotate(tally_policy* policy, tally_error** error) {
  return with_log(policy, error, [](DecisionLog& log) { return log.rotate(); });
}

tally_status tally_policy_log_counts(const tally_policy* policy, tally_log_counts* counts, tally_error** last,
                                     tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || counts == nullptr) return null_argument();
    if (counts->size < sizeof counts->size || counts->size > sizeof *counts)
      return Failure(TALLY_ERROR_ARGUMENT, "the counts of a log do not have the size that they say");
    const auto log = policy->last_log();
    if (log == nullptr) return no_log();
    const LogCounts now = log->counts();
    tally_error* refusal = nullptr;
    if (last != nullptr && !now.last_error.empty())
      refusal = new tally_error(Failure(TALLY_ERROR_FILE, now.last_error));
    const tally_log_counts all{counts->size, now.written, now.dropped, now.waited,
                               now.shared,   now.files,   now.bytes,   now.errors};
    std::memcpy(counts, &all, counts->size);
    if (last != nullptr) *last = refusal;
    return {};
  });
}

}  // extern "C"
