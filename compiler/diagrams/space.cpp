// The diagrams of nodes, as functions on the variables of a space. See space.h. Which
// documents can exist is in space_possible.cpp.
#include "compiler/diagrams/space.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "compiler/diagrams/class_values.h"

namespace tally {
namespace {

CodeSet only(unsigned code) { return CodeSet().add(code); }

// Puts the leaves of a relation that the order lacks in front of it. `shared` have the variables of others.
std::vector<ElementId> with_leaves(const Model& model, std::vector<ElementId> order,
                                   const std::map<ElementId, ElementId>& shared) {
  std::set<ElementId> placed(order.begin(), order.end());
  for (const auto& [element, other] : shared) placed.insert(element);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& relation = model.at(order[i]).relation;
    if (!relation) continue;
    for (const ElementId leaf : {relation->left, relation->right}) {
      if (placed.insert(leaf).second) order.insert(order.begin() + static_cast<std::ptrdiff_t>(i++), leaf);
    }
  }
  return order;
}

std::vector<Variable> variables_of(const Classes& classes, const std::vector<ElementId>& order) {
  std::vector<Variable> out;
  out.reserve(order.size());
  for (const ElementId element : order) {
    const Code first = classes.first(element);
    out.push_back({first, static_cast<std::uint16_t>(classes.codes(element) - first)});
  }
  return out;
}

}  // namespace

Space::Space(const Model& model, const Graph& graph, const Classes& classes, std::vector<ElementId> order,
             std::size_t node_limit, const std::map<ElementId, ElementId>& shared)
    : model_(&model),
      graph_(&graph),
      classes_(&classes),
      order_(with_leaves(model, std::move(order), shared)),
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

// The operand of a node to build after this one, or a number past the end if none is
// needed. Once a condition is constant, the branches that it excludes are not needed;
// once an operand determines the result, the operands after it are not needed.
std::size_t Space::next_operand(const Node& node, std::size_t at, const Known& known) {
  const auto operands = graph_->operands(node);
  const std::size_t end = operands.size();
  const Diagram here = known[operands[at]], first = known[operands[0]];
  switch (node.op) {
    case Op::both: return here == diagrams_.no() ? end : at + 1;
    case Op::either: return here == diagrams_.yes() ? end : at + 1;
    case Op::choose:
      if (at % 2 == 0) return here == diagrams_.no() && at + 1 < end ? at + 2 : at + 1;
      return known[operands[at - 1]] == diagrams_.yes() ? end : at + 1;
    case Op::select:
      if (!diagrams_.is_terminal(first)) return at + 1;
      return at == 0 ? std::min<std::size_t>(diagrams_.terminal_of(first) + std::size_t{1}, end - 1) : end;
    case Op::constant:
    case Op::leaf:
    case Op::present:
    case Op::cut:
    case Op::member:
    case Op::negate:
    case Op::first_set:
    case Op::recode: return at + 1;
  }
  return at + 1;
}

void Space::Known::set(NodeId node, Diagram diagram) {
  const std::size_t page = node.value / page_size;
  if (page >= pages_.size()) pages_.resize(page + 1);
  if (!pages_[page]) {
    pages_[page] = std::make_unique<Page>();
    pages_[page]->fill(unknown);
  }
  (*pages_[page])[node.value % page_size] = diagram;
}

Diagram Space::build(NodeId root, Known& known, const Held* held) {
  // Operands are built first, without recursion, since the graph of a policy may be deep.
  // They have smaller ids than their users.
  struct Step {
    NodeId id;
    std::size_t operand;  // the operand to build next
  };
  std::vector<Step> steps;
  if (known[root] == Known::unknown) steps.push_back({root, 0});
  while (!steps.empty()) {
    Step& step = steps.back();
    const Node& node = graph_->node(step.id);
    const auto operands = graph_->operands(node);
    while (step.operand < operands.size() && known[operands[step.operand]] != Known::unknown) {
      step.operand = next_operand(node, step.operand, known);
    }
    if (step.operand < operands.size()) {
      steps.push_back({operands[step.operand], 0});
      continue;
    }
    known.set(step.id, make(step.id, known, held));
    steps.pop_back();
  }
  return known[root];
}

// Makes the diagram of a node from the operands that `next_operand` visits.
Diagram Space::make(NodeId id, const Known& known, const Held* held) {
  const Node& node = graph_->node(id);
  const auto operands = graph_->operands(node);
  const Diagram no = diagrams_.no(), yes = diagrams_.yes();
  const auto operand = [&](std::size_t i) { return known[operands[i]]; };
  switch (node.op) {
    case Op::constant: return diagrams_.terminal(node.value);
    case Op::leaf: return code_of(node.element, held);
    case Op::present: {
      CodeSet set;
      for (unsigned code = 1; code < classes_->codes(node.element); ++code) set.add(code);
      return test(node.element, set, held);
    }
    case Op::cut: return test(node.element, classes_->codes_of(CutId{node.value}), held);
    case Op::member:
    case Op::recode: return diagrams_.recode(operand(0), graph_->table(node));
    case Op::negate: return diagrams_.negate(operand(0));
    // The last operand comes first, since it is the deepest in the order.
    case Op::both:
    case Op::either: {
      const bool all = node.op == Op::both;
      const Diagram settled = all ? no : yes;
      // The operands after one that determines the result may be unknown.
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operand(i) == settled) return settled;
      }
      Diagram d = all ? yes : no;
      for (std::size_t i = operands.size(); i-- > 0;)
        d = all ? diagrams_.both(operand(i), d) : diagrams_.either(operand(i), d);
      return d;
    }
    case Op::choose: {
      std::size_t last = 0;
      while (last + 1 < operands.size() && operand(last) != yes) last += 2;
      const Diagram otherwise = operand(last + 1 < operands.size() ? last + 1 : last);
      std::vector<Arm> arms;
      for (std::size_t i = 0; i < last; i += 2) {
        if (operand(i) != no) arms.push_back({operand(i), operand(i + 1)});
      }
      return choose_first(std::move(arms), otherwise);
    }
    case Op::select: {
      if (diagrams_.is_terminal(operand(0))) {
        return operand(std::min<std::size_t>(diagrams_.terminal_of(operand(0)) + std::size_t{1}, operands.size() - 1));
      }
      std::vector<Diagram> branches;
      for (std::size_t i = 1; i < operands.size(); ++i) branches.push_back(operand(i));
      return diagrams_.select(operand(0), branches);
    }
    case Op::first_set: return diagrams_.first_set(operand(0), operand(1));
  }
  return no;
}

// The value of the first arm that holds. An arm that is put before the others changes the nodes on its way, with all
// their edges. A table of prefixes makes that slow: a row of 30,000 holds for a few neighbouring classes of one input
// with tens of thousands. So where an input is wide, neighbours are put together first, and the halves at the end.
Diagram Space::choose_first(std::vector<Arm> arms, Diagram otherwise) {
  constexpr std::size_t long_choice = 128, wide = 512;
  const bool in_halves = arms.size() > long_choice && std::any_of(order_.begin(), order_.end(), [&](ElementId e) {
                           return classes_->width(e) > wide;
                         });
  while (in_halves && arms.size() > long_choice) {
    for (std::size_t i = 0; i + 1 < arms.size(); i += 2) {
      const Arm &first = arms[i], &second = arms[i + 1];
      arms[i / 2] = {diagrams_.either(first.condition, second.condition),
                     diagrams_.choose(first.condition, first.value, second.value)};
    }
    if (arms.size() % 2 == 1) arms[arms.size() / 2] = arms.back();
    arms.resize((arms.size() + 1) / 2);
  }
  Diagram d = otherwise;
  for (auto arm = arms.rbegin(); arm != arms.rend(); ++arm) d = diagrams_.choose(arm->condition, arm->value, d);
  return d;
}

Diagram Space::test(ElementId element, const CodeSet& codes) { return test(element, codes, nullptr); }

Diagram Space::test(ElementId element, const CodeSet& codes, const Held* held) {
  if (held == nullptr || !held->contains(element)) return diagrams_.test(variable(element), codes);
  const CodeSet& left = held->at(element);
  const CodeSet in = both(left, codes);
  if (in == left) return diagrams_.yes();
  return in.empty() ? diagrams_.no() : diagrams_.test(variable(element), codes);
}

Diagram Space::code_of(ElementId element, const Held* held) {
  if (held != nullptr && held->contains(element) && held->at(element).size() == 1) {
    return diagrams_.terminal(held->at(element).lowest());
  }
  return diagrams_.code(variable(element));
}

Count Space::count(Diagram condition, const std::set<ElementId>& elements) {
  return diagrams_.count(diagrams_.both(possible(elements), condition), variables(elements));
}

std::optional<Call> Space::smallest(Diagram condition, const std::set<ElementId>& elements) {
  // A relation is set by its leaves.
  const std::set<ElementId> asked = with_related(*model_, elements);
  std::vector<bool> counted(order_.size());
  for (const ElementId element : asked) counted[variable(element).value] = !model_->at(element).relation;
  // A leaf at its default need not be set.
  std::vector<Code> defaults(order_.size(), 0);
  for (const ElementId element : asked) {
    const auto& usual = model_->at(element).default_value;
    if (usual && model_->at(element).is_leaf())
      defaults[variable(element).value] = static_cast<Code>(classes_->code_of(element, *usual));
  }
  const auto found =
      diagrams_.cheapest(diagrams_.both(possible(asked), condition), [&](VariableId v, Code code) -> unsigned {
        return code != 0 && code != defaults[v.value] && counted[v.value] ? 1 : 0;
      });
  if (!found) return std::nullopt;
  Call call;
  call.reserve(asked.size());
  for (const ElementId element : asked) call.emplace_back(element, (*found)[variable(element).value]);
  return call;
}

Held held_by(const Call& call) {
  Held held;
  for (const auto& [element, code] : call) held.emplace(element, only(code));
  return held;
}

std::optional<std::uint32_t> SpaceWithin::settled(NodeId node) {
  const Diagram d = of(node);
  if (!space_.diagrams().is_terminal(d)) return std::nullopt;
  return space_.diagrams().terminal_of(d);
}

// A value that has the code, as rules write it.
static std::string value_text(const Element& at, const LeafValues& values, ElementId element) {
  if (!at.is_leaf()) return "set";
  const Literal& value = values.at(element);
  if (at.type->is_enum()) return to_string(at.type->values[*value_index(*at.type, std::get<EnumName>(value).name)]);
  return to_string(value);
}

// A relation for which the call does not show values: "calls < limit".
static std::string relation_text(const Model& model, const Relation& relation, Code code) {
  const bool is_number = model.at(relation.left).type->kind == Type::Kind::number;
  const char* const numbers[] = {" < ", " is ", " > "};
  const char* const texts[] = {" is ", " is not "};
  return model.at(relation.left).name + (is_number ? numbers : texts)[code - 1] + model.at(relation.right).name;
}

// `g729 in codecs` or `g729 not in codecs` for an element `codecs[g729]`, otherwise "x is VALUE".
static std::string fact_text(const Model& model, ElementId element, const std::string& value) {
  const Element& at = model.at(element);
  if (!at.parent || !model.at(*at.parent).type->set) return at.name + " is " + value;
  const Element& set = model.at(*at.parent);
  const auto index = std::find(set.children.begin(), set.children.end(), element) - set.children.begin();
  return to_string(set.type->indices.front()->values[static_cast<std::size_t>(index)]) +
         (value == "on" ? " in " : " not in ") + set.name;
}

std::string call_text(const Model& model, const Classes& classes, const Call& call, UnsetFacts show,
                      const std::map<ElementId, Literal>& values) {
  if (call.empty() && values.empty()) return "any call";
  // A fact that follows from another one is left out: the presence of an object with a
  // set element in it, and unset elements in an absent object.
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

  const std::map<ElementId, Literal> own_values = values_of(model, classes, call);
  const auto is_in_call = [&](ElementId element) {
    return std::any_of(call.begin(), call.end(), [&](const auto& fact) { return fact.first == element; });
  };
  std::string out;
  const auto add = [&](const std::string& fact) { out += (out.empty() ? "" : ", ") + fact; };
  std::vector<ElementId> unset;
  for (const auto& [element, code] : call) {
    if (const auto& relation = model.at(element).relation) {
      // Otherwise the values of the two leaves show it.
      if (code != 0 && !(is_in_call(relation->left) && is_in_call(relation->right)))
        add(relation_text(model, *relation, code));
    } else if (code == 0) {
      if (!in_absent(element)) unset.push_back(element);
    } else if (!filled.contains(element)) {
      const auto value = values.find(element);
      add(fact_text(
          model, element,
          value != values.end() ? to_string(value->second) : value_text(model.at(element), own_values, element)));
    }
  }
  for (const auto& [element, value] : values) {
    const bool is_shown =
        std::any_of(call.begin(), call.end(), [&wanted = element](const auto& fact) { return fact.first == wanted; });
    if (!is_shown) add(model.at(element).name + " is " + to_string(value));
  }
  constexpr std::size_t few = 3, many = 6;
  if (show == UnsetFacts::shown || (out.empty() && unset.size() <= few)) {
    for (std::size_t i = 0; i < unset.size(); ++i) {
      if (i == many && unset.size() > many + 1) {
        add("and " + std::to_string(unset.size() - many) + " others unset");
        break;
      }
      add(model.at(unset[i]).name + " is unset");
    }
  }
  return out.empty() ? "a call with nothing set" : out;
}

}  // namespace tally
