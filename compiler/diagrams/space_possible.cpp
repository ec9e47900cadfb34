// Which documents can exist, as a diagram. See space.h.
//
// Presences that no rule reads need no variables. From the inside out, each object gets
// one condition for "absent" and one for "allowed by the object around it". So the
// projection is exact by construction, and nothing is quantified.
//
// A relation follows from the values of its leaves. So the leaves are looked at together with it, and
// quantified if they were not asked for. Within one class every order is possible that does not
// contradict itself along a circle.
//
// possible_condition.cpp does the same with nodes of a graph. The two are separate on
// purpose, so that the diagrams of one can be compared with the code of the other. They
// share the order of the elements (compiler/graph/nesting.h) and the circles
// (compiler/graph/relation_circles.h).
#include <algorithm>
#include <map>
#include <string_view>

#include "compiler/diagrams/space.h"
#include "compiler/graph/nesting.h"
#include "compiler/graph/relation_circles.h"

namespace tally {
namespace {

// What the documents under one element may be, as conditions on the codes that matter.
struct Shape {
  Diagram absent;         // every code under it is 0
  Diagram allowed;        // what is allowed if the object around it is present
  std::uint32_t top = 0;  // the first variable under it
};

// Combines the shapes of an object's members. It keeps its memory for the next object.
class Together {
 public:
  Together(const Model& model, Diagrams& diagrams, const Nesting& nesting)
      : model_(model), diagrams_(diagrams), nesting_(nesting) {}

  // `members` has positions in the nesting; `shapes` is indexed by position.
  Shape operator()(std::span<const std::size_t> members, const std::vector<Shape>& shapes) {
    parts_.clear();
    rivals_.clear();
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
      const Element& element = model_.at(nesting_[*member]);
      if (element.kind == ast::PlaceKind::any) {
        parts_.push_back(shapes[*member]);
      } else {
        rivals_[element.pointer].push_back(&shapes[*member]);
      }
    }
    for (const auto& [pointer, rivals] : rivals_) parts_.push_back(one_of(rivals));
    // The last variables come first, so that each step only adds nodes on top.
    std::sort(parts_.begin(), parts_.end(), [](const Shape& a, const Shape& b) { return a.top > b.top; });
    Shape shape{diagrams_.yes(), diagrams_.yes(), parts_.empty() ? 0 : parts_.back().top};
    for (const Shape& part : parts_) {
      shape.absent = diagrams_.both(part.absent, shape.absent);
      shape.allowed = diagrams_.both(part.allowed, shape.allowed);
    }
    return shape;
  }

 private:
  // Of fields that read one place in its different kinds, all but one are absent.
  Shape one_of(const std::vector<const Shape*>& rivals) {
    Shape shape{diagrams_.yes(), diagrams_.no(), rivals.front()->top};
    for (const Shape* rival : rivals) {
      Diagram alone = rival->allowed;
      for (const Shape* other : rivals) {
        if (other != rival) alone = diagrams_.both(alone, other->absent);
      }
      shape.allowed = diagrams_.either(shape.allowed, alone);
      shape.absent = diagrams_.both(shape.absent, rival->absent);
      shape.top = std::min(shape.top, rival->top);
    }
    return shape;
  }

  const Model& model_;
  Diagrams& diagrams_;
  const Nesting& nesting_;
  std::vector<Shape> parts_;
  std::map<std::string_view, std::vector<const Shape*>> rivals_;  // by place
};

}  // namespace

Diagram Space::possible(const std::set<ElementId>& elements) {
  if (const auto found = possible_.find(elements); found != possible_.end()) return found->second;
  return possible_.emplace(elements, make_possible(elements, nullptr)).first->second;
}

Diagram Space::make_possible(const std::set<ElementId>& elements, const Held* held) {
  std::set<ElementId> in_documents, relations, added;
  for (const ElementId element : elements) (model_->at(element).relation ? relations : in_documents).insert(element);
  for (const ElementId relation : relations) {
    const Relation& of = *model_->at(relation).relation;
    for (const ElementId leaf : {of.left, of.right}) {
      if (in_documents.insert(leaf).second) added.insert(leaf);
    }
  }
  Diagram possible = possible_documents(in_documents, held);
  for (const ElementId relation : relations) possible = diagrams_.both(follows(relation, held), possible);
  if (relations.size() > 2) possible = diagrams_.both(without_contradictions(relations, held), possible);
  return added.empty() ? possible : diagrams_.exists(possible, variables(added));
}

// The code of a relation follows from the codes of its leaves, if these decide it.
Diagram Space::follows(ElementId relation, const Held* held) {
  const Relation& of = *model_->at(relation).relation;
  CodeSet any_order;
  for (unsigned code = 1; code < classes_->codes(relation); ++code) any_order.add(code);
  const Diagram open = test(relation, any_order, held);
  std::vector<Diagram> rows, row;
  // Texts of different classes are different, whichever they are. There may be thousands of classes.
  if (model_->at(of.left).type->kind != Type::Kind::number) {
    const Diagram differ = test(relation, CodeSet().add(static_cast<unsigned>(TextRelation::different)), held);
    for (unsigned left = 0; left < classes_->codes(of.left); ++left) {
      const auto code = classes_->code_of_relation(relation, static_cast<Code>(left), static_cast<Code>(left));
      const Diagram alike = code ? test(relation, CodeSet().add(*code), held) : open;
      rows.push_back(diagrams_.choose(test(of.right, CodeSet().add(left), held), alike, differ));
    }
    return diagrams_.select(code_of(of.left, held), rows);
  }
  for (unsigned left = 0; left < classes_->codes(of.left); ++left) {
    row.clear();
    for (unsigned right = 0; right < classes_->codes(of.right); ++right) {
      const auto code = classes_->code_of_relation(relation, static_cast<Code>(left), static_cast<Code>(right));
      row.push_back(code ? test(relation, CodeSet().add(*code), held) : open);
    }
    rows.push_back(diagrams_.select(code_of(of.right, held), row));
  }
  return diagrams_.select(code_of(of.left, held), rows);
}

// Along no circle are all steps "at most" with one that is "less", nor all equal but one.
Diagram Space::without_contradictions(const std::set<ElementId>& relations, const Held* held) {
  Diagram out = diagrams_.yes();
  const auto code = [](auto named) { return static_cast<unsigned>(named); };
  for (const Circle& circle : relation_circles(*model_, relations)) {
    const bool is_text = model_->at(circle.front().relation).type->values.size() == 2;
    for (const bool upwards : {true, false}) {
      if (is_text && !upwards) continue;
      // From the last step to the first: whether the rest holds, and whether it is strict somewhere.
      Diagram weak = diagrams_.yes(), strict = diagrams_.no();
      for (auto step = circle.rbegin(); step != circle.rend(); ++step) {
        const auto is = [&](unsigned wanted) { return test(step->relation, CodeSet().add(wanted), held); };
        const Diagram equal = is(is_text ? code(TextRelation::equal) : code(NumberRelation::equal));
        const Diagram more = is(is_text                    ? code(TextRelation::different)
                                : step->forward == upwards ? code(NumberRelation::less)
                                                           : code(NumberRelation::greater));
        // Of texts just one may differ: after a difference all others are equal.
        const Diagram after = is_text ? weak : diagrams_.either(weak, strict);
        strict = diagrams_.either(diagrams_.both(more, after), diagrams_.both(equal, strict));
        weak = diagrams_.both(equal, weak);
      }
      out = diagrams_.but_not(out, strict);
    }
  }
  return out;
}

Diagram Space::possible_documents(const std::set<ElementId>& elements, const Held* held) {
  const Nesting nesting(*model_, elements);
  Together together(*model_, diagrams_, nesting);
  const CodeSet unset_alone = CodeSet().add(0), off_alone = CodeSet().add(1);
  std::vector<Shape> shapes(nesting.size());
  for (std::size_t i = nesting.size(); i-- > 0;) {
    const ElementId id = nesting[i];
    const Element& element = model_->at(id);
    if (element.is_leaf()) {
      const Diagram unset = test(id, unset_alone, held);
      Diagram allowed = element.optional() ? diagrams_.yes() : diagrams_.negate(unset);
      // Whether a place has another kind is on or unset.
      if (element.kind == ast::PlaceKind::other) allowed = diagrams_.negate(test(id, off_alone, held));
      shapes[i] = {unset, allowed, variable(id).value};
      continue;
    }
    Shape shape = together(nesting.members(i), shapes);
    if (element.optional() && elements.contains(id)) {
      const Diagram present = diagrams_.negate(test(id, unset_alone, held));
      shape.allowed = diagrams_.choose(present, shape.allowed, shape.absent);
      shape.absent = diagrams_.but_not(shape.absent, present);
      shape.top = nesting.members(i).empty() ? variable(id).value : std::min(shape.top, variable(id).value);
    } else if (element.optional()) {
      shape.allowed = diagrams_.either(shape.allowed, shape.absent);
    }
    shapes[i] = shape;
  }
  return together(nesting.inputs(), shapes).allowed;
}

}  // namespace tally
