// Rows are disjoint, complete, and as few as possible.
#include "simulator/covers/partition.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/random_shapes.h"

namespace tally {
namespace {

using testing::Random;

// A condition over a few variables, call by call.
struct Small {
  std::vector<Variable> variables;
  std::vector<Assignment> calls;     // all of them
  std::vector<bool> possible, must;  // by call

  Diagram diagram(Diagrams& diagrams, const std::vector<bool>& of) const {
    Diagram d = diagrams.no();
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (!of[i]) continue;
      std::vector<std::pair<VariableId, Code>> codes;
      for (std::uint32_t v = 0; v < variables.size(); ++v) codes.emplace_back(VariableId{v}, calls[i][v]);
      d = diagrams.either(d, diagrams.cube(codes));
    }
    return d;
  }
};

Small random_small(Random& random, std::size_t max_calls) {
  Small out;
  std::size_t count = 1;
  while (out.variables.size() < 4) {
    const auto codes = random.between(2, 4);
    if (count * codes > max_calls) break;
    out.variables.push_back({static_cast<Code>(random.below(2)), static_cast<std::uint16_t>(codes)});
    count *= codes;
  }
  const unsigned impossible = static_cast<unsigned>(random.below(40)),
                 dense = static_cast<unsigned>(random.between(20, 90));
  for (std::size_t i = 0; i < count; ++i) {
    Assignment call;
    std::size_t rest = i;
    for (const Variable& v : out.variables) {
      call.push_back(static_cast<Code>(v.first + rest % v.count));
      rest /= v.count;
    }
    out.calls.push_back(std::move(call));
    out.possible.push_back(!random.chance(impossible));
    out.must.push_back(out.possible.back() && random.chance(dense));
  }
  return out;
}

bool holds(const Row& row, const Assignment& call) {
  return std::all_of(row.tests.begin(), row.tests.end(),
                     [&](const auto& test) { return test.second.has(call[test.first.value]); });
}

// The fewest disjoint cubes, found over all sets of calls that are not covered yet.
std::size_t fewest(const Small& small) {
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < small.calls.size(); ++i)
    if (small.must[i]) wanted.push_back(i);
  std::set<std::uint32_t> cubes;  // as sets of the wanted calls
  std::vector<unsigned> subset(small.variables.size(), 1);
  for (bool more = true; more;) {
    std::uint32_t covered = 0;
    bool kept = true;
    for (std::size_t i = 0; i < small.calls.size(); ++i) {
      bool in = true;
      for (std::size_t v = 0; v < subset.size(); ++v)
        in = in && (subset[v] >> (small.calls[i][v] - small.variables[v].first) & 1);
      if (!in || !small.possible[i]) continue;
      const auto at = std::find(wanted.begin(), wanted.end(), i);
      if (at == wanted.end())
        kept = false;
      else
        covered |= 1u << (at - wanted.begin());
    }
    if (kept && covered) cubes.insert(covered);
    more = false;
    for (std::size_t v = 0; v < subset.size() && !more; ++v) {
      if (++subset[v] < 1u << small.variables[v].count)
        more = true;
      else
        subset[v] = 1;
    }
  }
  const std::uint32_t all = (1u << wanted.size()) - 1;
  std::vector<std::size_t> best(all + 1, 1000);
  best[0] = 0;
  for (std::uint32_t left = 1; left <= all; ++left) {
    const std::uint32_t first = left & -left;
    for (const std::uint32_t cube : cubes)
      if ((cube & first) && !(cube & ~left)) best[left] = std::min(best[left], best[left & ~cube] + 1);
  }
  return best[all];
}

void expect_exact(const Small& small, const Partition& partition) {
  for (std::size_t i = 0; i < small.calls.size(); ++i) {
    if (!small.possible[i]) continue;
    const auto rows = std::count_if(partition.rows.begin(), partition.rows.end(),
                                    [&](const Row& r) { return holds(r, small.calls[i]); });
    EXPECT_EQ(rows, small.must[i] ? 1 : 0);
  }
}

TEST(Partition, HasTheFewestPossibleRows) {
  Random random(7);
  std::size_t tried = 0, several = 0;
  while (tried < 150) {
    const Small small = random_small(random, 24);
    if (std::count(small.must.begin(), small.must.end(), true) > 15) continue;
    Diagrams diagrams(small.variables);
    const auto partition =
        minimal_partition(diagrams, small.diagram(diagrams, small.must), small.diagram(diagrams, small.possible));
    ASSERT_TRUE(partition);
    expect_exact(small, *partition);
    EXPECT_TRUE(partition->is_minimal);
    EXPECT_EQ(partition->rows.size(), fewest(small));
    several += partition->rows.size() > 2 ? 1 : 0;
    ++tried;
  }
  EXPECT_GT(several, 50u);
}

// If every bound is exceeded, rows are still disjoint and complete.
TEST(Partition, IsExactWhateverTheBounds) {
  Random random(11);
  for (int i = 0; i < 120; ++i) {
    const Small small = random_small(random, 100);
    Diagrams diagrams(small.variables);
    PartitionBounds bounds;
    if (i % 3 != 0) bounds.tree_states = i % 7;
    if (i % 2 != 0) bounds.exact_steps = 40;
    if (i % 5 == 0) bounds.paths = 3;
    bounds.greedy_work = i % 4 == 0 ? 10 : 100'000;
    const auto partition = minimal_partition(diagrams, small.diagram(diagrams, small.must),
                                             small.diagram(diagrams, small.possible), bounds);
    if (partition) expect_exact(small, *partition);
  }
}

TEST(Partition, NeedNotBeATree) {
  // Five rows around a middle row; no single test separates any of them from the others.
  Small wheel;
  wheel.variables = {{0, 3}, {0, 3}};
  const auto row_of = [](int x, int y) {
    return y == 0 && x < 2 ? 0 : x == 2 && y < 2 ? 1 : y == 2 && x > 0 ? 2 : x == 0 ? 3 : 4;
  };
  for (Code x = 0; x < 3; ++x)
    for (Code y = 0; y < 3; ++y) {
      wheel.calls.push_back({x, y});
      wheel.possible.push_back(true);
      wheel.must.push_back(row_of(x, y) != 4);
    }
  Diagrams diagrams(wheel.variables);
  const auto partition = minimal_partition(diagrams, wheel.diagram(diagrams, wheel.must), diagrams.yes());
  ASSERT_TRUE(partition);
  expect_exact(wheel, *partition);
  EXPECT_EQ(partition->rows.size(), fewest(wheel));
}

}  // namespace
}  // namespace tally
