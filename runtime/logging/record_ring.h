// A ring of records between one thread that adds them and one that takes them away, without a lock.
//
// In:     records of one size, made in place.
// Out:    the same records, in the same order.
// Always: one thread at a time adds, and one at a time takes; they may be different threads. A record is taken only
//         after it is complete. A record that was not published is not in the ring.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally {

class RecordRing {
 public:
  // `records`: a power of two. `stride`: bytes of a record.
  RecordRing(std::size_t records, std::size_t stride) : stride_(stride), mask_(records - 1), bytes_(records * stride) {}

  // --- the thread that adds ---

  // Returns the place of the next record; null while the ring is full. Asked again, it returns the same.
  std::byte* claim() {
    if (added_ - seen_ > mask_) {
      seen_ = taken_.load(std::memory_order_acquire);
      if (added_ - seen_ > mask_) return nullptr;
    }
    return bytes_.data() + (added_ & mask_) * stride_;
  }
  // Adds the record that was made there. Returns how many were added so far.
  std::uint64_t publish() {
    published_.store(++added_, std::memory_order_release);
    return added_;
  }

  // --- the thread that takes ---

  std::uint64_t waiting() const {
    return published_.load(std::memory_order_acquire) - taken_.load(std::memory_order_relaxed);
  }
  // The record behind `skip` others; there must be one.
  const std::byte* at(std::uint64_t skip) const {
    return bytes_.data() + ((taken_.load(std::memory_order_relaxed) + skip) & mask_) * stride_;
  }
  void take(std::uint64_t count) {
    taken_.store(taken_.load(std::memory_order_relaxed) + count, std::memory_order_release);
  }

  // --- any thread ---

  bool is_half_full() const {
    return published_.load(std::memory_order_relaxed) - taken_.load(std::memory_order_relaxed) > mask_ / 2;
  }
  std::size_t records() const { return mask_ + 1; }

 private:
  std::size_t stride_;
  std::uint64_t mask_;
  std::vector<std::byte> bytes_;
  // Each thread writes to lines of memory of its own.
  alignas(64) std::uint64_t added_ = 0;
  std::uint64_t seen_ = 0;  // what `taken_` was when the ring was last full
  std::atomic<std::uint64_t> published_{0};
  alignas(64) std::atomic<std::uint64_t> taken_{0};
};

}  // namespace tally
