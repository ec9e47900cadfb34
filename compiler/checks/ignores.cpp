// Proofs that a value ignores what is under a path. Two documents that differ only there
// must give the same value, and the value must not be taken from there. See
// proof_question.h.
//
// For example, `prove recording ignores user when device.enabled is set` fails if two
// such documents that differ in `user` alone have different recordings.
#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/checks/proof_question.h"
#include "compiler/diagrams/class_values.h"
#include "compiler/lower/origins.h"
#include "compiler/model/relation_codes.h"

namespace tally {
namespace {

// One part of the value, for one combination of the `for` values.
struct Instance {
  const ProofQuestion& question;
  const QuestionSpace& view;
  Diagram calls;              // possible calls that satisfy `when`
  std::set<ElementId> scope;  // the elements that they and the part depend on, and the objects around those that differ
  std::set<ElementId> differing;  // the elements of `scope` under PATH
  const Values& values;
  SmallestCounterexample* smallest;  // null if no counterexample is needed
};

// The elements of the space under the ignored paths.
std::set<ElementId> ignored_elements(const ProofQuestion& question, const Space& space, const Values& values) {
  std::set<ElementId> inside;
  for (const PathPattern& path : question.proof().ignored) {
    for (const ElementId named : elements_of_path(question.model(), path, values)) {
      for (const ElementId element : below(question.model(), named)) {
        if (space.has(element)) inside.insert(element);
      }
    }
  }
  // With a value, its relations differ.
  return with_relations_among(question.model(), inside, space.order());
}

std::string part_name(const Instance& in, const ResultPart& part) {
  return "`" + in.question.checker().wording().quoted(in.question.proof().claim->span) + part.path + "`";
}

bool is_under(const Origin& origin, const std::set<ElementId>& inside) {
  const std::vector<ElementId> leaves = leaves_of(origin);
  return std::any_of(leaves.begin(), leaves.end(), [&](ElementId leaf) { return inside.contains(leaf); });
}

// Adds a call in which the part has this code. An example of it expects that value.
void add_call(const Instance& in, const ResultPart& part, std::uint32_t code, const Call& call, Counterexample& shown,
              const LeafValues& values = {}) {
  const std::string claim = in.question.claim_text(in.values);
  const bool is_name = claim.find(' ') == std::string::npos;
  const std::string value = (is_name ? claim : "(" + claim + ")") + part.path;
  CallOfReport report{in.view.classes(), call, in.question.example_title(), "this is what is decided now"};
  report.values = values;
  if (code == 0) {
    report.expected = value + " is unset";
  } else if (part.kind == ResultPart::Kind::presence) {
    report.expected = value + " is set";
  } else if (part.kind == ResultPart::Kind::enumeration) {
    const EnumValue& is = part.type->values[code - 1];
    const bool is_condition = !is_name && part.path.empty() && part.type->is_condition();
    report.expected = is_condition ? (is.name == "on" ? value : "not " + value) : value + " is " + to_string(is);
  } else {
    report.expected = value + " is ";
    report.value_of = part.origins[code - 1];
  }
  for (ShownCall& form : in.question.checker().forms_of(report)) shown.calls.push_back(std::move(form));
}

// Shows two calls that differ under PATH. `both` has the outsides under which the part
// can be `first` and can be `second`.
void show_difference(const Instance& in, const ResultPart& part, Diagram d, Diagram both, std::uint32_t first,
                     std::uint32_t second) {
  Space& space = in.view.space();
  Diagrams& diagrams = in.view.diagrams();
  std::set<ElementId> outside;
  std::set_difference(in.scope.begin(), in.scope.end(), in.differing.begin(), in.differing.end(),
                      std::inserter(outside, outside.end()));
  const auto outer = space.smallest(both, outside);
  if (!outer || !in.smallest->would_take(set_count(*outer))) return;
  Diagram there = in.calls;
  for (const auto& [element, code] : *outer) there = diagrams.both(there, space.test(element, CodeSet().add(code)));

  auto one = space.smallest(diagrams.both(there, diagrams.where(d, first)), in.differing);
  if (!one) return;
  std::erase_if(*one, [&](const auto& fact) { return !in.differing.contains(fact.first); });
  // The second call is as similar to the first as possible.
  std::vector<int> wanted(space.order().size(), -1);
  for (const auto& [element, code] : *one) wanted[space.variable(element).value] = code;
  const auto found = diagrams.cheapest(
      diagrams.both(there, diagrams.where(d, second)),
      [&](VariableId v, Code code) -> unsigned { return wanted[v.value] >= 0 && wanted[v.value] != code ? 1 : 0; });
  if (!found) return;

  Call whole = *outer, other_whole = *outer;
  for (const auto& [element, own] : *one) {
    whole.emplace_back(element, own);
    other_whole.emplace_back(element, (*found)[space.variable(element).value]);
  }
  std::sort(whole.begin(), whole.end());
  std::sort(other_whole.begin(), other_whole.end());
  // What is outside of PATH has the same value in both, although the two may compare with it differently.
  const Model& model = in.question.model();
  const auto of_both = values_of_both(model, in.view.classes(), whole, other_whole, in.differing);
  const LeafValues &values = of_both.first, &other_values = of_both.second;
  const auto is_same = [&](ElementId element, Code code, Code other) {
    const auto value = values.find(element), other_value = other_values.find(element);
    return code == other && (value == values.end() || value->second == other_value->second);
  };
  Call common = restricted_to(*outer, with_related(model, support_of(space, {d, in.calls}))), one_differs,
       other_differs;
  for (const auto& [element, code] : *one) {
    const Code other = (*found)[space.variable(element).value];
    if (is_same(element, code, other)) {
      if (code != 0) common.emplace_back(element, code);
    } else {
      one_differs.emplace_back(element, code);
      other_differs.emplace_back(element, other);
    }
  }
  std::sort(common.begin(), common.end());
  Counterexample shown{in.values, set_count(*outer), 0, 0, {}, {}};
  const std::string what = part_name(in, part);
  const auto shown_values = [&](const Call& call, const LeafValues& all) {
    LeafValues out;
    for (const auto& fact : call) {
      const auto value = all.find(fact.first);
      if (value != all.end() && !model.at(fact.first).type->is_enum()) out.insert(*value);
    }
    return out;
  };
  if (set_count(common) > 0) {
    shown.notes.push_back(
        "with " + call_text(model, in.view.classes(), common, UnsetFacts::left_out, shown_values(common, values)));
  }
  const auto add = [&](std::uint32_t code, const Call& differs, const Call& call, const LeafValues& all) {
    shown.notes.push_back(what + " is " + in.question.checker().wording().value_text(part, code) + " where " +
                          call_text(model, in.view.classes(), differs, UnsetFacts::shown, shown_values(differs, all)));
    add_call(in, part, code, call, shown, shown_values(call, all));
  };
  add(first, one_differs, whole, values);
  add(second, other_differs, other_whole, other_values);
  in.smallest->take(std::move(shown));
}

// Whether two calls that agree outside PATH have different values of this part.
bool find_difference(const Instance& in, const ResultPart& part) {
  Space& space = in.view.space();
  Diagrams& diagrams = in.view.diagrams();
  const Diagram d = space.of(part.node);
  const auto depends = support_of(space, {d});
  if (std::none_of(in.differing.begin(), in.differing.end(), [&](ElementId e) { return depends.contains(e); }))
    return false;

  const auto quantified = space.variables(in.differing);
  std::vector<std::pair<std::uint32_t, Diagram>> earlier;  // each value, with the outsides that allow it
  Diagram seen = diagrams.no();
  const std::uint32_t beyond = in.question.checker().graph().codes(part.node);
  const Diagram asked = diagrams.choose(in.calls, d, diagrams.terminal(beyond));
  for (const std::uint32_t code : diagrams.terminals(asked)) {
    if (code == beyond) continue;
    const Diagram here = diagrams.exists(diagrams.where(asked, code), quantified);
    if (diagrams.both(here, seen) != diagrams.no()) {
      for (const auto& [other, there] : earlier) {
        const Diagram both = diagrams.both(here, there);
        if (both == diagrams.no()) continue;
        if (in.smallest != nullptr) show_difference(in, part, d, both, other, code);
        return true;
      }
    }
    seen = diagrams.either(seen, here);
    earlier.emplace_back(code, here);
  }
  return false;
}

// The calls in which a leaf under PATH has the value of one that is not.
Diagram equal_outside(const Instance& in, const Origin& origin, const std::set<ElementId>& inside) {
  const Model& model = in.question.model();
  Space& space = in.view.space();
  Diagram out = in.view.diagrams().no();
  const auto* leaf = std::get_if<ElementId>(&origin);
  if (leaf == nullptr) return out;
  for (const ElementId element : space.order()) {
    const auto& relation = model.at(element).relation;
    if (!relation || (relation->left != *leaf && relation->right != *leaf)) continue;
    if (inside.contains(relation->left == *leaf ? relation->right : relation->left)) continue;
    out = in.view.diagrams().either(out, space.test(element, CodeSet().add(equal_code(model, *leaf))));
  }
  return out;
}

// Whether the value can be handed on from an origin under PATH.
bool find_handed_on(const Instance& in, const ResultPart& part, const std::set<ElementId>& inside) {
  if (part.kind != ResultPart::Kind::origin) return false;
  Space& space = in.view.space();
  Diagrams& diagrams = in.view.diagrams();
  for (std::size_t i = 0; i < part.origins.size(); ++i) {
    if (!is_under(part.origins[i], inside)) continue;
    const auto code = static_cast<std::uint32_t>(i + 1);
    const Diagram handed = diagrams.but_not(diagrams.both(in.calls, diagrams.where(space.of(part.node), code)),
                                            equal_outside(in, part.origins[i], inside));
    if (handed == diagrams.no()) continue;
    if (in.smallest == nullptr) return true;
    const auto call = space.smallest(handed, support_of(space, {handed}));
    if (call && in.smallest->would_take(set_count(*call))) {
      Counterexample shown{in.values, set_count(*call), 0, 0, {}, {}};
      shown.notes.push_back(
          part_name(in, part) + " hands on `" + in.question.checker().wording().value_text(part, code) + "` " +
          (call->empty() ? "in " : "where ") + call_text(in.question.model(), in.view.classes(), *call));
      add_call(in, part, code, *call, shown);
      in.smallest->take(std::move(shown));
    }
    return true;
  }
  return false;
}

}  // namespace

ProofVerdict check_ignores(const ProofQuestion& question, const QuestionSpace& view, const Classes& own,
                           const Values& values, SmallestCounterexample* smallest, bool some_call) {
  const Model& model = question.model();
  Space& space = view.space();
  Diagrams& diagrams = view.diagrams();
  const LoweredCondition when = question.condition(values);
  const LoweredValue value = question.checker().lowering().value(question.proof().claim, values);
  const Diagram calls = question.satisfying(view, when);
  if (calls == diagrams.no()) return {true, some_call};
  const std::set<ElementId> inside = ignored_elements(question, space, values);
  bool fails = false;
  for (const ResultPart& unsettled : value.parts) {
    if (fails && smallest == nullptr) break;
    const ResultPart part = settle(model, question.checker().graph(), own, unsettled);
    Instance instance{question, view, calls, support_of(space, {calls, space.of(part.node)}), {}, values, smallest};
    for (const ElementId element : inside) {
      if (instance.scope.contains(element)) instance.differing.insert(element);
    }
    // The two documents agree in the presence of every object around the differing
    // elements, even if it is not read. (An object around PATH that is around no element
    // that is read does not matter.)
    // Nor do they differ in other leaves than these, whose relations follow from theirs.
    instance.scope = with_related(model, std::move(instance.scope));
    for (const ElementId element : inside) {
      if (instance.scope.contains(element)) instance.differing.insert(element);
    }
    for (const ElementId around : with_surroundings(model, instance.differing)) {
      instance.scope.insert(around);
      if (inside.contains(around)) instance.differing.insert(around);
    }
    instance.calls = diagrams.both(calls, space.possible(instance.scope));
    fails = find_difference(instance, part) || find_handed_on(instance, part, inside) || fails;
  }
  return {!fails, true};
}

}  // namespace tally
