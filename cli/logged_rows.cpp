#include "cli/logged_rows.h"

#include <algorithm>

#include "cli/exit_codes.h"
#include "cli/log_files.h"
#include "simulator/logged/placed_calls.h"

namespace tally::cli {
namespace {

using report::DiffReport;

// Adds records to a report.
class LogCounter {
 public:
  LogCounter(const Joint& joint, const Pair<std::shared_ptr<const PolicyDescriptor>>& policies, DiffReport& report)
      : placed_(joint, report.decisions, {policies[0].get(), policies[1].get()}), report_(report) {
    for (const DiffDecision& decision : report.decisions) report.logged.emplace_back(decision.parts.size());
  }

  void begin(const LogHeader& header) {
    header_ = header;
    placed_.begin(header_);
  }

  void add(const LoggedDecision& logged) {
    using Fate = PlacedCall::Fate;
    report::CallCounts& counts = *report_.calls;
    ++counts.read;
    const PlacedCall& call = placed_.place(logged);
    if (call.fate == Fate::refused) ++counts.refused;
    if (call.fate == Fate::outside) ++counts.outside;
    if (call.fate == Fate::refused || call.fate == Fate::outside) return;
    bool is_different = false, is_unplaced = false, may_differ = false;
    for (std::size_t d = 0; d < report_.decisions.size(); ++d) {
      if (!placed_.was_asked(d, logged)) continue;
      for (std::size_t p = 0; p < report_.decisions[d].parts.size(); ++p) {
        DiffReport::PartCalls& of_part = report_.logged[d][p];
        ++of_part.asked;
        if (report_.decisions[d].parts[p].rows.empty()) continue;
        if (call.fate == Fate::unknown) {
          add_unplaced(of_part, call.blamed);
          for (DiffReport::RowCalls& row : report_.calls_of[d][p]) ++row.perhaps;
          is_unplaced = may_differ = true;
          continue;
        }
        const PlacedInPart& place = call.parts[d][p];
        if (place.rows.size() > 1) {
          add_unplaced(of_part, place.blamed);
          is_unplaced = true;
          // In each of several rows the policies differ.
          (place.rows.contains(RowPlaces::no_row) ? may_differ : is_different) = true;
        }
        for (const std::size_t row : place.rows) {
          if (row == RowPlaces::no_row) continue;
          if (place.rows.size() > 1) {
            ++report_.calls_of[d][p][row].perhaps;
            continue;
          }
          is_different = true;
          add_to_row(report_.calls_of[d][p][row], place);
        }
      }
    }
    if (is_different) ++counts.different;
    if (is_unplaced) ++counts.unplaced;
    if (may_differ && !is_different) ++counts.perhaps;
  }

 private:
  static void add_unplaced(DiffReport::PartCalls& to, const std::vector<std::string>& blamed) {
    ++to.unplaced;
    for (const std::string& input : blamed) ++to.blamed[input];
  }
  static void add_to_row(DiffReport::RowCalls& row, const PlacedInPart& place) {
    ++row.all;
    for (std::size_t i = 0; i < place.alternatives.size(); ++i) {
      if (place.alternatives[i] == RowPlaces::Holds::always) ++row.of_alternatives[i];
      if (place.alternatives[i] == RowPlaces::Holds::sometimes) ++row.perhaps_of_alternatives[i];
    }
  }

  PlacedCalls placed_;
  DiffReport& report_;
  LogHeader header_;  // of the file at hand
};

}  // namespace

Result<bool> count_logged(const std::string& log, const Joint& joint,
                          const Pair<std::shared_ptr<const PolicyDescriptor>>& policies, DiffReport& report) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<LogPath> files, log_files_of({log}));
  LogCounter counter(joint, policies, report);
  const auto begin = [&](const std::string&, const LogHeader& header) -> Result<> {
    counter.begin(header);
    return {};
  };
  const auto decide = [&](const LogHeader&, const LoggedDecision& logged) {
    counter.add(logged);
    return true;
  };
  TALLY_ASSIGN_OR_RETURN(const LogSums sums, read_logs(files, {}, {begin, decide}));
  return report_losses(sums) == exit_fine;
}

}  // namespace tally::cli
