#include "simulator/vectors/clique.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tally {
namespace {

class CliqueBranches {
 public:
  CliqueBranches(const std::vector<Members>& neighbours, std::size_t max_steps)
      : neighbours_(neighbours), max_steps_(max_steps) {}

  std::size_t run() {
    std::vector<std::size_t> all(neighbours_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::stable_sort(all.begin(), all.end(),
                     [&](std::size_t a, std::size_t b) { return neighbours_[a].size() > neighbours_[b].size(); });
    branch(all, 0);
    return best_;
  }

 private:
  // Orders the vertices by colour: no two of one colour are neighbours, so a clique has at most one of each.
  std::vector<std::pair<std::size_t, std::size_t>> coloured(const std::vector<std::size_t>& vertices) const {
    std::vector<std::vector<std::size_t>> colours;
    for (const std::size_t v : vertices) {
      const auto at = std::find_if(colours.begin(), colours.end(), [&](const auto& colour) {
        return std::none_of(colour.begin(), colour.end(), [&](std::size_t other) { return neighbours_[v].has(other); });
      });
      at == colours.end() ? colours.push_back({v}) : at->push_back(v);
    }
    std::vector<std::pair<std::size_t, std::size_t>> out;  // the colour, counted from 1, and the vertex
    for (std::size_t c = 0; c < colours.size(); ++c) {
      for (const std::size_t v : colours[c]) out.emplace_back(c + 1, v);
    }
    return out;
  }

  void branch(const std::vector<std::size_t>& vertices, std::size_t chosen) {
    best_ = std::max(best_, chosen);
    if (++steps_ >= max_steps_) return;
    auto left = coloured(vertices);
    while (!left.empty() && chosen + left.back().first > best_ && steps_ < max_steps_) {
      const std::size_t v = left.back().second;
      left.pop_back();
      std::vector<std::size_t> next;
      for (const auto& [colour, other] : left) {
        if (neighbours_[v].has(other)) next.push_back(other);
      }
      branch(next, chosen + 1);
    }
  }

  const std::vector<Members>& neighbours_;
  const std::size_t max_steps_;
  std::size_t best_ = 0, steps_ = 0;
};

}  // namespace

std::size_t largest_clique(const std::vector<Members>& neighbours, std::size_t max_steps) {
  return CliqueBranches(neighbours, max_steps).run();
}

}  // namespace tally
