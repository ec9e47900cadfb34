// Reading diagrams: evaluation, size, counts, cheapest witness, paths, dump.
//
// Always: no function here makes a node. Results depend on the functions and the order of
//         the variables only, not on the history of the arena, so they are the same in
//         every run.
#include <algorithm>
#include <limits>

#include "compiler/diagrams/arena.h"
#include "compiler/diagrams/diagram.h"

namespace tally {

namespace {

using DiagramId = DiagramArena::Id;

// The number of assignments to the variables.
Count product(const std::vector<Variable>& variables, std::span<const VariableId> scope) {
  Count total = 1;
  unsigned long factor = 1;
  for (const VariableId id : scope) {
    // Factors are collected in one word, since a product of thousands is long.
    if (factor > std::numeric_limits<unsigned long>::max() / 65'536) {
      total *= factor;
      factor = 1;
    }
    factor *= variables[id.value].count;
  }
  total *= factor;
  return total;
}

// The cost of each code above the cheapest code of its variable. A variable that is not
// tested then costs nothing.
class Excess {
 public:
  Excess(const std::vector<Variable>& variables, const std::function<unsigned(VariableId, Code)>& cost) {
    offsets_.reserve(variables.size());
    cheapest_.reserve(variables.size());
    for (std::uint32_t v = 0; v < variables.size(); ++v) {
      const auto begin = costs_.size();
      offsets_.push_back(begin);
      for (unsigned k = 0; k < variables[v].count; ++k) {
        costs_.push_back(cost(VariableId{v}, static_cast<Code>(variables[v].first + k)));
      }
      const auto from = costs_.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto least = std::min_element(from, costs_.end());
      cheapest_.push_back(static_cast<Code>(variables[v].first + (least - from)));
      const unsigned base = *least;
      for (auto at = from; at != costs_.end(); ++at) *at -= base;
    }
  }
  std::uint64_t of(std::uint32_t level, std::uint32_t k) const { return costs_[offsets_[level] + k]; }
  // The lowest cheapest code of each variable.
  const std::vector<Code>& cheapest() const { return cheapest_; }

 private:
  std::vector<std::size_t> offsets_;
  std::vector<unsigned> costs_;
  std::vector<Code> cheapest_;
};

}  // namespace

bool Diagrams::is_terminal(Diagram d) const { return impl_->is_terminal(d.id); }

std::optional<VariableId> Diagrams::top(Diagram d) const {
  if (is_terminal(d)) return std::nullopt;
  return VariableId{static_cast<std::uint32_t>(impl_->level(d.id))};
}

std::uint32_t Diagrams::terminal_of(Diagram d) const { return impl_->value(d.id); }

std::uint32_t Diagrams::evaluate(Diagram d, const Assignment& codes) const {
  DiagramId id = d.id;
  while (!impl_->is_terminal(id)) id = impl_->follow(id, codes[impl_->level(id)]);
  return impl_->value(id);
}

std::vector<std::uint32_t> Diagrams::terminals(Diagram d) const {
  std::vector<std::uint32_t> values;
  for (const DiagramId id : impl_->post_order(std::span(&d, 1))) {
    if (impl_->is_terminal(id)) values.push_back(impl_->value(id));
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<VariableId> Diagrams::support(Diagram d) const {
  // A node has unequal children, since the arena keeps no other nodes. So it depends on
  // its variable.
  std::vector<VariableId> variables;
  for (const DiagramId id : impl_->post_order(std::span(&d, 1))) {
    if (!impl_->is_terminal(id)) variables.push_back({impl_->level(id)});
  }
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  return variables;
}

std::size_t Diagrams::size(std::span<const Diagram> roots) const {
  const auto& order = impl_->post_order(roots);
  return static_cast<std::size_t>(
      std::count_if(order.begin(), order.end(), [&](DiagramId id) { return !impl_->is_terminal(id); }));
}

std::size_t Diagrams::node_count() const { return impl_->node_count(); }

// --- counting ---------------------------------------------------------------

Count Diagrams::count(Diagram condition, std::span<const VariableId> scope) const {
  for (auto& [terminal, count] : counts(condition, scope)) {
    if (terminal == 1) return std::move(count);
  }
  return 0;
}

// Walks from the root down. The assignments that reach a node divide evenly among its
// codes, since no node above has tested its variable. The walk starts with all
// assignments to the scope, so variables that are left out need no care.
std::vector<std::pair<std::uint32_t, Count>> Diagrams::counts(Diagram d, std::span<const VariableId> scope) const {
  const auto& order = impl_->post_order(std::span(&d, 1));
  for (std::uint32_t i = 0; i < order.size(); ++i) impl_->set_result(order[i], i);
  std::vector<Count> passing(order.size());
  passing.back() = product(impl_->variables(), scope);

  std::vector<std::pair<std::uint32_t, Count>> counts;
  for (std::size_t i = order.size(); i-- > 0;) {
    // Moved out, so that only the numbers that are still needed use memory.
    Count share = std::move(passing[i]);
    passing[i] = Count();
    if (impl_->is_terminal(order[i])) {
      counts.emplace_back(impl_->value(order[i]), std::move(share));
      continue;
    }
    assert(std::binary_search(scope.begin(), scope.end(), VariableId{impl_->level(order[i])}));
    const auto children = impl_->children(order[i]);
    mpz_divexact_ui(share.get_mpz_t(), share.get_mpz_t(), impl_->width(impl_->level(order[i])));
    for (std::uint32_t edge = 0, codes = 0; edge < children.size(); ++edge) {
      const DiagramId child = children[edge];
      if (edge + 1 < children.size() && children[edge + 1] == child) continue;
      const std::uint32_t end = impl_->edge_end(order[i], edge);
      mpz_addmul_ui(passing[impl_->result(child)].get_mpz_t(), share.get_mpz_t(), end - codes);
      codes = end;
    }
  }
  std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return counts;
}

// --- witnesses --------------------------------------------------------------

std::optional<Assignment> Diagrams::cheapest(Diagram condition,
                                             const std::function<unsigned(VariableId, Code)>& cost) const {
  if (condition.id == DiagramArena::zero) return std::nullopt;
  constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
  const Excess excess(impl_->variables(), cost);
  const auto& order = impl_->post_order(std::span(&condition, 1));

  // The least cost from a node on, and the lowest code with that cost.
  std::vector<std::uint64_t> least(order.size(), never);
  std::vector<std::uint32_t> best(order.size(), 0);
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    const DiagramId id = order[i];
    impl_->set_result(id, i);
    if (impl_->is_terminal(id)) {
      if (impl_->value(id) == 1) least[i] = 0;
      continue;
    }
    const auto children = impl_->children(id);
    for (std::uint32_t edge = 0, k = 0; edge < children.size(); ++edge) {
      const std::uint64_t rest = least[impl_->result(children[edge])];
      const std::uint32_t end = impl_->edge_end(id, edge);
      if (rest == never) k = end;
      for (; k < end; ++k) {
        const std::uint64_t total = rest + excess.of(impl_->level(id), k);
        if (total >= least[i]) continue;
        least[i] = total;
        best[i] = k;
      }
    }
  }
  if (least.back() == never) return std::nullopt;

  Assignment codes = excess.cheapest();
  for (DiagramId id = condition.id; !impl_->is_terminal(id);) {
    const std::uint32_t level = impl_->level(id), k = best[impl_->result(id)];
    codes[level] = static_cast<Code>(impl_->variables()[level].first + k);
    id = impl_->child(id, k);
  }
  return codes;
}

void Diagrams::paths(Diagram d, std::uint32_t skip, const std::function<bool(const Cube&)>& visit) const {
  // The groups of all nodes on the current path. A level of the walk has the groups from
  // `next` to `end`. They are copies, since `visit` may use the arena.
  struct Level {
    std::uint32_t variable;
    std::size_t begin, next, end;
  };
  std::vector<DiagramArena::Group> groups;
  std::vector<Level> levels;
  Cube cube;
  const auto open = [&](DiagramId id) {
    const std::size_t begin = groups.size();
    impl_->group(id, groups);
    levels.push_back({impl_->level(id), begin, begin, groups.size()});
  };

  if (impl_->is_terminal(d.id)) {
    cube.terminal = impl_->value(d.id);
    if (cube.terminal != skip) visit(cube);
    return;
  }
  open(d.id);
  while (!levels.empty()) {
    Level& level = levels.back();
    cube.tests.resize(levels.size() - 1);
    if (level.next == level.end) {
      groups.resize(level.begin);
      levels.pop_back();
      continue;
    }
    const DiagramArena::Group group = groups[level.next++];
    const bool ends = impl_->is_terminal(group.child);
    if (ends && impl_->value(group.child) == skip) continue;
    cube.tests.push_back({VariableId{level.variable}, group.codes});
    if (!ends) {
      open(group.child);
      continue;
    }
    cube.terminal = impl_->value(group.child);
    if (!visit(cube)) return;
  }
}

Count Diagrams::path_count(Diagram d, std::uint32_t skip) const {
  const auto& order = impl_->post_order(std::span(&d, 1));
  std::vector<Count> counts(order.size());
  std::vector<DiagramId> children;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    impl_->set_result(order[i], i);
    if (impl_->is_terminal(order[i])) {
      counts[i] = impl_->value(order[i]) == skip ? 0 : 1;
      continue;
    }
    const auto of_node = impl_->children(order[i]);
    children.assign(of_node.begin(), of_node.end());
    std::sort(children.begin(), children.end());
    children.erase(std::unique(children.begin(), children.end()), children.end());
    for (const DiagramId child : children) counts[i] += counts[impl_->result(child)];
  }
  return counts.back();
}

// --- dump -------------------------------------------------------------------

std::string Diagrams::dump(std::span<const std::pair<std::string, Diagram>> roots,
                           const std::function<std::string(VariableId)>& name,
                           const std::function<std::string(VariableId, const CodeSet&)>& codes) const {
  std::vector<Diagram> diagrams;
  for (const auto& root : roots) diagrams.push_back(root.second);
  // A copy, and labels that exist before `name` and `codes` are called, since these may
  // use the arena.
  const std::vector<DiagramId> order = impl_->post_order(diagrams);
  struct Line {
    std::uint32_t level;
    std::vector<DiagramArena::Group> groups;  // the child of a group is the number of a line, or a terminal
  };
  std::vector<std::string> labels;
  std::vector<std::string> root_labels;
  std::vector<DiagramId> inner;
  for (const DiagramId id : order) {
    impl_->set_result(id, static_cast<std::uint32_t>(labels.size()));
    if (impl_->is_terminal(id)) {
      labels.push_back(std::to_string(impl_->value(id)));
    } else {
      labels.push_back("n" + std::to_string(inner.size()));
      inner.push_back(id);
    }
  }
  std::vector<Line> lines;
  for (const DiagramId id : inner) {
    Line line{impl_->level(id), {}};
    impl_->group(id, line.groups);
    for (auto& group : line.groups) group.child = impl_->result(group.child);
    lines.push_back(std::move(line));
  }
  for (const Diagram d : diagrams) root_labels.push_back(labels[impl_->result(d.id)]);

  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const VariableId variable{lines[i].level};
    text += "n" + std::to_string(i) + " = " + name(variable) + ": ";
    for (std::size_t g = 0; g < lines[i].groups.size(); ++g) {
      if (g > 0) text += ", ";
      text += codes(variable, lines[i].groups[g].codes) + " -> " + labels[lines[i].groups[g].child];
    }
    text += '\n';
  }
  for (std::size_t r = 0; r < roots.size(); ++r) text += roots[r].first + " = " + root_labels[r] + '\n';
  return text;
}

}  // namespace tally
