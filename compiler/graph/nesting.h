// Elements and the objects around them, in the order in which it is worked out what
// documents can be: read backwards, the inside of an object comes before the object.
//
// In: some elements. Out: these and all objects around them, each once, by depth and then
// by id. Always: an object stands before its members.
//
// With a.b and a.c.d of the inputs a and e: a, e, a.b, a.c, a.c.d.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

class Nesting {
 public:
  Nesting(const Model& model, const std::set<ElementId>& elements);

  std::size_t size() const { return elements_.size(); }
  ElementId operator[](std::size_t i) const { return elements_[i]; }
  // The positions of what stands directly in the object at `i`, ascending.
  std::span<const std::size_t> members(std::size_t i) const {
    return std::span(members_).subspan(first_member_[i], first_member_[i + 1] - first_member_[i]);
  }
  // The positions of the inputs, which stand in nothing.
  std::span<const std::size_t> inputs() const { return members(elements_.size()); }

 private:
  std::vector<ElementId> elements_;
  std::vector<std::size_t> members_;       // by object; those of no object come last
  std::vector<std::size_t> first_member_;  // in `members_`, by object
};

}  // namespace tally
