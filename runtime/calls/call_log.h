// The place of a call in its policy's decision log.
//
// In:     what was decided, and an id that the host gives.
// Out:    a record of it in the log (runtime/logging/decision_log.h).
// Always: a decision that cannot be added is counted there; deciding never fails by the log. The call takes a lane when
//         it first decides by a version, and gives it back when it leaves the version, the log, or the world.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/calls/call_outcome.h"
#include "runtime/calls/composition.h"
#include "runtime/policy/reloadable_policy.h"

namespace tally {

class CallLog {
 public:
  CallLog() = default;
  ~CallLog() { leave(); }
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  void set_id(std::string_view id) { id_.assign(id); }

  // Adds what was decided, if the policy has a log.
  void add(const ReloadablePolicy& policy, const PolicyVersion& version, const Composition& composition,
           const CallOutcome& outcome) noexcept {
    if (policy.log() != nullptr || log_ != nullptr) add_to(policy, version, composition, outcome);
  }

 private:
  void add_to(const ReloadablePolicy& policy, const PolicyVersion& version, const Composition& composition,
              const CallOutcome& outcome) noexcept;
  void put_decided(const RecordShape& shape, std::byte* raw, const CallOutcome& outcome) const;
  void join(const ReloadablePolicy& policy, const PolicyVersion& version);
  void leave() noexcept;

  std::string id_;
  std::shared_ptr<DecisionLog> log_;  // null: none
  std::uint64_t serial_ = 0;          // of the version that the lane is of
  LogLane* lane_ = nullptr;           // null: the shared one
  std::vector<std::uint32_t> first_slots_;
};

// Adds a request that was decided without a call.
void log_request(const ReloadablePolicy& policy, const PolicyVersion& version, const BoundCall& call,
                 const Results& results) noexcept;

}  // namespace tally
