#include "simulator/report/sweep_json.h"

#include <utility>

namespace tally::report {
namespace {

Json decisions_json(const Sweep& sweep, const SweepCounts& counts) {
  Json out = Json::object();
  for (std::size_t d = 0; d < sweep.decisions.size(); ++d) {
    const SweptDecision& decision = sweep.decisions[d];
    Json& outcomes = out[decision.name] = Json::object();
    for (std::size_t i = 0; i < decision.outcomes.size(); ++i)
      outcomes[decision.outcomes[i]] = count_json(counts.decisions[d][i]);
  }
  return out;
}

Json joint_json(const Sweep& sweep, const SweepCounts& counts) {
  Json out = Json::array();
  for (const auto& [outcomes, count] : joint_outcomes(sweep, counts)) {
    Json named = Json::object();
    for (std::size_t d = 0; d < outcomes.size(); ++d)
      named[sweep.decisions[d].name] = sweep.decisions[d].outcomes[outcomes[d]];
    out.push_back({{"outcomes", std::move(named)}, {"combinations", count_json(count)}});
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::vector<std::size_t>, Count>> joint_outcomes(const Sweep& sweep, const SweepCounts& counts) {
  std::vector<std::pair<std::vector<std::size_t>, Count>> out;
  for (std::size_t i = 0; i < sweep.joint.size(); ++i) {
    if (counts.joint[i] != 0) out.emplace_back(sweep.joint[i], counts.joint[i]);
  }
  return out;
}

Json sweep_json(const std::string& file, const Model& model, const Sweep& sweep, const SweepOutcome& outcome) {
  Json inputs = Json::array();
  for (const ElementId input : sweep.inputs) inputs.push_back(model.at(input).name);
  Json out = {{"file", file}, {"combinations", count_json(outcome.counts.combinations)}};
  if (outcome.total) out["total"] = count_json(*outcome.total);
  out["complete"] = outcome.is_complete;
  out["inputs"] = std::move(inputs);
  out["of_all_inputs"] = outcome.all && outcome.is_complete ? count_json(*outcome.all) : Json();
  out["counted_by"] = outcome.is_by_code ? "code" : "diagrams";
  out["diagrams_agree"] = outcome.is_checked ? Json(true) : Json();
  out["seconds"] = outcome.seconds;
  if (outcome.too_wide) out["too_wide"] = model.at(*outcome.too_wide).name;
  if (!outcome.is_by_code && !outcome.too_wide) out["seconds_needed"] = outcome.needed;
  out["jobs"] = outcome.jobs;
  out["decisions"] = decisions_json(sweep, outcome.counts);
  if (!sweep.joint.empty()) out["joint"] = joint_json(sweep, outcome.counts);
  return out;
}

}  // namespace tally::report
