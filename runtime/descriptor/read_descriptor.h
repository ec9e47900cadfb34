// Reads and checks the descriptor of a compiled policy where it is in memory. Its format is in
// runtime/descriptor/descriptor_format.h, and its tables are read by decode_tables.h.
//
// In:     the address of the constant, and the memory that may be read.
// Out:    a descriptor and functions, or why there are none.
// Always: no byte outside the bounds is read. Whatever the bytes are, a descriptor that is
//         returned keeps every promise of policy_descriptor.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/support/failure.h"

namespace tally {

// The memory of a policy: the bytes that may be read, and among them those that may be run.
struct PolicyBounds {
  const std::byte* begin = nullptr;
  std::size_t size = 0;
  const std::byte* code = nullptr;
  std::size_t code_size = 0;
};

struct PolicyContents {
  std::shared_ptr<const PolicyDescriptor> descriptor;
  PolicyFunctions code;
  std::array<std::uint8_t, 32> source_hash{};
  std::array<std::uint8_t, 32> fingerprint{};  // as the policy claims; zeros: not known
  std::string_view tables;                     // the bytes of the descriptor, in the memory of the policy
};

// The header alone, of bytes that begin with a constant. Nothing that it leads to is looked at.
Result<PolicyHeader, Failure> read_policy_header(std::string_view bytes);

// `bounds` is null for a constant that is linked into this process: its distances are trusted.
Result<PolicyContents, Failure> read_policy(const void* constant, const PolicyBounds* bounds);

}  // namespace tally
