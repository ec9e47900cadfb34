#include "simulator/explain/explained_json.h"

#include "runtime/support/json_text.h"

namespace tally {
namespace {

std::string facts_json(const Model& model, const std::vector<ExplainedFact>& facts) {
  std::string out = "[";
  for (const ExplainedFact& fact : facts) {
    const Element& element = model.at(fact.element);
    out += (out.size() > 1 ? ",{" : "{") + ("\"setting\":" + json_string(element.name)) +
           ",\"pointer\":" + json_string(element.pointer) + ",\"value\":" + json_string(fact.value) + "}";
  }
  return out + "]";
}

}  // namespace

std::string explained_json(const Model& model, const DecisionDescriptor& decision, const Explanation& why) {
  std::string out = "\"rests_on\":" + facts_json(model, why.rests_on) + ",\"earlier\":[";
  for (const EarlierRule& earlier : why.earlier) {
    if (out.back() != '[') out += ',';
    out += "{\"rule\":" + std::to_string(earlier.number) +
           ",\"line\":" + std::to_string(decision.rules[earlier.number - 1].line) + ",\"failed\":[";
    for (const ExplainedFailure& failure : earlier.failures) {
      if (out.back() != '[') out += ',';
      out += "{\"condition\":" + json_string(failure.condition) + ",\"because\":" + facts_json(model, failure.because) +
             "}";
    }
    out += "]}";
  }
  out += "],\"changes\":[";
  for (const ExplainedChange& change : why.changes) {
    if (out.back() != '[') out += ',';
    const Element& element = model.at(change.element);
    out += "{\"setting\":" + json_string(element.name) + ",\"pointer\":" + json_string(element.pointer) +
           ",\"to\":" + json_string(change.to) + ",\"rule\":" + std::to_string(change.rule) +
           ",\"outcome\":" + json_string(change.outcome) + "}";
  }
  return out + "]";
}

}  // namespace tally
