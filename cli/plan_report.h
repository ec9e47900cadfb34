// The findings of `tally plan`, as text and as Markdown.
//
// In:     a report, and how much of it is shown.
// Out:    what changes; what does not; promises, inputs, requests; one line with the verdict at the end.
// Always: the rows are those of `tally diff`, written by the same functions.
#pragma once

#include <string>

#include "cli/diff_report.h"
#include "simulator/report/plan_json.h"

namespace tally::cli {

std::string plan_text(const report::PlanReport& report, const ReportStyle& style);
std::string plan_markdown(const report::PlanReport& report, const ReportStyle& style);

}  // namespace tally::cli
