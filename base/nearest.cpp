#include "base/nearest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/letter_case.h"

namespace tally {
namespace {

// Distances are counted in halves: a wrong case costs one, any other edit two.
constexpr std::size_t edit_cost = 2;
constexpr std::size_t max_word = 128;  // nobody mistypes a longer word; it bounds the square table
constexpr std::size_t max_candidate = max_word + max_word / 3;  // a longer candidate is too far away

std::size_t change_cost(char a, char b) { return a == b ? 0 : lower_case(a) == lower_case(b) ? 1 : edit_cost; }

// The Damerau-Levenshtein distance in its restricted form: insertions, deletions,
// substitutions, and swaps of neighbours that are not edited again. A distance beyond
// `limit` is returned as `limit` + 1.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::array<std::array<std::size_t, max_candidate + 1>, 3> rows;
  auto *before = rows[0].data(), *above = rows[1].data(), *row = rows[2].data();
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j * edit_cost;
  std::size_t least_above = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i * edit_cost;
    std::size_t least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t best = above[j - 1] + change_cost(a[i - 1], b[j - 1]);
      best = std::min({best, above[j] + edit_cost, row[j - 1] + edit_cost});
      if (i > 1 && j > 1 && lower_case(a[i - 1]) == lower_case(b[j - 2]) &&
          lower_case(a[i - 2]) == lower_case(b[j - 1])) {
        best = std::min(best, before[j - 2] + edit_cost);
      }
      row[j] = best;
      least = std::min(least, best);
    }
    if (std::min(least, least_above) > limit) return limit + 1;  // a swap reaches back two rows
    least_above = least;
    auto* const oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[b.size()];
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t n = 0;
  while (n < shorter && a[n] == b[n]) ++n;
  return n;
}

// Whether a word has the first letter of a candidate and drops some of the others, at most half: `srce` for
// `source`.
bool abbreviates(std::string_view word, std::string_view candidate) {
  if (word.size() < 3 || word.size() * 2 < candidate.size() || word.front() != candidate.front()) return false;
  std::size_t at = 0;
  for (const char c : candidate) at += at < word.size() && word[at] == c ? 1 : 0;
  return at == word.size();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > max_word) return std::nullopt;
  const std::size_t budget = std::max<std::size_t>(1, word.size() / 3) * edit_cost;
  std::size_t best = budget;
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if ((longer - shorter) * edit_cost > budget) continue;
    // A word in another case is the same word, however long it is: `STATE` for `state`.
    const std::size_t d = word == candidate                    ? 0
                          : same_but_for_case(word, candidate) ? 1
                                                               : distance(word, candidate, best);
    if (d > best || d >= longer * edit_cost) continue;  // they have nothing in common: `x` is not a misspelt `y`
    // Of two equally near candidates, the one with the same beginning: slips are rare in
    // the first letters.
    if (found == nullptr || d < best || common_prefix(word, candidate) > common_prefix(word, *found)) {
      best = d;
      found = &candidate;
    }
  }
  if (found != nullptr) return *found;
  const auto is_short_for = [&](const std::string& candidate) { return abbreviates(word, candidate); };
  const auto only = std::find_if(candidates.begin(), candidates.end(), is_short_for);
  if (only == candidates.end() || std::any_of(only + 1, candidates.end(), is_short_for)) return std::nullopt;
  return *only;
}

}  // namespace tally
