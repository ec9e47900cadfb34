// The circles that relations form. Relations of leaves whose values lie in one class contradict each
// other only along a circle: `a < b`, `b < c` and `c < a`.
//
// In:     some relations
// Out:    every circle without a chord. A circle with a chord contradicts itself only if one of the
//         two circles that the chord makes of it does.
// Always: each circle is there once
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// A relation on the way around a circle.
struct CircleStep {
  ElementId relation;
  bool forward = true;  // whether the way goes from its `left` to its `right`
};
using Circle = std::vector<CircleStep>;

inline constexpr std::size_t max_circles = 10'000;

// Elements that are not relations are passed over. If there are more than `max_circles`, the first of
// them are returned, and what is possible is then an upper bound.
std::vector<Circle> relation_circles(const Model& model, const std::set<ElementId>& elements);

}  // namespace tally
