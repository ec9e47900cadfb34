// What `tally test` found, in the forms that it prints.
//
// In:     the cases of all files, in order, and what was asked of rules and edits.
// Out:    text for people, JSON, JUnit's XML, or TAP (version 14).
// Always: text lists only what is wrong. The other forms list every case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/report/json.h"
#include "simulator/requests/case_run.h"

namespace tally::cli {

enum class TestFormat : std::uint8_t { text, json, junit, tap };

struct TestedCase {
  std::string source;  // "calls.jsonl"
  std::size_t line = 0;
  std::string name;  // of the case; "" if it has none
  CaseOutcome outcome = CaseOutcome::as_expected;
  std::vector<Deviation> deviations;
  std::vector<std::string> because;   // for each decision that deviates: "rule 2 at rules.tally:14"
  std::vector<DocumentFault> faults;  // of the line or of its request
  bool is_updated = false;

  bool is_wrong() const { return outcome != CaseOutcome::as_expected && !is_updated; }
};

// A rule that decided no request.
struct UnfiredRule {
  std::string decision, file;
  std::size_t rule = 0, line = 0;
};

// An edit that neither a check nor a request notices.
struct UnnoticedEdit {
  std::string text;       // lines for people
  std::string case_line;  // a line that would notice it; may be empty
  report::Json json;
};

struct TestFindings {
  std::string file;  // the rules
  std::vector<TestedCase> cases;
  std::optional<std::vector<UnfiredRule>> unfired;      // if it was asked whether every rule fires
  std::size_t rules = 0;                                // of which these are
  std::optional<std::vector<UnnoticedEdit>> unnoticed;  // if it was asked whether every edit is noticed
  std::size_t edits = 0;                                // of which these are

  std::size_t wrong() const;
  std::size_t updated() const;
};

// Returns the whole output, which ends in a line break.
std::string test_text(const TestFindings& found, bool colour);
std::string test_json(const TestFindings& found);
std::string test_junit(const TestFindings& found);
std::string test_tap(const TestFindings& found);

// Returns what stands in the place of the output if nothing could be tested, because the rules are at fault: for
// JSON an object with its "faults", for JUnit a report with one error, for TAP `Bail out!`. `faults` has one line
// or more.
std::string untested_json(const std::string& file, const std::vector<std::string>& faults);
std::string untested_junit(const std::string& file, const std::vector<std::string>& faults);
std::string untested_tap(const std::string& file, const std::vector<std::string>& faults);

}  // namespace tally::cli
