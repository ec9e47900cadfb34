#include "simulator/explain/fewest_changes.h"

#include <algorithm>
#include <cstdint>

#include "compiler/lower/origins.h"
#include "compiler/values/equal_values.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"

namespace tally {
namespace {

// A setting outweighs any number of objects that have to be there for it.
constexpr unsigned weight_of_setting = 10'000;

}  // namespace

FewestChanges::FewestChanges(Policy& policy, const Output& output, const Assignment& codes, const CallFacts& facts,
                             const Wording& wording, const ComparedValues& compared)
    : model_(*policy.model),
      classes_(*policy.classes),
      space_(*policy.space),
      output_(output),
      codes_(codes),
      facts_(facts),
      wording_(wording),
      compared_(compared),
      possible_(space_.possible(output.reads)),
      others_(other_calls()) {
  nodes_.push_back(output_.rule);
  for (const ResultPart& part : output_.parts) nodes_.push_back(part.node);
  for (const ElementId id : space_.order())
    if (model_.at(id).relation || compared_.is_compared(id)) held_.push_back(id);
}

Diagram FewestChanges::other_calls() {
  Diagrams& diagrams = space_.diagrams();
  // Another rule with the same outcome is not another outcome, but a call that no rule decides is one.
  Diagram same = diagrams.where(space_.of(output_.rule), 0);
  if (diagrams.evaluate(space_.of(output_.rule), codes_) != 0) same = diagrams.negate(same);
  for (const ResultPart& part : output_.parts) {
    const Diagram of = space_.of(part.node);
    same = diagrams.both(same, diagrams.where(of, diagrams.evaluate(of, codes_)));
  }
  return diagrams.but_not(possible_, same);
}

std::vector<ChangesTogether> FewestChanges::run() {
  const std::vector<Part> all = parts();
  std::vector<std::pair<const Part*, Diagram>> candidates;
  std::size_t fewest = SIZE_MAX;
  for (const Part& part : all) {
    const Diagram calls = calls_of(part, others_);
    const std::vector<Found> first = all_of(part, calls, SIZE_MAX, 1);
    if (first.empty()) continue;
    fewest = std::min(fewest, first.front().settings);
    candidates.emplace_back(&part, calls);
  }
  std::vector<ChangesTogether> out;
  std::vector<Moved> moved;
  for (const auto& candidate : candidates) {
    for (Found& found : all_of(*candidate.first, candidate.second, fewest, max_together)) {
      if (found.part->moved)
        add(std::move(found), moved);
      else
        out.push_back(shown(found));
    }
  }
  for (const Moved& one : moved) {
    ChangesTogether together = shown(one.beside);
    const Part& part = *one.beside.part;
    const ElementId leaf = *part.moved;
    together.settings.push_back({leaf, condition_of(*part.classes, leaf, one.values, except(one.beside))});
    out.push_back(std::move(together));
  }
  if (out.size() > max_together) out.resize(max_together);
  return out;
}

// Adds what was found to another value of the same setting with the same beside it, or by itself.
void FewestChanges::add(Found found, std::vector<Moved>& moved) {
  const auto same = std::find_if(moved.begin(), moved.end(), [&](const Moved& one) {
    const auto alike = [&](ElementId e) {
      return one.beside.codes[space_.variable(e).value] == found.codes[space_.variable(e).value];
    };
    return one.beside.part->moved == found.part->moved && one.beside.others == found.others &&
           outcome_text(one.beside) == outcome_text(found) &&
           std::all_of(found.others.begin(), found.others.end(), alike);
  });
  if (same != moved.end()) {
    same->values.add(found.part->value);
    // A setting that is not to have a value is of the class that has this value.
    if (except(found)) same->beside = std::move(found);
  } else {
    moved.push_back({CodeSet().add(found.part->value), std::move(found)});
  }
}

// Returns the part in which no compared leaf has another value, and one for each class of each of these leaves.
std::vector<FewestChanges::Part> FewestChanges::parts() const {
  std::vector<Part> out{{codes_, std::nullopt, nullptr, 0}};
  for (const ElementId leaf : held_) {
    if (model_.at(leaf).relation) continue;
    const auto classes = compared_.classes_of(leaf);
    const Literal now = facts_(leaf);
    for (unsigned code = classes->first(leaf); code < classes->codes(leaf); ++code) {
      if (code == classes->code_of(leaf, now)) continue;
      const Literal value = value_of(model_, *classes, leaf, static_cast<Code>(code));
      Part part{codes_, leaf, classes, static_cast<Code>(code)};
      part.codes[space_.variable(leaf).value] = static_cast<Code>(classes_.code_of(leaf, value));
      compared_.relate(leaf, value, part.codes);
      out.push_back(std::move(part));
    }
  }
  return out;
}

Diagram FewestChanges::calls_of(const Part& part, Diagram calls) {
  std::vector<std::pair<VariableId, Code>> held;
  for (const ElementId id : held_) {
    const VariableId v = space_.variable(id);
    held.emplace_back(v, part.codes[v.value]);
  }
  std::sort(held.begin(), held.end());
  return space_.diagrams().hold(calls, held);
}

std::optional<FewestChanges::Found> FewestChanges::cheapest(const Part& part, Diagram calls) {
  const auto codes = space_.diagrams().cheapest(calls, [&](VariableId v, Code code) { return cost(v, code); });
  if (!codes) return std::nullopt;
  Found out{0, *codes, {}, &part};
  for (const ElementId id : held_) out.codes[space_.variable(id).value] = codes_[space_.variable(id).value];
  out.others = changed_settings(out.codes);
  for (const ElementId id : held_) out.codes[space_.variable(id).value] = part.codes[space_.variable(id).value];
  out.settings = out.others.size() + (part.moved ? 1 : 0);
  return out;
}

// Returns the sets of up to `fewest` settings in a part, the smallest first; at most `limit`.
std::vector<FewestChanges::Found> FewestChanges::all_of(const Part& part, Diagram calls, std::size_t fewest,
                                                        std::size_t limit) {
  Diagrams& diagrams = space_.diagrams();
  std::vector<Found> out;
  while (out.size() < limit) {
    auto found = cheapest(part, calls);
    if (!found || found->settings > fewest) break;
    const bool is_other = !outcome_text(*found).empty();
    Diagram known = diagrams.yes();
    if (is_other) {
      // The next one changes other settings.
      for (const ElementId setting : found->others) {
        const VariableId v = space_.variable(setting);
        known = diagrams.but_not(known, diagrams.test(v, CodeSet().add(codes_[v.value])));
      }
    } else {
      known = calls_of(part, decided_alike(found->codes));
    }
    calls = diagrams.but_not(calls, known);
    if (is_other) out.push_back(*std::move(found));
  }
  return out;
}

unsigned FewestChanges::cost(VariableId variable, Code code) const {
  const ElementId id = space_.order()[variable.value];
  const Element& element = model_.at(id);
  const Code now = codes_[variable.value];
  if (code == now) return 0;
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

ChangesTogether FewestChanges::shown(const Found& found) {
  Diagrams& diagrams = space_.diagrams();
  const Assignment& codes = found.codes;
  const std::vector<ElementId>& settings = found.others;
  ChangesTogether out;
  out.rule = diagrams.evaluate(space_.of(output_.rule), codes);
  out.outcome = outcome_text(found);
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
  for (std::size_t i = 0; i < settings.size(); ++i) values[i] = values_of(i, found, values, alike);
  for (std::size_t i = 0; i < settings.size(); ++i)
    out.settings.push_back({settings[i], condition_of(classes_, settings[i], values[i], except(i, found, values[i]))});
  return out;
}

// Returns all values that a setting may have, whatever of their values the other settings have.
CodeSet FewestChanges::values_of(std::size_t setting, const Found& found, std::vector<CodeSet>& values, Diagram alike) {
  Diagrams& diagrams = space_.diagrams();
  const std::vector<ElementId>& settings = found.others;
  const VariableId own = space_.variable(settings[setting]);
  Diagram others = diagrams.yes();
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (i != setting) others = diagrams.both(others, diagrams.test(space_.variable(settings[i]), values[i]));
  }
  CodeSet out = values[setting];
  for (unsigned code = classes_.first(settings[setting]); code < classes_.codes(settings[setting]); ++code) {
    if (code == codes_[own.value]) continue;
    const Diagram product = diagrams.both(others, diagrams.test(own, CodeSet().add(code)));
    // What is handed on can be the same value.
    Found with = found;
    with.codes[own.value] = static_cast<Code>(code);
    if (diagrams.within(alike, product) && !outcome_text(with).empty()) out.add(code);
  }
  return out;
}

// Whether a part has the same value, although perhaps from another origin.
bool FewestChanges::is_same(const ResultPart& part, const Found& found) {
  const Assignment& codes = found.codes;
  const Diagram of = space_.of(part.node);
  const std::uint32_t now = space_.diagrams().evaluate(of, codes_), then = space_.diagrams().evaluate(of, codes);
  if (part.kind != ResultPart::Kind::origin || now == 0 || then == 0) return now == then;
  return before(part, now) == after(part, then, found);
}

// What is handed on in the call.
Origin FewestChanges::before(const ResultPart& part, std::uint32_t code) const {
  Origin out = part.origins[code - 1];
  for (const ElementId leaf : leaves_of(part.origins[code - 1])) {
    const Literal value = facts_(leaf);
    if (!std::holds_alternative<Unset>(value)) out = with_value(model_, out, leaf, value);
  }
  return out;
}

// What is handed on after the changes. A leaf that then has one of several values stays in it.
Origin FewestChanges::after(const ResultPart& part, std::uint32_t code, const Found& found) const {
  Origin out = part.origins[code - 1];
  for (const ElementId leaf : leaves_of(part.origins[code - 1])) {
    const bool is_moved = leaf == found.part->moved;
    const Classes& classes = is_moved ? *found.part->classes : classes_;
    Code then = is_moved ? found.part->value : space_.has(leaf) ? found.codes[space_.variable(leaf).value] : 0;
    const bool stays = !is_moved && (!space_.has(leaf) || then == codes_[space_.variable(leaf).value]);
    if (!stays && (then == 0 || !classes.classes(leaf)[then - 1].single)) continue;
    const Literal value = stays ? facts_(leaf) : value_of(model_, classes, leaf, then);
    if (!std::holds_alternative<Unset>(value)) out = with_value(model_, out, leaf, value);
  }
  return out;
}

// Returns the value with which a changed setting that is handed on would not change the outcome, if the outcome is
// other by this setting alone.
std::optional<FewestChanges::Except> FewestChanges::except(const Found& found) {
  std::optional<Except> out;
  for (const ResultPart& part : output_.parts) {
    if (is_same(part, found)) continue;
    const Diagram of = space_.of(part.node);
    const std::uint32_t now = space_.diagrams().evaluate(of, codes_),
                        then = space_.diagrams().evaluate(of, found.codes);
    if (out || part.kind != ResultPart::Kind::origin || now == 0 || then == 0) return std::nullopt;
    const Origin origin = after(part, then, found);
    if (leaves_of(origin).empty()) return std::nullopt;
    const auto equality = equality_cut(model_, before(part, now), origin);
    if (!equality) return std::nullopt;
    const Cut& cut = equality->second;
    const Literal equal = cut.texts.empty() ? Literal(cut.ranges.front().low) : Literal(cut.texts.front());
    const bool is_moved = equality->first == found.part->moved;
    const Code code = is_moved                      ? found.part->value
                      : space_.has(equality->first) ? found.codes[space_.variable(equality->first).value]
                                                    : Code{0};
    const Classes& classes = is_moved ? *found.part->classes : classes_;
    if (code == 0 || classes.code_of(equality->first, equal) != code) return std::nullopt;
    out = Except{equality->first, equal};
  }
  return out;
}

// Returns the same of one setting with all of its values.
std::optional<FewestChanges::Except> FewestChanges::except(std::size_t setting, const Found& found,
                                                           const CodeSet& values) {
  const ElementId leaf = found.others[setting];
  for (unsigned code = classes_.first(leaf); code < classes_.codes(leaf); ++code) {
    if (!values.has(code)) continue;
    Found with = found;
    with.codes[space_.variable(leaf).value] = static_cast<Code>(code);
    if (auto one = except(with); one && one->leaf == leaf) return one;
  }
  return std::nullopt;
}

std::string FewestChanges::condition_of(const Classes& classes, ElementId leaf, const CodeSet& values,
                                        const std::optional<Except>& except) const {
  const std::string among = condition_text(model_, classes, leaf, values);
  if (!except || except->leaf != leaf) return among;
  return operand_of_and(among) + " and " + model_.at(leaf).name + " is not " + to_string(except->value);
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
std::string FewestChanges::outcome_text(const Found& found) {
  const Assignment& codes = found.codes;
  Diagrams& diagrams = space_.diagrams();
  if (diagrams.evaluate(space_.of(output_.rule), codes) == 0) return "(undecided)";
  std::string out;
  for (const ResultPart& part : output_.parts) {
    if (is_same(part, found)) continue;
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
