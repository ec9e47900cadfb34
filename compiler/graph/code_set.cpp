#include "compiler/graph/code_set.h"

namespace tally {

CodeSet& CodeSet::add_range(unsigned first, unsigned last) {
  for (; first <= last && first < mask_codes; ++first) add(first);
  if (first > last) return *this;
  // The ranges that touch the new one become one with it.
  auto from = above_.end();
  while (from != above_.begin() && std::prev(from)->last + 1 >= first) --from;
  auto to = from;
  CodeRun all{first, last};
  for (; to != above_.end() && to->first <= last + 1; ++to) {
    all.first = std::min(all.first, to->first);
    all.last = std::max(all.last, to->last);
  }
  above_.insert(above_.erase(from, to), all);
  return *this;
}

std::vector<CodeRun> CodeSet::runs() const {
  std::vector<CodeRun> out;
  for (unsigned code = 0; code < mask_codes; ++code) {
    if ((words_[code / 64] >> (code % 64)) == 0) {
      code |= 63;  // no more in this word
    } else if (has(code)) {
      if (!out.empty() && out.back().last + 1 == code) {
        out.back().last = code;
      } else {
        out.push_back({code, code});
      }
    }
  }
  for (const CodeRun& run : above_) {
    if (!out.empty() && out.back().last + 1 == run.first) {
      out.back().last = run.last;
    } else {
      out.push_back(run);
    }
  }
  return out;
}

CodeSet both(const CodeSet& a, const CodeSet& b) {
  CodeSet out;
  for (unsigned i = 0; i < out.words_.size(); ++i) out.words_[i] = a.words_[i] & b.words_[i];
  for (auto x = a.above_.begin(), y = b.above_.begin(); x != a.above_.end() && y != b.above_.end();) {
    const unsigned first = std::max(x->first, y->first), last = std::min(x->last, y->last);
    if (first <= last) out.above_.push_back({first, last});
    x->last < y->last ? ++x : ++y;
  }
  return out;
}

CodeSet either(const CodeSet& a, const CodeSet& b) {
  CodeSet out;
  for (unsigned i = 0; i < out.words_.size(); ++i) out.words_[i] = a.words_[i] | b.words_[i];
  for (auto x = a.above_.begin(), y = b.above_.begin(); x != a.above_.end() || y != b.above_.end();) {
    auto& next = y == b.above_.end() || (x != a.above_.end() && x->first < y->first) ? x : y;
    if (!out.above_.empty() && next->first <= out.above_.back().last + 1) {
      out.above_.back().last = std::max(out.above_.back().last, next->last);
    } else {
      out.above_.push_back(*next);
    }
    ++next;
  }
  return out;
}

}  // namespace tally
