#include "simulator/report/coverage_json.h"

#include <utility>

namespace tally::report {

Json coverage_json(const Coverage& coverage, const Model& model, const PolicyDescriptor& policy,
                   const std::vector<std::size_t>& decisions) {
  Json all = Json::array();
  for (const std::size_t d : decisions) {
    const DecisionDescriptor& decision = policy.decisions[d];
    Json rules = Json::array();
    for (std::size_t rule = 1; rule <= decision.rules.size(); ++rule) {
      const RuleDescriptor& place = decision.rules[rule - 1];
      rules.push_back(
          {{"rule", rule}, {"file", place.file}, {"line", place.line}, {"requests", coverage.fired(d, rule)}});
    }
    all.push_back({{"decision", decision.name}, {"rules", std::move(rules)}});
  }
  Json out = {{"decisions", std::move(all)}};
  if (coverage.by().empty()) return out;
  Json combinations = Json::array();
  for (const Coverage::Combination& one : coverage.combinations()) {
    Json by = Json::object();
    for (std::size_t i = 0; i < one.values.size(); ++i) by[model.at(coverage.by()[i]).name] = one.values[i];
    combinations.push_back({{"by", std::move(by)}, {"requests", one.requests}});
  }
  out["combinations"] = std::move(combinations);
  return out;
}

}  // namespace tally::report
