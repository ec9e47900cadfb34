#include "compiler/sql/column_places.h"

#include <algorithm>

namespace tally::sql {
namespace {

// An object stands before its members.
void add_with_members(const Model& model, ElementId element, std::vector<ElementId>& out) {
  out.push_back(element);
  for (const ElementId child : model.at(element).children) add_with_members(model, child, out);
}

}  // namespace

std::vector<InputId> inputs_of(const Model& model, const std::set<ElementId>& reads) {
  std::set<InputId> asked;
  for (std::uint32_t i = 0; i < model.inputs.size(); ++i) {
    if (model.is_own(model.inputs[i].file)) asked.insert(InputId{i});
  }
  for (const ElementId id : reads) {
    if (!model.at(id).relation) asked.insert(model.at(id).input);
  }
  return {asked.begin(), asked.end()};
}

std::vector<ElementId> described_elements(const Model& model, const std::vector<InputId>& inputs) {
  std::vector<ElementId> out;
  for (const InputId input : inputs) add_with_members(model, model.at(input).element, out);
  return out;
}

PlaceMap places_of(const ColumnMap& map, const std::vector<ElementId>& elements,
                   const std::vector<SchemaColumn>& schema) {
  PlaceMap out;
  for (const MappedInput& input : map.inputs) {
    Place place;
    switch (input.from) {
      case MappedInput::From::column: place.kind = Place::Kind::column; break;
      case MappedInput::From::constant: place.kind = Place::Kind::constant; break;
      case MappedInput::From::not_null: place.kind = Place::Kind::set_when_not_null; break;
      case MappedInput::From::null: place.kind = Place::Kind::set_when_null; break;
    }
    place.column = input.column;
    place.constant = input.constant;
    const auto column =
        std::find_if(schema.begin(), schema.end(), [&](const SchemaColumn& one) { return one.name == input.column; });
    if (column != schema.end()) place.type = column->kind;
    out[elements.at(input.element)] = place;
  }
  return out;
}

}  // namespace tally::sql
