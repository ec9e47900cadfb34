// The order of the input bytes by fields. Elements are sorted by their path without
// cells, then by the cells. So `account[*, *].enabled` is one dense block, whose address
// is computed from the indices. All other elements keep the order of declaration, an
// object before its members.
#include "compiler/graph/input_layout.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tally {
namespace {

struct Key {
  std::vector<std::uint32_t> path;   // the input, then fields
  std::vector<std::uint32_t> cells;  // outermost map first
  ElementId element;
  bool operator<(const Key& other) const { return std::tie(path, cells) < std::tie(other.path, other.cells); }
};

Key key_of(const Model& model, const std::vector<std::uint32_t>& position, ElementId element) {
  Key key{{}, {}, element};
  ElementId at = element;
  while (auto parent = model.at(at).parent) {
    auto& steps = model.at(*parent).type->kind == Type::Kind::map ? key.cells : key.path;
    steps.push_back(position[at.value]);
    at = *parent;
  }
  key.path.push_back(model.at(element).input.value);
  std::reverse(key.path.begin(), key.path.end());
  std::reverse(key.cells.begin(), key.cells.end());
  return key;
}

}  // namespace

std::set<ElementId> wide_elements(const Classes& classes, const std::set<ElementId>& elements) {
  std::set<ElementId> wide;
  for (const ElementId element : elements) {
    if (classes.is_wide(element)) wide.insert(element);
  }
  return wide;
}

InputLayout::InputLayout(const Model& model, const std::set<ElementId>& read, std::set<ElementId> wide)
    : wide_(std::move(wide)), offsets_(model.elements.size(), -1) {
  std::vector<std::uint32_t> position(model.elements.size(), 0);  // among its parent's children
  for (const Element& element : model.elements) {
    for (std::uint32_t i = 0; i < element.children.size(); ++i) position[element.children[i].value] = i;
  }
  std::vector<Key> keys;
  keys.reserve(read.size());
  for (ElementId element : read) {
    if (!model.at(element).relation) keys.push_back(key_of(model, position, element));
  }
  std::sort(keys.begin(), keys.end());
  std::stable_partition(keys.begin(), keys.end(), [&](const Key& key) { return is_wide(key.element); });
  for (const Key& key : keys) order_.push_back(key.element);
  for (ElementId element : read) {
    if (model.at(element).relation) order_.push_back(element);
  }
  std::int32_t offset = 0;
  for (const ElementId element : order_) {
    offsets_[element.value] = offset;
    offset += is_wide(element) ? 2 : 1;
  }
}

std::optional<std::uint32_t> InputLayout::offset(ElementId element) const {
  // A relation may have been made later than the layout.
  const std::int32_t offset = element.value < offsets_.size() ? offsets_[element.value] : -1;
  if (offset < 0) return std::nullopt;
  return static_cast<std::uint32_t>(offset);
}

}  // namespace tally
