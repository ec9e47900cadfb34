// The arena of diagrams: unique nodes, the tables that grow with them, and the diagrams
// that need no operands (terminals, tests, cubes).
//
// Always: an operation that throws `NodeLimit` throws before it changes anything, so the
//         diagrams that exist stay valid
#include "compiler/diagrams/diagram.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "compiler/diagrams/arena.h"
#include "compiler/diagrams/stop.h"

namespace tally {

thread_local const std::atomic<bool>* StopDiagrams::flag_ = nullptr;

namespace {

// Many arenas hold a few dozen nodes and live for microseconds.
constexpr std::size_t first_table_size = 64;
// The limit is in nodes, but memory is in children. So the children are bounded too, at
// this many per node on average. A few wide nodes always have room.
constexpr std::size_t children_a_node = 16;
constexpr std::size_t least_child_limit = std::size_t{1} << 20;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 32);
}

std::uint32_t hash_node(std::uint32_t level, std::span<const std::uint32_t> children) {
  // Two independent lanes, since the hash of a wide node is as long as its chain of
  // products.
  std::uint64_t even = mix(0x243F6A8885A308D3u, level), odd = 0x13198A2E03707344u;
  std::size_t i = 0;
  for (; i + 3 < children.size(); i += 4) {
    even = mix(even, children[i] | (std::uint64_t{children[i + 1]} << 32));
    odd = mix(odd, children[i + 2] | (std::uint64_t{children[i + 3]} << 32));
  }
  for (; i < children.size(); ++i) even = mix(even, children[i]);
  return static_cast<std::uint32_t>(mix(even, odd));
}

}  // namespace

// --- the arena --------------------------------------------------------------

DiagramArena::DiagramArena(std::vector<Variable> order, std::size_t limit)
    : variables_(std::move(order)), unique_(first_table_size), computed_(first_table_size) {
  set_limit(limit);
  nodes_.reserve(first_table_size / 2);
  pool_.reserve(first_table_size * 2);
  nodes_.push_back({terminal_level, zero});
  nodes_.push_back({terminal_level, one});
}

void DiagramArena::set_limit(std::size_t limit) {
  limit_ = std::min<std::size_t>(limit, tag_both);
  child_limit_ = std::clamp<std::size_t>(limit_ * children_a_node, least_child_limit, UINT32_MAX);
}

void DiagramArena::check_room(std::size_t children) const {
  constexpr std::size_t nodes_between_looks = 1'024;
  if (nodes_.size() % nodes_between_looks == 0 && StopDiagrams::is_set()) throw NodeLimit{nodes_.size()};
  if (nodes_.size() >= limit_ || pool_.size() + children > child_limit_) throw NodeLimit{limit_};
}

DiagramArena::Id DiagramArena::terminal(std::uint32_t value) {
  if (value <= 1) return value;
  const std::uint32_t hash = hash_node(terminal_level, std::span(&value, 1));
  for (std::size_t i = hash;; ++i) {
    const Slot slot = unique_[i & (unique_.size() - 1)];
    if (slot.id == 0) break;
    if (slot.hash == hash && is_terminal(slot.id) && nodes_[slot.id].offset == value) return slot.id;
  }
  check_room(0);
  const Id id = static_cast<Id>(nodes_.size());
  nodes_.push_back({terminal_level, value});
  insert({hash, id});
  return id;
}

DiagramArena::Id DiagramArena::make(std::uint32_t level, std::span<const Id> children) {
  assert(children.size() == variables_[level].count);
  assert(!is_wide(level));
  if (std::equal(children.begin() + 1, children.end(), children.begin())) return children[0];
  const std::uint32_t hash = hash_node(level, children);
  const Id known = find(level, hash, children);
  return known != none ? known : add(level, hash, children);
}

DiagramArena::Id DiagramArena::make(std::uint32_t level, const Edges& edges) {
  assert(edges.ends.back() == variables_[level].count);
  if (edges.children.size() == 1) return edges.children.front();
  if (!is_wide(level)) {
    Id children[narrow_codes];
    std::uint32_t k = 0;
    for (std::size_t edge = 0; edge < edges.children.size(); ++edge) {
      for (; k < edges.ends[edge]; ++k) children[k] = edges.children[edge];
    }
    return make(level, std::span(children, k));
  }
  stored_.assign(1, static_cast<Id>(edges.children.size()));
  stored_.insert(stored_.end(), edges.children.begin(), edges.children.end());
  stored_.insert(stored_.end(), edges.ends.begin(), edges.ends.end());
  const std::uint32_t hash = hash_node(level, stored_);
  const Id known = find(level, hash, stored_);
  return known != none ? known : add(level, hash, stored_);
}

DiagramArena::Id DiagramArena::find(std::uint32_t level, std::uint32_t hash, std::span<const Id> stored) const {
  for (std::size_t i = hash;; ++i) {
    const Slot slot = unique_[i & (unique_.size() - 1)];
    if (slot.id == 0) return none;
    if (slot.hash != hash || nodes_[slot.id].level != level) continue;
    // A node of a wide level begins with the number of its edges, so it is not compared beyond its end.
    const Id* const other = pool_.data() + nodes_[slot.id].offset;
    if (*other == stored.front() && std::memcmp(other, stored.data(), stored.size_bytes()) == 0) return slot.id;
  }
}

DiagramArena::Id DiagramArena::add(std::uint32_t level, std::uint32_t hash, std::span<const Id> stored) {
  check_room(stored.size());
  const Id id = static_cast<Id>(nodes_.size());
  const auto offset = static_cast<std::uint32_t>(pool_.size());
  pool_.insert(pool_.end(), stored.begin(), stored.end());
  nodes_.push_back({level, offset});
  insert({hash, id});
  return id;
}

void DiagramArena::insert(Slot slot) {
  if (nodes_.size() * 2 > unique_.size()) grow_unique();
  std::size_t i = slot.hash & (unique_.size() - 1);
  while (unique_[i].id != 0) i = (i + 1) & (unique_.size() - 1);
  unique_[i] = slot;
}

void DiagramArena::grow_unique() {
  std::vector<Slot> slots(unique_.size() * 2);
  std::swap(slots, unique_);
  for (const Slot slot : slots) {
    if (slot.id != 0) insert(slot);
  }
}

void DiagramArena::grow_computed() {
  check_results(computed_used_);
  std::vector<Computed> entries(computed_.size() * 2);
  std::swap(entries, computed_);
  computed_used_ = 0;
  for (const Computed& entry : entries) {
    if (entry.result != none) remember(entry.key, entry.result);
  }
}

// Empties the table at twice the nodes, so that emptying costs less than filling.
void DiagramArena::trim_computed() {
  if (computed_used_ < first_table_size || computed_used_ / 2 < nodes_.size()) return;
  std::fill(computed_.begin(), computed_.end(), Computed{});
  computed_used_ = 0;
}

DiagramArena::Id DiagramArena::test(std::uint32_t level, const CodeSet& codes) {
  const Variable variable = variables_[level];
  if (is_wide(level)) {
    Edges edges;
    for (const CodeRun& run : codes.runs()) {
      const unsigned from = std::max<unsigned>(run.first, variable.first) - variable.first;
      const unsigned end = std::min<unsigned>(run.last + 1, variable.first + variable.count) - variable.first;
      if (from >= end) continue;
      if (from > 0) edges.add(zero, from);
      edges.add(one, end);
    }
    if (edges.ends.empty() || edges.ends.back() < variable.count) edges.add(zero, variable.count);
    return make(level, edges);
  }
  Id children[narrow_codes];
  for (unsigned k = 0; k < variable.count; ++k) children[k] = codes.has(variable.first + k) ? one : zero;
  return make(level, std::span(children, variable.count));
}

DiagramArena::Id DiagramArena::make_of_results(Id id) {
  const std::span<const Id> from = children(id);
  if (is_wide(level(id))) {
    Edges edges;
    for (std::uint32_t edge = 0; edge < from.size(); ++edge) edges.add(result(from[edge]), edge_end(id, edge));
    return make(level(id), edges);
  }
  Id results[narrow_codes];
  for (std::size_t k = 0; k < from.size(); ++k) results[k] = result(from[k]);
  return make(level(id), std::span(results, from.size()));
}

// Makes the node of a frame that has computed all its children, and takes them from the values.
DiagramArena::Id DiagramArena::make_of_values(const Frame& frame) {
  if (is_wide(frame.level)) {
    Edges edges;
    const std::span<const Id> values = std::span(values_).last(2 * std::size_t{frame.edges});
    for (std::size_t i = 0; i < values.size(); i += 2) edges.add(values[i + 1], values[i]);
    values_.resize(values_.size() - values.size());
    return make(frame.level, edges);
  }
  const std::uint32_t width = variables_[frame.level].count;
  const Id made = make(frame.level, std::span(values_).last(width));
  values_.resize(values_.size() - width);
  return made;
}

void DiagramArena::group(Id id, std::vector<Group>& groups) const {
  constexpr std::size_t few = 64;  // groups, among which the one of a child is searched for
  const std::size_t first_group = groups.size();
  const unsigned first_code = variables_[level(id)].first;
  const std::span<const Id> from = children(id);
  std::unordered_map<Id, std::size_t> group_of;
  for (std::uint32_t edge = 0; edge < from.size(); ++edge) {
    std::size_t g = groups.size();
    if (groups.size() - first_group <= few) {
      // The latest group is tried first, since neighbouring codes mostly have the same
      // child.
      while (g > first_group && groups[g - 1].child != from[edge]) --g;
    } else {
      for (std::size_t i = first_group + group_of.size(); i < groups.size(); ++i) group_of.emplace(groups[i].child, i);
      const auto known = group_of.find(from[edge]);
      g = known == group_of.end() ? first_group : known->second + 1;
    }
    if (g == first_group) {
      groups.push_back({from[edge], {}});
      g = groups.size();
    }
    groups[g - 1].codes.add_range(first_code + edge_begin(id, edge), first_code + edge_end(id, edge) - 1);
  }
}

void DiagramArena::start_round() {
  order_.clear();
  steps_.clear();
  if (marks_.size() < nodes_.size()) marks_.resize(std::max(nodes_.size(), marks_.size() * 2));
  if (++round_ == 0) {
    std::fill(marks_.begin(), marks_.end(), Mark{});
    round_ = 1;
  }
}

// --- making -----------------------------------------------------------------

Diagrams::Diagrams(std::vector<Variable> order, std::size_t node_limit)
    : impl_(new Impl(std::move(order), node_limit)) {}

Diagrams::~Diagrams() { delete impl_; }

Diagrams::Diagrams(Diagrams&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}

Diagrams& Diagrams::operator=(Diagrams&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

const std::vector<Variable>& Diagrams::variables() const { return impl_->variables(); }

void Diagrams::set_node_limit(std::size_t node_limit) { impl_->set_limit(node_limit); }

Diagram Diagrams::terminal(std::uint32_t value) { return {impl_->terminal(value)}; }

Diagram Diagrams::code(VariableId variable) {
  const Variable codes = impl_->variables()[variable.value];
  DiagramArena::Edges edges;
  for (unsigned k = 0; k < codes.count; ++k) edges.add(impl_->terminal(codes.first + k), k + 1);
  return {impl_->make(variable.value, edges)};
}

Diagram Diagrams::test(VariableId variable, const CodeSet& codes) { return {impl_->test(variable.value, codes)}; }

Diagram Diagrams::cube(std::span<const std::pair<VariableId, Code>> codes) {
  std::vector<std::pair<VariableId, Code>> sorted(codes.begin(), codes.end());
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto [id, code] = sorted[i];
    const Variable variable = impl_->variables()[id.value];
    const bool is_code = code >= variable.first && code - variable.first < variable.count;
    const bool contradicts = i > 0 && sorted[i - 1].first == id && sorted[i - 1].second != code;
    if (!is_code || contradicts) return no();
  }
  // Nodes are made from the bottom up, so each is made once.
  std::uint32_t cube = DiagramArena::one;
  for (std::size_t i = sorted.size(); i-- > 0;) {
    const auto [id, code] = sorted[i];
    if (i > 0 && sorted[i - 1].first == id) continue;
    const Variable variable = impl_->variables()[id.value];
    const std::uint32_t k = code - variable.first;
    DiagramArena::Edges edges;
    if (k > 0) edges.add(DiagramArena::zero, k);
    edges.add(cube, k + 1);
    if (k + 1 < variable.count) edges.add(DiagramArena::zero, variable.count);
    cube = impl_->make(id.value, edges);
  }
  return {cube};
}

}  // namespace tally
