#include "runtime/calls/call_outcome.h"

#include <algorithm>

namespace tally {

void CallOutcome::decide_some(const PolicyVersion& version, const std::vector<std::uint8_t>& codes,
                              std::span<const tally_decision> decisions) {
  for (const tally_decision decision : decisions) {
    const std::uint32_t index = version.decision(decision);
    std::uint16_t* const slots = results_.slots.data() + version.policy().decisions[index].rule_slot;
    version.code().each[index](codes.data(), slots);
    is_among_some_[index] = 1;
  }
  decided_ = Decided::some;
  generation_ = version.generation();
}

void CallOutcome::forget_some() { std::fill(is_among_some_.begin(), is_among_some_.end(), std::uint8_t{0}); }

void CallOutcome::want_reasons(const PolicyVersion& version, const std::vector<std::uint8_t>& codes) {
  const PolicyFunction reasons = version.code().reasons;
  if (!reasons_known_ && reasons != nullptr) reasons(codes.data(), results_.reason_slots.data());
  reasons_known_ = true;
}

}  // namespace tally
