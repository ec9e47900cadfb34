// What an approval needs of a plan: the JSON that `tally plan --format json` printed, read again.
//
// In:     the text
// Out:    the files, their versions, the verdict and what was allowed; or why it is not a plan
// Always: a key that is missing or has another kind of value is an error that names it. Other keys count for nothing.
//
// For example, {"old":"a.tally","new":"b.tally","verdict":"changes","allowed":["--at-most 12"],"versions":{...},...}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulator/report/plan_json.h"

namespace tally::report {

inline constexpr std::size_t max_plan_bytes = std::size_t{64} << 20;

struct ReadPlan {
  Pair<std::string> files;
  Pair<PlannedVersion> versions;
  std::vector<std::string> allowed;
  std::string verdict;
  std::string beyond;  // the first change that is not allowed, "recording: ..."; "": there is none
  bool may_be_approved() const { return verdict == "same" || verdict == "changes"; }
};

// `name` names the file in messages.
Result<ReadPlan> read_plan(const std::string& name, std::string_view text);

}  // namespace tally::report
