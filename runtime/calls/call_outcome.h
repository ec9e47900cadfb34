// What was decided of a call: the numbers that the compiled code wrote, and for which decisions.
//
// In:     the codes of a composition that is complete, and the version that it was composed in.
// Out:    the slots of `decide` and, on demand, of `reasons`.
// Always: the slots of a decision are read only while it `is_decided`. Whoever changes the codes
//         calls `forget`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/documents/answer.h"
#include "runtime/policy/policy_version.h"

namespace tally {

class CallOutcome {
 public:
  enum class Decided : std::uint8_t { nothing, some, all };

  // Begins with a version, in which nothing is decided.
  void begin(const PolicyDescriptor& policy) {
    results_.slots.assign(policy.slot_count, 0);
    results_.reason_slots.assign(policy.reason_slot_count, 0);
    is_among_some_.assign(policy.decisions.size(), 0);
    decided_ = Decided::nothing;
    forget();
  }
  void forget() {
    const bool some = decided_ == Decided::some;
    decided_ = Decided::nothing;
    reasons_known_ = false;
    generation_ = 0;
    if (some) forget_some();
  }

  void decide_all(const PolicyVersion& version, const std::vector<std::uint8_t>& codes) {
    if (decided_ == Decided::some) forget_some();
    version.code().decide(codes.data(), results_.slots.data());
    decided_ = Decided::all;
    reasons_known_ = false;
    generation_ = version.generation();
  }
  // `decisions` are handles of the version. Nothing may be decided before.
  void decide_some(const PolicyVersion& version, const std::vector<std::uint8_t>& codes,
                   std::span<const tally_decision> decisions);
  // Computes what the reasons insert, unless that is known.
  void want_reasons(const PolicyVersion& version, const std::vector<std::uint8_t>& codes);

  Decided decided() const { return decided_; }
  // `no_index` is never decided.
  bool is_decided(std::uint32_t index) const {
    return decided_ == Decided::all ? index != no_index : index < is_among_some_.size() && is_among_some_[index] != 0;
  }
  // Of the version that decided; 0 if nothing is decided.
  std::uint64_t generation() const { return generation_; }
  const Results& results() const { return results_; }

 private:
  void forget_some();

  Results results_;
  std::vector<std::uint8_t> is_among_some_;  // by decision
  Decided decided_ = Decided::nothing;
  bool reasons_known_ = false;
  std::uint64_t generation_ = 0;
};

}  // namespace tally
