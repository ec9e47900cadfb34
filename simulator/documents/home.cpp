#include "simulator/documents/home.h"

#include <vector>

namespace tally {

Home home_of(const Model& model, ElementId element) {
  std::vector<ElementId> way = {element};
  while (model.at(way.back()).parent) way.push_back(*model.at(way.back()).parent);
  const auto first_key = [](const std::string& pointer, std::size_t from) {
    return pointer.substr(0, pointer.find('/', from + 1));
  };
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const Element& e = model.at(*at);
    const Element* around = e.parent ? &model.at(*e.parent) : nullptr;
    if (e.is_leaf() || (around && around->type->kind == Type::Kind::map)) continue;  // the map has one level per index
    const std::size_t from = around ? around->pointer.size() : 0;
    const std::string first = first_key(e.pointer, from);
    if (first.size() < e.pointer.size()) return {e.name, first, true};
  }
  const Element& input = model.at(way.back());
  // An input that is a scalar is in the request itself.
  if (input.is_leaf()) return {"the request", "", false};
  return {input.name, first_key(input.pointer, 0), false};
}

}  // namespace tally
