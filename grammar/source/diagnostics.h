// Diagnostics as data: what is wrong, where, what was expected, what may help.
//
// Style of every message: lower case, no full stop, user text in backticks, one
// fact a line, the smallest span; notes carry the evidence, only `help`
// suggests. Rendering is elsewhere (render.h for people; the command for
// machines). The codes stand in diagnostic_ids.def, the one registry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "grammar/source/source.h"

namespace tally {

enum class DiagnosticId : std::uint16_t {
#define TALLY_CODE(number, name, severity, meaning) name = number,
#include "grammar/source/diagnostic_ids.def"
#undef TALLY_CODE
};

enum class Severity : std::uint8_t { error, warning };

struct DiagnosticInfo {
  DiagnosticId code;
  Severity severity;
  std::string_view id;       // "T401"
  std::string_view name;     // the enumerator
  std::string_view meaning;  // one line, for the list of codes
};

// Every code, in the order of the registry.
const std::vector<DiagnosticInfo>& all_codes();
const DiagnosticInfo& info(DiagnosticId code);

struct Label {
  Span span;
  std::string text;
};

struct Diagnostic {
  DiagnosticId code;
  Severity severity = Severity::error;
  std::string message;
  std::optional<Span> span;  // none: the fault is not in a rule file's text
  std::string place;         // where the fault is when there is no span: "user.json#/a/b"
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::vector<std::string> helps;

  Diagnostic& label(Span s, std::string text) {
    labels.push_back({s, std::move(text)});
    return *this;
  }
  Diagnostic& note(std::string text) {
    notes.push_back(std::move(text));
    return *this;
  }
  Diagnostic& help(std::string text) {
    helps.push_back(std::move(text));
    return *this;
  }
};

// Collects diagnostics. Keeps at most `limit` errors: a reader mends the first
// ones, and a hostile file must not fill the memory.
class Diagnostics {
 public:
  explicit Diagnostics(std::size_t limit = 100) : limit_(limit) {}

  // The severity is that of the registry. The reference is valid until the
  // next call.
  Diagnostic& add(DiagnosticId code, Span span, std::string message);
  Diagnostic& add_at(DiagnosticId code, std::string place, std::string message);

  bool has_errors() const { return errors_ != 0; }
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }
  bool full() const { return errors_ >= limit_; }
  const std::vector<Diagnostic>& list() const { return list_; }

  // By file and place; equal ones (same code, place and message) once.
  void sort();

 private:
  Diagnostic& push(Diagnostic d);
  std::size_t limit_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::vector<Diagnostic> list_;
  Diagnostic dropped_{};
};

}  // namespace tally
