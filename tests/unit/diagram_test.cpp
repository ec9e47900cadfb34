// Diagrams compared with plain tables: random functions over a few variables with random first
// codes and code counts. Every operation is computed cell by cell, and compared by canonicity
// (equal functions have equal diagrams). The bounds follow: huge counts, the node limit, 20,000
// variables.
#include "compiler/diagrams/diagram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

namespace tally {
namespace {

using Table = std::vector<std::uint32_t>;  // one terminal per assignment, in lexicographic order

struct Space {
  std::vector<Variable> variables;
  std::vector<Assignment> assignments;

  explicit Space(std::vector<Variable> order) : variables(std::move(order)) {
    Assignment codes;
    for (const Variable v : variables) codes.push_back(v.first);
    for (;;) {
      assignments.push_back(codes);
      std::size_t i = variables.size();
      while (i > 0 && codes[i - 1] + 1 == variables[i - 1].first + variables[i - 1].count) {
        codes[i - 1] = variables[i - 1].first;
        --i;
      }
      if (i == 0) return;
      ++codes[i - 1];
    }
  }

  std::size_t index(const Assignment& codes) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < variables.size(); ++i) at = at * variables[i].count + (codes[i] - variables[i].first);
    return at;
  }

  std::size_t with(std::size_t at, std::size_t variable, unsigned code) const {
    Assignment codes = assignments[at];
    codes[variable] = static_cast<Code>(code);
    return index(codes);
  }

  template <class F>
  Table table(F f) const {
    Table t(assignments.size());
    for (std::size_t i = 0; i < t.size(); ++i) t[i] = f(i);
    return t;
  }
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(engine_() % n); }

  Space space(unsigned least = 4, unsigned most = 6) {
    std::vector<Variable> variables(least + below(most - least + 1));
    for (Variable& v : variables) {
      v.count = static_cast<std::uint16_t>(1 + below(4));
      v.first = static_cast<Code>(below(3) == 0 ? 256 - v.count : below(200));
    }
    if (below(8) == 0) make_wide(variables);
    return Space(variables);
  }

  // One variable of so many codes that its nodes have runs, and few others.
  void make_wide(std::vector<Variable>& variables) {
    variables.resize(3);
    for (Variable& v : variables) v.count = static_cast<std::uint16_t>(std::min<unsigned>(v.count, 2));
    variables[below(3)] = {static_cast<Code>(below(2) == 0 ? below(3) : 65'000),
                           static_cast<std::uint16_t>(257 + below(40))};
  }

  // Plain noise would share no nodes. This is noise over a random subset of the variables, with
  // some cells changed.
  Table table(const Space& space, unsigned terminals) {
    std::vector<bool> read;
    for (std::size_t i = 0; i < space.variables.size(); ++i) read.push_back(below(3) > 0);
    std::map<Assignment, std::uint32_t> cells;
    Table t = space.table([&](std::size_t i) {
      Assignment key = space.assignments[i];
      for (std::size_t v = 0; v < key.size(); ++v) key[v] = read[v] ? key[v] : Code{0};
      return cells.try_emplace(key, below(terminals)).first->second;
    });
    for (unsigned n = below(4); n > 0; --n) t[below(static_cast<unsigned>(t.size()))] = below(terminals);
    return t;
  }

  std::vector<VariableId> variables(const Space& space) {
    std::vector<VariableId> ids;
    for (std::uint32_t v = 0; v < space.variables.size(); ++v) {
      if (below(2) == 0) ids.push_back({v});
    }
    return ids;
  }

  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

CodeSet one_code(unsigned code) { return CodeSet().add(code); }

std::vector<std::pair<VariableId, Code>> all_tests(const Assignment& codes) {
  std::vector<std::pair<VariableId, Code>> tests;
  for (std::uint32_t v = 0; v < codes.size(); ++v) tests.push_back({VariableId{v}, codes[v]});
  return tests;
}

// The diagram of a table, made by cases, one variable after the other.
Diagram build(Diagrams& d, const Space& space, const Table& table, std::size_t variable = 0, std::size_t begin = 0,
              std::size_t end = std::numeric_limits<std::size_t>::max()) {
  end = std::min(end, table.size());
  if (variable == space.variables.size()) return d.terminal(table[begin]);
  const Variable v = space.variables[variable];
  const std::size_t part = (end - begin) / v.count;
  Diagram result = build(d, space, table, variable + 1, end - part, end);
  for (unsigned k = 0; k + 1 < v.count; ++k) {
    const Diagram branch = build(d, space, table, variable + 1, begin + k * part, begin + (k + 1) * part);
    const Diagram here = d.test(VariableId{static_cast<std::uint32_t>(variable)}, one_code(v.first + k));
    result = d.choose(here, branch, result);
  }
  return result;
}

// The same diagram made in another way: cell by cell, in random order.
Diagram build_by_cells(Diagrams& d, const Space& space, const Table& table, Random& random) {
  std::vector<std::size_t> cells(table.size());
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = i;
  std::shuffle(cells.begin(), cells.end(), random.engine());
  Diagram result = d.terminal(77);
  for (const std::size_t i : cells) {
    result = d.choose(d.cube(all_tests(space.assignments[i])), d.terminal(table[i]), result);
  }
  return result;
}

constexpr unsigned rounds = 150;

TEST(Diagrams, SameFunctionIsSameDiagram) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const Space space = random.space(3, 4);
    Diagrams d(space.variables);
    const Table a = random.table(space, 3), b = random.table(space, 3);
    const Diagram da = build(d, space, a), db = build(d, space, b);
    EXPECT_EQ(build_by_cells(d, space, a, random), da);
    EXPECT_EQ(build_by_cells(d, space, b, random), db);
    EXPECT_EQ(a == b, da == db);
    Table changed = a;
    changed[random.below(static_cast<unsigned>(a.size()))] += 5;
    EXPECT_NE(build(d, space, changed), da);
  }
}

TEST(Diagrams, EvaluateGivesEveryCell) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 5);
    const Diagram da = build(d, space, a);
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(d.evaluate(da, space.assignments[i]), a[i]);
    EXPECT_EQ(d.terminals(da), [&] {
      const std::set<std::uint32_t> values(a.begin(), a.end());
      return std::vector<std::uint32_t>(values.begin(), values.end());
    }());
  }
}

TEST(Diagrams, ConditionsCombineCellByCell) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 2), b = random.table(space, 2);
    const Diagram da = build(d, space, a), db = build(d, space, b);
    const auto expect = [&](auto f) { return build(d, space, space.table(f)); };
    EXPECT_EQ(d.negate(da), expect([&](std::size_t i) { return 1 - a[i]; }));
    EXPECT_EQ(d.both(da, db), expect([&](std::size_t i) { return a[i] & b[i]; }));
    EXPECT_EQ(d.either(da, db), expect([&](std::size_t i) { return a[i] | b[i]; }));
    EXPECT_EQ(d.but_not(da, db), expect([&](std::size_t i) { return a[i] & (1 - b[i]); }));
    EXPECT_EQ(d.negate(d.negate(da)), da);
    EXPECT_EQ(d.both(da, d.negate(da)), d.no());
    EXPECT_EQ(d.either(d.negate(da), da), d.yes());
    EXPECT_EQ(d.but_not(da, da), d.no());
  }
}

TEST(Diagrams, ChoicesAndProductsCombineCellByCell) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table c = random.table(space, 2), a = random.table(space, 4), b = random.table(space, 4);
    const Diagram dc = build(d, space, c), da = build(d, space, a), db = build(d, space, b);
    const auto expect = [&](auto f) { return build(d, space, space.table(f)); };
    EXPECT_EQ(d.choose(dc, da, db), expect([&](std::size_t i) { return c[i] != 0 ? a[i] : b[i]; }));
    EXPECT_EQ(d.choose(dc, dc, db), expect([&](std::size_t i) { return c[i] != 0 ? 1 : b[i]; }));
    EXPECT_EQ(d.choose(dc, da, dc), expect([&](std::size_t i) { return c[i] != 0 ? a[i] : 0; }));
    EXPECT_EQ(d.first_set(da, db), expect([&](std::size_t i) { return a[i] != 0 ? a[i] : b[i]; }));
    EXPECT_EQ(d.equal(da, db), expect([&](std::size_t i) { return a[i] == b[i] ? 1u : 0u; }));
    EXPECT_EQ(d.equal(db, d.terminal(3)), d.where(db, 3));
    EXPECT_EQ(d.where(da, 2), expect([&](std::size_t i) { return a[i] == 2 ? 1u : 0u; }));
    const std::vector<std::uint32_t> table = {9, 1000000, 9};
    EXPECT_EQ(d.recode(da, table), expect([&](std::size_t i) { return a[i] < 3 ? table[a[i]] : a[i]; }));

    std::set<std::pair<std::uint32_t, std::uint32_t>> reached, asked;
    for (std::size_t i = 0; i < a.size(); ++i) reached.insert({a[i], b[i]});
    const Diagram pair = d.combine(da, db, [&](std::uint32_t x, std::uint32_t y) {
      EXPECT_TRUE(asked.insert({x, y}).second) << "asked twice";
      return 10 * x + y;
    });
    EXPECT_EQ(pair, expect([&](std::size_t i) { return 10 * a[i] + b[i]; }));
    EXPECT_EQ(asked, reached);
  }
}

TEST(Diagrams, SelectTakesTheNamedBranchOrTheLast) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table index = random.table(space, 5);
    std::vector<Table> branches;
    std::vector<Diagram> diagrams;
    for (unsigned n = 1 + random.below(4); n > 0; --n) {
      branches.push_back(random.table(space, 6));
      diagrams.push_back(build(d, space, branches.back()));
    }
    EXPECT_EQ(d.select(build(d, space, index), diagrams), build(d, space, space.table([&](std::size_t i) {
                return branches[std::min<std::size_t>(index[i], branches.size() - 1)][i];
              })));
  }
}

TEST(Diagrams, CombineMayUseTheArenaWhileItNumbers) {
  Random random(5);
  const Space space = random.space(6, 6);
  Diagrams d(space.variables);
  const Table a = random.table(space, 4), b = random.table(space, 4);
  const Diagram da = build(d, space, a), db = build(d, space, b);
  const Diagram pair = d.combine(da, db, [&](std::uint32_t x, std::uint32_t y) {
    const Diagram inner = d.combine(db, da, [](std::uint32_t p, std::uint32_t q) { return p + 100 * q; });
    for (std::uint32_t i = 0; i < 100; ++i) d.equal(d.terminal(1000 * x + i), inner);
    return x + y;
  });
  EXPECT_EQ(pair, build(d, space, space.table([&](std::size_t i) { return a[i] + b[i]; })));
}

TEST(Diagrams, HoldGivesTheCofactor) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 4);
    const Diagram da = build(d, space, a);
    std::vector<std::pair<VariableId, Code>> held;
    for (const VariableId id : random.variables(space)) {
      const Variable v = space.variables[id.value];
      held.push_back({id, static_cast<Code>(v.first + random.below(v.count))});
    }
    std::shuffle(held.begin(), held.end(), random.engine());
    const Diagram expected = build(d, space, space.table([&](std::size_t i) {
      for (const auto& [id, code] : held) i = space.with(i, id.value, code);
      return a[i];
    }));
    EXPECT_EQ(d.hold(da, held), expected);
    Diagram one_by_one = da;
    for (const auto& [id, code] : held) one_by_one = d.hold(one_by_one, id, code);
    EXPECT_EQ(one_by_one, expected);
  }
}

TEST(Diagrams, QuantifiersCoverEveryCode) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 2);
    const Diagram da = build(d, space, a);
    const std::vector<VariableId> ids = random.variables(space);
    Table some = a, every = a;
    for (const VariableId id : ids) {
      const Variable v = space.variables[id.value];
      const Table some_before = some, every_before = every;
      for (std::size_t i = 0; i < a.size(); ++i) {
        for (unsigned k = 0; k < v.count; ++k) {
          some[i] |= some_before[space.with(i, id.value, v.first + k)];
          every[i] &= every_before[space.with(i, id.value, v.first + k)];
        }
      }
    }
    EXPECT_EQ(d.exists(da, ids), build(d, space, some));
    EXPECT_EQ(d.for_all(da, ids), build(d, space, every));
  }
}

TEST(Diagrams, SupportHasTheVariablesTheFunctionDependsOn) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 3);
    std::vector<VariableId> expected;
    for (std::uint32_t v = 0; v < space.variables.size(); ++v) {
      bool matters = false;
      for (std::size_t i = 0; i < a.size(); ++i) matters |= a[i] != a[space.with(i, v, space.variables[v].first)];
      if (matters) expected.push_back({v});
    }
    EXPECT_EQ(d.support(build(d, space, a)), expected);
  }
}

TEST(Diagrams, InfluentialAreThoseThatMatterWhereTheConditionHolds) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table condition = random.table(space, 2), a = random.table(space, 3);
    std::vector<VariableId> expected;
    for (std::uint32_t v = 0; v < space.variables.size(); ++v) {
      const Variable variable = space.variables[v];
      bool matters = false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        for (unsigned code = variable.first; code < unsigned{variable.first} + variable.count; ++code) {
          const std::size_t other = space.with(i, v, code);
          matters |= condition[i] == 1 && condition[other] == 1 && a[i] != a[other];
        }
      }
      if (matters) expected.push_back({v});
    }
    EXPECT_EQ(d.influential(build(d, space, condition), build(d, space, a)), expected);
  }
}

TEST(Diagrams, CountsMatchEnumeration) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 4);
    const Diagram da = build(d, space, a);
    // Over a scope between the support and all variables: the cells in which the variables outside
    // the scope have their first codes.
    std::vector<VariableId> scope = d.support(da);
    for (const VariableId id : random.variables(space)) scope.push_back(id);
    std::sort(scope.begin(), scope.end());
    scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
    std::map<std::uint32_t, unsigned> expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      bool first = true;
      for (std::uint32_t v = 0; v < space.variables.size(); ++v) {
        first &= std::binary_search(scope.begin(), scope.end(), VariableId{v}) ||
                 space.assignments[i][v] == space.variables[v].first;
      }
      if (first) ++expected[a[i]];
    }
    const auto counts = d.counts(da, scope);
    ASSERT_EQ(counts.size(), expected.size());
    std::size_t at = 0;
    for (const auto& [terminal, n] : expected) {
      EXPECT_EQ(counts[at].first, terminal);
      EXPECT_EQ(counts[at++].second, n);
      EXPECT_EQ(d.count(d.where(da, terminal), scope), n);
    }
    EXPECT_EQ(d.count(d.no(), scope), 0);
  }
}

TEST(Diagrams, CountsMayExceedAMachineWord) {
  Diagrams d(std::vector<Variable>(40, Variable{1, 7}));
  std::vector<VariableId> scope;
  std::vector<std::pair<VariableId, Code>> cube;
  Count total = 1;
  for (std::uint32_t v = 0; v < 40; ++v) {
    scope.push_back({v});
    total *= 7;
    if (v % 20 == 3) cube.push_back({VariableId{v}, 5});
  }
  ASSERT_GT(total, Count("1000000000000000000000000000000"));
  const Diagram c = d.cube(cube);
  EXPECT_EQ(d.count(d.yes(), scope), total);
  EXPECT_EQ(d.count(c, scope), total / 49);
  EXPECT_EQ(d.count(d.negate(c), scope), total - total / 49);
  EXPECT_EQ(d.count(d.yes(), {}), 1);
}

TEST(Diagrams, CheapestMatchesBruteForceWithTies) {
  for (unsigned seed = 0; seed < 2 * rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 2);
    std::map<std::pair<std::uint32_t, Code>, unsigned> costs;
    const auto cost = [&](VariableId id, Code code) {
      return costs.try_emplace({id.value, code}, random.below(3)).first->second;
    };
    std::optional<Assignment> expected;
    unsigned least = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {  // lexicographic, so the first among equals is the lowest
      unsigned total = 0;
      for (std::uint32_t v = 0; v < space.variables.size(); ++v) total += cost(VariableId{v}, space.assignments[i][v]);
      if (a[i] == 1 && (!expected || total < least)) {
        expected = space.assignments[i];
        least = total;
      }
    }
    EXPECT_EQ(d.cheapest(build(d, space, a), cost), expected);
  }
}

TEST(Diagrams, CheapestAddsUpCostsBeyond32Bits) {
  Diagrams d(std::vector<Variable>(3, Variable{0, 2}));
  const unsigned large = std::numeric_limits<unsigned>::max();
  // Either two expensive codes, or one code of the third variable, a little cheaper than both.
  const Diagram pair = d.cube(std::vector<std::pair<VariableId, Code>>{{{0}, 1}, {{1}, 1}});
  const Diagram c = d.either(pair, d.test({2}, one_code(1)));
  const auto found = d.cheapest(c, [&](VariableId, Code code) { return code == 0 ? 0u : large; });
  EXPECT_EQ(found, (Assignment{0, 0, 1}));
  EXPECT_EQ(d.cheapest(d.no(), [](VariableId, Code) { return 0u; }), std::nullopt);
}

TEST(Diagrams, PathsAreDisjointCompleteAndInOrder) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Random random(seed);
    const Space space = random.space();
    Diagrams d(space.variables);
    const Table a = random.table(space, 4);
    const Diagram da = build(d, space, a);
    std::vector<unsigned> covered(a.size(), 0);
    std::vector<unsigned> before;
    unsigned paths = 0;
    d.paths(da, 2, [&](const Cube& cube) {
      ++paths;
      EXPECT_NE(cube.terminal, 2u);
      // The lowest assignment of each path comes after that of the path before.
      std::vector<unsigned> lowest;
      for (const Variable v : space.variables) lowest.push_back(v.first);
      std::uint32_t next = 0;
      for (const auto& [id, codes] : cube.tests) {
        EXPECT_GE(id.value, next);
        next = id.value + 1;
        EXPECT_LT(codes.size(), space.variables[id.value].count);
        unsigned low = 0;
        while (!codes.has(low)) ++low;
        lowest[id.value] = low;
      }
      EXPECT_LT(before, lowest);
      before = lowest;
      for (std::size_t i = 0; i < a.size(); ++i) {
        const bool inside = std::all_of(cube.tests.begin(), cube.tests.end(), [&](const auto& test) {
          return test.second.has(space.assignments[i][test.first.value]);
        });
        if (!inside) continue;
        ++covered[i];
        EXPECT_EQ(a[i], cube.terminal);
      }
      d.negate(d.where(da, cube.terminal));  // the visitor may use the arena
      return true;
    });
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(covered[i], a[i] == 2 ? 0u : 1u);
    EXPECT_EQ(d.path_count(da, 2), Count(paths));
  }
}

TEST(Diagrams, PathsStopOnRequestAndNameTerminals) {
  Diagrams d({Variable{0, 4}});
  unsigned seen = 0;
  d.paths(d.code({0}), 3, [&](const Cube& cube) {
    EXPECT_EQ(cube.terminal, seen);
    return ++seen < 2;
  });
  EXPECT_EQ(seen, 2u);
  seen = 0;
  d.paths(d.terminal(6), 0, [&](const Cube& cube) {
    EXPECT_TRUE(cube.tests.empty());
    EXPECT_EQ(cube.terminal, 6u);
    return ++seen > 0;
  });
  EXPECT_EQ(seen, 1u);
  d.paths(d.terminal(6), 6, [&](const Cube&) {
    ADD_FAILURE();
    return true;
  });
}

TEST(Diagrams, PathsJoinCodesWithOneChild) {
  Diagrams d({Variable{2, 5}, Variable{0, 2}});
  const Diagram c = d.choose(d.test({0}, CodeSet().add(3).add(5)), d.test({1}, one_code(1)), d.terminal(4));
  std::vector<Cube> cubes;
  d.paths(c, 0, [&](const Cube& cube) {
    cubes.push_back(cube);
    return true;
  });
  ASSERT_EQ(cubes.size(), 2u);
  EXPECT_EQ(cubes[0].terminal, 4u);
  ASSERT_EQ(cubes[0].tests.size(), 1u);
  EXPECT_EQ(cubes[0].tests[0].second, CodeSet().add(2).add(4).add(6));
  EXPECT_EQ(cubes[1].terminal, 1u);
  ASSERT_EQ(cubes[1].tests.size(), 2u);
  EXPECT_EQ(cubes[1].tests[0].second, CodeSet().add(3).add(5));
}

TEST(Diagrams, TerminalsTakeAnyNumber) {
  Diagrams d({Variable{0, 2}});
  const std::uint32_t large = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(d.terminal(0), d.no());
  EXPECT_EQ(d.terminal(1), d.yes());
  for (const std::uint32_t value : {0u, 1u, 2u, 1u << 31, large - 1, large}) {
    EXPECT_TRUE(d.is_terminal(d.terminal(value)));
    EXPECT_EQ(d.terminal_of(d.terminal(value)), value);
    EXPECT_EQ(d.terminal(value), d.terminal(value));
  }
  const Diagram c = d.choose(d.test({0}, one_code(1)), d.terminal(large), d.terminal(large - 1));
  EXPECT_EQ(d.terminals(c), (std::vector<std::uint32_t>{large - 1, large}));
  EXPECT_EQ(d.where(c, large), d.test({0}, one_code(1)));
}

TEST(Diagrams, TestIgnoresCodesOutsideTheVariable) {
  Diagrams d({Variable{3, 2}});
  EXPECT_EQ(d.test({0}, CodeSet().add(0).add(3).add(200)), d.test({0}, one_code(3)));
  EXPECT_EQ(d.test({0}, one_code(5)), d.no());
  EXPECT_EQ(d.test({0}, CodeSet().add(3).add(4)), d.yes());
}

TEST(Diagrams, CubeIsTheConjunctionOfItsCodes) {
  Diagrams d({Variable{0, 3}, Variable{1, 2}, Variable{0, 2}});
  using Codes = std::vector<std::pair<VariableId, Code>>;
  const Diagram expected = d.both(d.test({0}, one_code(2)), d.test({1}, one_code(1)));
  EXPECT_EQ(d.cube(Codes{{{0}, 2}, {{1}, 1}}), expected);
  EXPECT_EQ(d.cube(Codes{{{1}, 1}, {{0}, 2}, {{1}, 1}}), expected);
  EXPECT_EQ(d.cube(Codes{{{1}, 1}, {{1}, 2}}), d.no());
  EXPECT_EQ(d.cube(Codes{{{1}, 0}}), d.no());
  EXPECT_EQ(d.cube({}), d.yes());
}

TEST(Diagrams, VariableOfOneCodeNeverAppears) {
  Diagrams d({Variable{0, 2}, Variable{7, 1}, Variable{0, 2}});
  EXPECT_EQ(d.test({1}, one_code(7)), d.yes());
  EXPECT_EQ(d.test({1}, one_code(6)), d.no());
  EXPECT_EQ(d.code({1}), d.terminal(7));
  EXPECT_EQ(d.cube(std::vector<std::pair<VariableId, Code>>{{{1}, 7}, {{2}, 1}}), d.test({2}, one_code(1)));
  const Diagram c = d.test({2}, one_code(1));
  EXPECT_EQ(d.hold(c, {1}, 7), c);
  const std::vector<VariableId> ids = {{0}, {1}, {2}};
  EXPECT_EQ(d.exists(c, std::span(ids).subspan(1, 1)), c);
  EXPECT_EQ(d.count(c, ids), 2);
  EXPECT_EQ(d.cheapest(c, [](VariableId, Code code) { return 3u - std::min<unsigned>(code, 3); }),
            (Assignment{1, 7, 1}));
}

TEST(Diagrams, WidestVariableHasAllCodes) {
  Diagrams d({Variable{0, 256}, Variable{0, 256}});
  const Diagram c = d.code({0});
  EXPECT_EQ(d.terminals(c).size(), 256u);
  EXPECT_EQ(d.evaluate(c, {255, 0}), 255u);
  const std::vector<VariableId> scope = {{0}, {1}};
  EXPECT_EQ(d.count(d.equal(c, d.code({1})), scope), 256);
  EXPECT_EQ(d.size(d.equal(c, d.code({1}))), 257u);
  unsigned paths = 0;
  d.paths(d.equal(c, d.code({1})), 0, [&](const Cube&) { return ++paths > 0; });
  EXPECT_EQ(paths, 256u);
}

TEST(Diagrams, SizeCountsSharedNodesOnce) {
  Diagrams d(std::vector<Variable>(3, Variable{0, 2}));
  const Diagram low = d.test({2}, one_code(1));
  const Diagram top = d.both(d.test({0}, one_code(1)), low);
  EXPECT_EQ(d.size(d.yes()), 0u);
  EXPECT_EQ(d.size(low), 1u);
  EXPECT_EQ(d.size(top), 2u);
  const std::vector<Diagram> roots = {low, top, d.no(), top};
  EXPECT_EQ(d.size(roots), 2u);
}

TEST(Diagrams, NodeLimitThrowsAndLeavesTheArenaGood) {
  const std::size_t limit = 200;
  Diagrams d(std::vector<Variable>(16, Variable{0, 2}), limit);
  // x0 = x8, x1 = x9, ...: in this order every pair doubles the size.
  Diagram same = d.yes();
  bool thrown = false;
  try {
    for (std::uint32_t v = 0; v < 8; ++v) same = d.both(same, d.equal(d.code({v}), d.code({v + 8})));
  } catch (const NodeLimit& stop) {
    thrown = true;
    EXPECT_EQ(stop.limit, limit);
  }
  ASSERT_TRUE(thrown);
  EXPECT_LE(d.node_count(), limit);
  EXPECT_EQ(d.evaluate(same, Assignment(16, 1)), 1u);
  EXPECT_EQ(d.both(same, same), same);
  EXPECT_EQ(d.equal(d.code({0}), d.code({8})), d.equal(d.code({8}), d.code({0})));
  Assignment differ(16, 0);
  differ[0] = 1;
  EXPECT_EQ(d.evaluate(same, differ), 0u);
  std::uint32_t fresh = 2;
  EXPECT_THROW(for (; fresh < 1000; ++fresh) d.terminal(fresh), NodeLimit);
}

TEST(Diagrams, NodeLimitAlsoBoundsWorkThatMakesNoNode) {
  // Two sums with different moduli share no nodes: 11 x 13 pairs per variable.
  constexpr std::uint32_t n = 40;
  const auto pairs_within = [](std::size_t limit) {
    Diagrams d(std::vector<Variable>(n, Variable{0, 2}), limit);
    Diagram a = d.no(), b = d.no();
    for (std::uint32_t v = n; v-- > 0;) {
      a = d.combine(d.code({v}), a, [](std::uint32_t x, std::uint32_t y) { return (x + y) % 13; });
      b = d.combine(d.code({v}), b, [v](std::uint32_t x, std::uint32_t y) { return (x * (5 * v + 1) + y) % 11; });
    }
    EXPECT_LT(d.node_count(), 1500u);
    return d.combine(a, b, [](std::uint32_t, std::uint32_t) { return 0; }) == d.no();
  };
  EXPECT_THROW(pairs_within(1500), NodeLimit);
  EXPECT_TRUE(pairs_within(5000));
}

TEST(Diagrams, ArenaMoves) {
  Diagrams a({Variable{0, 2}});
  const Diagram c = a.test({0}, one_code(1));
  Diagrams b(std::move(a));
  EXPECT_EQ(b.evaluate(c, {1}), 1u);
  Diagrams other({Variable{0, 3}, Variable{0, 3}});
  other = std::move(b);
  EXPECT_EQ(other.variables().size(), 1u);
  EXPECT_EQ(other.evaluate(c, {0}), 0u);
}

TEST(Diagrams, DumpNamesChildrenBeforeParents) {
  const std::vector<Variable> variables = {{0, 2}, {1, 3}};
  const auto name = [](VariableId id) { return "x" + std::to_string(id.value); };
  const auto codes = [](VariableId, const CodeSet& set) {
    std::string text;
    for (unsigned c = 0; c < 256; ++c) {
      if (set.has(c)) text += (text.empty() ? "" : "|") + std::to_string(c);
    }
    return text;
  };
  const auto dump = [&](bool noise) {
    Diagrams d(variables);
    if (noise) d.both(d.test({0}, one_code(0)), d.test({1}, one_code(2)));
    const Diagram low = d.test({1}, CodeSet().add(1).add(3));
    const Diagram top = d.choose(d.test({0}, one_code(1)), low, d.terminal(8));
    const std::vector<std::pair<std::string, Diagram>> roots = {{"top", top}, {"low", low}, {"eight", d.terminal(8)}};
    return d.dump(roots, name, codes);
  };
  EXPECT_EQ(dump(false),
            "n0 = x1: 1|3 -> 1, 2 -> 0\n"
            "n1 = x0: 0 -> 8, 1 -> n0\n"
            "top = n1\n"
            "low = n0\n"
            "eight = 8\n");
  EXPECT_EQ(dump(true), dump(false)) << "the numbers depend on the arena's past";
}

TEST(Diagrams, LongChainsNeedNoStack) {
  constexpr std::uint32_t n = 20000;
  Diagrams d(std::vector<Variable>(n, Variable{0, 2}));
  std::vector<VariableId> all, odd;
  std::vector<std::pair<VariableId, Code>> ones, evens;
  for (std::uint32_t v = 0; v < n; ++v) {
    all.push_back({v});
    ones.push_back({VariableId{v}, 1});
    if (v % 2 == 1) odd.push_back({v});
    if (v % 2 == 0) evens.push_back({VariableId{v}, 1});
  }
  const Diagram every = d.cube(ones), even = d.cube(evens);
  EXPECT_EQ(d.size(every), n);
  EXPECT_EQ(d.both(every, even), every);
  EXPECT_EQ(d.either(every, even), even);
  EXPECT_EQ(d.but_not(every, even), d.no());
  EXPECT_EQ(d.negate(d.negate(every)), every);
  EXPECT_EQ(d.choose(even, d.terminal(5), d.terminal(5)), d.terminal(5));
  const Diagram chosen = d.choose(every, d.terminal(7), d.choose(even, d.terminal(6), d.no()));
  EXPECT_EQ(d.terminals(chosen), (std::vector<std::uint32_t>{0, 6, 7}));
  EXPECT_EQ(d.where(chosen, 7), every);
  EXPECT_EQ(d.first_set(d.where(chosen, 7), chosen), d.choose(every, d.yes(), chosen));
  EXPECT_EQ(d.equal(chosen, d.terminal(7)), every);
  EXPECT_EQ(d.recode(chosen, std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 1, 1}), even);
  EXPECT_EQ(d.select(even, std::vector<Diagram>{d.no(), every}), every);
  const auto sum = [](std::uint32_t a, std::uint32_t b) { return a + b; };
  EXPECT_EQ(d.combine(every, even, sum), d.recode(chosen, std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(d.exists(every, odd), even);
  EXPECT_EQ(d.for_all(every, odd), d.no());
  EXPECT_EQ(d.hold(every, {n - 1}, 0), d.no());
  EXPECT_EQ(d.hold(every, ones), d.yes());
  EXPECT_EQ(d.support(even).size(), n / 2);
  EXPECT_EQ(d.count(every, all), 1);
  Count expected;
  mpz_ui_pow_ui(expected.get_mpz_t(), 2, n / 2);
  EXPECT_EQ(d.count(even, all), expected);
  const auto cost = [](VariableId, Code code) { return static_cast<unsigned>(code); };
  EXPECT_EQ(d.cheapest(every, cost), Assignment(n, 1));
  EXPECT_EQ(d.evaluate(every, Assignment(n, 1)), 1u);
  std::size_t tests = 0;
  d.paths(every, 0, [&](const Cube& cube) {
    tests += cube.tests.size();
    return true;
  });
  EXPECT_EQ(tests, n);
  const std::vector<std::pair<std::string, Diagram>> roots = {{"every", every}};
  const std::string text = d.dump(
      roots, [](VariableId) { return "x"; }, [](VariableId, const CodeSet&) { return "c"; });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), n + 1);
}

TEST(Diagrams, ManyNodesOutgrowEveryTable) {
  // A random function of 14 two-code variables has thousands of nodes, so the tables are rebuilt
  // many times.
  Random random(3);
  const Space space(std::vector<Variable>(14, Variable{0, 2}));
  Diagrams d(space.variables);
  const Table a = space.table([&](std::size_t) { return random.below(2); });
  const Table b = space.table([&](std::size_t) { return random.below(3); });
  const Diagram da = build(d, space, a), db = build(d, space, b);
  EXPECT_EQ(build(d, space, a), da);
  EXPECT_EQ(d.first_set(da, db), build(d, space, space.table([&](std::size_t i) { return a[i] != 0 ? a[i] : b[i]; })));
  EXPECT_EQ(d.equal(da, db), build(d, space, space.table([&](std::size_t i) { return a[i] == b[i] ? 1u : 0u; })));
  EXPECT_GT(d.node_count(), 2000u);
}

TEST(Count, GroupsDigitsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(123456), "123,456");
  EXPECT_EQ(grouped(Count("13947137604")), "13,947,137,604");
  EXPECT_EQ(grouped(Count("1000000000000000000000000000000")), "1,000,000,000,000,000,000,000,000,000,000");
  EXPECT_EQ(grouped(-100), "-100");
  EXPECT_EQ(grouped(-1234), "-1,234");
}

}  // namespace
}  // namespace tally
