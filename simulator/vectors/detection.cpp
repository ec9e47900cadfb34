#include "simulator/vectors/detection.h"

#include <algorithm>
#include <utility>

#include "compiler/diagrams/support.h"
#include "compiler/values/equal_values.h"
#include "simulator/vectors/evaluation.h"

namespace tally {

namespace {

constexpr std::size_t few_nodes = std::size_t{1} << 20;  // fewer are never thinned out
constexpr std::size_t max_size = 20'000;                 // nodes of calls that are narrowed further
constexpr std::size_t max_step = 400'000;                // nodes that are made to narrow calls once

}  // namespace

MutantDetector::MutantDetector(const Policy& policy, MutantSpace& space, std::span<const Candidate> candidates,
                               const std::set<std::size_t>& outputs, std::size_t node_limit)
    : policy_(policy),
      space_(space),
      elements_(space.space().order().begin(), space.space().order().end()),
      node_limit_(node_limit),
      max_nodes_(few_nodes) {
  for (const Candidate& candidate : candidates) {
    ComparedMutant& mutant = mutants_.emplace_back();
    mutant.candidate = &candidate;
    for (std::size_t i = 0; i < candidate.changes.size(); ++i) {
      const Change& change = candidate.changes[i];
      if (!outputs.empty() && !outputs.contains(change.output)) continue;
      for (std::size_t part = 0; part < space_.parts_of(change).size(); ++part) compare(mutant, i, part);
    }
  }
}

// Adds the calls in which a part of a change differs. A part that is too large is passed over.
void MutantDetector::compare(ComparedMutant& mutant, std::size_t change, std::size_t part) {
  const Change& changed = mutant.candidate->changes[change];
  const ResultPart &ours = space_.parts_of(changed)[part], &theirs = changed.lowered.parts[part];
  if (decide_alike(ours, theirs)) return;
  thin_out();
  // What others left may have filled the space, so there is a second attempt.
  for (const bool is_last : {false, true}) {
    try {
      const MutantSpace::Values values = space_.compare(ours, theirs);
      if (values.unknown != space_.diagrams().no())
        mutant.why_unknown = "whether its texts differ could not be decided";
      if (values.differ != space_.diagrams().no()) mutant.parts.push_back({change, part, values.differ});
      return;
    } catch (const NodeLimit& reached) {
      if (is_last) mutant.why_unknown = "its diagrams pass " + grouped(reached.limit) + " nodes";
      max_nodes_ = 0;
      thin_out();
    }
  }
}

void MutantDetector::thin_out(Diagram* calls) {
  const std::size_t before = space_.diagrams().node_count();
  if (before <= max_nodes_) return;
  std::vector<Diagram*> kept;
  if (calls != nullptr) kept.push_back(calls);
  for (ComparedMutant& mutant : mutants_) {
    for (ComparedMutant::Part& part : mutant.parts) kept.push_back(&part.where);
  }
  space_.keep_only(kept);
  made_ += before;
  if (space_.diagrams().node_count() > node_limit_ / 4) throw NodeLimit{node_limit_};
  max_nodes_ = std::max(few_nodes, 3 * space_.diagrams().node_count());
}

PossibleCalls MutantDetector::calls_of(const ComparedMutant::Part& part) {
  return *both({space_.diagrams().yes(), {}, {}}, part.where);
}

// The calls in which both conditions hold; nothing if there are none.
std::optional<PossibleCalls> MutantDetector::both(const PossibleCalls& calls, Diagram where) {
  Diagrams& d = space_.diagrams();
  std::vector<std::pair<VariableId, Code>> fixed;
  for (const auto& [element, code] : calls.fixed) fixed.emplace_back(space_.space().variable(element), code);
  PossibleCalls out{d.both(calls.where, d.hold(where, fixed)), {}, calls.fixed};
  if (out.where == d.no()) return std::nullopt;
  const Model& model = *policy_.model;
  out.elements = with_related(model, with_surroundings(model, support_of(space_.space(), {out.where, where})));
  out.elements.insert(calls.elements.begin(), calls.elements.end());
  const Diagram possible = out.fixed.empty() ? space_.space().possible(out.elements)
                                             : SpaceWithin(space_.space(), held_by(out.fixed)).possible(out.elements);
  out.where = d.both(out.where, possible);
  if (out.where == d.no()) return std::nullopt;
  return out;
}

bool MutantDetector::narrow(PossibleCalls& calls, const ComparedMutant::Part& part) {
  thin_out(&calls.where);
  Diagrams& d = space_.diagrams();
  bool narrowed = false;
  d.set_node_limit(std::min(node_limit_, d.node_count() + max_step));
  try {
    if (auto next = both(calls, part.where)) {
      calls = *std::move(next);
      narrowed = true;
    }
    d.set_node_limit(node_limit_);
    if (d.size(calls.where) > max_size) make_few(calls);
  } catch (const NodeLimit&) {
    d.set_node_limit(node_limit_);
    make_few(calls);
  }
  return narrowed;
}

bool MutantDetector::are_apart(const ComparedMutant::Part& one, const ComparedMutant::Part& other) {
  thin_out();
  Diagrams& d = space_.diagrams();
  d.set_node_limit(std::min(node_limit_, d.node_count() + max_step));
  try {
    const Diagram where = d.both(one.where, other.where);
    const bool apart = where == d.no() || !both({d.yes(), {}, {}}, where);
    d.set_node_limit(node_limit_);
    return apart;
  } catch (const NodeLimit&) {
    d.set_node_limit(node_limit_);
    throw;
  }
}

// Fixes every code, as in the smallest of the calls.
void MutantDetector::make_few(PossibleCalls& calls) {
  const Call call = smallest(calls);
  std::vector<std::pair<VariableId, Code>> codes;
  for (const auto& [element, code] : call) codes.emplace_back(space_.space().variable(element), code);
  calls.where = space_.diagrams().cube(codes);
  calls.fixed = call;
}

// The one that sets the fewest elements. A leaf at its default is not set, and a relation is set by its leaves.
Call MutantDetector::smallest(const PossibleCalls& calls) {
  const Model& model = *policy_.model;
  std::vector<std::optional<Code>> costs(space_.space().order().size());  // by variable: the code that costs nothing
  for (const ElementId element : calls.elements) {
    const auto& usual = model.at(element).default_value;
    if (model.at(element).relation) continue;
    costs[space_.space().variable(element).value] =
        usual && model.at(element).is_leaf() ? static_cast<Code>(space_.classes().code_of(element, *usual)) : Code{0};
  }
  const auto found = space_.diagrams().cheapest(calls.where, [&](VariableId v, Code code) -> unsigned {
    return code != 0 && costs[v.value] && *costs[v.value] != code ? 1 : 0;
  });
  Call out;
  for (const ElementId element : calls.elements)
    out.emplace_back(element, (*found)[space_.space().variable(element).value]);
  return out;
}

std::optional<std::size_t> MutantDetector::differing_part(std::size_t mutant, const std::vector<Code>& codes) {
  const auto& parts = mutants_[mutant].parts;
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const ComparedMutant::Part& part) {
    return space_.diagrams().evaluate(part.where, codes) == 1;
  });
  if (at == parts.end()) return std::nullopt;
  return static_cast<std::size_t>(at - parts.begin());
}

// What a part hands on, and what the mutant hands on in its place; nothing if one of them is unset, or if the part is
// not handed on.
std::optional<std::pair<Origin, Origin>> MutantDetector::handed_on(const ComparedMutant& mutant,
                                                                   const ComparedMutant::Part& part, Evaluated& at) {
  const Change& change = mutant.candidate->changes[part.change];
  const ResultPart &ours = space_.parts_of(change)[part.part], &theirs = change.lowered.parts[part.part];
  if (ours.kind != ResultPart::Kind::origin) return std::nullopt;
  const auto a = at.nodes.settled(ours.node), b = at.nodes.settled(theirs.node);
  if (*a == 0 || *b == 0) return std::nullopt;
  return std::pair(ours.origins[*a - 1], theirs.origins[*b - 1]);
}

bool MutantDetector::detects(const ComparedMutant& mutant, Evaluated& at, const LeafValues& values) {
  return std::any_of(mutant.parts.begin(), mutant.parts.end(), [&](const ComparedMutant::Part& part) {
    if (space_.diagrams().evaluate(part.where, at.codes) != 1) return false;
    const auto both = handed_on(mutant, part, at);
    return !both || value_of(both->first, values) != value_of(both->second, values);
  });
}

// Returns values of their own for the leaves that are handed on in a part that differs, but have equal values.
LeafValues MutantDetector::distinct_values(Evaluated& at, const LeafValues& values) {
  std::set<ElementId> leaves;
  std::set<Literal> used;
  const auto take = [&](const Origin& origin) {
    for (const ElementId leaf : leaves_of(origin)) leaves.insert(leaf);
    if (const auto* number = std::get_if<std::uint64_t>(&origin)) used.insert(*number);
    if (const auto* text = std::get_if<std::string>(&origin)) used.insert(*text);
  };
  for (const ComparedMutant& mutant : mutants_) {
    if (detects(mutant, at, values)) continue;
    for (const ComparedMutant::Part& part : mutant.parts) {
      if (space_.diagrams().evaluate(part.where, at.codes) != 1) continue;
      if (const auto both = handed_on(mutant, part, at)) {
        take(both->first);
        take(both->second);
      }
    }
  }
  const Model& model = *policy_.model;
  // A relation would have to hold between the new values as well.
  for (const auto& [element, code] : at.call) {
    if (const auto& relation = model.at(element).relation; relation && code != 0) {
      leaves.erase(relation->left);
      leaves.erase(relation->right);
    }
  }
  for (const auto& [leaf, value] : values) {
    if (!leaves.contains(leaf)) used.insert(value);
  }
  LeafValues out;
  for (const auto& [element, code] : at.call) {
    if (code == 0 || !leaves.contains(element)) continue;
    const auto all = class_values(model, space_.classes(), element, code, used.size() + 2);
    const auto fresh =
        std::find_if(all.values.begin(), all.values.end(), [&](const Literal& v) { return !used.contains(v); });
    if (fresh == all.values.end()) continue;
    out[element] = *fresh;
    used.insert(*fresh);
  }
  return out;
}

Detection MutantDetector::request_in(const PossibleCalls& calls) { return request_of(smallest(calls), {}); }

Detection MutantDetector::request_for(std::size_t mutant) {
  const ComparedMutant& wanted = mutants_[mutant];
  Detection last;
  for (const ComparedMutant::Part& part : wanted.parts) {
    const Call call = smallest(calls_of(part));
    Evaluated at{call, codes_of(call), SpaceWithin(space_.space(), held_by(call))};
    const auto both = handed_on(wanted, part, at);
    const auto values = both ? different_values(*policy_.model, space_.classes(), call, both->first, both->second)
                             : std::optional<LeafValues>();
    last = request_of(call, values.value_or(LeafValues()));
    if (last.detects.has(mutant)) break;
  }
  return last;
}

std::vector<Code> MutantDetector::codes_of(const Call& call) {
  std::vector<Code> codes(space_.space().order().size(), 0);
  for (const auto& [element, code] : call) codes[space_.space().variable(element).value] = code;
  return codes;
}

// The smallest request with this call. `chosen` has values of some of its leaves; if it is empty, they are made
// distinct.
Detection MutantDetector::request_of(const Call& call, const LeafValues& chosen) {
  const Model& model = *policy_.model;
  Detection out;
  out.detects = Members(mutants_.size());
  auto document = document_of(model, space_.classes(), call);
  if (!document) return out;
  set_values(model, chosen, *document);
  LeafValues values;
  const Call whole = call_of_document(model, space_, *document, values);
  Evaluated at{whole, codes_of(whole), SpaceWithin(space_.space(), held_by(whole))};
  if (chosen.empty()) {
    const LeafValues distinct = distinct_values(at, values);
    for (const auto& [leaf, value] : distinct) values[leaf] = value;
    set_values(model, distinct, *document);
  }
  for (std::size_t i = 0; i < mutants_.size(); ++i) {
    if (detects(mutants_[i], at, values)) out.detects.add(i);
  }
  out.codes = std::move(at.codes);
  out.document = *std::move(document);
  return out;
}

}  // namespace tally
