// Values of numbers and texts that are compared with each other, found by trying.
//
// In:     classes, relations, and a code for each relation and each of its leaves
// Out:    one value per leaf with which every relation has its code, or nothing if no values do
// Always: nothing is known here of intervals, orders or circles. So what is possible by the
//         diagrams can be compared with it. For example, `a < b` and `b < a` have no values.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "compiler/diagrams/class_values.h"

namespace tally::testing {

// The code of the relation of two values; either may be Unset, but not both if they are numbers.
Code code_between(const Literal& left, const Literal& right, bool are_numbers);

class RelatedValues {
 public:
  // The relations among these elements. All arguments must outlive it.
  RelatedValues(const Model& model, const Classes& classes, const std::set<ElementId>& elements);

  const std::vector<ElementId>& relations() const { return relations_; }
  const std::vector<ElementId>& leaves() const { return leaves_; }
  std::optional<LeafValues> find(const std::function<unsigned(ElementId)>& code) const;

 private:
  bool search(std::size_t at, const std::function<unsigned(ElementId)>& code,
              const std::vector<std::vector<Literal>>& offered, LeafValues& values) const;
  bool are_related(std::size_t a, std::size_t b) const;
  bool fits(std::size_t at, const std::function<unsigned(ElementId)>& code, const LeafValues& values) const;
  bool holds(ElementId relation, const std::function<unsigned(ElementId)>& code, const LeafValues& values) const;

  const Model& model_;
  const Classes& classes_;
  std::vector<ElementId> relations_, leaves_;
  std::vector<std::vector<ElementId>> relations_of_;  // by leaf, in the order of `leaves_`
};

}  // namespace tally::testing
