#include "simulator/covers/irredundant_cover.h"

#include <algorithm>

namespace tally {
namespace {

constexpr std::uint32_t no_term = 0, free_term = 1;
constexpr std::size_t max_depth = 2'000;  // variables of one condition, since the stack is finite

constexpr std::size_t max_groups_searched = 3;  // up to this many groups, all subsets are looked at

// Codes with the same conditions below.
struct CodeGroup {
  CodeSet codes;
  Diagram must, may;  // what is still to be covered, and where terms may hold
};

std::vector<CodeGroup> groups_of(Diagrams& d, Diagram must, Diagram may, VariableId variable) {
  std::vector<CodeGroup> out;
  const Variable& v = d.variables()[variable.value];
  for (unsigned code = v.first; code < v.first + unsigned{v.count}; ++code) {
    const auto c = static_cast<Code>(code);
    const Diagram must_there = d.hold(must, variable, c), may_there = d.hold(may, variable, c);
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const CodeGroup& g) { return g.must == must_there && g.may == may_there; });
    if (at == out.end()) at = out.insert(out.end(), {CodeSet(), must_there, may_there});
    at->codes.add(code);
  }
  return out;
}

// Sets of groups, by number, each after its subsets.
using Chosen = std::vector<std::size_t>;

// Returns the sets of groups that occur: for each assignment of the other variables that must be
// covered, the set of all groups whose `may` it is in.
std::vector<Chosen> needed(Diagrams& d, const std::vector<CodeGroup>& groups) {
  Diagram wanted = d.no();
  for (const CodeGroup& group : groups) wanted = d.either(wanted, group.must);
  std::vector<std::pair<Chosen, Diagram>> cells{{{}, wanted}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<std::pair<Chosen, Diagram>> finer;
    for (auto& [chosen, where] : cells) {
      const Diagram in = d.both(where, groups[g].may), out = d.but_not(where, groups[g].may);
      if (in != d.no()) {
        finer.emplace_back(chosen, in);
        finer.back().first.push_back(g);
      }
      if (out != d.no()) finer.emplace_back(std::move(chosen), out);
    }
    cells = std::move(finer);
  }
  std::vector<Chosen> out;
  for (auto& [chosen, where] : cells) out.push_back(std::move(chosen));
  return out;
}

std::vector<Chosen> sets_of(Diagrams& d, const std::vector<CodeGroup>& groups) {
  std::vector<Chosen> out;
  if (groups.size() > max_groups_searched) {
    out = needed(d, groups);
  } else {
    for (unsigned bits = 1; bits < 1u << groups.size(); ++bits) {
      Chosen& chosen = out.emplace_back();
      for (std::size_t g = 0; g < groups.size(); ++g)
        if (bits >> g & 1) chosen.push_back(g);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Chosen& a, const Chosen& b) { return a.size() < b.size(); });
  return out;
}

// Returns what is left to be covered in these groups and may not be covered in any other group.
Diagram left_in(Diagrams& d, const std::vector<CodeGroup>& groups, const Chosen& chosen) {
  Diagram out = d.no();
  for (const std::size_t g : chosen) out = d.either(out, groups[g].must);
  for (std::size_t g = 0; g < groups.size() && out != d.no(); ++g)
    if (!std::binary_search(chosen.begin(), chosen.end(), g)) out = d.but_not(out, groups[g].may);
  return out;
}

}  // namespace

IrredundantCover::IrredundantCover(Diagrams& diagrams) : variables_(diagrams.variables()) {
  nodes_.push_back({{}, {}, 0});
  nodes_.push_back({{}, {}, 1});
}

std::optional<IrredundantCover> IrredundantCover::make(Diagrams& diagrams, Diagram must, Diagram may,
                                                       std::size_t max_steps) {
  IrredundantCover out(diagrams);
  out.steps_left_ = max_steps;
  const auto covered = out.cover(diagrams, must, may, 0);
  if (!covered) return std::nullopt;
  out.root_ = covered->node;
  out.known_.clear();
  return out;
}

std::optional<IrredundantCover::Covered> IrredundantCover::cover(Diagrams& d, Diagram must, Diagram may,
                                                                 std::size_t depth) {
  if (must == d.no()) return Covered{no_term, d.no()};
  if (may == d.yes()) return Covered{free_term, d.yes()};
  if (const auto known = known_.find({must, may}); known != known_.end()) return known->second;
  if (steps_left_ == 0 || depth == max_depth) return std::nullopt;
  --steps_left_;
  const VariableId variable = d.top(must) ? std::min(*d.top(must), *d.top(may)) : *d.top(may);
  std::vector<CodeGroup> groups = groups_of(d, must, may, variable);
  std::vector<Diagram> covered(groups.size(), d.no());
  Node node{variable, {}, 0};
  for (const Chosen& chosen : sets_of(d, groups)) {
    const Diagram left = left_in(d, groups, chosen);
    if (left == d.no()) continue;
    Diagram allowed = d.yes();
    for (const std::size_t g : chosen) allowed = d.both(allowed, groups[g].may);
    const auto below = cover(d, left, allowed, depth + 1);
    if (!below) return std::nullopt;
    Branch branch;
    for (const std::size_t g : chosen) {
      groups[g].must = d.but_not(groups[g].must, below->diagram);
      covered[g] = d.either(covered[g], below->diagram);
      branch.codes = either(branch.codes, groups[g].codes);
    }
    branch.part = static_cast<double>(branch.codes.size()) / variables_[variable.value].count;
    branch.below = below->node;
    node.terms += nodes_[below->node].terms;
    node.branches.push_back(branch);
  }
  Covered out{static_cast<std::uint32_t>(nodes_.size()), d.no()};
  for (std::size_t g = 0; g < groups.size(); ++g)
    out.diagram = d.choose(d.test(variable, groups[g].codes), covered[g], out.diagram);
  if (node.branches.size() == 1 && node.branches.front().part == 1)
    out.node = node.branches.front().below;
  else
    nodes_.push_back(std::move(node));
  known_.emplace(std::pair(must, may), out);
  return out;
}

std::vector<Cube> IrredundantCover::largest(std::size_t most) const {
  // A large term of a node: a branch, and which of the terms below it.
  struct Pick {
    double part;
    std::uint32_t branch, term;
  };
  std::vector<std::vector<Pick>> picks(nodes_.size());
  picks[free_term].push_back({1, 0, 0});
  for (std::size_t n = free_term + 1; n < nodes_.size(); ++n) {
    for (std::uint32_t b = 0; b < nodes_[n].branches.size(); ++b) {
      const Branch& branch = nodes_[n].branches[b];
      for (std::uint32_t t = 0; t < picks[branch.below].size(); ++t)
        picks[n].push_back({branch.part * picks[branch.below][t].part, b, t});
    }
    std::stable_sort(picks[n].begin(), picks[n].end(), [](const Pick& a, const Pick& b) { return a.part > b.part; });
    if (picks[n].size() > most) picks[n].resize(most);
  }
  std::vector<Cube> out;
  for (const Pick& first : picks[root_]) {
    Cube term{{}, 1};
    std::uint32_t n = root_;
    for (Pick pick = first; n != free_term;) {
      const Branch& branch = nodes_[n].branches[pick.branch];
      if (branch.part != 1) term.tests.emplace_back(nodes_[n].variable, branch.codes);
      n = branch.below;
      pick = picks[n][pick.term];
    }
    out.push_back(std::move(term));
  }
  return out;
}

}  // namespace tally
