#include "simulator/audit/open_places.h"

#include <algorithm>

#include "simulator/conditions/cells.h"

namespace tally {
namespace {

// Returns the pointers of all values on the way to a place: "/caller", "/caller/device".
std::vector<std::string> pointers_to(const std::string& pointer) {
  std::vector<std::string> out;
  for (std::size_t end = pointer.find('/', 1);; end = pointer.find('/', end + 1)) {
    out.push_back(pointer.substr(0, end));
    if (end == std::string::npos) return out;
  }
}

}  // namespace

OpenPlaces::OpenPlaces(const Model& model, const std::vector<std::optional<ElementIndex>>& index,
                       const std::vector<ElementId>& over)
    : model_(model), index_(index) {
  for (const Input& input : model.inputs) {
    if (model.at(input.element).is_leaf() || input.type->set) add(input.element, true);
  }
  for (const ElementId element : over) add(element, false);
}

void OpenPlaces::add(ElementId element, bool is_fact) {
  // A value of a set has no place of its own.
  if (is_member_of_set(model_, element)) element = *model_.at(element).parent;
  Place place{below(model_, element), {}, pointers_to(model_.at(element).pointer), is_fact};
  for (auto around = model_.at(element).parent; around; around = model_.at(*around).parent)
    place.around.insert(place.around.begin(), *around);
  places_.push_back(std::move(place));
}

bool OpenPlaces::is_given(const Facts& given, ElementId element) const {
  const auto& index = index_[element.value];
  return index && !std::holds_alternative<std::monostate>(given.by_element[*index]);
}

bool OpenPlaces::is_open(const Place& place, const Facts& given, const StandingAt& standing) const {
  for (const std::string& pointer : place.pointers) {
    const Standing here = standing(pointer);
    if (here == Standing::nothing) break;
    // An object on the way to a fact is the document that the fact stands in.
    if (here == Standing::null || place.is_fact || &pointer == &place.pointers.back()) return false;
  }
  // A key may be written in another spelling.
  return std::none_of(place.below.begin(), place.below.end(), [&](ElementId e) { return is_given(given, e); });
}

void OpenPlaces::find(const Facts& given, const StandingAt& standing, std::vector<Left>& left) const {
  left.assign(model_.elements.size(), Left::settled);
  std::vector<ElementId> objects;  // around open places, and not in the line
  for (const Place& place : places_) {
    if (!is_open(place, given, standing)) continue;
    for (const ElementId element : place.below) left[element.value] = Left::open;
    for (const ElementId around : place.around) {
      if (is_given(given, around)) continue;
      left[around.value] = Left::open;
      objects.push_back(around);
    }
  }
  for (const ElementId object : objects) open_members(object, left);
}

// Of an object that may be there or not: the members that it has to have if it is there.
void OpenPlaces::open_members(ElementId object, std::vector<Left>& left) const {
  for (const ElementId id : model_.at(object).children) {
    const Element& member = model_.at(id);
    if (left[id.value] != Left::settled || member.optional()) continue;
    if (usual_value(model_, id)) {
      left[id.value] = Left::unset_or_default;
    } else if (member.type->set) {
      for (const ElementId inside : below(model_, id))
        left[inside.value] = member.default_value ? Left::unset_or_default : Left::open;
    } else {
      left[id.value] = Left::open;
      if (!member.is_leaf()) open_members(id, left);
    }
  }
}

std::optional<Literal> OpenPlaces::usual_value(const Model& model, ElementId leaf) {
  const Element& element = model.at(leaf);
  if (!element.is_leaf()) return std::nullopt;
  if (!element.default_value && is_member_of_set(model, leaf)) return EnumName{"off"};
  return element.default_value;
}

}  // namespace tally
