// The findings of a comparison of two rule files: together as a value, and as JSON.
//
// In:     compared decisions, the notes on their inputs, and counted real calls, if any.
// Out:    {"old": "a.tally", "new": "b.tally", "common": false, "differ": true, "decisions": ...}.
// Always: limits only shorten what is shown; counts are those of all rows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/diff/diff.h"
#include "simulator/report/json.h"

namespace tally::report {

// Real calls, counted: of 10 lines read, 1 may be refused, 0 outside and 3 different.
struct CallCounts {
  std::string file;
  bool is_log = false;        // a decision log, which may not show enough of a call to find its row
  std::size_t read = 0;       // all calls
  std::size_t refused = 0;    // refused by one of the files, or not a request at all
  std::size_t outside = 0;    // decided, but not asked about
  std::size_t different = 0;  // decided differently in at least one decision
  std::size_t warned = 0;     // compared, with a key that is probably a slip
  std::size_t unplaced = 0;   // of a log: that cannot be placed in at least one decision
  std::size_t perhaps = 0;    // of these: that are not `different`, and may be
};

struct DiffReport {
  Pair<std::string> files;
  bool common = false;
  std::vector<DiffDecision> decisions;
  Pair<std::vector<std::string>> only;  // decisions that only one file has
  std::vector<JointNote> notes;         // the notes that concern the compared decisions
  const Joint* joint = nullptr;
  std::optional<CallCounts> calls;
  // The calls of one row, and of each of its alternatives.
  struct RowCalls {
    std::size_t all = 0;
    std::vector<std::size_t> of_alternatives;
    // Of a log: further calls that may fall into the row, and calls of the row for which an alternative may hold.
    std::size_t perhaps = 0;
    std::vector<std::size_t> perhaps_of_alternatives{};
  };
  std::vector<std::vector<std::vector<RowCalls>>> calls_of;  // by decision, part and row
  // The calls of a log for which one part was decided.
  struct PartCalls {
    std::size_t asked = 0;                      // all that are neither refused nor left out
    std::size_t unplaced = 0;                   // of these: whose row the log does not show
    std::map<std::string, std::size_t> blamed;  // the inputs of which it does not show enough; a call may have several
  };
  std::vector<std::vector<PartCalls>> logged;  // by decision and part; empty if there is no log

  // Whether the files decide a call differently, or have results that cannot be compared.
  bool differ() const;
  // Whether every part was compared. Returns false if a decision has a failure.
  bool is_complete() const;
};

// The inputs that are to blame, with the calls of each, the most first.
std::vector<std::pair<std::string, std::size_t>> most_blamed(const DiffReport::PartCalls& logged);

// How much of a report is shown.
struct DiffLimits {
  std::size_t rows = 0;          // rows per decision; 0: all
  std::size_t alternatives = 0;  // alternatives per row; 0: all
};
std::size_t shown_rows(const DiffPart& part, const DiffLimits& limits);
std::size_t shown_alternatives(const DiffRow& row, const DiffLimits& limits);
// Returns the number of combinations for which at least one of a row's first `alternatives` holds.
Count explained_by(const DiffRow& row, std::size_t alternatives);

Json diff_json(const DiffReport& report, const DiffLimits& limits);

}  // namespace tally::report
