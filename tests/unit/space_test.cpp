// The space of possible documents, compared with all documents of small models.
#include "compiler/diagrams/space.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace tally {
namespace {

using Codes = std::map<ElementId, Code>;

TypeRef enum_of(unsigned values, bool optional) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::enumeration;
  for (unsigned i = 0; i < values; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    type->values.push_back({name, name, true});
  }
  type->optional = optional;
  return type;
}

TypeRef record(bool optional) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::record;
  type->optional = optional;
  return type;
}

// Models are built from the outside to the inside; a name is the path.
struct Builder {
  Model model;

  ElementId add(std::optional<ElementId> parent, const std::string& name, TypeRef type,
                ast::PlaceKind kind = ast::PlaceKind::any, const std::string& place = "") {
    const ElementId id{static_cast<std::uint32_t>(model.elements.size())};
    Element e;
    e.parent = parent;
    e.type = std::move(type);
    e.name = parent ? model.at(*parent).name + "." + name : name;
    e.pointer = (parent ? model.at(*parent).pointer : "") + "/" + (place.empty() ? name : place);
    e.kind = kind;
    if (parent) {
      e.input = model.at(*parent).input;
      model.elements[parent->value].children.push_back(id);
    } else {
      e.input = InputId{static_cast<std::uint32_t>(model.inputs.size())};
      model.inputs.push_back({e.name, e.type, id, {}, {}});
    }
    model.elements.push_back(std::move(e));
    return id;
  }

  std::set<ElementId> coded() const {
    std::set<ElementId> out;
    for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
      if (model.elements[i].has_code()) out.insert(ElementId{i});
    }
    return out;
  }
};

unsigned code_count(const Element& e) { return e.is_leaf() ? static_cast<unsigned>(e.type->values.size()) : 1; }

// Every document, as the codes of all of its elements: object by object.
std::vector<Codes> documents(const Model& model) {
  std::function<void(const std::vector<ElementId>&, std::size_t, Codes&, const std::function<void()>&)> members;
  std::function<void(ElementId, bool, Codes&, const std::function<void()>&)> element;
  element = [&](ElementId id, bool around, Codes& codes, const std::function<void()>& next) {
    const Element& e = model.at(id);
    const auto absent = [&] {
      for (ElementId below_it : below(model, id)) codes[below_it] = 0;
      next();
    };
    if (!around) return absent();
    if (e.is_leaf()) {
      for (unsigned code = e.optional() ? 0 : 1; code <= code_count(e); ++code) {
        codes[id] = static_cast<Code>(code);
        next();
      }
      return;
    }
    if (e.optional()) absent();
    codes[id] = 1;
    members(e.children, 0, codes, next);
    codes[id] = 1;
  };
  members = [&](const std::vector<ElementId>& all, std::size_t at, Codes& codes, const std::function<void()>& next) {
    if (at == all.size()) {
      // Of two elements that read one place, at most one is set.
      for (ElementId a : all) {
        for (ElementId b : all) {
          if (a < b && model.at(a).pointer == model.at(b).pointer && codes[a] != 0 && codes[b] != 0) return;
        }
      }
      return next();
    }
    element(all[at], true, codes, [&] { members(all, at + 1, codes, next); });
  };
  std::vector<ElementId> roots;
  for (const Input& input : model.inputs) roots.push_back(input.element);
  std::vector<Codes> out;
  Codes codes;
  members(roots, 0, codes, [&] { out.push_back(codes); });
  return out;
}

// All assignments of a space's variables.
void for_each_assignment(const Diagrams& diagrams, const std::function<void(const Assignment&)>& visit) {
  const auto& variables = diagrams.variables();
  Assignment a;
  for (const Variable& v : variables) a.push_back(v.first);
  for (;;) {
    visit(a);
    std::size_t i = 0;
    while (i < a.size() && ++a[i] >= variables[i].first + variables[i].count) {
      a[i] = variables[i].first;
      ++i;
    }
    if (i == a.size()) return;
  }
}

struct Fixture {
  explicit Fixture(Builder b, std::optional<std::vector<ElementId>> wanted = {})
      : builder(std::move(b)), classes(builder.model, graph, {}) {
    const auto all = builder.coded();
    space.emplace(builder.model, graph, classes, wanted ? *wanted : std::vector<ElementId>(all.begin(), all.end()));
  }
  Builder builder;
  Graph graph;
  Classes classes;
  std::optional<Space> space;
};

Codes project(const Codes& codes, const std::set<ElementId>& elements) {
  Codes out;
  for (ElementId e : elements) out[e] = codes.at(e);
  return out;
}

void expect_exact(Fixture& f, const std::set<ElementId>& elements) {
  std::set<Codes> expected;
  for (const Codes& document : documents(f.builder.model)) expected.insert(project(document, elements));
  std::set<Codes> actual;
  const Diagram possible = f.space->possible(elements);
  for_each_assignment(f.space->diagrams(), [&](const Assignment& a) {
    if (f.space->diagrams().evaluate(possible, a) == 0) return;
    Codes codes;
    for (ElementId e : elements) codes[e] = a[f.space->variable(e).value];
    actual.insert(codes);
  });
  ASSERT_EQ(actual, expected);
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), elements), expected.size());
}

TEST(Space, NothingStandsInAnAbsentObject) {
  Builder b;
  const auto object = b.add({}, "o", record(true));
  const auto leaf = b.add(object, "x", enum_of(2, true));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {object, leaf}), 4);  // absent; present with unset, a, b
  expect_exact(f, {object, leaf});
}

TEST(Space, RequiredMembersAreSetTogetherEvenIfThePresenceIsNotRead) {
  Builder b;
  const auto object = b.add({}, "o", record(true));
  const auto x = b.add(object, "x", enum_of(2, false)), y = b.add(object, "y", enum_of(3, false));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {x, y}), 7);  // both unset, or 2 * 3
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {y}), 4);
}

TEST(Space, ARequiredInnerObjectBelongsToTheObjectAroundIt) {
  Builder b;
  const auto object = b.add({}, "o", record(true));
  const auto x = b.add(object, "x", enum_of(2, false));
  const auto inner = b.add(object, "inner", record(false));
  const auto y = b.add(inner, "y", enum_of(2, false));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {x, y}), 5);
  expect_exact(f, {x, y});
}

TEST(Space, RequiredInputsAreNeverUnset) {
  Builder b;
  const auto x = b.add({}, "x", enum_of(3, false));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {x}), 3);
}

TEST(Space, AtMostOneKindOfAPlaceIsSet) {
  Builder b;
  const auto x = b.add({}, "x", enum_of(2, true), ast::PlaceKind::boolean, "p");
  const auto o = b.add({}, "o", record(true), ast::PlaceKind::object, "p");
  const auto y = b.add(o, "y", enum_of(2, true));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {x, y}), 5);     // x unset: 3; x set: 2, y unset
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {x, o, y}), 6);  // x unset: 1 + 3; x set: 2
  expect_exact(f, {x, o});
}

TEST(Space, NoElementsHaveOneAssignment) {
  Builder b;
  b.add({}, "x", enum_of(2, true));
  Fixture f(std::move(b));
  EXPECT_EQ(f.space->count(f.space->diagrams().yes(), {}), 1);
}

// A random forest of records; some places are read in several JSON kinds.
Builder random_model(std::mt19937& random) {
  Builder b;
  const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
  const std::size_t wanted = 3 + random() % 6;
  std::vector<std::optional<ElementId>> objects{std::nullopt};
  while (b.model.elements.size() < wanted) {
    const auto parent = objects[random() % objects.size()];
    const std::string name = "e" + std::to_string(b.model.elements.size());
    const bool shared = chance(4);  // then it must be optional
    const auto place = shared ? std::string("p") : name;
    const bool optional = shared || chance(2);
    const auto kind = shared ? ast::PlaceKind::string : ast::PlaceKind::any;
    if (chance(2)) {
      objects.push_back(b.add(parent, name, record(optional), kind, place));
    } else {
      b.add(parent, name, enum_of(1 + random() % 2, optional), kind, place);
    }
  }
  return b;
}

TEST(Space, PossibleIsTheExactProjectionOfAllDocuments) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Builder b = random_model(random);
    std::vector<ElementId> order;
    for (ElementId e : b.coded()) order.push_back(e);
    std::shuffle(order.begin(), order.end(), random);
    const auto all = b.coded();
    Fixture f(std::move(b), order);
    for (int i = 0; i < 6; ++i) {
      std::set<ElementId> some;
      for (ElementId e : all) {
        if (random() % 3 != 0) some.insert(e);
      }
      expect_exact(f, some);
      if (HasFatalFailure()) FAIL() << "round " << round;
    }
  }
}

TEST(Space, TheSmallestCallSetsAsFewElementsAsAnyDocumentThatMeetsTheCondition) {
  std::mt19937 random(8);
  for (int round = 0; round < 200; ++round) {
    Builder b = random_model(random);
    const auto all = b.coded();
    if (all.empty()) continue;
    Fixture f(std::move(b));
    // Some element has some code.
    const ElementId element = *std::next(all.begin(), static_cast<long>(random() % all.size()));
    const unsigned last = code_count(f.builder.model.at(element));
    const auto code = static_cast<Code>(f.classes.first(element) + random() % (last - f.classes.first(element) + 1));
    const Diagram condition = f.space->test(element, CodeSet().add(code));
    std::optional<std::size_t> least;
    for (const Codes& document : documents(f.builder.model)) {
      if (document.at(element) != code) continue;
      std::size_t set = 0;
      for (ElementId e : all) set += document.at(e) != 0;
      least = std::min(least.value_or(set), set);
    }
    const auto call = f.space->smallest(condition, all);
    ASSERT_EQ(call.has_value(), least.has_value()) << "round " << round;
    if (!call) continue;
    std::size_t set = 0;
    for (const auto& [e, c] : *call) {
      set += c != 0;
      if (e == element) {
        EXPECT_EQ(c, code);
      }
    }
    EXPECT_EQ(set, *least) << "round " << round;
  }
}

// --- nodes ------------------------------------------------------------------------

std::uint32_t evaluate(const Graph& graph, NodeId id, const std::function<unsigned(ElementId)>& code) {
  const Node& n = graph.node(id);
  const auto operands = graph.operands(n);
  const auto operand = [&](std::size_t i) { return evaluate(graph, operands[i], code); };
  switch (n.op) {
    case Op::constant: return n.value;
    case Op::leaf: return code(n.element);
    case Op::present: return code(n.element) != 0;
    case Op::cut: return 0;
    case Op::member:
    case Op::recode: return graph.table(n)[operand(0)];
    case Op::negate: return 1 - operand(0);
    case Op::both:
      return std::all_of(operands.begin(), operands.end(), [&](NodeId o) { return evaluate(graph, o, code); });
    case Op::either:
      return std::any_of(operands.begin(), operands.end(), [&](NodeId o) { return evaluate(graph, o, code); });
    case Op::choose:
      for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
        if (operand(i)) return operand(i + 1);
      }
      return operand(operands.size() - 1);
    case Op::select: return operand(1 + operand(0));
    case Op::first_set: return operand(0) != 0 ? operand(0) : operand(1);
  }
  return 0;
}

TEST(Space, TheDiagramOfANodeIsItsFunction) {
  std::mt19937 random(9);
  for (int round = 0; round < 200; ++round) {
    Builder b;
    std::vector<ElementId> leaves;
    for (unsigned i = 0; i < 4; ++i) leaves.push_back(b.add({}, "x" + std::to_string(i), enum_of(2, true)));
    Fixture f(std::move(b));
    Graph& g = f.graph;
    std::vector<NodeId> values, conditions{g.yes()};  // values have three codes
    for (ElementId leaf : leaves) values.push_back(g.leaf(leaf, 3));
    const auto value = [&] { return values[random() % values.size()]; };
    const auto condition = [&] { return conditions[random() % conditions.size()]; };
    for (int step = 0; step < 14; ++step) {
      const auto bit = [&] { return static_cast<std::uint32_t>(random() % 2); };
      switch (random() % 8) {
        case 0: conditions.push_back(g.member(value(), {bit(), bit(), bit()})); break;
        case 1: conditions.push_back(g.negate(condition())); break;
        case 2: conditions.push_back(g.both({condition(), condition(), condition()})); break;
        case 3: conditions.push_back(g.either({condition(), condition(), condition()})); break;
        case 4: values.push_back(g.choose({{condition(), value()}, {condition(), value()}}, value())); break;
        case 5: values.push_back(g.select(value(), {value(), value(), value()})); break;
        case 6: values.push_back(g.first_set(value(), value())); break;
        default: values.push_back(g.recode(value(), {bit(), bit() * 2, bit() + 1}, 3)); break;
      }
    }
    for (NodeId root : {values.back(), conditions.back(), value()}) {
      const Diagram d = f.space->of(root);
      for_each_assignment(f.space->diagrams(), [&](const Assignment& a) {
        ASSERT_EQ(f.space->diagrams().evaluate(d, a),
                  evaluate(g, root, [&](ElementId e) { return a[f.space->variable(e).value]; }))
            << "round " << round;
      });
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Space, ADeepGraphNeedsNoDeepStack) {
  Builder b;
  const auto x = b.add({}, "x", enum_of(2, true)), y = b.add({}, "y", enum_of(2, true));
  Fixture f(std::move(b));
  NodeId node = f.graph.leaf(x, 3);
  for (std::uint32_t i = 0; i < 200'000; ++i) node = f.graph.recode(node, {1, 2, 0}, 3);
  node = f.graph.first_set(f.graph.leaf(y, 3), node);
  EXPECT_FALSE(f.space->diagrams().is_terminal(f.space->of(node)));
}

// --- order -------------------------------------------------------------------------

TEST(VariableOrder, SelectorsComeBeforeSelectedElements) {
  Builder b;
  const auto p = b.add({}, "p", enum_of(1, true)), q = b.add({}, "q", enum_of(1, true));
  const auto index = b.add({}, "index", enum_of(2, false));
  Graph g;
  const NodeId none = g.constant(0, 2);
  const NodeId root = g.select(g.leaf(index, 3), {none, g.leaf(q, 2), g.leaf(p, 2)});
  EXPECT_EQ(variable_order(b.model, g, std::span(&root, 1), {}), (std::vector<ElementId>{index, q, p}));
}

TEST(VariableOrder, OtherElementsAreBesideThoseOfTheirObject) {
  Builder b;
  const auto o = b.add({}, "o", record(true));
  const auto x = b.add(o, "x", enum_of(1, true)), y = b.add(o, "y", enum_of(1, true));
  const auto z = b.add({}, "z", enum_of(1, true)), alone = b.add({}, "alone", enum_of(1, true));
  Graph g;
  const std::vector<NodeId> roots{g.leaf(z, 2), g.leaf(x, 2)};
  const std::vector<NodeId> reversed{g.leaf(x, 2), g.leaf(z, 2)};
  const std::set<ElementId> others{o, y, alone, x};
  EXPECT_EQ(variable_order(b.model, g, roots, others), (std::vector<ElementId>{z, o, x, y, alone}));
  EXPECT_EQ(variable_order(b.model, g, reversed, others), (std::vector<ElementId>{o, x, y, z, alone}));
}

TEST(BestSpace, SelectingFactsComeFirstAndObjectsStayTogether) {
  Builder b;
  const auto o = b.add({}, "o", record(true)), p = b.add({}, "p", record(true));
  const auto ox = b.add(o, "x", enum_of(2, true)), oy = b.add(o, "y", enum_of(2, true));
  const auto px = b.add(p, "x", enum_of(2, true)), py = b.add(p, "y", enum_of(2, true));
  const auto fact = b.add({}, "fact", enum_of(2, false));
  Fixture f(std::move(b));
  Graph& g = f.graph;
  const NodeId xs = g.first_set(g.leaf(ox, 3), g.leaf(px, 3)), ys = g.first_set(g.leaf(oy, 3), g.leaf(py, 3));
  const NodeId root = g.first_set(g.leaf(oy, 3), g.select(g.leaf(fact, 3), {xs, xs, ys}));
  const std::set<ElementId> all = f.builder.coded();
  const auto space = best_space(f.builder.model, g, f.classes, std::span(&root, 1), all);
  EXPECT_EQ(space->order(), (std::vector<ElementId>{fact, o, oy, ox, p, px, py}));
  EXPECT_EQ(best_order(f.builder.model, g, f.classes, std::span(&root, 1), all), space->order());
  // The diagrams that were built to try the order are kept.
  const std::size_t made = space->diagrams().node_count();
  space->of(root);
  space->possible(all);
  EXPECT_EQ(space->diagrams().node_count(), made);
}

// Facts a[i], each compared with a setting b[i]. With all facts first, or in the order of
// declaration, a diagram must remember every a[i] until it reads b[i].
TEST(BestSpace, LargeDiagramsAreTriedUnderOtherOrders) {
  constexpr unsigned pairs = 16;
  Builder b;
  std::vector<ElementId> as, bs;
  for (unsigned i = 0; i < pairs; ++i) as.push_back(b.add({}, "a" + std::to_string(i), enum_of(3, false)));
  for (unsigned i = 0; i < pairs; ++i) bs.push_back(b.add({}, "b" + std::to_string(i), enum_of(3, true)));
  Fixture f(std::move(b));
  Graph& g = f.graph;
  std::vector<NodeId> equal;
  for (unsigned i = 0; i < pairs; ++i) {
    std::vector<NodeId> same{g.no()};
    for (std::uint32_t code = 1; code <= 3; ++code) {
      std::vector<std::uint32_t> table(4, 0);
      table[code] = 1;
      same.push_back(g.member(g.leaf(bs[i], 4), table));
    }
    equal.push_back(g.select(g.leaf(as[i], 4), same));
  }
  const NodeId root = g.both(equal);
  const auto space = best_space(f.builder.model, g, f.classes, std::span(&root, 1), f.builder.coded());
  EXPECT_LE(space->diagrams().size(space->of(root)), 4 * pairs);
}

// --- wording -------------------------------------------------------------------------

TEST(Describe, LeavesOutImpliedFacts) {
  Builder b;
  const auto o = b.add({}, "o", record(true));
  const auto x = b.add(o, "x", enum_of(2, true)), y = b.add(o, "y", enum_of(2, true));
  const auto z = b.add({}, "z", enum_of(2, false));
  Fixture f(std::move(b));
  const auto words = [&](const Call& call, UnsetFacts unset = UnsetFacts::left_out) {
    return call_text(f.builder.model, f.classes, call, unset);
  };
  EXPECT_EQ(words({{o, 1}, {x, 2}, {y, 0}, {z, 1}}), "o.x is b, z is a");
  EXPECT_EQ(words({{o, 1}, {x, 2}, {y, 0}, {z, 1}}, UnsetFacts::shown), "o.x is b, z is a, o.y is unset");
  EXPECT_EQ(words({{o, 1}, {x, 0}, {y, 0}}), "o is set");
  EXPECT_EQ(words({{o, 0}, {x, 0}, {y, 0}, {z, 2}}, UnsetFacts::shown), "z is b, o is unset");
}

TEST(Describe, ShowsUnsetFactsIfNothingIsSet) {
  Builder b;
  const auto x = b.add({}, "x", enum_of(2, true));
  Call many;
  for (unsigned i = 0; i < 9; ++i) many.emplace_back(b.add({}, "y" + std::to_string(i), enum_of(1, true)), 0);
  Fixture f(std::move(b));
  EXPECT_EQ(call_text(f.builder.model, f.classes, {}), "any call");
  EXPECT_EQ(call_text(f.builder.model, f.classes, {{x, 0}}), "x is unset");
  EXPECT_EQ(call_text(f.builder.model, f.classes, many), "a call with nothing set");
}

}  // namespace
}  // namespace tally
