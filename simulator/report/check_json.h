// The findings of a check of a rule file, as JSON.
//
// In:     a compilation that has been checked, and the summary of its checks.
// Out:    {"file": "rules.tally", "ok": true, "decisions": 6, ..., "diagnostics": []}.
// Always: "ok" is false exactly if there is an error among the diagnostics.
#pragma once

#include <optional>
#include <string>

#include "compiler/checks/checks.h"
#include "compiler/fingerprint/fingerprint.h"
#include "compiler/front_end.h"
#include "simulator/report/json.h"

namespace tally::report {

// `file` is the path as it was given. If there is no policy, the summary is left out. A digest that
// could not be made is null.
Json check_json(const std::string& file, const Compilation& compilation, const CheckSummary& summary,
                const std::optional<Fingerprint>& fingerprint = {});

}  // namespace tally::report
