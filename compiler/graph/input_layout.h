// The layout of the input bytes: the offset of each element's code.
//
// For example, `account : { enabled : flag, url : text? }[direction, network]` with four
// cells and `source : network`, in this order of declaration:
//
//   0..3    account[...].enabled of the four cells
//   4..7    account[...].url of the four cells
//   8       source
//
// In:     a model, and the elements that the decisions read
// Out:    one byte offset per element, dense from 0
// Always: the offsets follow the order of declaration, relations come last; the same member of all
//         cells of a map is side by side, so an index becomes an address
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// The layout for some elements. `offset` returns nothing for an element without a byte.
class InputLayout {
 public:
  InputLayout(const Model& model, const std::set<ElementId>& read);
  std::size_t size() const { return order_.size(); }
  const std::vector<ElementId>& order() const { return order_; }  // by offset
  std::optional<std::uint32_t> offset(ElementId element) const;

 private:
  std::vector<ElementId> order_;
  std::vector<std::int32_t> offsets_;  // by element; -1 for an element that is not read
};

}  // namespace tally
