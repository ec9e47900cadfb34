// Sets of codes of one leaf or variable, as a mask of 256 bits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace tally {

// A set of codes of one variable: bit c of the mask is code c.
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
  unsigned lowest() const {  // of a set that is not empty
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
