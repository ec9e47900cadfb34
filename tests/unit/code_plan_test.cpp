// The plan of the code equals the decision graph: on random graphs, over all codes of all
// inputs, compared by diagrams. The properties that a back end relies on hold too: no address
// is outside the inputs, and no code is outside its range.
#include "compiler/plan/code_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/diagrams/space.h"
#include "tests/support/plan_diagrams.h"
#include "tests/unit/random_graph.h"

namespace tally {
namespace {

using testing::enumeration;
using testing::RandomWorld;
using testing::World;

constexpr std::size_t node_limit = std::size_t{1} << 17;

testing::PlanComparison compare(const World& world, const std::vector<NodeId>& outputs) {
  // The order puts inputs that the graph reads first before the others: indices before cells.
  const auto order = variable_order(world.model, world.graph, outputs, world.read);
  return testing::compare_plan(world.model, order, world.request({{"decide", outputs}}), node_limit);
}

std::string all(const std::vector<std::string>& differences) {
  std::string text;
  for (const std::string& difference : differences) text += difference + "\n";
  return text;
}

TEST(CodePlan, AgreesWithRandomGraphs) {
  std::size_t outputs = 0, too_large = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    RandomWorld world(seed, 10 + static_cast<int>(seed % 40));
    const auto result = compare(world, world.outputs);
    EXPECT_TRUE(result.differences.empty()) << "seed " << seed << ":\n" << all(result.differences);
    outputs += result.outputs;
    too_large += result.too_large;
  }
  // Most of them are small enough.
  EXPECT_GT(outputs, 3 * too_large);
}

// An index that may be unset: there is no cell for unset, and so no byte.
TEST(CodePlan, AnUnsetIndexHasNoAddress) {
  for (const std::size_t values : {2, 3, 9}) {
    World world;
    const TypeRef type = enumeration(values);
    const NodeId index = world.leaf(world.input(as_optional(type)));
    std::vector<NodeId> cells;
    for (const ElementId cell : world.map(enumeration(5), {type})) cells.push_back(world.leaf(cell));
    const NodeId output = world.by(index, cells);
    world.finish();
    const auto result = compare(world, {output});
    EXPECT_EQ(result.outputs, 1u);
    EXPECT_TRUE(result.differences.empty()) << all(result.differences);
  }
}

// A choice between cells of two maps is a single address only if both have the same index and
// the same distance between their cells.
TEST(CodePlan, CellsAtOtherIndicesOrDistancesAreNotOneAddress) {
  const TypeRef flag = enumeration(2), three = enumeration(3);
  for (const bool alike : {true, false}) {
    World world;
    const NodeId which = world.leaf(world.input(flag));
    const NodeId i = world.leaf(world.input(flag)), j = world.leaf(world.input(flag));
    std::vector<NodeId> near, far;
    for (const ElementId cell : world.map(three, {flag})) near.push_back(world.leaf(cell));
    // The same index with another distance, or another index with the same distance.
    const auto others = alike ? world.map(three, {flag, flag}) : world.map(three, {flag});
    for (std::size_t c = 0; c < others.size(); c += others.size() / 2) far.push_back(world.leaf(others[c]));
    const NodeId output = world.by(which, {world.by(i, near), world.by(alike ? i : j, far)});
    world.finish();
    const auto result = compare(world, {output});
    EXPECT_EQ(result.outputs, 1u);
    EXPECT_TRUE(result.differences.empty()) << all(result.differences);
  }
}

// A condition may be recoded into a code with more values, such as that of a flag that may be
// unset.
TEST(CodePlan, AConditionMayBeRecodedIntoAWiderCode) {
  World world;
  const NodeId a = world.leaf(world.input(enumeration(2))), b = world.leaf(world.input(enumeration(3)));
  const NodeId condition = world.graph.both({world.is(a, 1), world.is(b, 2)});
  std::vector<NodeId> outputs;
  for (const std::vector<std::uint32_t>& table : {std::vector<std::uint32_t>{0, 1}, {1, 0}, {2, 1}})
    outputs.push_back(world.graph.recode(condition, table, 3));
  world.finish();
  const auto result = compare(world, outputs);
  EXPECT_EQ(result.outputs, outputs.size());
  EXPECT_TRUE(result.differences.empty()) << all(result.differences);
}

}  // namespace
}  // namespace tally
