// Separate from space_possible.cpp, which does the same with diagrams, so that the two can
// be compared. They share the order of the elements (compiler/graph/nesting.h) and the circles
// (compiler/graph/relation_circles.h).
#include "compiler/plan/possible_condition.h"

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/graph/nesting.h"
#include "compiler/graph/relation_circles.h"

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

// Which documents can exist, as a condition on the codes of elements that have a place in them.
NodeId possible_documents(const Model& model, Graph& graph, const Classes& classes,
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
      NodeId allowed = element.optional() ? graph.yes() : set;
      // Whether a place has another kind is on or unset, never off.
      if (element.kind == ast::PlaceKind::other)
        allowed = graph.member(graph.leaf(id, classes.codes(id)), std::vector<std::uint32_t>{1, 0, 1});
      shapes[i] = {graph.negate(set), allowed};
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

// The code of a relation follows from those of its leaves, row by row.
NodeId follows(const Model& model, Graph& graph, const Classes& classes, ElementId relation) {
  const Relation& of = *model.at(relation).relation;
  const auto code_of = [&](ElementId element) { return graph.leaf(element, classes.codes(element)); };
  const NodeId code = code_of(relation);
  std::vector<NodeId> rows;
  for (unsigned left = 0; left < classes.codes(of.left); ++left) {
    std::vector<NodeId> row;
    for (unsigned right = 0; right < classes.codes(of.right); ++right) {
      const auto decided = classes.code_of_relation(relation, static_cast<Code>(left), static_cast<Code>(right));
      std::vector<std::uint32_t> allowed(classes.codes(relation), decided ? 0 : 1);
      allowed[decided.value_or(0)] = decided ? 1 : 0;
      row.push_back(graph.member(code, std::move(allowed)));
    }
    rows.push_back(graph.select(code_of(of.right), row));
  }
  return graph.select(code_of(of.left), rows);
}

// No circle goes only upwards, or stays level, with one step at least that goes up.
NodeId is_consistent(const Model& model, Graph& graph, const Classes& classes, const Circle& circle) {
  const auto is = [&](ElementId relation, auto named) {
    return graph.is_code(graph.leaf(relation, classes.codes(relation)), static_cast<std::uint32_t>(named));
  };
  std::vector<NodeId> contradictions;
  if (model.at(circle.front().relation).type->values.size() == 2) {
    for (const CircleStep& odd : circle) {
      std::vector<NodeId> all;
      for (const CircleStep& step : circle) {
        const bool is_odd = step.relation == odd.relation;
        all.push_back(is(step.relation, is_odd ? TextRelation::different : TextRelation::equal));
      }
      contradictions.push_back(graph.both(std::move(all)));
    }
  } else {
    for (const bool upwards : {true, false}) {
      std::vector<NodeId> at_most, equal;
      for (const CircleStep& step : circle) {
        const auto up = step.forward == upwards ? NumberRelation::less : NumberRelation::greater;
        equal.push_back(is(step.relation, NumberRelation::equal));
        at_most.push_back(graph.either({equal.back(), is(step.relation, up)}));
      }
      at_most.push_back(graph.negate(graph.both(std::move(equal))));
      contradictions.push_back(graph.both(std::move(at_most)));
    }
  }
  return graph.negate(graph.either(std::move(contradictions)));
}

}  // namespace

NodeId possible_condition(const Model& model, Graph& graph, const Classes& classes,
                          const std::set<ElementId>& elements) {
  std::set<ElementId> in_documents, relations;
  for (const ElementId element : elements) (model.at(element).relation ? relations : in_documents).insert(element);
  std::vector<NodeId> all{possible_documents(model, graph, classes, in_documents)};
  for (const ElementId relation : relations) all.push_back(follows(model, graph, classes, relation));
  for (const Circle& circle : relation_circles(model, relations))
    all.push_back(is_consistent(model, graph, classes, circle));
  return graph.both(std::move(all));
}

}  // namespace tally
