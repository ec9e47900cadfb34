// The tables of a compiled policy: names, elements, decisions and reasons.
//
// In:     the bytes of the tables, in the format of runtime/descriptor/descriptor_format.h; any bytes.
// Out:    a descriptor, or the first fault: "a table ends early".
// Always: whatever the bytes are, a descriptor that is returned keeps every promise of policy_descriptor.h. Only
//         the bytes that the compiler would write for this descriptor are accepted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/support/failure.h"

namespace tally {

inline constexpr std::uint32_t max_decisions = 1'000'000;

// A failure is TALLY_ERROR_POLICY.
Result<PolicyDescriptor, Failure> decode_tables(std::string_view tables);

// The failure of a descriptor that no compiler would write.
Failure bad_descriptor(std::string why);

}  // namespace tally
