// The plan of the code means what the decision graph means: on random graphs,
// over all codes of all inputs, by diagrams. What a back end relies on holds too:
// no address leaves the inputs, no code its range.
#include "compiler/code_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/space.h"
#include "tests/support/plan_diagrams.h"
#include "tests/unit/random_graph.h"

namespace tally {
namespace {

using testing::enumeration;
using testing::RandomWorld;
using testing::World;

constexpr std::size_t node_limit = std::size_t{1} << 17;

testing::PlanComparison compare(const World& world, const std::vector<NodeId>& outputs) {
  // What is read first in the graph stands first: the indices before the cells.
  const auto order = variable_order(world.model, world.graph, outputs, world.read);
  return testing::compare_plan(world.model, order, world.request({{"decide", outputs}}), node_limit);
}

std::string all(const std::vector<std::string>& differences) {
  std::string text;
  for (const std::string& difference : differences) text += difference + "\n";
  return text;
}

TEST(CodePlan, MeansWhatRandomGraphsMean) {
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

// A leaf that may be unset, as an index: there is no cell for unset, and no byte.
TEST(CodePlan, AnUnsetIndexHasNoAddress) {
  for (const std::size_t values : {2, 3, 9}) {
    World world;
    const TypeRef type = enumeration(values);
    const NodeId index = world.leaf(world.input(with_optional(type, true)));
    std::vector<NodeId> cells;
    for (const ElementId cell : world.map(enumeration(5), {type})) cells.push_back(world.leaf(cell));
    const NodeId output = world.by(index, cells);
    world.finish();
    const auto result = compare(world, {output});
    EXPECT_EQ(result.outputs, 1u);
    EXPECT_TRUE(result.differences.empty()) << all(result.differences);
  }
}

}  // namespace
}  // namespace tally
