// The shape of a log's records: what stands at which byte. See log_format.h.
//
// In:     a descriptor, the inputs whose values are kept, and the bytes of an id.
// Out:    the places of a record in a file, and of the same record while it is made: there each slot has two bytes,
//         as the policy's code writes it.
// Always: a record in a file is at least `smallest` bytes, so that every kind of record fits.
//
// For example, a policy with 9 bytes of codes, one decision that is a flag, and an id of 16 bytes has records of
// 16 + 16 + 9 + 2 = 43 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/facts.h"
#include "runtime/log/log_format.h"

namespace tally {

// An input whose value stands in each record: a number, or a text of at most `size` bytes.
struct KeptInput {
  ElementIndex element = 0;
  std::uint32_t size = 0;  // bytes of a text; 0: a number
};

// What stands at a kept input.
struct KeptValue {
  Fact fact;            // nothing, a number, or a text
  bool is_cut = false;  // the text was longer
};

class RecordShape {
 public:
  static constexpr std::size_t smallest = sizeof(RecordHead) + 8;

  // `kept` are numbers and texts of the descriptor.
  RecordShape(const PolicyDescriptor& policy, std::vector<KeptInput> kept, std::uint32_t id_size);

  std::size_t size() const { return size_; }          // in a file
  std::size_t raw_size() const { return raw_size_; }  // while it is made; a multiple of 8
  std::uint32_t id_size() const { return id_size_; }
  const std::vector<KeptInput>& kept() const { return kept_; }

  // --- making ---

  // Puts the parts of a decision into a raw record, whose bytes may hold anything. `values` has a fact per element;
  // it is read only if inputs are kept.
  void put_head(std::byte* raw, std::uint64_t time, std::string_view id) const {
    if (id_size_ > 0) return put_head_with_id(raw, time, id);
    const RecordHead head{0, static_cast<std::uint8_t>(RecordKind::decision), 0, 0, time};
    std::memcpy(raw, &head, sizeof head);
  }
  void put_codes(std::byte* raw, const std::uint8_t* codes) const {
    // Copies of a few bytes take less time than the call of a function.
    std::byte* const to = raw + codes_at_;
    const std::size_t count = code_count_;
    if (count < 8 || count > 16) {
      std::memcpy(to, codes, count);
      return;
    }
    std::memcpy(to, codes, 8);
    std::memcpy(to + count - 8, codes + count - 8, 8);
  }
  void put_slots(std::byte* raw, const std::uint16_t* slots) const {
    std::byte* to = raw + slots_at_;
    const std::uint32_t count = slot_count_;
    if (count > few_slots) {
      std::memcpy(to, slots, 2 * static_cast<std::size_t>(count));
      return;
    }
    // The policy's code has just stored them, one by one. A wider load would wait until all of them are in the cache.
    const volatile std::uint16_t* const one_by_one = slots;
    for (std::uint32_t i = 0; i < count; ++i, to += sizeof(std::uint16_t)) {
      const std::uint16_t slot = one_by_one[i];
      std::memcpy(to, &slot, sizeof slot);
    }
  }
  // Likewise the slots from `first` up to `end`, of one decision, and none.
  void put_some_slots(std::byte* raw, const std::uint16_t* slots, std::uint32_t first, std::uint32_t end) const {
    std::memcpy(raw + slots_at_ + 2 * static_cast<std::size_t>(first), slots + first,
                2 * static_cast<std::size_t>(end - first));
  }
  void put_no_slots(std::byte* raw) const {
    std::memset(raw + slots_at_, 0, 2 * static_cast<std::size_t>(slot_count_));
  }
  void put_kept(std::byte* raw, const CallValues& values) const;
  // Makes the record of a file from a raw one; the check is still missing. Both are as large as the shape says.
  void pack(const std::byte* raw, std::byte* record) const;
  // A record of another kind.
  void put_mark(std::byte* record, RecordKind kind, std::uint64_t time, std::uint64_t count) const;

  // --- reading a record of a file; false if something in it cannot be ---

  const std::uint8_t* codes(const std::byte* record) const {
    return reinterpret_cast<const std::uint8_t*>(record) + codes_at_;
  }
  std::uint32_t code_count() const { return code_count_; }
  std::string_view id(const std::byte* record) const;
  bool read_slots(const std::byte* record, std::vector<std::uint16_t>& slots) const;
  bool read_kept(const std::byte* record, std::vector<KeptValue>& values) const;

 private:
  static constexpr std::uint32_t few_slots = 24;
  void put_head_with_id(std::byte* raw, std::uint64_t time, std::string_view id) const;
  void put_kept_text(std::byte* at, std::uint32_t size, const std::string* text) const;

  std::vector<KeptInput> kept_;
  std::vector<std::uint16_t> most_;  // by slot: the largest number that the policy can write
  std::uint32_t id_size_, code_count_, slot_count_;
  std::size_t codes_at_ = 0, kept_at_ = 0, slots_at_ = 0, size_ = 0, raw_size_ = 0;
};

// The first slot of each decision, and the number of all slots at the end.
std::vector<std::uint32_t> first_slots(const PolicyDescriptor& policy);

}  // namespace tally
