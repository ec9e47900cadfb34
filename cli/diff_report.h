// What `tally diff` found, as text and for machines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/diagnostics_json.h"
#include "simulator/diff/diff.h"

namespace tally::cli {

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
};

struct ReportStyle {
  std::size_t limit = 0;         // rows of a decision; 0: all
  std::size_t alternatives = 0;  // of a row; 0: all
  bool requests = false;
  bool colour = false;
};

std::string text_of(const DiffReport& report, const ReportStyle& style);
std::string markdown_of(const DiffReport& report, const ReportStyle& style);
std::string csv_of(const DiffReport& report, const ReportStyle& style);
Json json_of(const DiffReport& report, const ReportStyle& style);

}  // namespace tally::cli
