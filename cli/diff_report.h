// The findings of `tally diff`, as text, Markdown and CSV.
#pragma once

#include <string>

#include "simulator/report/diff_json.h"

namespace tally::cli {

using report::DiffReport;

struct ReportStyle {
  report::DiffLimits limits;
  bool requests = false;  // with the request of each row
  bool colour = false;
};

std::string text_of(const DiffReport& report, const ReportStyle& style);
std::string markdown_of(const DiffReport& report, const ReportStyle& style);
std::string csv_of(const DiffReport& report, const ReportStyle& style);

}  // namespace tally::cli
