#include "simulator/explain/fewest_changes.h"

#include <algorithm>

#include "compiler/lower/origins.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"
#include "simulator/documents/request_text.h"
#include "simulator/values/equal_values.h"

namespace tally {
namespace {

// A setting outweighs any number of objects that have to be there for it.
constexpr unsigned weight_of_setting = 10'000;

}  // namespace

FewestChanges::FewestChanges(Policy& policy, const Output& output, const Assignment& codes, const CallFacts& facts,
                             const Wording& wording)
    : model_(*policy.model),
      classes_(*policy.classes),
      space_(*policy.space),
      output_(output),
      codes_(codes),
      facts_(facts),
      wording_(wording),
      possible_(space_.possible(output.reads)) {
  nodes_.push_back(output_.rule);
  for (const ResultPart& part : output_.parts) nodes_.push_back(part.node);
}

std::vector<ChangesTogether> FewestChanges::run() {
  Diagrams& diagrams = space_.diagrams();
  // Another rule with the same outcome is not another outcome, but a call that no rule decides is one.
  Diagram same = diagrams.where(space_.of(output_.rule), 0);
  if (diagrams.evaluate(space_.of(output_.rule), codes_) != 0) same = diagrams.negate(same);
  for (const ResultPart& part : output_.parts) {
    const Diagram of = space_.of(part.node);
    same = diagrams.both(same, diagrams.where(of, diagrams.evaluate(of, codes_)));
  }
  Diagram left = diagrams.but_not(possible_, same);
  std::vector<ChangesTogether> out;
  std::size_t fewest = 0;
  while (out.size() < max_together) {
    const auto codes = diagrams.cheapest(left, [&](VariableId v, Code code) { return cost(v, code); });
    if (!codes) return out;
    const std::vector<ElementId> settings = changed_settings(*codes);
    if (settings.empty() || (fewest != 0 && settings.size() > fewest)) return out;
    ChangesTogether together = shown(*codes, settings);
    if (together.outcome.empty()) {
      left = diagrams.but_not(left, decided_alike(*codes));
      continue;
    }
    fewest = settings.size();
    out.push_back(std::move(together));
    // The next one changes other settings.
    Diagram all_change = diagrams.yes();
    for (const ElementId setting : settings) {
      const VariableId v = space_.variable(setting);
      all_change = diagrams.but_not(all_change, diagrams.test(v, CodeSet().add(codes_[v.value])));
    }
    left = diagrams.but_not(left, all_change);
  }
  return out;
}

unsigned FewestChanges::cost(VariableId variable, Code code) const {
  const ElementId id = space_.order()[variable.value];
  const Element& element = model_.at(id);
  const Code now = codes_[variable.value];
  if (code == now || element.relation) return 0;  // a relation follows from its two values
  if (!element.is_leaf()) return now == 0 ? 1 : weight_of_setting;
  // What a member has without a word in an object that becomes present.
  const bool is_default = element.default_value && classes_.code_of(id, *element.default_value) == code;
  const bool is_outside = is_member_of_set(model_, id) && code == 1;
  return now == 0 && (is_default || is_outside) ? 0 : weight_of_setting;
}

// Returns the settings that count: without objects and members that follow from others.
std::vector<ElementId> FewestChanges::changed_settings(const Assignment& codes) const {
  std::vector<ElementId> changed;
  for (const ElementId id : space_.order()) {
    const VariableId v = space_.variable(id);
    if (codes[v.value] != codes_[v.value] && cost(v, codes[v.value]) > 0) changed.push_back(id);
  }
  std::vector<ElementId> out;
  for (const ElementId id : changed) {
    const bool appears = codes_[space_.variable(id).value] == 0;
    const auto around = optional_ancestors(model_, id);
    const bool goes_with_object = std::any_of(around.begin(), around.end(), [&](ElementId object) {
      return std::find(changed.begin(), changed.end(), object) != changed.end() &&
             codes[space_.variable(object).value] == 0;
    });
    const bool comes_with_member =
        !model_.at(id).is_leaf() && appears && std::any_of(changed.begin(), changed.end(), [&](ElementId other) {
          const auto objects = optional_ancestors(model_, other);
          return std::find(objects.begin(), objects.end(), id) != objects.end();
        });
    if (!goes_with_object && !comes_with_member) out.push_back(id);
  }
  return out;
}

bool FewestChanges::is_compared(ElementId element) const {
  return std::any_of(space_.order().begin(), space_.order().end(), [&](ElementId id) {
    const auto& relation = model_.at(id).relation;
    return relation && (relation->left == element || relation->right == element);
  });
}

ChangesTogether FewestChanges::shown(const Assignment& codes, const std::vector<ElementId>& settings) {
  Diagrams& diagrams = space_.diagrams();
  ChangesTogether out;
  out.rule = diagrams.evaluate(space_.of(output_.rule), codes);
  out.outcome = outcome_text(codes);
  if (std::any_of(settings.begin(), settings.end(), [&](ElementId e) { return is_compared(e); })) {
    // Which values have this relation is not a matter of their classes.
    Call call;
    for (const ElementId id : space_.order()) call.emplace_back(id, codes[space_.variable(id).value]);
    const auto document = document_of(model_, classes_, call);
    for (const ElementId setting : settings) {
      Literal value = value_of(model_, classes_, setting, codes[space_.variable(setting).value]);
      for (const auto& [element, own] : document.value_or(Document{}))
        if (element == setting) value = own;
      out.settings.push_back({setting, model_.at(setting).name + " is " + value_text(*model_.at(setting).type, value)});
    }
    return out;
  }
  // Where all else stays, the calls that are decided like this one.
  Diagram alike = possible_;
  for (const NodeId node : nodes_) {
    const Diagram of = space_.of(node);
    alike = diagrams.both(alike, diagrams.where(of, diagrams.evaluate(of, codes)));
  }
  std::vector<std::pair<VariableId, Code>> held;
  for (const ElementId id : space_.order()) {
    if (std::find(settings.begin(), settings.end(), id) != settings.end()) continue;
    held.emplace_back(space_.variable(id), codes[space_.variable(id).value]);
  }
  std::sort(held.begin(), held.end());
  alike = diagrams.hold(alike, held);
  std::vector<CodeSet> values;
  for (const ElementId setting : settings) values.push_back(CodeSet().add(codes[space_.variable(setting).value]));
  for (std::size_t i = 0; i < settings.size(); ++i) values[i] = values_of(i, settings, values, alike);
  for (std::size_t i = 0; i < settings.size(); ++i)
    out.settings.push_back({settings[i], condition_text(model_, classes_, settings[i], values[i])});
  return out;
}

// Returns all values that a setting may have, whatever of their values the other settings have.
CodeSet FewestChanges::values_of(std::size_t setting, const std::vector<ElementId>& settings,
                                 std::vector<CodeSet>& values, Diagram alike) {
  Diagrams& diagrams = space_.diagrams();
  const VariableId own = space_.variable(settings[setting]);
  Diagram others = diagrams.yes();
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (i != setting) others = diagrams.both(others, diagrams.test(space_.variable(settings[i]), values[i]));
  }
  CodeSet out = values[setting];
  for (unsigned code = classes_.first(settings[setting]); code < classes_.codes(settings[setting]); ++code) {
    if (code == codes_[own.value]) continue;
    const Diagram product = diagrams.both(others, diagrams.test(own, CodeSet().add(code)));
    if (diagrams.within(alike, product)) out.add(code);
  }
  return out;
}

// Whether a part has the same value, although perhaps from another origin.
bool FewestChanges::is_same(const ResultPart& part, const Assignment& codes) {
  const Diagram of = space_.of(part.node);
  const std::uint32_t now = space_.diagrams().evaluate(of, codes_), then = space_.diagrams().evaluate(of, codes);
  if (part.kind != ResultPart::Kind::origin || now == 0 || then == 0) return now == then;
  const auto with_facts = [&](Origin origin) {
    for (const ElementId leaf : leaves_of(origin)) {
      const Literal value = facts_(leaf);
      const bool stays = !space_.has(leaf) || codes[space_.variable(leaf).value] == codes_[space_.variable(leaf).value];
      if (stays && !std::holds_alternative<Unset>(value)) origin = with_value(model_, origin, leaf, value);
    }
    return origin;
  };
  return with_facts(part.origins[now - 1]) == with_facts(part.origins[then - 1]);
}

// Returns the calls that hand on what this one hands on, from leaves that have the values of the facts.
Diagram FewestChanges::decided_alike(const Assignment& codes) {
  Diagrams& diagrams = space_.diagrams();
  Diagram out = diagrams.yes();
  for (const ResultPart& part : output_.parts) {
    const Diagram of = space_.of(part.node);
    const std::uint32_t then = diagrams.evaluate(of, codes);
    out = diagrams.both(out, diagrams.where(of, then));
    if (part.kind != ResultPart::Kind::origin || then == 0) continue;
    for (const ElementId leaf : leaves_of(part.origins[then - 1])) {
      if (!space_.has(leaf)) continue;
      const VariableId v = space_.variable(leaf);
      out = diagrams.both(out, diagrams.test(v, CodeSet().add(codes[v.value])));
    }
  }
  return out;
}

// What is decided, as far as it differs.
std::string FewestChanges::outcome_text(const Assignment& codes) {
  Diagrams& diagrams = space_.diagrams();
  if (diagrams.evaluate(space_.of(output_.rule), codes) == 0) return "(undecided)";
  std::string out;
  for (const ResultPart& part : output_.parts) {
    if (is_same(part, codes)) continue;
    const std::uint32_t then = diagrams.evaluate(space_.of(part.node), codes);
    const std::string value = wording_.value_text(part, then);
    if (part.path.empty() && (part.kind != ResultPart::Kind::presence || then == 0)) return value;
    const std::string name = part.path.starts_with('.') ? part.path.substr(1) : part.path;
    out += (out.empty() ? "" : ", ") + (name.empty() ? value : name + " = " + value);
  }
  if (out.empty() && diagrams.evaluate(space_.of(output_.rule), codes_) == 0) return "unset";
  return out;
}

}  // namespace tally
