#include "cli/coverage.h"

#include <algorithm>

#include "cli/grid.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_rows = 200;  // rows of combinations that are shown

std::string times(std::uint64_t n) { return n == 0 ? "never" : grouped(n); }

std::string paint_count(const std::string&, const std::string& cell) { return cell == "never" ? "31" : ""; }

// Returns "3 of 4 rules fired".
std::string share(std::size_t some, std::size_t all, const std::string& noun, const std::string& what) {
  return grouped(some) + " of " + grouped(all) + " " + noun + (all == 1 ? "" : "s") + " " + what;
}

}  // namespace

std::string coverage_text(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                          const std::vector<std::size_t>& decisions, bool colour) {
  std::string out;
  for (const std::size_t d : decisions) {
    const DecisionDescriptor& decision = policy.decisions[d];
    Grid grid{{{"rule", true}, {"place"}, {"requests", true}}, {}};
    std::size_t fired = 0;
    for (std::size_t rule = 1; rule <= decision.rules.size(); ++rule) {
      const RuleDescriptor& place = decision.rules[rule - 1];
      fired += coverage.fired(d, rule) > 0;
      grid.rows.push_back(
          {std::to_string(rule), place.file + ":" + std::to_string(place.line), times(coverage.fired(d, rule))});
    }
    out += "\n" + decision.name + ": " + share(fired, decision.rules.size(), "rule", "fired") + "\n\n" +
           text(grid, colour, paint_count);
  }
  if (coverage.by().empty()) return out;
  Grid grid;
  std::string names;
  for (const ElementId id : coverage.by()) {
    grid.columns.push_back({model.at(id).name});
    names += (names.empty() ? "" : ", ") + model.at(id).name;
  }
  grid.columns.push_back({"requests", true});
  const auto all = coverage.combinations();
  std::size_t occurred = 0;
  for (const Coverage::Combination& one : all) {
    occurred += one.requests > 0;
    if (grid.rows.size() == max_rows) continue;
    grid.rows.push_back(one.values);
    grid.rows.back().push_back(times(one.requests));
  }
  out += "\n" + names + ": " + share(occurred, all.size(), "combination", "occurred") + "\n\n" +
         text(grid, colour, paint_count);
  if (all.size() > max_rows) out += "... and " + grouped(all.size() - max_rows) + " more\n";
  return out;
}

}  // namespace tally::cli
