// The registry of ids, and the collector of diagnostics. See diagnostics.h.
#include "grammar/source/diagnostics.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace tally {
namespace {

constexpr std::size_t max_warnings = 1000;  // and notes

// "T" and three digits, in static storage, so that views of it stay valid.
template <unsigned number>
struct IdText {
  static_assert(number < 1000);
  static constexpr std::array<char, 4> digits = {'T', '0' + number / 100, '0' + number / 10 % 10, '0' + number % 10};
  static constexpr std::string_view view{digits.data(), digits.size()};
};

// The sort order of diagnostics. Those in the text of a rule file come first.
auto sort_key(const Diagnostic& d) {
  const Span span = d.span.value_or(Span{});
  return std::tuple(!d.span.has_value(), span, std::string_view(d.place), static_cast<unsigned>(d.code),
                    std::string_view(d.message));
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

const std::vector<DiagnosticInfo>& all_codes() {
  static const std::vector<DiagnosticInfo> codes = {
#define TALLY_CODE(number, name, severity, meaning) \
  {DiagnosticId::name, Severity::severity, IdText<number>::view, #name, meaning},
#include "grammar/source/diagnostic_ids.def"
#undef TALLY_CODE
  };
  return codes;
}

const DiagnosticInfo& info(DiagnosticId code) {
  static const DiagnosticInfo unregistered = {DiagnosticId{}, Severity::error, "T000", "unregistered",
                                              "a code without an entry"};
  const auto& codes = all_codes();
  const auto found = std::find_if(codes.begin(), codes.end(), [&](const DiagnosticInfo& c) { return c.code == code; });
  return found != codes.end() ? *found : unregistered;
}

Diagnostic& Diagnostics::add(DiagnosticId code, Span span, std::string message) {
  Diagnostic d;
  d.code = code;
  d.severity = info(code).severity;
  d.message = std::move(message);
  d.span = span;
  return push(std::move(d));
}

Diagnostic& Diagnostics::add_at(DiagnosticId code, std::string place, std::string message) {
  Diagnostic d;
  d.code = code;
  d.severity = info(code).severity;
  d.message = std::move(message);
  d.place = std::move(place);
  return push(std::move(d));
}

std::size_t& Diagnostics::count_of(Severity severity) {
  switch (severity) {
    case Severity::error: return errors_;
    case Severity::warning: return warnings_;
    case Severity::note: break;
  }
  return notes_;
}

Diagnostic& Diagnostics::push(Diagnostic d) {
  const std::size_t count = ++count_of(d.severity);
  if (count > (d.severity == Severity::error ? limit_ : max_warnings)) {
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
      --count_of(d.severity);
    } else {
      kept.push_back(std::move(d));
    }
  }
  list_ = std::move(kept);
}

}  // namespace tally
