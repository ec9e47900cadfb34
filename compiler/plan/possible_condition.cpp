// Separate from space_possible.cpp, which does the same with diagrams, so that the two can
// be compared. They share the order of the elements (compiler/graph/nesting.h).
#include "compiler/plan/possible_condition.h"

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/graph/nesting.h"

namespace tally {
namespace {

// What the documents under one element may be, as conditions on its codes.
struct Shape {
  NodeId absent;   // every code under it is 0
  NodeId allowed;  // what is allowed if the object around it is present
};

// The members of an object, or the inputs, combined.
Shape together(const Model& model, Graph& graph, const Nesting& nesting, std::span<const std::size_t> members,
               const std::vector<Shape>& shapes) {
  std::vector<NodeId> absent, allowed;
  std::map<std::string_view, std::vector<Shape>> one_place;
  for (const std::size_t member : members) {
    const Element& element = model.at(nesting[member]);
    absent.push_back(shapes[member].absent);
    if (element.kind == ast::PlaceKind::any) {
      allowed.push_back(shapes[member].allowed);
    } else {
      one_place[element.pointer].push_back(shapes[member]);
    }
  }
  // Fields that read one place in its different kinds: all but one are absent.
  for (const auto& [pointer, rivals] : one_place) {
    std::vector<NodeId> one;
    for (std::size_t i = 0; i < rivals.size(); ++i) {
      std::vector<NodeId> alone{rivals[i].allowed};
      for (std::size_t j = 0; j < rivals.size(); ++j) {
        if (j != i) alone.push_back(rivals[j].absent);
      }
      one.push_back(graph.both(std::move(alone)));
    }
    allowed.push_back(graph.either(std::move(one)));
  }
  return {graph.both(std::move(absent)), graph.both(std::move(allowed))};
}

}  // namespace

NodeId possible_condition(const Model& model, Graph& graph, const Classes& classes,
                          const std::set<ElementId>& elements) {
  const auto is_set = [&](ElementId id) {
    const Element& element = model.at(id);
    if (classes.first(id) > 0) return graph.yes();
    if (element.is_leaf() && !element.type->is_enum()) return graph.present(id);
    return graph.is_set(graph.leaf(id, classes.codes(id)));
  };

  const Nesting nesting(model, elements);
  std::vector<Shape> shapes(nesting.size());
  for (std::size_t i = nesting.size(); i-- > 0;) {
    const ElementId id = nesting[i];
    const Element& element = model.at(id);
    if (element.is_leaf()) {
      const NodeId set = is_set(id);
      shapes[i] = {graph.negate(set), element.optional() ? graph.yes() : set};
      continue;
    }
    Shape shape = together(model, graph, nesting, nesting.members(i), shapes);
    if (element.optional() && elements.contains(id)) {
      const NodeId present = is_set(id);
      shape.allowed = graph.choose({{present, shape.allowed}}, shape.absent);
      shape.absent = graph.both({shape.absent, graph.negate(present)});
    } else if (element.optional()) {
      shape.allowed = graph.either({shape.allowed, shape.absent});
    }
    shapes[i] = shape;
  }
  return together(model, graph, nesting, nesting.inputs(), shapes).allowed;
}

}  // namespace tally
