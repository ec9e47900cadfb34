// The findings of `tally diff`, as text, Markdown and CSV.
//
// In:     a report, and how much of it is shown.
// Out:    the text of a whole report: `text_of(report, style)` for people, `markdown_of` for a
//         merge request, `csv_of` for other programs.
// Always: the same report and style give the same text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "simulator/report/diff_json.h"

namespace tally::cli {

using report::DiffReport;

struct ReportStyle {
  report::DiffLimits limits;
  bool requests = false;  // with the request of each row
  bool colour = false;
  std::optional<std::size_t> width;  // of the terminal that the text is shown on, if it is one
};

std::string text_of(const DiffReport& report, const ReportStyle& style);
std::string markdown_of(const DiffReport& report, const ReportStyle& style);
std::string csv_of(const DiffReport& report, const ReportStyle& style);

}  // namespace tally::cli
