#include "simulator/documents/smallest_document.h"

#include <vector>

namespace tally {
namespace {

class Builder {
 public:
  Builder(const Model& model, const std::vector<ElementId>& elements, const std::function<bool(ElementId)>& set)
      : model_(model), given_(model.elements.size(), Given::nothing), present_(model.elements.size(), false) {
    for (ElementId element : elements) given_[element.value] = set(element) ? Given::set : Given::unset;
  }

  bool build() {
    for (const Input& input : model_.inputs) {
      if (!model_.at(input.element).optional() && !put(input.element)) return false;
    }
    for (std::uint32_t i = 0; i < given_.size(); ++i) {
      if (given_[i] == Given::set && !put(ElementId{i})) return false;
    }
    // A relation is unset where one of its leaves is.
    for (std::uint32_t i = 0; i < given_.size(); ++i) {
      const auto& relation = model_.at(ElementId{i}).relation;
      if (relation && given_[i] == Given::unset && present_[relation->left.value] && present_[relation->right.value])
        return false;
    }
    return true;
  }

  std::vector<bool> document() && { return std::move(present_); }

 private:
  enum class Given : std::uint8_t { nothing, set, unset };

  // Returns false if the document may not contain the element, or what it requires.
  bool put(ElementId id) {
    if (present_[id.value]) return true;
    if (given_[id.value] == Given::unset) return false;
    if (has_rival(id)) return false;
    present_[id.value] = true;
    const Element& element = model_.at(id);
    // Only numbers are compared that are set; two unset texts are equal.
    if (element.relation) return !element.optional() || (put(element.relation->left) && put(element.relation->right));
    if (element.parent && !put(*element.parent)) return false;
    for (ElementId child : element.children) {
      // In a present object, a member with a default is never unset either.
      if (!model_.at(child).optional() && !put(child)) return false;
    }
    return true;
  }

  // Whether the element's place is already taken by its other `if` kind.
  bool has_rival(ElementId id) const {
    const Element& element = model_.at(id);
    if (element.kind == ast::PlaceKind::any) return false;
    const auto rivals = [&](ElementId other) {
      return other != id && present_[other.value] && model_.at(other).pointer == element.pointer;
    };
    if (element.parent) {
      for (ElementId sibling : model_.at(*element.parent).children) {
        if (rivals(sibling)) return true;
      }
      return false;
    }
    for (const Input& input : model_.inputs) {
      if (rivals(input.element)) return true;
    }
    return false;
  }

  const Model& model_;
  std::vector<Given> given_;
  std::vector<bool> present_;
};

}  // namespace

std::optional<std::vector<bool>> smallest_document(const Model& model, const std::vector<ElementId>& elements,
                                                   const std::function<bool(ElementId)>& set) {
  Builder builder(model, elements, set);
  if (!builder.build()) return std::nullopt;
  return std::move(builder).document();
}

std::optional<std::vector<bool>> smallest_document_of(const Model& model, const std::vector<ElementId>& elements,
                                                      const std::function<unsigned(ElementId)>& code_of) {
  constexpr unsigned code_of_off = 1;
  for (const ElementId element : elements) {
    if (model.at(element).kind == ast::PlaceKind::other && code_of(element) == code_of_off) return std::nullopt;
  }
  return smallest_document(model, elements, [&](ElementId element) { return code_of(element) != 0; });
}

bool document_exists(const Model& model, const std::vector<ElementId>& elements,
                     const std::function<bool(ElementId)>& set) {
  return smallest_document(model, elements, set).has_value();
}

}  // namespace tally
