// Declarations that stand side by side, with one line each: their colons, places and values in one column
// each. See layout.h.
#include <algorithm>

#include "grammar/format/layout.h"
#include "grammar/tree/source_format.h"

namespace tally::format {

bool Layout::is_on_one_line(const Head& head) const {
  return head.kind != Head::Kind::other && stays_flat(head.begin, head.end, 0);
}

// Whether `head` goes on with the columns of the declaration before it.
bool Layout::goes_on(const Head& before, const Head& head) const {
  if (head.kind != before.kind || !is_on_one_line(head)) return false;
  if (head.kind == Head::Kind::let && (head.colon == no_index) != (before.colon == no_index)) return false;
  const Slot& slot = s_.slots[head.begin];
  bool blank = slot.lines_before > 1;
  for (std::uint32_t i = slot.first_remark; i < slot.last_remark; ++i) blank |= s_.remarks[i].lines_before > 1;
  return !blank;
}

void Layout::align_heads() {
  for (std::size_t begin = 0; begin < s_.heads.size();) {
    std::size_t end = begin + 1;
    if (is_on_one_line(s_.heads[begin])) {
      while (end < s_.heads.size() && goes_on(s_.heads[end - 1], s_.heads[end])) ++end;
      if (end > begin + 1) align_run(begin, end);
    }
    begin = end;
  }
}

void Layout::align_run(std::size_t begin, std::size_t end) {
  // The columns of the colon, of `at` and of `=`. Each is the least that is right for all.
  std::uint32_t colon = 0, at = 0, assign = 0;
  const auto each = [&](auto&& use) {
    for (std::size_t i = begin; i < end; ++i) use(s_.heads[i]);
  };
  const auto at_column = [&](const Head& h) { return colon + 2 + s_.flat(h.colon + 1, h.at) + s_.slots[h.at].gap; };
  // Where `=` stands behind what is before it, from the last column on.
  const auto assign_column = [&](const Head& h) {
    if (h.at != no_index) return at + s_.flat(h.at, h.assign) + 1;
    if (h.colon != no_index) return colon + 2 + s_.flat(h.colon + 1, h.assign) + 1;
    return s_.flat(h.begin, h.assign) + 1;
  };
  // Without a place, the value of an input stands behind its type.
  const auto assigns_in_column = [&](const Head& h) {
    return h.assign != no_index && (h.kind != Head::Kind::input || h.at != no_index);
  };
  each([&](const Head& h) {
    if (h.colon != no_index) colon = std::max(colon, s_.flat(h.begin, h.colon) + 1);
  });
  each([&](const Head& h) {
    if (h.at != no_index) at = std::max(at, at_column(h));
  });
  each([&](const Head& h) {
    if (assigns_in_column(h)) assign = std::max(assign, assign_column(h));
  });
  bool fit = true;
  each([&](const Head& h) {
    std::uint32_t width = 0;
    if (assigns_in_column(h)) {
      width = assign + s_.flat(h.assign, h.end);
    } else if (h.at != no_index) {
      width = at + s_.flat(h.at, h.end);
    } else if (h.colon != no_index) {
      width = colon + s_.flat(h.colon, h.end);
    }
    fit = fit && width <= margin;
  });
  if (!fit) return;
  each([&](const Head& h) {
    if (h.colon != no_index) align(h.colon, colon);
    if (h.at != no_index) align(h.at, at);
    if (assigns_in_column(h)) align(h.assign, assign);
  });
}

}  // namespace tally::format
