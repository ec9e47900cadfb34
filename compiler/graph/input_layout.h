// The layout of the input bytes: the offset of each element's code.
//
// For example, `account : { enabled : flag, url : text? }[direction, network]` with four
// cells and `source : network`, in this order of declaration:
//
//   0..3    account[...].enabled of the four cells
//   4..7    account[...].url of the four cells
//   8       source
//
// A code that does not fit in a byte takes two: the code of `called`, which a table of 3,000 prefixes splits, takes
// the bytes 0 and 1.
//
// In:     a model, the elements that the decisions read, and those of them that take two bytes
// Out:    one byte offset per element, dense from 0
// Always: codes of two bytes come first, so their offsets are even; then the offsets follow the order of
//         declaration, relations come last; the same member of all cells of a map is side by side, so an index
//         becomes an address
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/model/model.h"

namespace tally {

// The elements whose code does not fit in a byte.
std::set<ElementId> wide_elements(const Classes& classes, const std::set<ElementId>& elements);

// The layout for some elements. `offset` returns nothing for an element without a byte.
class InputLayout {
 public:
  InputLayout(const Model& model, const std::set<ElementId>& read, std::set<ElementId> wide = {});
  // In bytes; even if there are codes of two bytes, as a struct of C is.
  std::size_t size() const {
    return order_.size() + wide_.size() + (wide_.empty() ? 0 : order_.size() + wide_.size()) % 2;
  }
  bool is_wide(ElementId element) const { return wide_.contains(element); }
  const std::vector<ElementId>& order() const { return order_; }  // by offset
  std::optional<std::uint32_t> offset(ElementId element) const;

 private:
  std::set<ElementId> wide_;
  std::vector<ElementId> order_;
  std::vector<std::int32_t> offsets_;  // by element; -1 for an element that is not read
};

}  // namespace tally
