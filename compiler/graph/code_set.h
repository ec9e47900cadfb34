// A set of codes of one leaf or variable.
//
//   CodeSet().add(0).add(2)          // unset or on, for a flag: unset 0, off 1, on 2
//   both({0, 2}, {1, 2})             // {2}
//   either({0, 2}, {1, 2})           // {0, 1, 2}
//   CodeSet().add_range(1, 30000)    // one range, however long
//
// Most leaves have few codes, so the codes below 256 are a mask. The codes above are ranges, since the
// codes of a long table lie side by side: all texts that begin with +49 are one range.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <vector>

namespace tally {

// A code of a leaf: 0 for unset, then its values or classes in order from 1.
using Code = std::uint16_t;

// The codes first..last.
struct CodeRun {
  unsigned first = 0, last = 0;
  auto operator<=>(const CodeRun&) const = default;
};

class CodeSet {
 public:
  bool has(unsigned code) const {
    if (code < mask_codes) return (words_[code / 64] >> (code % 64)) & 1;
    const auto after = std::upper_bound(above_.begin(), above_.end(), code,
                                        [](unsigned wanted, const CodeRun& run) { return wanted < run.first; });
    return after != above_.begin() && code <= std::prev(after)->last;
  }
  CodeSet& add(unsigned code) {
    if (code >= mask_codes) return add_range(code, code);
    words_[code / 64] |= std::uint64_t{1} << (code % 64);
    return *this;
  }
  // Adds the codes first..last, which are at least one. In constant time, if none is above `first` already.
  CodeSet& add_range(unsigned first, unsigned last);
  unsigned size() const {
    unsigned n = 0;
    for (auto w : words_) n += static_cast<unsigned>(__builtin_popcountll(w));
    for (const CodeRun& run : above_) n += run.last - run.first + 1;
    return n;
  }
  bool empty() const { return words_ == Mask{} && above_.empty(); }
  unsigned lowest() const {  // the set must not be empty
    for (unsigned word = 0; word < words_.size(); ++word) {
      if (words_[word] != 0) return 64 * word + static_cast<unsigned>(__builtin_ctzll(words_[word]));
    }
    return above_.front().first;
  }
  // The ranges of the set, from the lowest code to the highest. Between two of them is a gap.
  std::vector<CodeRun> runs() const;
  friend CodeSet both(const CodeSet& a, const CodeSet& b);
  friend CodeSet either(const CodeSet& a, const CodeSet& b);
  auto operator<=>(const CodeSet&) const = default;

 private:
  static constexpr unsigned mask_codes = 256;
  using Mask = std::array<std::uint64_t, mask_codes / 64>;

  Mask words_{};                // bit c is 1 if the code c is in the set
  std::vector<CodeRun> above_;  // the codes from 256, sorted, with gaps between them
};

}  // namespace tally
