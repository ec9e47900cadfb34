// Sequences of numbers, each once: the keys of states, and sets of numbers that are sorted.
//
// For example, the sequences 3 5 and 4 get the numbers 0 and 1, and 3 5 again gets 0.
//
// In:     sequences of numbers
// Out:    the number of each sequence, in the order in which they come
// Always: equal sequences have equal numbers
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tally {

class Sequences {
 public:
  // Returns the number of a sequence. It is new if it is `size()` from before.
  std::uint32_t number_of(std::span<const std::uint32_t> sequence);
  std::uint32_t size() const { return static_cast<std::uint32_t>(begins_.size() - 1); }
  // The sequence with a number. It is valid until the next is added.
  std::span<const std::uint32_t> at(std::uint32_t number) const {
    return std::span(values_).subspan(begins_[number], begins_[number + 1] - begins_[number]);
  }

 private:
  void grow();

  std::vector<std::uint32_t> values_;
  std::vector<std::size_t> begins_{0};
  std::vector<std::uint32_t> table_ = std::vector<std::uint32_t>(64, 0);  // number + 1 by hash; 0 is free
};

}  // namespace tally
