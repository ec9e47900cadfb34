// Finds the variables that matter where a condition holds.
//
// No function here makes a node. With cofactors, each variable would need a new copy of
// the part of the diagram above it. Instead, the condition and the function are walked
// down together once. At a variable for which the condition allows both of two codes, two
// ways are followed side by side until their terminals differ, or can no longer differ.
//
// For example, with the condition "`source` is 2" and the function "`source` is 2 and
// `enabled` is 2", `enabled` matters and `source` does not.
#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include "compiler/diagrams/arena.h"
#include "compiler/diagrams/diagram.h"

namespace tally {
namespace {

using DiagramId = DiagramArena::Id;

// The rest of the condition and of the function: on one way, or on two.
template <std::size_t n>
using Places = std::array<DiagramId, n>;

struct PlacesHash {
  template <std::size_t n>
  std::size_t operator()(const Places<n>& places) const {
    std::uint64_t hash = 0;
    for (const DiagramId id : places) hash = (hash ^ id) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29;
    return static_cast<std::size_t>(hash);
  }
};
template <std::size_t n>
using Seen = std::unordered_set<Places<n>, PlacesHash>;

class InfluenceWalk {
 public:
  explicit InfluenceWalk(const DiagramArena& arena) : arena_(arena) {}

  std::vector<VariableId> run(DiagramId condition, DiagramId function) {
    Seen<2> seen;
    std::vector<Places<2>> left;
    const auto go_on = [&](const Places<2>& place) {
      if (place[0] == DiagramArena::zero || arena_.is_terminal(place[1]) || !seen.insert(place).second) return;
      arena_.check_results(seen.size());
      left.push_back(place);
    };
    go_on({condition, function});
    while (!left.empty()) {
      const Places<2> here = left.back();
      left.pop_back();
      const std::uint32_t level = top(here);
      std::vector<Places<2>> ways;
      for (const std::uint32_t k : starts(here, level)) ways.push_back(below(here, level, k));
      std::sort(ways.begin(), ways.end());
      ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
      if (arena_.level(here[1]) == level && !found_.contains(level) && part(ways)) found_.insert(level);
      for (const Places<2>& way : ways) go_on(way);
    }
    std::vector<VariableId> out;
    for (const std::uint32_t level : found_) out.push_back({level});
    return out;
  }

 private:
  template <std::size_t n>
  std::uint32_t top(const Places<n>& places) const {
    std::uint32_t level = DiagramArena::terminal_level;
    for (const DiagramId id : places) level = std::min(level, arena_.level(id));
    return level;
  }
  template <std::size_t n>
  Places<n> below(Places<n> places, std::uint32_t level, std::uint32_t k) const {
    for (DiagramId& id : places) {
      if (arena_.level(id) == level) id = arena_.child(id, k);
    }
    return places;
  }
  // The numbers of the codes at which an edge of some place begins, in order. Valid until the next call.
  template <std::size_t n>
  const std::vector<std::uint32_t>& starts(const Places<n>& places, std::uint32_t level) {
    starts_.clear();
    if (!arena_.is_wide(level)) {
      for (std::uint32_t k = 0; k < arena_.width(level); ++k) starts_.push_back(k);
      return starts_;
    }
    for (const DiagramId id : places) {
      if (arena_.level(id) != level) continue;
      const auto edges = static_cast<std::uint32_t>(arena_.children(id).size());
      for (std::uint32_t edge = 0; edge < edges; ++edge) starts_.push_back(arena_.edge_begin(id, edge));
    }
    std::sort(starts_.begin(), starts_.end());
    starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
    return starts_;
  }

  // Whether two of these ways (sorted) have different results. Under one condition each
  // way is compared with the first only: if any two differ, one of them differs from the
  // first.
  bool part(const std::vector<Places<2>>& ways) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const bool first = i == 0 || ways[i - 1][0] != ways[i][0];
      for (std::size_t j = i + 1; j < ways.size(); ++j) {
        if (!first && ways[i][0] == ways[j][0]) continue;
        if (part({ways[i][0], ways[j][0], ways[i][1], ways[j][1]})) return true;
      }
    }
    return false;
  }

  // Whether some assignment satisfies both conditions and gives the two functions
  // different terminals.
  bool part(const Places<4>& root) {
    Seen<4> seen;
    std::vector<Places<4>> left;
    const auto go_on = [&](const Places<4>& place) {
      const auto [condition, other_condition, function, other] = place;
      if (condition == DiagramArena::zero || other_condition == DiagramArena::zero || function == other) return;
      if (never_.contains(place) || !seen.insert(place).second) return;
      arena_.check_results(never_.size() + seen.size());
      left.push_back(place);
    };
    go_on(root);
    while (!left.empty()) {
      const Places<4> here = left.back();
      left.pop_back();
      // Different nodes are different functions.
      if (here[0] == DiagramArena::one && here[1] == DiagramArena::one) return true;
      const std::uint32_t level = top(here);
      if (level == DiagramArena::terminal_level) return true;
      const std::vector<std::uint32_t>& edges = starts(here, level);
      for (auto k = edges.rbegin(); k != edges.rend(); ++k) go_on(below(here, level, *k));
    }
    never_.merge(seen);
    return false;
  }

  const DiagramArena& arena_;
  std::set<std::uint32_t> found_;  // levels
  std::vector<std::uint32_t> starts_;
  Seen<4> never_;  // places from which no two ways differ
};

}  // namespace

std::vector<VariableId> Diagrams::influential(Diagram condition, Diagram d) const {
  return InfluenceWalk(*impl_).run(condition.id, d.id);
}

}  // namespace tally
