// A set of codes of one leaf or variable, as a mask of 256 bits.
//
//   CodeSet().add(0).add(2)          // unset or on, for a flag: unset 0, off 1, on 2
//   both({0, 2}, {1, 2})             // {2}
//   either({0, 2}, {1, 2})           // {0, 1, 2}
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace tally {

// Bit c of the mask is 1 if the code c, 0..255, is in the set.
class CodeSet {
 public:
  bool has(unsigned code) const { return (words_[code / 64] >> (code % 64)) & 1; }
  CodeSet& add(unsigned code) {
    words_[code / 64] |= std::uint64_t{1} << (code % 64);
    return *this;
  }
  unsigned size() const {
    unsigned n = 0;
    for (auto w : words_) n += static_cast<unsigned>(__builtin_popcountll(w));
    return n;
  }
  unsigned lowest() const {  // the set must not be empty
    unsigned word = 0;
    while (words_[word] == 0) ++word;
    return 64 * word + static_cast<unsigned>(__builtin_ctzll(words_[word]));
  }
  friend CodeSet both(const CodeSet& a, const CodeSet& b) {
    CodeSet out;
    for (unsigned i = 0; i < 4; ++i) out.words_[i] = a.words_[i] & b.words_[i];
    return out;
  }
  friend CodeSet either(const CodeSet& a, const CodeSet& b) {
    CodeSet out;
    for (unsigned i = 0; i < 4; ++i) out.words_[i] = a.words_[i] | b.words_[i];
    return out;
  }
  auto operator<=>(const CodeSet&) const = default;

 private:
  std::uint64_t words_[4] = {0, 0, 0, 0};
};

}  // namespace tally
