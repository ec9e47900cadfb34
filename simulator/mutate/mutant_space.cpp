#include "simulator/mutate/mutant_space.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "compiler/diagrams/support.h"
#include "compiler/values/equal_values.h"

namespace tally {

bool decide_alike(const ResultPart& a, const ResultPart& b) { return a.node == b.node && a.origins == b.origins; }

std::unique_ptr<MutantSpace> MutantSpace::make(Policy& policy, const Reads& more, std::span<const Candidate> candidates,
                                               std::size_t node_limit) {
  auto made = std::unique_ptr<MutantSpace>(new MutantSpace(policy, node_limit));
  for (const Output& output : policy.outputs) made->add(policy.lowering->decision(output.decision).reads);
  made->add(more);
  for (const Candidate& candidate : candidates) {
    for (const Change& change : candidate.changes) made->add(change.lowered.reads);
  }
  for (const Candidate& candidate : candidates) {
    for (const Change& change : candidate.changes) made->add_equalities(change);
  }
  const Model& model = *policy.model;
  made->elements_ = with_surroundings(model, with_related(model, std::move(made->elements_)));
  made->classes_ = std::make_unique<Classes>(model, *policy.graph, made->cuts_, CallsAtOnce::two);
  if (made->classes_->too_wide(made->elements_)) return nullptr;
  std::vector<NodeId> roots;
  for (const Output& output : policy.outputs) {
    roots.push_back(output.rule);
    for (const ResultPart& part : output.parts) roots.push_back(part.node);
  }
  made->order_ = best_order(model, *policy.graph, *made->classes_, roots, made->elements_);
  made->renew();
  return made;
}

bool MutantSpace::knows(const Candidate& candidate) const {
  return std::all_of(candidate.changes.begin(), candidate.changes.end(), [&](const Change& change) {
    const Reads& reads = change.lowered.reads;
    return std::includes(elements_.begin(), elements_.end(), reads.elements.begin(), reads.elements.end()) &&
           std::includes(cuts_.begin(), cuts_.end(), reads.cuts.begin(), reads.cuts.end());
  });
}

void MutantSpace::renew() {
  space_ = std::make_unique<Space>(*policy_.model, *policy_.graph, *classes_, order_, node_limit_);
}

void MutantSpace::keep_only(std::span<Diagram* const> kept) {
  const std::unique_ptr<Space> before = std::move(space_);
  renew();
  Diagrams &from = before->diagrams(), &to = diagrams();
  std::map<Diagram, Diagram> copies;
  const std::function<Diagram(Diagram)> copy = [&](Diagram d) -> Diagram {
    if (from.is_terminal(d)) return to.terminal(from.terminal_of(d));
    if (const auto at = copies.find(d); at != copies.end()) return at->second;
    const VariableId top = *from.top(d);
    const Variable variable = from.variables()[top.value];
    std::vector<Diagram> branches(variable.first + variable.count, to.no());
    for (std::uint32_t code = variable.first; code < branches.size(); ++code)
      branches[code] = copy(from.hold(d, top, static_cast<Code>(code)));
    return copies.emplace(d, to.select(to.code(top), branches)).first->second;
  };
  for (Diagram* const d : kept) *d = copy(*d);
}

const std::vector<ResultPart>& MutantSpace::parts_of(const Change& change) const {
  return policy_.lowering->decision(policy_.outputs[change.output].decision).parts;
}

void MutantSpace::add(const Reads& reads) {
  elements_.insert(reads.elements.begin(), reads.elements.end());
  cuts_.insert(reads.cuts.begin(), reads.cuts.end());
}

// What decides whether the numbers and texts that both hand on are equal.
void MutantSpace::add_equalities(const Change& change) {
  const auto& parts = parts_of(change);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (decide_alike(parts[i], change.lowered.parts[i])) continue;
    for (const CutId cut :
         relations_between(*policy_.model, *policy_.graph, cuts_, parts[i].origins, change.lowered.parts[i].origins)) {
      cuts_.insert(cut);
      elements_.insert(policy_.graph->at(cut).element);
    }
  }
}

MutantSpace::Values MutantSpace::compare(const ResultPart& ours, const ResultPart& theirs) {
  const Values all = compare_all(ours, theirs);
  return {possible(all.differ), possible(all.unknown)};
}

MutantSpace::Values MutantSpace::compare_all(const ResultPart& a, const ResultPart& b) {
  Diagrams& d = diagrams();
  const Diagram ours = space().of(a.node), theirs = space().of(b.node);
  if (a.kind != ResultPart::Kind::origin) return {d.negate(d.equal(ours, theirs)), d.no()};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  const Diagram both = d.combine(ours, theirs, [&](std::uint32_t x, std::uint32_t y) {
    const auto at = static_cast<std::size_t>(std::find(pairs.begin(), pairs.end(), std::pair(x, y)) - pairs.begin());
    if (at == pairs.size()) pairs.emplace_back(x, y);
    return static_cast<std::uint32_t>(at);
  });
  // Most pairs are equal or different in every call. These are taken in one step.
  std::vector<std::uint32_t> differ(pairs.size(), 0);
  std::vector<std::pair<std::uint32_t, EqualValues::Where>> others;
  for (std::uint32_t i = 0; i < pairs.size(); ++i) {
    const auto [x, y] = pairs[i];
    if (x == 0 || y == 0) {
      differ[i] = x != y ? 1 : 0;
      continue;
    }
    const auto where = EqualValues(*policy_.model, *classes_, space()).compare(a.origins[x - 1], b.origins[y - 1]);
    if (where.equal == d.yes()) continue;
    differ[i] = 1;
    if (where.equal != d.no() || where.unknown != d.no()) others.emplace_back(i, where);
  }
  Values out{d.recode(both, differ), d.no()};
  for (const auto& [i, where] : others) {
    const Diagram here = d.where(both, i);
    out.unknown = d.either(out.unknown, d.both(here, where.unknown));
    out.differ = d.but_not(out.differ, d.both(here, d.either(where.equal, where.unknown)));
  }
  return out;
}

Diagram MutantSpace::possible(Diagram where) {
  if (where == diagrams().no()) return where;
  return diagrams().both(where, space().possible(support_of(space(), {where})));
}

}  // namespace tally
