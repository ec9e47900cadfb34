// The findings of a check of a rule file, as JSON.
//
// In:     a compilation that has been checked, and the summary of its checks.
// Out:    {"file": "rules.tally", "ok": true, "decisions": 6, ..., "diagnostics": []}.
// Always: "ok" is false exactly if there is an error among the diagnostics.
#pragma once

#include <string>

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"
#include "simulator/report/json.h"

namespace tally::report {

// `file` is the path as it was given. If there is no policy, the summary is left out.
Json check_json(const std::string& file, const Compilation& compilation, const CheckSummary& summary);

}  // namespace tally::report
