#include "simulator/mutate/edit_list.h"

#include <algorithm>

#include "grammar/source/excerpt.h"

namespace tally {

void EditList::add(EditKind kind, Span span, std::string replacement, Span place, const std::string& before,
                   const std::string& after) {
  if (replacement == sources_.text(span) || !made_.insert({span, replacement}).second) return;
  edits_.push_back({kind, owner_, span, std::move(replacement), place, one_line(before), one_line(after)});
}

std::vector<Edit> EditList::take() {
  // If two edits begin at one place, the one of the larger text comes first.
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
    return std::pair(a.place.begin, ~a.place.end) < std::pair(b.place.begin, ~b.place.end);
  });
  return std::exchange(edits_, {});
}

}  // namespace tally
