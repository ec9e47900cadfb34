// The layout of the input bytes: where each element's code stands.
//
// In: the elements that the decisions read. Out: a byte offset each, dense from
// 0, in the order of declaration, the same member of all cells of a map side by
// side, so that an index becomes an address.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

class InputLayout {
 public:
  InputLayout(const Model& model, const std::set<ElementId>& read);
  std::size_t size() const { return order_.size(); }
  const std::vector<ElementId>& order() const { return order_; }  // by offset
  std::optional<std::uint32_t> offset(ElementId element) const;

 private:
  std::vector<ElementId> order_;
  std::vector<std::int32_t> offsets_;  // by element; -1 where it is not read
};

}  // namespace tally
