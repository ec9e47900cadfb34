// What a change of a rule file does: all findings of `tally plan`, as a value and as JSON.
//
// In:     the compared decisions, the promises, and the changes that are not allowed.
// Out:    {"old": ..., "new": ..., "verdict": "changes", "decisions": ..., "promises": ..., "beyond": ...}: the JSON of
//         `tally diff` with more keys.
// Always: the verdict is `same` only if every decision was compared, and both files accept the same requests. A change
//         by which the new file refuses, or no longer answers, what the old one did is never allowed by a condition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/plan/limits.h"
#include "simulator/plan/promises.h"
#include "simulator/report/diff_json.h"

namespace tally::report {

enum class PlanVerdict : std::uint8_t {
  same,        // every call is decided as before, and the same requests are accepted
  changes,     // something changes; all of it is allowed
  beyond,      // some changes are not allowed
  incomplete,  // not all could be compared
  faulty,      // the new file breaks a promise of its own
};
std::string_view to_string(PlanVerdict verdict);

// Which version of a file was compared, for an approval: digests in hexadecimal.
struct PlannedVersion {
  std::string sha256;       // of the texts of the file and of all that it uses
  std::string fingerprint;  // what it decides; "": the diagrams are too large
  std::string names;        // of its inputs
  bool operator==(const PlannedVersion&) const = default;
};

struct PlanReport {
  DiffReport diff;  // with every note, also on inputs that no decision reads
  std::vector<ComparedPromise> promises;
  bool is_limited = false;         // whether something was given that limits the changes
  std::vector<PlanExcess> beyond;  // the changes that are not allowed
  bool is_same_text = false;
  std::optional<Pair<PlannedVersion>> versions;  // if they are wanted
  std::vector<std::string> allowed;              // the options that limit the changes: `--at-most 12`

  // Whether a decision, a member of a result or the requests that are accepted change.
  bool changes() const;
  // Whether every decision was compared. Types that have no values in common are a change.
  bool is_compared() const;
  // Whether the new file breaks a promise of its own.
  bool breaks_its_promises() const;
  // The most serious verdict that applies, which is the last one.
  PlanVerdict verdict() const;
};

// "kept", "new", "gone", "broken", "not compared".
std::string fate_name(PromiseFate fate);

Json plan_json(const PlanReport& report, const DiffLimits& limits);

}  // namespace tally::report
