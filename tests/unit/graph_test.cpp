// The decision graph: its makers simplify without changing the function.
//
// Every maker is compared with its plain meaning over all codes of its inputs.
#include "compiler/graph/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

namespace tally {
namespace {

// Codes of leaves (by element), of presences and of cuts, all set by hand.
struct Codes {
  std::map<std::uint32_t, std::uint32_t> leaf;
  std::map<std::uint32_t, bool> present;
  std::map<std::uint32_t, bool> cut;  // by CutId
};

std::uint32_t evaluate(const Graph& graph, NodeId root, const Codes& codes) {
  std::map<NodeId, std::uint32_t> at;
  for (NodeId id : graph.reachable(std::span(&root, 1))) {
    const Node& n = graph.node(id);
    auto operands = graph.operands(n);
    auto table = graph.table(n);
    std::uint32_t code = 0;
    switch (n.op) {
      case Op::constant: code = n.value; break;
      case Op::leaf: code = codes.leaf.at(n.element.value); break;
      case Op::present: code = codes.present.at(n.element.value); break;
      case Op::cut: code = codes.cut.at(n.value); break;
      case Op::member:
      case Op::recode: code = table[at.at(operands[0])]; break;
      case Op::negate: code = 1 - at.at(operands[0]); break;
      case Op::both:
        code = 1;
        for (NodeId o : operands) code &= at.at(o);
        break;
      case Op::either:
        for (NodeId o : operands) code |= at.at(o);
        break;
      case Op::choose: {
        code = at.at(operands.back());
        for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
          if (at.at(operands[i - 2]) == 1) code = at.at(operands[i - 1]);
        }
        break;
      }
      case Op::select: code = at.at(operands[1 + at.at(operands[0])]); break;
      case Op::first_set: code = at.at(operands[0]) != 0 ? at.at(operands[0]) : at.at(operands[1]); break;
    }
    EXPECT_LT(code, n.codes);
    at[id] = code;
  }
  return at.at(root);
}

class GraphTest : public testing::Test {
 protected:
  Graph g;
  NodeId a = g.leaf({0}, 2), b = g.leaf({1}, 2), c = g.leaf({2}, 2);
  NodeId x = g.leaf({3}, 4), y = g.leaf({4}, 4);
};

TEST_F(GraphTest, EqualNodesAreOneNode) {
  EXPECT_EQ(g.leaf({3}, 4), x);
  EXPECT_EQ(g.both({a, b}), g.both({b, a, b}));
  EXPECT_EQ(g.choose({{a, x}}, y), g.choose({{a, x}}, y));
  EXPECT_NE(g.choose({{a, x}}, y), g.choose({{a, y}}, x));
  EXPECT_NE(g.constant(1, 2), g.constant(1, 3));
  EXPECT_EQ(g.cut({9}, Cut{{{0, 4}}, {}, {}}), g.cut({9}, Cut{{{0, 4}}, {}, {}}));
  EXPECT_NE(g.cut({9}, Cut{{{0, 4}}, {}, {}}), g.cut({9}, Cut{{{0, 5}}, {}, {}}));
  EXPECT_EQ(g.cuts().size(), 2u);
}

TEST_F(GraphTest, ConditionsDropOperandsThatDoNotMatter) {
  EXPECT_EQ(g.both({}), g.yes());
  EXPECT_EQ(g.either({}), g.no());
  EXPECT_EQ(g.both({a, g.yes()}), a);
  EXPECT_EQ(g.either({a, g.no(), a}), a);
  EXPECT_EQ(g.both({a, b, g.no()}), g.no());
  EXPECT_EQ(g.either({a, g.yes()}), g.yes());
  EXPECT_EQ(g.both({a, g.negate(a)}), g.no());
  EXPECT_EQ(g.either({b, a, g.negate(a)}), g.yes());
  EXPECT_EQ(g.negate(g.negate(g.both({a, b}))), g.both({a, b}));
}

TEST_F(GraphTest, TestsOfOneNodeAreOneTest) {
  const NodeId low = g.member(x, {1, 1, 0, 0}), odd = g.member(x, {0, 1, 0, 1});
  EXPECT_EQ(g.both({low, odd}), g.member(x, {0, 1, 0, 0}));
  EXPECT_EQ(g.either({low, odd}), g.member(x, {1, 1, 0, 1}));
  EXPECT_EQ(g.both({low, g.negate(low)}), g.no());
  EXPECT_EQ(g.either({low, a, g.negate(low)}), g.yes());
  EXPECT_EQ(g.negate(low), g.member(x, {0, 0, 1, 1}));
}

TEST_F(GraphTest, ACutImpliesPresence) {
  const NodeId set = g.present({9}), cut = g.cut({9}, Cut{{{0, 4}}, {}, {}});
  EXPECT_EQ(g.both({set, cut}), cut);
  EXPECT_EQ(g.either({set, cut}), set);
  EXPECT_NE(g.both({g.present({8}), cut}), cut);
}

TEST_F(GraphTest, AnEmptyCutHoldsNothing) { EXPECT_EQ(g.cut({9}, Cut{}), g.no()); }

TEST_F(GraphTest, MembersAndRecodesCompose) {
  EXPECT_EQ(g.member(x, {0, 0, 0, 0}), g.no());
  EXPECT_EQ(g.member(x, {1, 1, 1, 1}), g.yes());
  EXPECT_EQ(g.member(g.constant(2, 4), {0, 0, 1, 0}), g.yes());
  EXPECT_EQ(g.is_set(a), a);
  EXPECT_EQ(g.member(a, {1, 0}), g.negate(a));
  const NodeId swapped = g.recode(x, {0, 2, 1, 4}, 5);
  EXPECT_EQ(g.codes(swapped), 5u);
  EXPECT_EQ(g.member(swapped, {0, 1, 0, 0, 1}), g.member(x, {0, 0, 1, 1}));
  EXPECT_EQ(g.recode(swapped, {0, 2, 1, 0, 3}, 4), x);
  EXPECT_EQ(g.recode(x, {2, 2, 2, 2}, 3), g.constant(2, 3));
  // A test of a test is a test of the inner operand.
  EXPECT_EQ(g.member(g.recode(g.member(x, {0, 1, 0, 0}), {1, 2}, 3), {0, 0, 1}), g.member(x, {0, 1, 0, 0}));
}

TEST_F(GraphTest, SetOfTheFirstSetIsSetOfEither) {
  EXPECT_EQ(g.is_set(g.first_set(x, y)), g.either({g.is_set(x), g.is_set(y)}));
}

TEST_F(GraphTest, ChoosesLoseArmsThatCannotWin) {
  EXPECT_EQ(g.choose({}, x), x);
  EXPECT_EQ(g.choose({{g.no(), x}}, y), y);
  EXPECT_EQ(g.choose({{g.yes(), x}, {a, y}}, y), x);
  EXPECT_EQ(g.choose({{a, x}, {a, y}}, y), g.choose({{a, x}}, y));
  EXPECT_EQ(g.choose({{a, x}, {b, x}}, y), g.choose({{g.either({a, b}), x}}, y));
  EXPECT_EQ(g.choose({{a, x}, {b, y}}, y), g.choose({{a, x}}, y));
  EXPECT_EQ(g.choose({{a, x}, {g.negate(a), x}}, y), x);
}

TEST_F(GraphTest, ChoosesBetweenNoAndYesAreConditions) {
  EXPECT_EQ(g.choose({{a, g.yes()}}, g.no()), a);
  EXPECT_EQ(g.choose({{a, g.no()}}, g.yes()), g.negate(a));
  EXPECT_EQ(g.choose({{a, g.no()}, {b, g.yes()}}, g.no()), g.both({g.negate(a), b}));
  EXPECT_EQ(g.choose({{a, b}}, g.no()), g.both({a, b}));
  EXPECT_EQ(g.choose({{a, b}}, g.yes()), g.either({g.negate(a), b}));
}

TEST_F(GraphTest, SelectsByAConstantOrOfEqualBranchesAreThatBranch) {
  EXPECT_EQ(g.select(g.constant(1, 3), {x, y, x}), y);
  EXPECT_EQ(g.select(x, {y, y, y, y}), y);
  EXPECT_EQ(g.select(a, {x, y}), g.choose({{a, y}}, x));
  EXPECT_EQ(g.select(x, {g.constant(0, 4), g.constant(1, 4), g.constant(2, 4), g.constant(3, 4)}), x);
  EXPECT_EQ(g.node(g.select(x, {y, x, y, x})).op, Op::select);
}

TEST_F(GraphTest, FirstSetStopsAtAKnownValue) {
  EXPECT_EQ(g.first_set(g.constant(0, 4), x), x);
  EXPECT_EQ(g.first_set(g.constant(2, 4), x), g.constant(2, 4));
  EXPECT_EQ(g.first_set(x, g.constant(0, 4)), x);
  EXPECT_EQ(g.first_set(x, x), x);
  EXPECT_EQ(g.first_set(a, b), g.either({a, b}));
}

TEST_F(GraphTest, OperandsComeBeforeTheirUsers) {
  const NodeId root = g.choose({{g.both({a, b}), x}, {c, y}}, g.recode(y, {0, 0, 1, 2}, 4));
  for (std::uint32_t i = 0; i < g.size(); ++i) {
    for (NodeId operand : g.operands(g.node({i}))) EXPECT_LT(operand.value, i);
  }
  const auto order = g.reachable(std::span(&root, 1));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(order.back(), root);
  const NodeId alone = x;
  EXPECT_EQ(g.reachable(std::span(&alone, 1)), std::vector<NodeId>{x});
  EXPECT_TRUE(g.reachable({}).empty());
}

TEST_F(GraphTest, TenThousandArmsAreLinear) {
  std::vector<std::pair<NodeId, NodeId>> arms, flags;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const NodeId when = g.both({g.leaf({100 + i}, 2), g.leaf({20'000 + i % 7}, 2)});
    arms.emplace_back(when, g.constant(i % 3, 3));
    flags.emplace_back(when, i % 2 ? g.yes() : g.no());
  }
  const std::size_t before = g.size();
  const NodeId rule = g.choose(arms, g.constant(0, 3));
  g.choose(flags, g.no());
  EXPECT_LT(g.size() - before, 40'000u);
  EXPECT_EQ(g.node(rule).operand_count, 19'999u);  // the last arm equals the default
}

// Random graphs: each node is paired with a function that gives its expected value.
TEST(GraphProperty, SimplifyingChangesNoFunction) {
  using Function = std::function<std::uint32_t(const Codes&)>;
  std::mt19937 random(7);
  auto below = [&](std::size_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 60; ++round) {
    Graph g;
    std::vector<std::pair<NodeId, Function>> conditions, values;  // of 2 and of 4 codes
    for (std::uint32_t i = 0; i < 3; ++i) {
      values.emplace_back(g.leaf({i}, 4), [i](const Codes& c) { return c.leaf.at(i); });
    }
    conditions.emplace_back(g.leaf({3}, 2), [](const Codes& c) { return c.leaf.at(3); });
    conditions.emplace_back(g.present({4}), [](const Codes& c) { return c.present.at(4) ? 1u : 0u; });
    conditions.emplace_back(g.cut({4}, Cut{{{0, 3}}, {}, {}}), [](const Codes& c) { return c.cut.at(0) ? 1u : 0u; });
    conditions.emplace_back(g.yes(), [](const Codes&) { return 1u; });
    conditions.emplace_back(g.no(), [](const Codes&) { return 0u; });
    for (std::uint32_t k = 0; k < 4; ++k) values.emplace_back(g.constant(k, 4), [k](const Codes&) { return k; });
    for (int step = 0; step < 60; ++step) {
      auto condition = [&] { return conditions[below(conditions.size())]; };
      auto value = [&] { return values[below(values.size())]; };
      auto c1 = condition(), c2 = condition(), c3 = condition();
      auto v1 = value(), v2 = value(), v3 = value(), v4 = value(), v5 = value();
      std::vector<std::uint32_t> table, bits;
      for (int i = 0; i < 4; ++i) table.push_back(below(4)), bits.push_back(below(2));
      switch (below(9)) {
        case 0:
          conditions.emplace_back(g.both({c1.first, c2.first, c3.first}),
                                  [=](const Codes& c) { return c1.second(c) & c2.second(c) & c3.second(c); });
          break;
        case 1:
          conditions.emplace_back(g.either({c1.first, c2.first, c3.first}),
                                  [=](const Codes& c) { return c1.second(c) | c2.second(c) | c3.second(c); });
          break;
        case 2: conditions.emplace_back(g.negate(c1.first), [=](const Codes& c) { return 1 - c1.second(c); }); break;
        case 3:
          conditions.emplace_back(g.member(v1.first, bits), [=](const Codes& c) { return bits[v1.second(c)]; });
          break;
        case 4:
          values.emplace_back(g.choose({{c1.first, v1.first}, {c2.first, v2.first}, {c3.first, v3.first}}, v4.first),
                              [=](const Codes& c) {
                                return c1.second(c)   ? v1.second(c)
                                       : c2.second(c) ? v2.second(c)
                                       : c3.second(c) ? v3.second(c)
                                                      : v4.second(c);
                              });
          break;
        case 5:
          values.emplace_back(g.select(v5.first, {v1.first, v2.first, v3.first, v4.first}), [=](const Codes& c) {
            const Function branches[] = {v1.second, v2.second, v3.second, v4.second};
            return branches[v5.second(c)](c);
          });
          break;
        case 6:
          values.emplace_back(g.first_set(v1.first, v2.first),
                              [=](const Codes& c) { return v1.second(c) ? v1.second(c) : v2.second(c); });
          break;
        case 7:
          values.emplace_back(g.recode(v1.first, table, 4), [=](const Codes& c) { return table[v1.second(c)]; });
          break;
        default:
          conditions.emplace_back(g.choose({{c1.first, c2.first}}, c3.first),
                                  [=](const Codes& c) { return c1.second(c) ? c2.second(c) : c3.second(c); });
      }
    }
    for (int sample = 0; sample < 40; ++sample) {
      Codes codes;
      for (std::uint32_t i = 0; i < 3; ++i) codes.leaf[i] = below(4);
      codes.leaf[3] = below(2);
      codes.present[4] = below(2);
      codes.cut[0] = codes.present[4] && below(2);
      for (const auto& [node, meant] : conditions) ASSERT_EQ(evaluate(g, node, codes), meant(codes));
      for (const auto& [node, meant] : values) ASSERT_EQ(evaluate(g, node, codes), meant(codes));
    }
  }
}

}  // namespace
}  // namespace tally
