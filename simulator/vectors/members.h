// A set of small numbers: which mutants a request detects.
//
// For example, of 3 mutants the set {0, 2} has the size 2; with {1} it is whole.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally {

class Members {
 public:
  // An empty set of numbers below `count`.
  explicit Members(std::size_t count = 0) : words_((count + 63) / 64) {}

  void add(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  bool has(std::size_t i) const { return (words_[i / 64] >> (i % 64) & 1) != 0; }
  bool is_empty() const {
    for (const std::uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }
  std::size_t size() const {
    std::size_t n = 0;
    for (const std::uint64_t word : words_) n += static_cast<std::size_t>(std::popcount(word));
    return n;
  }
  bool contains(const Members& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if ((other.words_[i] & ~words_[i]) != 0) return false;
    }
    return true;
  }
  // The number of members that both have.
  std::size_t common(const Members& other) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < words_.size(); ++i)
      n += static_cast<std::size_t>(std::popcount(words_[i] & other.words_[i]));
    return n;
  }
  Members& operator|=(const Members& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  Members& operator-=(const Members& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  auto operator<=>(const Members&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace tally
