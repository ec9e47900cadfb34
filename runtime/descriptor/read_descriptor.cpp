#include "runtime/descriptor/read_descriptor.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "runtime/descriptor/decode_tables.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally {
namespace {

// The memory that a policy's constant may refer to, by distances from the constant. Addresses are
// compared as numbers, because a damaged distance may lead anywhere.
class PolicyMemory {
 public:
  // `bounds`: null if every distance is trusted.
  PolicyMemory(const void* constant, const PolicyBounds* bounds)
      : base_(static_cast<const std::byte*>(constant)), bounds_(bounds) {}

  const std::byte* at(std::int64_t distance) const { return base_ + distance; }
  bool readable(std::int64_t distance, std::uint64_t size) const {
    return bounds_ == nullptr || within(bounds_->begin, bounds_->size, distance, size);
  }
  bool callable(std::int64_t distance) const {
    return bounds_ == nullptr || within(bounds_->code, bounds_->code_size, distance, 1);
  }
  template <class Function>
  Function function(std::int32_t distance) const {
    return distance == 0 ? nullptr : reinterpret_cast<Function>(reinterpret_cast<std::uintptr_t>(at(distance)));
  }

 private:
  // Whether the `size` bytes at `distance` lie in a range.
  bool within(const std::byte* begin, std::size_t range, std::int64_t distance, std::uint64_t size) const {
    const std::uint64_t from = reinterpret_cast<std::uintptr_t>(base_) + static_cast<std::uint64_t>(distance);
    const std::uint64_t low = reinterpret_cast<std::uintptr_t>(begin);
    return from >= low && from - low <= range && size <= range - (from - low);
  }

  const std::byte* base_;
  const PolicyBounds* bounds_;
};

// The part of a header that does not depend on what it leads to. Its version is read first, since it decides how long a
// header is.
Result<PolicyHeader, Failure> read_fixed_header(const std::byte* at, bool has_fixed, bool is_whole) {
  constexpr std::size_t fixed = offsetof(PolicyHeader, header_size);
  PolicyHeader header{};
  if (!has_fixed) return bad_descriptor("the descriptor ends early");
  std::memcpy(&header, at, fixed);
  if (std::memcmp(header.magic, policy_magic, sizeof policy_magic) != 0) return bad_descriptor("no policy descriptor");
  if (header.abi_version < oldest_policy_abi_version || header.abi_version > policy_abi_version) {
    const std::string oldest = std::to_string(oldest_policy_abi_version), newest = std::to_string(policy_abi_version);
    return bad_descriptor("the policy has ABI version " + std::to_string(header.abi_version) + ", this library reads " +
                          (oldest == newest ? newest : oldest + " to " + newest) +
                          ": `tally build` makes it anew from its rule file");
  }
  if (!is_whole) return bad_descriptor("the descriptor ends early");
  std::memcpy(&header, at, sizeof header);
  return header;
}

Result<PolicyHeader, Failure> read_header(const PolicyMemory& memory) {
  TALLY_ASSIGN_OR_RETURN(const PolicyHeader header,
                         read_fixed_header(memory.at(0), memory.readable(0, offsetof(PolicyHeader, header_size)),
                                           memory.readable(0, sizeof(PolicyHeader))));
  if (header.decision_count > max_decisions ||
      header.header_size != sizeof header + header.decision_count * sizeof(FunctionOffsets) ||
      !memory.readable(0, header.header_size) || !memory.readable(header.tables, header.tables_size)) {
    return bad_descriptor("the descriptor ends early");
  }
  if (header.reserved != 0) return bad_descriptor("the descriptor has bytes without a meaning");
  return header;
}

Result<PolicyFunctions, Failure> read_functions(const PolicyMemory& memory, const PolicyHeader& header) {
  bool callable = header.decide != 0 && memory.callable(header.decide);
  callable = callable && (header.reasons == 0 || memory.callable(header.reasons));
  PolicyFunctions code;
  code.decide = memory.function<PolicyFunction>(header.decide);
  code.reasons = memory.function<PolicyFunction>(header.reasons);
  for (std::uint32_t i = 0; i < header.decision_count; ++i) {
    FunctionOffsets offsets{};
    std::memcpy(&offsets, memory.at(0) + sizeof header + i * sizeof offsets, sizeof offsets);
    callable = callable && offsets.decide != 0 && memory.callable(offsets.decide);
    callable = callable && (offsets.batch == 0 || memory.callable(offsets.batch));
    code.each.push_back(memory.function<PolicyFunction>(offsets.decide));
    code.batches.push_back(memory.function<BatchFunction>(offsets.batch));
  }
  if (!callable) return bad_descriptor("a function lies outside the policy's code");
  return code;
}

}  // namespace

Result<PolicyHeader, Failure> read_policy_header(std::string_view bytes) {
  return read_fixed_header(reinterpret_cast<const std::byte*>(bytes.data()),
                           bytes.size() >= offsetof(PolicyHeader, header_size), bytes.size() >= sizeof(PolicyHeader));
}

Result<PolicyContents, Failure> read_policy(const void* constant, const PolicyBounds* bounds) {
  const PolicyMemory memory(constant, bounds);
  TALLY_ASSIGN_OR_RETURN(const PolicyHeader header, read_header(memory));
  const std::string_view tables(reinterpret_cast<const char*>(memory.at(header.tables)), header.tables_size);
  if (hash_of(tables) != header.tables_hash) return bad_descriptor("the descriptor is damaged");
  TALLY_ASSIGN_OR_RETURN(PolicyDescriptor policy, decode_tables(tables));
  if (policy.decisions.size() != header.decision_count) return bad_descriptor("a decision without a function");
  PolicyContents contents;
  contents.tables = tables;
  std::memcpy(contents.source_hash.data(), header.source_hash, contents.source_hash.size());
  std::memcpy(contents.fingerprint.data(), header.fingerprint, contents.fingerprint.size());
  TALLY_ASSIGN_OR_RETURN(contents.code, read_functions(memory, header));
  if ((policy.reason_slot_count > 0) != (contents.code.reasons != nullptr))
    return bad_descriptor(contents.code.reasons ? "a function that no reason needs" : "reasons without a function");
  contents.descriptor = std::make_shared<const PolicyDescriptor>(std::move(policy));
  return contents;
}

}  // namespace tally
