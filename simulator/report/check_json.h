// What a check of a rule file found, as JSON.
#pragma once

#include <string>

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"
#include "simulator/report/json.h"

namespace tally::report {

// `file` is the path as it was given. Without a policy there is no summary to report.
Json check_json(const std::string& file, const Compilation& compilation, const CheckSummary& summary);

}  // namespace tally::report
