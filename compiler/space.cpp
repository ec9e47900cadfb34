// The space of possible documents, and the diagrams over it. See space.h.
//
// Which documents can exist is said without variables for presences that nobody
// reads: for each object, from the inside out, one condition for "absent" and
// one for "as the object around it allows", so that the projection is exact by
// construction and no quantifying is needed.
#include "compiler/space.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tally {
namespace {

constexpr Diagram unknown{UINT32_MAX};

CodeSet only(unsigned code) { return CodeSet().add(code); }

std::vector<Variable> variables_of(const Classes& classes, const std::vector<ElementId>& order) {
  std::vector<Variable> out;
  out.reserve(order.size());
  for (const ElementId element : order) {
    const std::uint8_t first = classes.first(element);
    out.push_back({first, static_cast<std::uint16_t>(classes.codes(element) - first)});
  }
  return out;
}

// What the documents under one element can be, as conditions over the codes
// that matter.
struct Shape {
  Diagram absent;           // every code under it is 0
  Diagram allowed;          // the object around it being present
  std::uint32_t top = 0;    // the first variable under it
};

}  // namespace

Space::Space(const Model& model, const Graph& graph, const Classes& classes, std::vector<ElementId> order,
             std::size_t node_limit, const std::map<ElementId, ElementId>& shared)
    : model_(&model),
      graph_(&graph),
      classes_(&classes),
      order_(std::move(order)),
      diagrams_(variables_of(classes, order_), node_limit) {
  variables_.reserve(order_.size() + shared.size());
  for (std::uint32_t i = 0; i < order_.size(); ++i) variables_.emplace_back(order_[i], VariableId{i});
  std::sort(variables_.begin(), variables_.end());
  const std::size_t own = variables_.size();
  for (const auto& [element, other] : shared) {
    const auto at = std::lower_bound(variables_.begin(), variables_.begin() + static_cast<std::ptrdiff_t>(own),
                                     std::pair(other, VariableId{0}));
    variables_.emplace_back(element, at->second);
  }
  std::sort(variables_.begin(), variables_.end());
}

bool Space::has(ElementId element) const {
  const auto at = std::lower_bound(variables_.begin(), variables_.end(), std::pair(element, VariableId{0}));
  return at != variables_.end() && at->first == element;
}

VariableId Space::variable(ElementId element) const {
  const auto at = std::lower_bound(variables_.begin(), variables_.end(), std::pair(element, VariableId{0}));
  assert(at != variables_.end() && at->first == element);
  return at->second;
}

std::vector<VariableId> Space::variables(const std::set<ElementId>& elements) const {
  std::vector<VariableId> out;
  out.reserve(elements.size());
  for (const ElementId element : elements) out.push_back(variable(element));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Diagram Space::of(NodeId root) {
  of_.resize(std::max<std::size_t>(of_.size(), root.value + std::size_t{1}), unknown);
  // Operands first, without recursion: a policy's graph may be deep. They have
  // smaller ids than their users.
  std::vector<NodeId> stack{root};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    if (of_[id.value] != unknown) {
      stack.pop_back();
      continue;
    }
    const Node& node = graph_->node(id);
    const auto operands = graph_->operands(node);
    bool ready = true;
    for (const NodeId operand : operands) {
      if (of_[operand.value] != unknown) continue;
      ready = false;
      stack.push_back(operand);
    }
    if (!ready) continue;
    stack.pop_back();

    const auto operand = [&](std::size_t i) { return of_[operands[i].value]; };
    Diagram d;
    switch (node.op) {
      case Op::constant: d = diagrams_.terminal(node.value); break;
      case Op::leaf: d = diagrams_.code(variable(node.element)); break;
      case Op::present: {
        CodeSet set;
        for (unsigned code = 1; code < classes_->codes(node.element); ++code) set.add(code);
        d = test(node.element, set);
        break;
      }
      case Op::cut: d = test(node.element, classes_->codes_of(CutId{node.value})); break;
      case Op::member:
      case Op::recode: d = diagrams_.recode(operand(0), graph_->table(node)); break;
      case Op::negate: d = diagrams_.negate(operand(0)); break;
      // From the last operand on: it is the one deepest in the order.
      case Op::both:
        d = diagrams_.yes();
        for (std::size_t i = operands.size(); i-- > 0;) d = diagrams_.both(operand(i), d);
        break;
      case Op::either:
        d = diagrams_.no();
        for (std::size_t i = operands.size(); i-- > 0;) d = diagrams_.either(operand(i), d);
        break;
      case Op::choose:
        d = operand(operands.size() - 1);
        for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
          d = diagrams_.choose(operand(i - 2), operand(i - 1), d);
        }
        break;
      case Op::select: {
        std::vector<Diagram> branches;
        for (std::size_t i = 1; i < operands.size(); ++i) branches.push_back(operand(i));
        d = diagrams_.select(operand(0), branches);
        break;
      }
      case Op::first_set: d = diagrams_.first_set(operand(0), operand(1)); break;
    }
    of_[id.value] = d;
  }
  return of_[root.value];
}

Diagram Space::possible(const std::set<ElementId>& elements) {
  if (const auto known = possible_.find(elements); known != possible_.end()) return known->second;

  // The elements that matter and the objects around them, by depth.
  std::map<ElementId, std::vector<ElementId>> inner;
  std::vector<ElementId> roots;
  std::set<ElementId> reached;
  for (ElementId element : elements) {
    while (reached.insert(element).second) {
      const auto parent = model_->at(element).parent;
      (parent ? inner[*parent] : roots).push_back(element);
      if (!parent) break;
      element = *parent;
    }
  }
  // Breadth first from the outside; read backwards, the insides come first.
  std::vector<ElementId> sequence = roots;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    if (const auto found = inner.find(sequence[i]); found != inner.end()) {
      sequence.insert(sequence.end(), found->second.begin(), found->second.end());
    }
  }

  std::map<ElementId, Shape> shapes;
  // What the members of one object can be together, the object being present;
  // and that all of them are absent.
  const auto together = [&](const std::vector<ElementId>& members) {
    std::vector<Shape> parts;
    std::map<std::string_view, std::vector<const Shape*>> one_place;
    for (const ElementId member : members) {
      const Element& element = model_->at(member);
      if (element.kind == ast::PlaceKind::any) {
        parts.push_back(shapes.at(member));
      } else {
        one_place[element.pointer].push_back(&shapes.at(member));
      }
    }
    // Of those that read one place in its different kinds, all but one are absent.
    for (const auto& [pointer, rivals] : one_place) {
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
      parts.push_back(shape);
    }
    // The last in the order first, so that each step only adds on top.
    std::sort(parts.begin(), parts.end(), [](const Shape& a, const Shape& b) { return a.top > b.top; });
    Shape shape{diagrams_.yes(), diagrams_.yes(), parts.empty() ? 0 : parts.back().top};
    for (const Shape& part : parts) {
      shape.absent = diagrams_.both(part.absent, shape.absent);
      shape.allowed = diagrams_.both(part.allowed, shape.allowed);
    }
    return shape;
  };

  for (std::size_t i = sequence.size(); i-- > 0;) {
    const ElementId id = sequence[i];
    const Element& element = model_->at(id);
    const bool known = elements.contains(id);
    if (element.is_leaf()) {
      const Diagram unset = test(id, only(0));
      shapes[id] = {unset, element.optional() ? diagrams_.yes() : diagrams_.negate(unset), variable(id).value};
      continue;
    }
    const auto members = inner.find(id);
    Shape shape = together(members == inner.end() ? std::vector<ElementId>{} : members->second);
    if (element.optional() && known) {
      const Diagram present = diagrams_.negate(test(id, only(0)));
      shape.allowed = diagrams_.choose(present, shape.allowed, shape.absent);
      shape.absent = diagrams_.but_not(shape.absent, present);
      shape.top = members == inner.end() ? variable(id).value : std::min(shape.top, variable(id).value);
    } else if (element.optional()) {
      shape.allowed = diagrams_.either(shape.allowed, shape.absent);
    }
    shapes[id] = shape;
  }
  const Diagram all = together(roots).allowed;
  possible_.emplace(elements, all);
  return all;
}

Diagram Space::test(ElementId element, const CodeSet& codes) { return diagrams_.test(variable(element), codes); }

Count Space::count(Diagram condition, const std::set<ElementId>& elements) {
  return diagrams_.count(diagrams_.both(possible(elements), condition), variables(elements));
}

std::optional<Call> Space::smallest(Diagram condition, const std::set<ElementId>& elements) {
  std::vector<bool> counted(order_.size());
  for (const ElementId element : elements) counted[variable(element).value] = true;
  const auto found = diagrams_.cheapest(
      diagrams_.both(possible(elements), condition),
      [&](VariableId v, std::uint8_t code) -> unsigned { return code != 0 && counted[v.value] ? 1 : 0; });
  if (!found) return std::nullopt;
  Call call;
  call.reserve(elements.size());
  for (const ElementId element : elements) call.emplace_back(element, (*found)[variable(element).value]);
  return call;
}

std::string describe(const Model& model, const Classes& classes, const Call& call, bool all) {
  if (call.empty()) return "any call";
  // What follows from another fact is not said: that an object is present which
  // has something set in it, that nothing is set in an absent one.
  std::set<ElementId> filled, absent;
  for (const auto& [element, code] : call) {
    if (code != 0) {
      for (auto around = model.at(element).parent; around; around = model.at(*around).parent) filled.insert(*around);
    } else if (!model.at(element).is_leaf()) {
      absent.insert(element);
    }
  }
  const auto in_absent = [&](ElementId element) {
    for (auto around = model.at(element).parent; around; around = model.at(*around).parent) {
      if (absent.contains(*around)) return true;
    }
    return false;
  };

  std::string out;
  const auto say = [&](const std::string& fact) { out += (out.empty() ? "" : ", ") + fact; };
  std::vector<ElementId> unset;
  for (const auto& [element, code] : call) {
    if (code == 0) {
      if (!in_absent(element)) unset.push_back(element);
    } else if (!filled.contains(element)) {
      const std::string label = classes.label(element, code);
      const std::string_view verb = label == "set" ? " is " : label.starts_with('<') ? " " : " = ";
      say(model.at(element).name + std::string(verb) + label);
    }
  }
  constexpr std::size_t few = 3, many = 6;
  if (all || (out.empty() && unset.size() <= few)) {
    for (std::size_t i = 0; i < unset.size(); ++i) {
      if (i == many && unset.size() > many + 1) {
        say("and " + std::to_string(unset.size() - many) + " others unset");
        break;
      }
      say(model.at(unset[i]).name + " is unset");
    }
  }
  return out.empty() ? "a call with nothing set" : out;
}

}  // namespace tally
