#include "compiler/graph/nesting.h"

#include <algorithm>
#include <utility>

namespace tally {

Nesting::Nesting(const Model& model, const std::set<ElementId>& elements) {
  using Deep = std::pair<std::size_t, ElementId>;  // an element, by depth
  std::vector<Deep> all;
  std::vector<ElementId> chain;  // an element and the objects around it, from the inside
  for (const ElementId element : elements) {
    chain.assign(1, element);
    for (auto around = model.at(element).parent; around; around = model.at(*around).parent) chain.push_back(*around);
    for (std::size_t i = 0; i < chain.size(); ++i) all.emplace_back(chain.size() - 1 - i, chain[i]);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());

  elements_.reserve(all.size());
  std::vector<std::pair<std::size_t, std::size_t>> by_object;  // the position of an object, the position of a member
  by_object.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [depth, element] = all[i];
    elements_.push_back(element);
    const auto parent = model.at(element).parent;
    const auto at = parent ? std::lower_bound(all.begin(), all.end(), Deep(depth - 1, *parent)) : all.end();
    by_object.emplace_back(static_cast<std::size_t>(at - all.begin()), i);
  }
  std::sort(by_object.begin(), by_object.end());
  members_.reserve(by_object.size());
  first_member_.reserve(all.size() + 2);
  for (const auto& [object, member] : by_object) {
    first_member_.resize(object + 1, members_.size());
    members_.push_back(member);
  }
  first_member_.resize(all.size() + 2, members_.size());
}

}  // namespace tally
