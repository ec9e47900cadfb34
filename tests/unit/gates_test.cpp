// Gates mean the same as the decision graph, whether a variable is fixed, in a loop or in the
// lanes. The plan of a sweep gives every variable one place, and every combination of its lanes
// one position.
#include "compiler/plan/gates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "compiler/plan/sliced_plan.h"
#include "tests/unit/random_graph.h"

namespace tally {
namespace {

using testing::enumeration;
using testing::RandomWorld;
using testing::World;

// The value of every gate, for the given codes of the variables.
std::vector<bool> evaluate(const Gates& gates, const std::vector<std::uint8_t>& codes) {
  std::vector<bool> value(gates.size());
  const auto of = [&](Bit bit) { return value[bit.gate()] != bit.complemented(); };
  for (std::uint32_t i = 1; i < gates.size(); ++i) {
    const Gate& gate = gates.at(i);
    const auto operands = gates.operands(i);
    if (gate.op == Gate::Op::input) value[i] = (codes[gate.variable] >> gate.place) & 1;
    if (gate.op == Gate::Op::both) value[i] = of(operands[0]) && of(operands[1]);
    if (gate.op == Gate::Op::choose) value[i] = of(operands[0]) ? of(operands[1]) : of(operands[2]);
  }
  return value;
}

TEST(Gates, AgreeWithRandomGraphs) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    RandomWorld world(seed, 10 + static_cast<int>(seed % 40));
    std::mt19937 random(seed);
    std::vector<GateVariable> variables;
    std::vector<std::uint8_t> held = world.random_codes(random);
    for (std::size_t i = 0; i < world.layout->order().size(); ++i) {
      const ElementId element = world.layout->order()[i];
      GateVariable v{element, world.classes->first(element), static_cast<std::uint16_t>(world.classes->codes(element))};
      const unsigned kind = random() % 4;
      if (kind == 0) v.first = held[i], v.end = static_cast<std::uint16_t>(held[i] + 1);
      if (kind == 1) v.lanes = true;
      if (kind == 2) v.depth = static_cast<std::uint16_t>(1 + random() % 5);
      variables.push_back(v);
    }
    Gates gates(world.graph, *world.classes, variables);
    // The conditions are every code of every output, and random ones.
    std::vector<std::pair<NodeId, Bit>> conditions;
    for (const NodeId output : world.outputs) {
      for (std::uint32_t code = 0; code < std::min(world.graph.codes(output), 12u); ++code) {
        const NodeId node = world.is(output, code);
        conditions.emplace_back(node, gates.condition(node));
      }
    }
    for (int round = 0; round < 60; ++round) {
      std::vector<std::uint8_t> codes = world.random_codes(random);
      for (std::size_t i = 0; i < codes.size(); ++i) {
        if (variables[i].end - variables[i].first == 1) codes[i] = variables[i].first;
      }
      const auto expected = world.evaluate(codes);
      const auto value = evaluate(gates, codes);
      for (const auto& [node, bit] : conditions)
        ASSERT_EQ(value[bit.gate()] != bit.complemented(), expected[node.value] == 1) << "seed " << seed;
    }
    // A gate is as deep as its deepest operand, and differs in the lanes only if an operand does.
    for (std::uint32_t i = 1; i < gates.size(); ++i) {
      const Gate& gate = gates.at(i);
      if (gate.op == Gate::Op::input) {
        EXPECT_EQ(gate.depth, variables[gate.variable].depth);
        EXPECT_EQ(gate.lanes, variables[gate.variable].lanes);
        continue;
      }
      unsigned depth = 0;
      bool lanes = false;
      for (const Bit operand : gates.operands(i)) {
        EXPECT_LT(operand.gate(), i);
        depth = std::max<unsigned>(depth, gates.at(operand.gate()).depth);
        lanes = lanes || gates.at(operand.gate()).lanes;
      }
      EXPECT_EQ(gate.depth, depth);
      EXPECT_EQ(gate.lanes, lanes);
    }
  }
}

// Of the codes 0, 1 and 2, the upper digit alone identifies 2, because 3 never occurs.
TEST(Gates, CodesThatNeverComeMakeGatesFewer) {
  World world;
  const NodeId leaf = world.leaf(world.input(as_optional(enumeration(2))));
  const NodeId on = world.is(leaf, 2);
  world.finish();
  Gates gates(world.graph, *world.classes, {{world.layout->order()[0], 0, 3}});
  const Bit bit = gates.condition(on);
  EXPECT_FALSE(bit.complemented());
  EXPECT_EQ(gates.at(bit.gate()).op, Gate::Op::input);
  EXPECT_EQ(gates.at(bit.gate()).place, 1u);
}

// Operands that are known in outer loops are combined there.
TEST(Gates, ConjunctionsAreAssociatedFromTheOutside) {
  World world;
  std::vector<NodeId> on;
  for (int i = 0; i < 3; ++i) on.push_back(world.is(world.leaf(world.input(enumeration(2))), 2));
  // Nested by hand, with the variable of the innermost loop first.
  const NodeId inner = world.graph.choose({{on[2], on[0]}}, world.graph.no());
  const NodeId all = world.graph.choose({{inner, on[1]}}, world.graph.no());
  world.finish();
  std::vector<GateVariable> variables;
  for (std::uint16_t depth = 1; depth <= 3; ++depth)
    variables.push_back({world.layout->order()[depth - 1u], 1, 3, false, depth});
  Gates gates(world.graph, *world.classes, variables);
  const Bit bit = gates.condition(all);
  const auto operands = gates.operands(bit.gate());
  ASSERT_EQ(operands.size(), 2u);
  EXPECT_EQ(gates.at(operands[0].gate()).depth, 2);
  EXPECT_EQ(gates.at(operands[1].gate()).op, Gate::Op::input);
}

// --- the plan --------------------------------------------------------------------------

// Variables with these numbers of codes (`radices`), and a condition that needs all of them.
SlicedPlan plan_of(const std::vector<unsigned>& radices, unsigned width) {
  World world;
  std::vector<NodeId> conditions;
  for (const unsigned radix : radices)
    conditions.push_back(world.is(world.leaf(world.input(enumeration(radix))), radix));
  const NodeId all = world.graph.both(conditions);
  world.finish();
  std::vector<SlicedVariable> variables;
  for (const ElementId element : world.layout->order())
    variables.push_back({element, 1, static_cast<std::uint16_t>(world.classes->codes(element))});
  SlicedPlan plan = make_sliced_plan({world.graph, *world.classes, variables, {all}, width});
  plan.kernels.clear();  // they refer to the world
  return plan;
}

TEST(SlicedPlan, EveryVariableHasOnePlaceAndEveryLaneOneCombination) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<unsigned> radices(random() % 30);
    for (unsigned& radix : radices) radix = 1 + random() % (round % 2 ? 4 : 20);
    const unsigned width = 64u << (round % 4);
    const SlicedPlan plan = plan_of(radices, width);
    std::vector<std::uint32_t> places = plan.nesting();
    EXPECT_EQ(places.size(), radices.size());
    std::sort(places.begin(), places.end());
    for (std::uint32_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i);

    std::uint32_t positions = 1;
    for (const std::uint32_t lane : plan.lanes) positions *= radices[lane];
    EXPECT_EQ(plan.positions, positions);
    EXPECT_EQ(plan.vectors, (positions + width - 1) / width);
    std::set<std::vector<std::uint32_t>> combinations;
    for (std::uint32_t p = 0; p < positions; ++p) {
      std::vector<std::uint32_t> codes;
      for (std::size_t lane = 0; lane < plan.lanes.size(); ++lane) {
        codes.push_back(plan.lane_code(lane, p));
        EXPECT_GE(codes.back(), 1u);
        EXPECT_LE(codes.back(), radices[plan.lanes[lane]]);
      }
      combinations.insert(codes);
    }
    EXPECT_EQ(combinations.size(), positions);
  }
}

// Hardly a lane is idle if there are enough variables.
TEST(SlicedPlan, LanesAreFilled) {
  const auto used = [](const std::vector<unsigned>& radices, unsigned width) {
    const SlicedPlan plan = plan_of(radices, width);
    return static_cast<double>(plan.positions) / (plan.vectors * width);
  };
  EXPECT_GT(used(std::vector<unsigned>(30, 3), 512), 0.98);
  EXPECT_GT(used(std::vector<unsigned>(30, 3), 256), 0.98);
  EXPECT_GT(used(std::vector<unsigned>(30, 3), 128), 0.94);
  EXPECT_GT(used(std::vector<unsigned>(30, 3), 64), 0.94);
  EXPECT_EQ(used(std::vector<unsigned>(40, 2), 512), 1);
  EXPECT_GT(used({2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2, 2, 3, 3, 3, 7, 5, 3, 2}, 512), 0.95);
  EXPECT_GT(used(std::vector<unsigned>(8, 25), 512), 0.98);
}

}  // namespace
}  // namespace tally
