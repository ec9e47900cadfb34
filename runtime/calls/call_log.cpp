#include "runtime/calls/call_log.h"

#include <new>

namespace tally {

void CallLog::leave() noexcept {
  if (lane_ != nullptr) lane_->give_back();
  lane_ = nullptr;
  log_ = nullptr;
}

void CallLog::join(const ReloadablePolicy& policy, const PolicyVersion& version) {
  leave();
  log_ = policy.take_log();
  if (log_ == nullptr) return;
  serial_ = version.serial();
  first_slots_ = first_slots(version.policy());
  lane_ = log_->take_lane(version.log_source());
}

// Puts the slots of those decisions that were asked for.
void CallLog::put_decided(const RecordShape& shape, std::byte* raw, const CallOutcome& outcome) const {
  shape.put_no_slots(raw);
  for (std::uint32_t i = 0; i + 1 < first_slots_.size(); ++i) {
    if (!outcome.is_decided(i)) continue;
    shape.put_some_slots(raw, outcome.results().slots.data(), first_slots_[i], first_slots_[i + 1]);
  }
}

void CallLog::add_to(const ReloadablePolicy& policy, const PolicyVersion& version, const Composition& composition,
                     const CallOutcome& outcome) noexcept {
  try {
    if (policy.log() != log_.get() || version.serial() != serial_) join(policy, version);
    if (log_ == nullptr) return;
    if (!log_->is_here()) return log_->count_dropped(1);
    // Inlined into the path of a lane, which is the usual one: there a call would be a fifth of the cost.
    const auto fill = [&](const RecordShape& shape, std::byte* raw, std::uint64_t time) __attribute__((always_inline)) {
      shape.put_head(raw, time, id_);
      shape.put_codes(raw, composition.codes().data());
      if (!shape.kept().empty()) shape.put_kept(raw, CallValues(composition.values().data()));
      if (outcome.decided() == CallOutcome::Decided::all)
        shape.put_slots(raw, outcome.results().slots.data());
      else
        put_decided(shape, raw, outcome);
    };
    if (lane_ != nullptr) {
      lane_->add(fill);
    } else {
      log_->add_shared(version.log_source(), fill);
    }
  } catch (const std::bad_alloc&) {
    if (log_ != nullptr) log_->count_dropped(1);
  }
}

void log_request(const ReloadablePolicy& policy, const PolicyVersion& version, const BoundCall& call,
                 const Results& results) noexcept {
  const std::shared_ptr<DecisionLog> log = policy.take_log();
  if (log == nullptr) return;
  try {
    log->add_shared(version.log_source(), [&](const RecordShape& shape, std::byte* raw, std::uint64_t time) {
      shape.put_head(raw, time, "");
      shape.put_codes(raw, call.codes.data());
      if (!shape.kept().empty()) shape.put_kept(raw, call);
      shape.put_slots(raw, results.slots.data());
    });
  } catch (const std::bad_alloc&) {
    log->count_dropped(1);
  }
}

}  // namespace tally
