#include "simulator/report/explain_json.h"

#include "simulator/explain/explained_json.h"

namespace tally::report {

Json explanation_json(const Model& model, const ExplainedDecision& e) {
  Json out = {{"value", Json::parse(e.value)}, {"because", e.reason ? Json(*e.reason) : Json()}, {"rule", e.why.rule}};
  if (e.why.rule != 0) {
    const RuleDescriptor& rule = e.descriptor->rules[e.why.rule - 1];
    out["file"] = rule.file;
    out["line"] = rule.line;
  }
  out.update(Json::parse("{" + explained_json(model, *e.descriptor, e.why) + "}"));
  if (e.words) {
    Json changes = Json::array();
    for (const CallInWords::Change& change : e.words->changes)
      changes.push_back({{"condition", change.condition}, {"outcomes", change.outcomes}});
    out["words"] = {{"rests_on", e.words->rests_on}, {"open", e.words->open}, {"changes", std::move(changes)}};
  }
  return out;
}

}  // namespace tally::report
