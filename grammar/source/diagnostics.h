// Diagnostics as data: what is wrong, where, what was expected, what may help.
//
// For example:
//
//   diagnostics.add(DiagnosticId::unknown_name, span, "unknown name `sorce`")
//       .help("did you mean `source`?");
//
// In:     faults, as the stages find them
// Out:    a list of diagnostics. Others render it: render.h for people, the command for
//         machines.
// Always: a message is in lower case, without a full stop, with names in backquotes, one
//         fact per line and the smallest span. Notes contain the evidence; only a help
//         suggests. diagnostic_ids.def is the only registry of ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "grammar/source/source.h"

namespace tally {

// The id of a diagnostic: DiagnosticId::gap is 401, shown as T401.
enum class DiagnosticId : std::uint16_t {
#define TALLY_CODE(number, name, severity, meaning) name = (number),
#include "grammar/source/diagnostic_ids.def"
#undef TALLY_CODE
};

// A note is what an amendment changes on purpose.
enum class Severity : std::uint8_t { error, warning, note };
// Returns "error", "warning" or "note".
std::string_view to_string(Severity severity);

// An entry of the registry.
struct DiagnosticInfo {
  DiagnosticId code;
  Severity severity;
  std::string_view id;       // "T401"
  std::string_view name;     // the enumerator
  std::string_view meaning;  // one line, for the list of ids
};

// Every id, in the order of the registry.
const std::vector<DiagnosticInfo>& all_codes();
const DiagnosticInfo& info(DiagnosticId code);

// A text for a place in the source.
struct Label {
  Span span;
  std::string text;
};

// A call that a report shows, in forms to be used elsewhere. A form is empty if the call does not
// have it: an example cannot name an input of a file that only a used file uses.
struct ShownCall {
  std::string request;  // JSON on one line, as `tally decide` takes it
  std::string example;  // an example of the language, on several lines: "example \"...\" {\n ... }\n"
};

// One report. `label`, `note` and `help` add to it and return it.
struct Diagnostic {
  DiagnosticId code;
  Severity severity = Severity::error;
  std::string message;
  std::optional<Span> span;  // nothing if the fault is not in the text of a rule file
  std::string place;         // the place of a fault without a span: "user.json#/a/b"
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::vector<std::string> helps;
  std::vector<ShownCall> calls;  // that the notes show, in the same order

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

// A list of diagnostics with at most `limit` errors. A reader mends the first ones, and a
// hostile file must not fill the memory.
class Diagnostics {
 public:
  explicit Diagnostics(std::size_t limit = 100) : limit_(limit) {}

  // Adds a diagnostic with the severity of the registry. The reference is valid until the
  // next call.
  Diagnostic& add(DiagnosticId code, Span span, std::string message);
  Diagnostic& add_at(DiagnosticId code, std::string place, std::string message);
  // Adds a diagnostic of another list.
  Diagnostic& add(Diagnostic diagnostic) { return push(std::move(diagnostic)); }

  // The diagnostic that was added last. There must be one.
  Diagnostic& last() { return list_.back(); }

  bool has_errors() const { return errors_ != 0; }
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }
  std::size_t note_count() const { return notes_; }
  bool full() const { return errors_ >= limit_; }
  const std::vector<Diagnostic>& list() const { return list_; }

  // Sorts by file and place. Equal diagnostics (same id, place and message) are kept
  // once.
  void sort();

 private:
  std::size_t& count_of(Severity severity);
  Diagnostic& push(Diagnostic d);
  std::size_t limit_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t notes_ = 0;
  std::vector<Diagnostic> list_;
  Diagnostic dropped_{};
};

}  // namespace tally
