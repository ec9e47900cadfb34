#include "runtime/log/record_shape.h"

#include <algorithm>
#include <utility>

#include "runtime/support/utf8.h"

namespace tally {
namespace {

// Enters the largest number of each slot of a result.
void add_slots(const ResultDescriptor& result, std::vector<std::uint16_t>& most) {
  if (result.presence) most[*result.presence] = 1;
  if (result.scalar) {
    const ScalarDescriptor& scalar = *result.scalar;
    switch (scalar.kind) {
      case ScalarDescriptor::Kind::flag: most[scalar.slot] = 2; break;
      case ScalarDescriptor::Kind::enumeration:
        most[scalar.slot] = static_cast<std::uint16_t>(std::min<std::size_t>(scalar.values.size(), UINT16_MAX));
        break;
      case ScalarDescriptor::Kind::origin:
        most[scalar.slot] = static_cast<std::uint16_t>(std::min<std::size_t>(scalar.origins.size(), UINT16_MAX));
        break;
    }
  }
  for (const ResultMember& member : result.members) add_slots(member.value, most);
}

// Returns the length of the longest beginning of a text that ends between two characters and has at most `most` bytes.
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

}  // namespace

RecordShape::RecordShape(const PolicyDescriptor& policy, std::vector<KeptInput> kept, std::uint32_t id_size)
    : kept_(std::move(kept)),
      most_(policy.slot_count, UINT16_MAX),
      id_size_(id_size),
      code_count_(policy.code_count),
      slot_count_(policy.slot_count) {
  for (const DecisionDescriptor& decision : policy.decisions) {
    most_[decision.rule_slot] = static_cast<std::uint16_t>(std::min<std::size_t>(decision.rules.size(), UINT16_MAX));
    add_slots(decision.result, most_);
  }
  codes_at_ = sizeof(RecordHead) + id_size_;
  kept_at_ = codes_at_ + code_count_;
  slots_at_ = kept_at_;
  for (const KeptInput& input : kept_) slots_at_ += input.size == 0 ? 9 : 2 + std::size_t{input.size};
  size_ = slots_at_;
  for (const std::uint16_t most : most_) size_ += most > UINT8_MAX ? 2 : 1;
  size_ = std::max(size_, smallest);
  raw_size_ = (slots_at_ + 2 * static_cast<std::size_t>(slot_count_) + 7) / 8 * 8;
}

void RecordShape::put_head_with_id(std::byte* raw, std::uint64_t time, std::string_view id) const {
  RecordHead head{0, static_cast<std::uint8_t>(RecordKind::decision), 0, 0, time};
  const std::size_t length = whole_characters(id, id_size_);
  head.id_length = static_cast<std::uint16_t>(length);
  if (length < id.size()) head.flags = id_was_cut;
  std::memcpy(raw + sizeof head, id.data(), length);
  std::memset(raw + sizeof head + length, 0, id_size_ - length);
  std::memcpy(raw, &head, sizeof head);
}

void RecordShape::put_kept_text(std::byte* at, std::uint32_t size, const std::string* text) const {
  std::uint16_t mark = text_unset;
  std::size_t length = 0;
  if (text != nullptr) {
    length = whole_characters(*text, size);
    mark = static_cast<std::uint16_t>(length + (length < text->size() ? text_cut : 0));
    std::memcpy(at + 2, text->data(), length);
  }
  std::memcpy(at, &mark, sizeof mark);
  std::memset(at + 2 + length, 0, size - length);
}

void RecordShape::put_kept(std::byte* raw, const CallValues& values) const {
  std::byte* at = raw + kept_at_;
  for (const KeptInput& input : kept_) {
    const Fact& fact = values[input.element];
    if (input.size > 0) {
      put_kept_text(at, input.size, std::get_if<std::string>(&fact));
      at += 2 + std::size_t{input.size};
      continue;
    }
    const auto* number = std::get_if<std::uint64_t>(&fact);
    const std::uint64_t value = number == nullptr ? 0 : *number;
    *at = number == nullptr ? std::byte{0} : std::byte{1};
    std::memcpy(at + 1, &value, sizeof value);
    at += 9;
  }
}

void RecordShape::pack(const std::byte* raw, std::byte* record) const {
  std::memcpy(record, raw, slots_at_);
  std::byte* to = record + slots_at_;
  const std::byte* from = raw + slots_at_;
  for (const std::uint16_t most : most_) {
    std::uint16_t number = 0;
    std::memcpy(&number, from, sizeof number);
    from += sizeof number;
    if (most > UINT8_MAX) {
      std::memcpy(to, &number, sizeof number);
      to += sizeof number;
    } else {
      *to++ = static_cast<std::byte>(number);
    }
  }
  std::fill(to, record + size_, std::byte{0});
}

void RecordShape::put_mark(std::byte* record, RecordKind kind, std::uint64_t time, std::uint64_t count) const {
  std::memset(record, 0, size_);
  const RecordHead head{0, static_cast<std::uint8_t>(kind), 0, 0, time};
  std::memcpy(record, &head, sizeof head);
  std::memcpy(record + sizeof head, &count, sizeof count);
}

std::string_view RecordShape::id(const std::byte* record) const {
  RecordHead head{};
  std::memcpy(&head, record, sizeof head);
  return {reinterpret_cast<const char*>(record) + sizeof head, std::min<std::size_t>(head.id_length, id_size_)};
}

bool RecordShape::read_slots(const std::byte* record, std::vector<std::uint16_t>& slots) const {
  slots.resize(most_.size());
  const std::byte* from = record + slots_at_;
  bool fits = true;
  for (std::size_t i = 0; i < most_.size(); ++i) {
    if (most_[i] > UINT8_MAX) {
      std::memcpy(&slots[i], from, sizeof slots[i]);
      from += 2;
    } else {
      slots[i] = static_cast<std::uint16_t>(*from++);
    }
    fits = fits && slots[i] <= most_[i];
  }
  return fits;
}

bool RecordShape::read_kept(const std::byte* record, std::vector<KeptValue>& values) const {
  values.assign(kept_.size(), {});
  const std::byte* at = record + kept_at_;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const std::uint32_t size = kept_[i].size;
    if (size == 0) {
      std::uint64_t number = 0;
      std::memcpy(&number, at + 1, sizeof number);
      if (*at > std::byte{1}) return false;
      if (*at == std::byte{1}) values[i].fact = number;
      at += 9;
      continue;
    }
    std::uint16_t mark = 0;
    std::memcpy(&mark, at, sizeof mark);
    if (mark != text_unset) {
      const std::size_t length = mark & ~text_cut;
      values[i].is_cut = (mark & text_cut) != 0;
      if (length > size) return false;
      std::string text(reinterpret_cast<const char*>(at) + 2, length);
      if (!is_utf8(text)) return false;
      values[i].fact = std::move(text);
    }
    at += 2 + std::size_t{size};
  }
  return true;
}

std::vector<std::uint32_t> first_slots(const PolicyDescriptor& policy) {
  std::vector<std::uint32_t> first;
  for (const DecisionDescriptor& decision : policy.decisions) first.push_back(decision.rule_slot);
  first.push_back(policy.slot_count);
  return first;
}

}  // namespace tally
