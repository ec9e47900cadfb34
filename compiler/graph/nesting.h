// Elements and the objects around them, in the order in which the possible documents are
// computed. Read backwards, the members of an object come before the object.
//
// In:     some elements
// Out:    these elements and all objects around them, each once, by depth and then by id
// Always: an object comes before its members
//
// With the elements a.b, a.c.d and e, of the inputs a and e, the order is a, e, a.b, a.c,
// a.c.d.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// The elements in this order. `size` and `operator[]` visit them by position.
class Nesting {
 public:
  Nesting(const Model& model, const std::set<ElementId>& elements);

  std::size_t size() const { return elements_.size(); }
  ElementId operator[](std::size_t i) const { return elements_[i]; }
  // The positions of the direct members of the object at position `i`, ascending.
  std::span<const std::size_t> members(std::size_t i) const {
    return std::span(members_).subspan(first_member_[i], first_member_[i + 1] - first_member_[i]);
  }
  // The positions of the inputs, which have no object around them.
  std::span<const std::size_t> inputs() const { return members(elements_.size()); }

 private:
  std::vector<ElementId> elements_;
  std::vector<std::size_t> members_;       // by object; the inputs come last
  std::vector<std::size_t> first_member_;  // in `members_`, by object
};

}  // namespace tally
