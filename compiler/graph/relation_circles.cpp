#include "compiler/graph/relation_circles.h"

#include <algorithm>
#include <map>

namespace tally {
namespace {

// Walks from the smallest leaf of each circle along leaves that are neighbours of no leaf before but
// the last. The second leaf is smaller than the last, so that a circle is found in one direction.
class Walk {
 public:
  Walk(const Model& model, const std::set<ElementId>& elements) {
    for (const ElementId element : elements) {
      const auto& relation = model.at(element).relation;
      if (!relation) continue;
      steps_[relation->left].emplace(relation->right, CircleStep{element, true});
      steps_[relation->right].emplace(relation->left, CircleStep{element, false});
    }
  }

  std::vector<Circle> run() {
    for (const auto& [leaf, steps] : steps_) {
      way_.assign(1, leaf);
      go_on();
    }
    return std::move(found_);
  }

 private:
  bool is_neighbour(ElementId a, ElementId b) const { return steps_.at(a).contains(b); }

  void go_on() {
    const ElementId start = way_.front();
    for (const auto& way_on : steps_.at(way_.back())) {
      const ElementId next = way_on.first;
      if (found_.size() >= max_circles) return;
      if (next <= start) continue;
      const bool has_chord = std::any_of(way_.begin() + (way_.size() > 1 ? 1 : 0), way_.end() - 1,
                                         [&](ElementId before) { return is_neighbour(before, next); });
      if (way_.size() > 1 && (has_chord || std::find(way_.begin(), way_.end(), next) != way_.end())) continue;
      way_.push_back(next);
      if (way_.size() > 2 && is_neighbour(next, start)) {
        if (way_[1] < next) close();
      } else {
        go_on();
      }
      way_.pop_back();
    }
  }

  void close() {
    Circle circle;
    for (std::size_t i = 0; i < way_.size(); ++i) circle.push_back(steps_.at(way_[i]).at(way_[(i + 1) % way_.size()]));
    found_.push_back(std::move(circle));
  }

  std::map<ElementId, std::map<ElementId, CircleStep>> steps_;
  std::vector<ElementId> way_;
  std::vector<Circle> found_;
};

}  // namespace

std::vector<Circle> relation_circles(const Model& model, const std::set<ElementId>& elements) {
  return Walk(model, elements).run();
}

}  // namespace tally
