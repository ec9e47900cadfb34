// What a comparison of two rule files found: the findings together, and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/diff/diff.h"
#include "simulator/report/json.h"

namespace tally::report {

// Real calls, counted.
struct CallCounts {
  std::string file;
  std::size_t read = 0;       // all of them
  std::size_t refused = 0;    // by one of the files, or no request at all
  std::size_t outside = 0;    // of those that were decided: not asked about
  std::size_t different = 0;  // decided differently, in some decision
};

struct DiffReport {
  Pair<std::string> files;
  bool common = false;
  std::vector<DiffDecision> decisions;
  Pair<std::vector<std::string>> only;  // decisions that one file has
  std::vector<JointNote> notes;         // those that the decisions have to do with
  const Joint* joint = nullptr;
  std::optional<CallCounts> calls;
  // By decision, part and row; and, below these, by alternative.
  struct RowCalls {
    std::size_t all = 0;
    std::vector<std::size_t> of_alternatives;
  };
  std::vector<std::vector<std::vector<RowCalls>>> calls_of;

  bool differ() const;
  // False if a part passes a bound, so that it was not compared.
  bool is_complete() const;
};

// How much of it is shown.
struct DiffLimits {
  std::size_t rows = 0;          // of a decision; 0: all
  std::size_t alternatives = 0;  // of a row; 0: all
};
std::size_t shown_rows(const DiffPart& part, const DiffLimits& limits);
std::size_t shown_alternatives(const DiffRow& row, const DiffLimits& limits);
// The combinations for which at least one of a row's first alternatives holds.
Count explained_by(const DiffRow& row, std::size_t alternatives);

Json diff_json(const DiffReport& report, const DiffLimits& limits);

}  // namespace tally::report
