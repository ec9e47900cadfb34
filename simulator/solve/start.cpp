#include "simulator/solve/start.h"

#include "simulator/conditions/cells.h"

namespace tally {

std::optional<Literal> value_if_left_out(const Model& model, ElementId leaf) {
  const Element& element = model.at(leaf);
  if (!element.is_leaf()) return std::nullopt;
  if (!element.default_value && is_member_of_set(model, leaf)) return EnumName{"off"};
  return element.default_value;
}

Start::Start(const Model& model, const std::vector<GivenDocument>& documents) : model_(model), documents_(documents) {
  for (std::size_t i = 0; i < documents.size(); ++i) {
    for (const ElementId element : documents[i].elements) document_of_.emplace(element, i);
    for (const auto& [element, value] : documents[i].content) written_.emplace(element, value);
  }
}

Literal Start::value(ElementId element) const {
  const auto written = written_.find(element);
  if (written != written_.end()) return written->second;
  for (const ElementId object : optional_ancestors(model_, element)) {
    if (contains(object) && !is_written(object)) return Unset{};
  }
  if (!model_.at(element).is_leaf() && !model_.at(element).optional()) return EnumName{"present"};
  return value_if_left_out(model_, element).value_or(Unset{});
}

bool Start::holds_more(ElementId object) const {
  const auto document = document_of_.find(object);
  return document != document_of_.end() && documents_[document->second].kept.contains(object);
}

std::optional<ElementId> Start::innermost_present(ElementId element) const {
  const auto around = optional_ancestors(model_, element);
  for (auto object = around.rbegin(); object != around.rend(); ++object) {
    if (is_written(*object)) return *object;
  }
  return std::nullopt;
}

}  // namespace tally
