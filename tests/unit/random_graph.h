// For the tests of generated code: decision graphs over a model made by hand, and an evaluator
// that is written from the comments of graph.h alone.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/llvm/codegen.h"

namespace tally::testing {

inline TypeRef enumeration(std::size_t values) {
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::enumeration;
  for (std::size_t i = 0; i < values; ++i) {
    const std::string name = "v" + std::to_string(i);
    type->values.push_back({name, name, true});
  }
  return type;
}

// A model of scalar inputs and maps of scalars, a graph over them, and the other parts of a code
// request. Leaves are added first, then nodes, then `finish` is called.
struct World {
  Model model;
  Graph graph;
  std::set<ElementId> read;
  std::unique_ptr<InputLayout> layout;
  std::unique_ptr<Classes> classes;

  ElementId input(const TypeRef& type) {
    const ElementId id = add(type, InputId{static_cast<std::uint32_t>(model.inputs.size())}, std::nullopt);
    model.inputs.push_back({"input" + std::to_string(id.value), type, id, {}, {}});
    if (type->is_scalar()) read.insert(id);
    return id;
  }
  // The cells of an input that is a map with these indices.
  std::vector<ElementId> map(const TypeRef& element, const std::vector<TypeRef>& indices) {
    auto type = std::make_shared<Type>();
    type->kind = Type::Kind::map;
    type->indices = indices;
    type->element = element;
    const ElementId root = input(type);
    std::vector<ElementId> cells;
    for (std::uint64_t i = 0; i < cell_count(*type); ++i) {
      cells.push_back(add(element, model.at(root).input, root));
      read.insert(cells.back());
    }
    model.elements[root.value].children = cells;
    return cells;
  }
  NodeId leaf(ElementId element) {
    return graph.leaf(element, static_cast<std::uint32_t>(model.at(element).type->values.size() + 1));
  }
  NodeId is(NodeId node, std::uint32_t code) {
    std::vector<std::uint32_t> table(graph.codes(node));
    table[code] = 1;
    return graph.member(node, table);
  }
  // A select by `index`; its code 0 gives unset.
  NodeId by(NodeId index, std::vector<NodeId> branches) {
    branches.insert(branches.begin(), graph.constant(0, graph.codes(branches[0])));
    return graph.select(index, branches);
  }
  void finish() {
    layout = std::make_unique<InputLayout>(model, read);
    std::set<CutId> cuts;
    for (std::uint32_t i = 0; i < graph.cuts().size(); ++i) cuts.insert(CutId{i});
    classes = std::make_unique<Classes>(model, graph, cuts);
  }
  FunctionRequest request(std::vector<FunctionSpec> functions) const {
    return {graph, *layout, *classes, "test", std::move(functions)};
  }
  std::vector<std::uint8_t> random_codes(std::mt19937& random) const {
    std::vector<std::uint8_t> codes;
    for (ElementId element : layout->order()) {
      const unsigned first = classes->first(element), count = classes->codes(element);
      codes.push_back(static_cast<std::uint8_t>(first + random() % (count - first)));
    }
    return codes;
  }

  // The code of every node for these input codes.
  std::vector<std::uint32_t> evaluate(const std::vector<std::uint8_t>& in) const {
    std::vector<std::uint32_t> code(graph.size());
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      const Node& node = graph.node(NodeId{i});
      const auto table = graph.table(node);
      std::vector<std::uint32_t> v;
      for (NodeId operand : graph.operands(node)) v.push_back(code[operand.value]);
      const auto byte = [&] { return std::uint32_t{in[*layout->offset(node.element)]}; };
      switch (node.op) {
        case Op::constant: code[i] = node.value; break;
        case Op::leaf: code[i] = byte(); break;
        case Op::present: code[i] = byte() != 0; break;
        case Op::cut: {
          if (byte() == 0) break;
          const Literal& value = classes->classes(node.element)[byte() - 1].representative;
          code[i] = contains(graph.at(CutId{node.value}).cut, std::get<std::uint64_t>(value));
          break;
        }
        case Op::member:
        case Op::recode: code[i] = table[v[0]]; break;
        case Op::negate: code[i] = 1 - v[0]; break;
        case Op::both: code[i] = std::count(v.begin(), v.end(), 0u) == 0; break;
        case Op::either: code[i] = std::count(v.begin(), v.end(), 1u) != 0; break;
        case Op::choose: {
          std::size_t arm = 0;
          while (arm + 1 < v.size() && v[arm] == 0) arm += 2;
          code[i] = v[arm + 1 < v.size() ? arm + 1 : arm];
          break;
        }
        case Op::select: code[i] = v[1 + v[0]]; break;
        case Op::first_set: code[i] = v[0] != 0 ? v[0] : v[1]; break;
      }
    }
    return code;
  }

 private:
  ElementId add(const TypeRef& type, InputId input, std::optional<ElementId> parent) {
    const ElementId id{static_cast<std::uint32_t>(model.elements.size())};
    Element element;
    element.input = input;
    element.parent = parent;
    element.type = type;
    element.name = "element" + std::to_string(id.value);
    model.elements.push_back(element);
    return id;
  }
};

// A world with `nodes` random operations, some of which are outputs. Every operation occurs, maps
// have one or two indices, and choices are short or long.
struct RandomWorld : World {
  std::vector<NodeId> outputs;

  RandomWorld(unsigned seed, int nodes) : random(seed) {
    const auto small = enumeration(2), large = enumeration(3 + random() % 60);
    for (int i = 0; i < 3; ++i) value(leaf(input(enumeration(2 + random() % 4))));
    const NodeId required = leaf(input(small)), optional = leaf(input(as_optional(small)));
    const NodeId wide = leaf(input(large)), wide_optional = leaf(input(as_optional(large)));
    for (NodeId id : {required, optional, wide, wide_optional}) value(id);
    const auto cells = map(as_optional(enumeration(2)), {small, small});
    const auto others = map(as_optional(enumeration(2)), {small, small});
    const auto row = map(enumeration(5), {large});
    std::vector<NodeId> a, b, layered, tested, wide_row;
    for (ElementId cell : cells) a.push_back(leaf(cell));
    for (ElementId cell : others) b.push_back(leaf(cell));
    for (ElementId cell : row) wide_row.push_back(leaf(cell));
    for (std::size_t i = 0; i < a.size(); ++i) {
      layered.push_back(graph.first_set(a[i], b[i]));
      tested.push_back(is(layered[i], 2));
    }
    for (NodeId index : {required, optional}) {
      for (const auto& block : {a, b, layered, tested}) {
        value(by(index, {block[0], block[1]}));
        value(by(index, {block[3], block[1]}));  // not in the order of the layout
        for (NodeId second : {required, optional})
          value(by(index, {by(second, {block[0], block[1]}), by(second, {block[2], block[3]})}));
      }
    }
    for (NodeId index : {wide, wide_optional}) {
      value(by(index, wide_row));
      condition(is(by(index, wide_row), 3));
    }
    const ElementId number = input(as_optional(number_type(0, 1000))), bounded = input(number_type(0, 1000));
    for (ElementId element : {number, bounded}) {
      condition(graph.present(element));
      for (int i = 0; i < 3; ++i) {
        Cut cut;
        const auto low = random() % 900;
        cut.ranges.push_back({low, low + random() % 100});
        condition(graph.cut(element, cut));
      }
    }
    while (nodes-- > 0) step();
    for (int i = 0; i < 5; ++i) outputs.push_back(any());
    for (int i = 0; i < 5; ++i) outputs.push_back(recent());
    finish();
  }

 private:
  void value(NodeId id) {
    values.push_back(id);
    if (graph.codes(id) == 2) conditions.push_back(id);
  }
  void condition(NodeId id) { value(id); }
  NodeId any() { return values[random() % values.size()]; }
  NodeId recent() { return values[values.size() - 1 - random() % std::min<std::size_t>(values.size(), 20)]; }
  NodeId truth() { return conditions[random() % conditions.size()]; }
  std::vector<std::uint32_t> table(NodeId id, std::uint32_t codes) {
    std::vector<std::uint32_t> entries(graph.codes(id));
    for (auto& entry : entries) entry = static_cast<std::uint32_t>(random() % codes);
    return entries;
  }
  std::vector<NodeId> truths(std::size_t most) {
    std::vector<NodeId> result;
    for (std::size_t i = 1 + random() % most; i > 0; --i) result.push_back(truth());
    return result;
  }
  NodeId constant() { return graph.constant(static_cast<std::uint32_t>(random() % 5), 5); }

  void step() {
    const NodeId id = any();
    switch (random() % 10) {
      case 0:
      case 1: condition(graph.member(id, table(id, 2))); break;
      case 2: condition(graph.negate(truth())); break;
      case 3: condition(graph.both(truths(4))); break;
      case 4: condition(graph.either(truths(random() % 8 == 0 ? 12 : 4))); break;
      case 5: value(graph.first_set(id, any())); break;
      case 6: {
        const std::uint32_t codes = random() % 4 == 0 ? 60000 : 2 + static_cast<std::uint32_t>(random() % 9);
        value(graph.recode(id, table(id, codes), codes));
        break;
      }
      case 7:
      case 8: {
        std::vector<std::pair<NodeId, NodeId>> arms;
        const bool plain = random() % 2 == 0;
        for (std::size_t i = 1 + random() % (random() % 4 == 0 ? 80 : 4); i > 0; --i)
          arms.emplace_back(random() % 2 == 0 ? graph.both(truths(3)) : truth(), plain ? constant() : any());
        value(graph.choose(arms, plain ? constant() : any()));
        break;
      }
      case 9: {
        if (graph.codes(id) > 70) break;
        std::vector<NodeId> branches;
        for (std::uint32_t i = 0; i < graph.codes(id); ++i) branches.push_back(random() % 3 == 0 ? constant() : any());
        value(graph.select(id, branches));
        break;
      }
    }
  }

  std::mt19937 random;
  std::vector<NodeId> values, conditions;
};

}  // namespace tally::testing
