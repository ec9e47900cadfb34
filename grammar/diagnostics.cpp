// The registry of codes, the collector of diagnostics, and the search for the
// name that was probably meant. See diagnostics.h.
#include "grammar/diagnostics.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace tally {
namespace {

constexpr std::size_t max_warnings = 1000;

// "T" and three digits, in static storage so that views of it stay valid.
template <unsigned number>
struct IdText {
  static_assert(number < 1000);
  static constexpr std::array<char, 4> digits = {'T', '0' + number / 100, '0' + number / 10 % 10, '0' + number % 10};
  static constexpr std::string_view view{digits.data(), digits.size()};
};

// What two diagnostics are ordered by; those in a rule file's text come first.
auto sort_key(const Diagnostic& d) {
  const Span span = d.span.value_or(Span{});
  return std::tuple(!d.span.has_value(), span, std::string_view(d.place), static_cast<unsigned>(d.code),
                    std::string_view(d.message));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Distances are counted in halves: a wrong case costs one, any other edit two.
constexpr std::size_t edit_cost = 2;
constexpr std::size_t max_word = 128;  // nobody mistypes a longer word; keeps the square table small

std::size_t change_cost(char a, char b) { return a == b ? 0 : lower(a) == lower(b) ? 1 : edit_cost; }

// Damerau-Levenshtein in its restricted form: insertions, deletions,
// substitutions, and swaps of neighbours that are not edited again.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j * edit_cost;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i * edit_cost;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t best = above[j - 1] + change_cost(a[i - 1], b[j - 1]);
      best = std::min({best, above[j] + edit_cost, row[j - 1] + edit_cost});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        best = std::min(best, before[j - 2] + edit_cost);
      }
      row[j] = best;
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

const std::vector<CodeInfo>& all_codes() {
  static const std::vector<CodeInfo> codes = {
#define TALLY_CODE(number, name, severity, meaning) \
  {Code::name, Severity::severity, IdText<number>::view, #name, meaning},
#include "grammar/diagnostic_codes.def"
#undef TALLY_CODE
  };
  return codes;
}

const CodeInfo& info(Code code) {
  static const CodeInfo unregistered = {Code{}, Severity::error, "T000", "unregistered", "a code without an entry"};
  const auto& codes = all_codes();
  const auto found = std::find_if(codes.begin(), codes.end(), [&](const CodeInfo& c) { return c.code == code; });
  return found != codes.end() ? *found : unregistered;
}

Diagnostic& Diagnostics::add(Code code, Span span, std::string message) {
  Diagnostic d;
  d.code = code;
  d.severity = info(code).severity;
  d.message = std::move(message);
  d.span = span;
  return push(std::move(d));
}

Diagnostic& Diagnostics::add_at(Code code, std::string place, std::string message) {
  Diagnostic d;
  d.code = code;
  d.severity = info(code).severity;
  d.message = std::move(message);
  d.place = std::move(place);
  return push(std::move(d));
}

Diagnostic& Diagnostics::push(Diagnostic d) {
  const bool is_error = d.severity == Severity::error;
  std::size_t& count = is_error ? errors_ : warnings_;
  ++count;
  if (count > (is_error ? limit_ : max_warnings)) {
    dropped_ = std::move(d);  // the caller may still add notes to it
    return dropped_;
  }
  return list_.emplace_back(std::move(d));
}

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return sort_key(a) < sort_key(b); });
  std::vector<Diagnostic> kept;
  kept.reserve(list_.size());
  for (Diagnostic& d : list_) {
    if (!kept.empty() && sort_key(kept.back()) == sort_key(d)) {
      --(d.severity == Severity::error ? errors_ : warnings_);
    } else {
      kept.push_back(std::move(d));
    }
  }
  list_ = std::move(kept);
}

namespace {

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t n = 0;
  while (n < shorter && a[n] == b[n]) ++n;
  return n;
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
    const std::size_t d = distance(word, candidate);
    if (d > best || d >= longer * edit_cost) continue;  // nothing in common: `x` is no misspelt `y`
    // Of two as near, the one that begins alike: a slip is seldom in the first letters.
    if (found == nullptr || d < best || common_prefix(word, candidate) > common_prefix(word, *found)) {
      best = d;
      found = &candidate;
    }
  }
  if (found == nullptr) return std::nullopt;
  return *found;
}

}  // namespace tally
