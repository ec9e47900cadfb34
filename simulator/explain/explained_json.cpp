#include "simulator/explain/explained_json.h"

#include "runtime/support/json_text.h"
#include "simulator/conditions/cells.h"

namespace tally {
namespace {

const char* name_of(FactFrom from) {
  switch (from) {
    case FactFrom::request: return "request";
    case FactFrom::by_default: return "default";
    case FactFrom::unset: return "unset";
    case FactFrom::absent: return "absent";
  }
  return "";
}

std::string names_json(const Model& model, const std::vector<ElementId>& elements) {
  std::string out = "[";
  for (const ElementId element : elements) out += (out.size() > 1 ? "," : "") + json_string(model.at(element).name);
  return out + "]";
}

// Where it stands in a document: a value of a set, in the set's array.
const std::string& place_of(const Model& model, ElementId element) {
  return model.at(is_member_of_set(model, element) ? *model.at(element).parent : element).pointer;
}

std::string facts_json(const Model& model, const std::vector<ExplainedFact>& facts) {
  std::string out = "[";
  for (const ExplainedFact& fact : facts) {
    const Element& element = model.at(fact.element);
    out += (out.size() > 1 ? ",{" : "{") + ("\"setting\":" + json_string(element.name)) +
           ",\"pointer\":" + json_string(place_of(model, fact.element)) + ",\"value\":" + json_string(fact.value) +
           ",\"from\":\"" + name_of(fact.from) + "\"";
    if (fact.from == FactFrom::absent) out += ",\"inside\":" + names_json(model, fact.inside);
    out += "}";
  }
  return out + "]";
}

// The part of a condition on an element that follows its name: "off", "not on", "< 30"; the whole
// condition if it names the element twice.
std::string changed_to(const std::string& name, const std::string& condition) {
  if (!condition.starts_with(name + " ") || condition.find(name + " ", 1) != std::string::npos) return condition;
  const std::string rest = condition.substr(name.size() + 1);
  return rest.starts_with("is ") ? rest.substr(3) : rest;
}

}  // namespace

std::string explained_json(const Model& model, const DecisionDescriptor& decision, const Explanation& why) {
  std::string out = "\"rests_on\":" + facts_json(model, why.rests_on) + ",\"earlier\":[";
  for (const EarlierRule& earlier : why.earlier) {
    if (out.back() != '[') out += ',';
    const RuleDescriptor& rule = decision.rules[earlier.number - 1];
    out += "{\"rule\":" + std::to_string(earlier.number) + ",\"file\":" + json_string(rule.file) +
           ",\"line\":" + std::to_string(rule.line) + ",\"failed\":[";
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
    out += "{\"setting\":" + json_string(element.name) +
           ",\"pointer\":" + json_string(place_of(model, change.element)) +
           ",\"to\":" + json_string(changed_to(element.name, change.condition)) +
           ",\"condition\":" + json_string(change.condition) + ",\"rule\":" + std::to_string(change.rule) +
           ",\"outcome\":" + json_string(change.outcome) + "}";
  }
  out += "]";
  if (why.together.empty()) return out;
  out += ",\"together\":[";
  for (const ChangesTogether& together : why.together) {
    out += out.back() == '[' ? "{\"settings\":[" : ",{\"settings\":[";
    for (const auto& [element, condition] : together.settings) {
      if (out.back() != '[') out += ',';
      const std::string& name = model.at(element).name;
      out += "{\"setting\":" + json_string(name) + ",\"pointer\":" + json_string(place_of(model, element)) +
             ",\"to\":" + json_string(changed_to(name, condition)) + ",\"condition\":" + json_string(condition) + "}";
    }
    out += "],\"rule\":" + std::to_string(together.rule) + ",\"outcome\":" + json_string(together.outcome) + "}";
  }
  return out + "]";
}

}  // namespace tally
