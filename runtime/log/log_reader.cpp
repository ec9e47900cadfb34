#include "runtime/log/log_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tally {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 18;

// Reads until `bytes` has this size, or the source ends.
void read_up_to(const ByteSource& source, std::string& bytes, std::size_t size) {
  std::size_t have = bytes.size();
  while (have < size) {
    bytes.resize(std::min(size, have + block_bytes));
    const std::size_t got = source(bytes.data() + have, bytes.size() - have);
    have += got;
    bytes.resize(have);
    if (got == 0) return;
  }
}

bool is_zero(const char* bytes, std::size_t size) {
  return std::all_of(bytes, bytes + size, [](char byte) { return byte == 0; });
}

// Whether every code is one that the policy has.
bool are_codes_known(const PolicyDescriptor& policy, const std::uint8_t* codes) {
  for (const ElementDescriptor& element : policy.elements) {
    if (!element.offset || element.wide) continue;
    const std::uint8_t code = codes[*element.offset];
    switch (element.kind) {
      case ElementDescriptor::Kind::enumeration:
        if (code > element.values.size()) return false;
        break;
      case ElementDescriptor::Kind::flag:
        if (code > 2) return false;
        break;
      case ElementDescriptor::Kind::record:
      case ElementDescriptor::Kind::map:
      case ElementDescriptor::Kind::set:
        if (code > 1) return false;
        break;
      case ElementDescriptor::Kind::number:
      case ElementDescriptor::Kind::text: break;  // a code without a class is shown as one
    }
  }
  return true;
}

}  // namespace

Result<LogReader, Failure> LogReader::open(ByteSource source) {
  std::string bytes;
  read_up_to(source, bytes, sizeof(LogPreamble));
  if (const auto size = log_header_size(bytes)) read_up_to(source, bytes, *size);
  if (ends_within_log_header(bytes)) return Failure{TALLY_ERROR_FILE, "it ends within its header"};
  TALLY_ASSIGN_OR_RETURN(LogHeader header, decode_log_header(bytes));
  return LogReader(std::move(source), std::move(header), hash_of_header(bytes));
}

bool LogReader::refill() {
  const std::size_t size = shape_.size();
  block_.resize(std::max(block_bytes, size));
  if (at_ > 0) std::memmove(block_.data(), block_.data() + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  while (end_ < size) {
    const std::size_t got = source_(block_.data() + end_, block_.size() - end_);
    if (got == 0) return false;
    end_ += got;
  }
  return true;
}

bool LogReader::read(const std::byte* record, RecordKind& kind, LoggedDecision& decision) {
  RecordHead head{};
  std::memcpy(&head, record, sizeof head);
  const std::string_view checked(reinterpret_cast<const char*>(record) + sizeof head.check,
                                 shape_.size() - sizeof head.check);
  if (head.check != record_check(hash_, number_, checked)) return false;
  if (head.kind < 1 || head.kind > 3 || head.id_length > shape_.id_size()) return false;
  kind = static_cast<RecordKind>(head.kind);
  decision.time = head.time;
  if (kind != RecordKind::decision) return true;
  decision.id = shape_.id(record);
  decision.is_id_cut = (head.flags & id_was_cut) != 0;
  decision.codes = shape_.codes(record);
  return are_codes_known(*header_.policy, decision.codes) && shape_.read_slots(record, decision.slots) &&
         shape_.read_kept(record, decision.kept);
}

bool LogReader::next(LoggedDecision& decision) {
  while (end_ - at_ >= shape_.size() || refill()) {
    const auto* record = reinterpret_cast<const std::byte*>(block_.data() + at_);
    at_ += shape_.size();
    RecordKind kind{};
    const bool is_good = read(record, kind, decision);
    ++number_;
    if (!is_good) {
      ++bad_;
      are_zeros_ = are_zeros_ && is_zero(block_.data() + at_ - shape_.size(), shape_.size());
      continue;
    }
    damaged_ += std::exchange(bad_, 0);
    are_zeros_ = true;
    closed_ = kind == RecordKind::end;
    if (kind == RecordKind::decision) {
      ++decisions_;
      return true;
    }
    std::uint64_t count = 0;
    std::memcpy(&count, record + sizeof(RecordHead), sizeof count);
    if (kind == RecordKind::dropped) dropped_ += count;
  }
  finish();
  return false;
}

// Counts what stands behind the last record that could be read.
void LogReader::finish() {
  const std::size_t rest = end_ - at_;
  const std::uint64_t bad = std::exchange(bad_, 0);
  if (closed_) {
    damaged_ += bad + (rest > 0 ? 1u : 0u);
  } else if (are_zeros_ && is_zero(block_.data() + at_, rest)) {
    torn_ += bad * shape_.size() + rest;
  } else {
    damaged_ += bad;
    torn_ += rest;
  }
  at_ = end_;
}

}  // namespace tally
