#include "compiler/plan/possible_condition.h"

#include <map>
#include <string_view>
#include <vector>

namespace tally {
namespace {

// What the documents under one element can be, as conditions over its codes.
struct Shape {
  NodeId absent;   // every code under it is 0
  NodeId allowed;  // the object around it being present
};

}  // namespace

NodeId possible_condition(const Model& model, Graph& graph, const Classes& classes,
                          const std::set<ElementId>& elements) {
  // The elements, and the objects around them; breadth first from the outside.
  std::map<ElementId, std::vector<ElementId>> inner;
  std::vector<ElementId> roots;
  std::set<ElementId> reached;
  for (ElementId element : elements) {
    while (reached.insert(element).second) {
      const auto parent = model.at(element).parent;
      (parent ? inner[*parent] : roots).push_back(element);
      if (!parent) break;
      element = *parent;
    }
  }
  std::vector<ElementId> sequence = roots;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    if (const auto found = inner.find(sequence[i]); found != inner.end())
      sequence.insert(sequence.end(), found->second.begin(), found->second.end());
  }

  std::map<ElementId, Shape> shapes;
  const auto together = [&](const std::vector<ElementId>& members) {
    std::vector<NodeId> absent, allowed;
    std::map<std::string_view, std::vector<Shape>> one_place;
    for (const ElementId member : members) {
      const Element& element = model.at(member);
      const Shape& shape = shapes.at(member);
      absent.push_back(shape.absent);
      if (element.kind == ast::PlaceKind::any) {
        allowed.push_back(shape.allowed);
      } else {
        one_place[element.pointer].push_back(shape);
      }
    }
    // Of those that read one place in its different kinds, all but one are absent.
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
    return Shape{graph.both(std::move(absent)), graph.both(std::move(allowed))};
  };
  const auto is_set = [&](ElementId id) {
    const Element& element = model.at(id);
    if (classes.first(id) > 0) return graph.yes();
    if (element.is_leaf() && !element.type->is_enum()) return graph.present(id);
    return graph.is_set(graph.leaf(id, classes.codes(id)));
  };

  for (std::size_t i = sequence.size(); i-- > 0;) {
    const ElementId id = sequence[i];
    const Element& element = model.at(id);
    if (element.is_leaf()) {
      const NodeId set = is_set(id);
      shapes[id] = {graph.negate(set), element.optional() ? graph.yes() : set};
      continue;
    }
    const auto members = inner.find(id);
    Shape shape = together(members == inner.end() ? std::vector<ElementId>{} : members->second);
    if (element.optional() && elements.contains(id)) {
      const NodeId present = is_set(id);
      shape.allowed = graph.choose({{present, shape.allowed}}, shape.absent);
      shape.absent = graph.both({shape.absent, graph.negate(present)});
    } else if (element.optional()) {
      shape.allowed = graph.either({shape.allowed, shape.absent});
    }
    shapes[id] = shape;
  }
  return together(roots).allowed;
}

}  // namespace tally
