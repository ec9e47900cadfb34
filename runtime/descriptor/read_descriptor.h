// The descriptor of a compiled policy, read and checked before anything is made
// of it (runtime/descriptor/descriptor_format.h says how it stands there).
//
// In: the address of the constant, and where memory may be read; or the bytes of
// tables alone. Out: a descriptor and functions, or why not. Always: no byte
// outside the bounds is read; what comes out keeps every promise of
// policy_descriptor.h, whatever the bytes are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

struct DescriptorError {
  std::string message;  // "a table ends early"
};

// Tables to a descriptor.
std::variant<PolicyDescriptor, DescriptorError> decode_tables(std::string_view tables);

// Where a policy lies: what may be read, and what may be run.
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
};

// `bounds`: null for a constant that is linked into this process, whose distances
// are trusted.
std::variant<PolicyContents, DescriptorError> read_policy(const void* constant, const PolicyBounds* bounds);

}  // namespace tally
