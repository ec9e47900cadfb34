// `tally table FILE --against GUIDE`: holds the tables of a guide against the rules.
//
// In:     a rule file, and a text in Markdown. A table of it counts if one of its columns is named like a
//         decision; its other columns are inputs, lets or conditions, and its cells are those of the language.
// Out:    a finding for each row that is wrong or unclear, and for the calls that are in no row.
// Always: a row agrees if and only if every call that it stands for is decided as the row has it.
//
// For example, the rules contradict the second row of
//
//   | source | setting.enabled | recording |
//   | ------ | --------------- | --------- |
//   | offnet | on              | on        |
//   | onnet  | -               | on        |
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"

namespace tally::cli {

struct TableGuideArguments {
  std::string file, guide;
  std::vector<std::string> decisions;  // none: all
  std::string where;
  Format format = Format::text;
};

// Prints the findings and returns the exit code.
Result<int> hold_table_guide(const TableGuideArguments& options);

}  // namespace tally::cli
