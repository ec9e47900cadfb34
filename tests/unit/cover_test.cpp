// Covers, compared with all covers of small functions.
#include "simulator/covers/cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

#include "simulator/covers/irredundant_cover.h"
#include "simulator/covers/ranked_cover.h"

namespace tally {
namespace {

// A few variables of two to four codes, and functions as sets of assignments.
struct Small {
  explicit Small(std::vector<Variable> order) : variables(order), diagrams(std::move(order)) {
    Assignment codes;
    for (const Variable& v : variables) codes.push_back(v.first);
    do assignments.push_back(codes);
    while (next(codes));
  }

  bool next(Assignment& codes) const {
    for (std::size_t i = variables.size(); i-- > 0;) {
      if (++codes[i] < variables[i].first + variables[i].count) return true;
      codes[i] = variables[i].first;
    }
    return false;
  }

  Diagram diagram(std::uint64_t set) {
    Diagram d = diagrams.no();
    for (std::size_t i = 0; i < assignments.size(); ++i) {
      if (!(set >> i & 1)) continue;
      std::vector<std::pair<VariableId, Code>> codes;
      for (std::uint32_t v = 0; v < variables.size(); ++v) codes.emplace_back(VariableId{v}, assignments[i][v]);
      d = diagrams.either(d, diagrams.cube(codes));
    }
    return d;
  }

  std::uint64_t set_of(const Cube& term) const {
    std::uint64_t set = 0;
    for (std::size_t i = 0; i < assignments.size(); ++i) {
      const bool in = std::all_of(term.tests.begin(), term.tests.end(),
                                  [&](const auto& test) { return test.second.has(assignments[i][test.first.value]); });
      if (in) set |= std::uint64_t{1} << i;
    }
    return set;
  }

  // All terms, each with its number of tests.
  std::vector<std::pair<std::uint64_t, std::size_t>> every_term() const {
    std::vector<std::pair<std::uint64_t, std::size_t>> out;
    std::vector<unsigned> chosen(variables.size(), 1);
    for (bool more = true; more;) {
      Cube term;
      for (std::uint32_t v = 0; v < variables.size(); ++v) {
        const unsigned all = (1u << variables[v].count) - 1;
        if (chosen[v] == all) continue;
        CodeSet codes;
        for (unsigned c = 0; c < variables[v].count; ++c)
          if (chosen[v] >> c & 1) codes.add(variables[v].first + c);
        term.tests.emplace_back(VariableId{v}, codes);
      }
      out.emplace_back(set_of(term), term.tests.size());
      more = false;
      for (std::size_t v = 0; v < variables.size(); ++v) {
        if (++chosen[v] < 1u << variables[v].count) {
          more = true;
          break;
        }
        chosen[v] = 1;
      }
    }
    return out;
  }

  std::vector<Variable> variables;
  Diagrams diagrams;
  std::vector<Assignment> assignments;
};

// The fewest terms and tests of any cover, found by trying all covers.
struct Best {
  std::size_t terms, tests;
};
void try_all(const std::vector<std::pair<std::uint64_t, std::size_t>>& terms, std::uint64_t left, std::size_t used,
             std::size_t tests, std::optional<Best>& best) {
  if (left == 0) {
    if (!best || used < best->terms || (used == best->terms && tests < best->tests)) best = Best{used, tests};
    return;
  }
  if (best && (used + 1 > best->terms)) return;
  const std::uint64_t lowest = left & (~left + 1);
  for (const auto& [set, cost] : terms)
    if (set & lowest) try_all(terms, left & ~set, used + 1, tests + cost, best);
}

void hold(Small& small, std::uint64_t must, std::uint64_t may) {
  const Cover cover = minimal_cover(small.diagrams, small.diagram(must), small.diagram(may));
  std::uint64_t covered = 0;
  std::size_t tests = 0;
  for (const Cube& term : cover.terms) {
    covered |= small.set_of(term);
    tests += term.tests.size();
  }
  EXPECT_EQ(must & ~covered, 0u);
  EXPECT_EQ(covered & ~may, 0u);
  ASSERT_TRUE(cover.is_minimal);
  auto terms = small.every_term();
  std::erase_if(terms, [&](const auto& term) { return term.first & ~may; });
  std::optional<Best> best;
  try_all(terms, must, 0, 0, best);
  ASSERT_TRUE(best);
  EXPECT_EQ(cover.terms.size(), best->terms);
  EXPECT_EQ(tests, best->tests);
}

TEST(Cover, NothingAndEverything) {
  Small small({{0, 3}, {0, 2}});
  const Cover never = minimal_cover(small.diagrams, small.diagrams.no(), small.diagrams.no());
  EXPECT_TRUE(never.terms.empty());
  const Cover always = minimal_cover(small.diagrams, small.diagrams.yes(), small.diagrams.yes());
  ASSERT_EQ(always.terms.size(), 1u);
  EXPECT_TRUE(always.terms.front().tests.empty());
}

TEST(Cover, FreeAssignmentsMakeTermsWider) {
  Small small({{0, 3}, {0, 3}});
  // Both variables are 1; assignments whose first is 1 and whose second is not 0 are free.
  const Diagram must = small.diagrams.cube(std::vector<std::pair<VariableId, Code>>{{{0}, 1}, {{1}, 1}});
  CodeSet one, not_none;
  one.add(1);
  not_none.add(1).add(2);
  const Diagram may = small.diagrams.both(small.diagrams.test({0}, one), small.diagrams.test({1}, not_none));
  const Cover cover = minimal_cover(small.diagrams, must, may);
  ASSERT_EQ(cover.terms.size(), 1u);
  EXPECT_EQ(cover.terms.front().tests, (std::vector<std::pair<VariableId, CodeSet>>{{{0}, one}, {{1}, not_none}}));
}

TEST(Cover, NoCoverIsShorter) {
  std::mt19937_64 random(7);
  const std::vector<std::vector<Variable>> orders = {
      {{0, 2}, {0, 2}, {0, 2}, {0, 2}}, {{0, 3}, {1, 3}, {0, 2}}, {{0, 4}, {0, 3}}, {{1, 2}, {0, 3}, {0, 3}}};
  for (int round = 0; round < 400; ++round) {
    Small small(orders[static_cast<std::size_t>(round) % orders.size()]);
    const std::uint64_t all = (std::uint64_t{1} << small.assignments.size()) - 1;
    const std::uint64_t must = random() & random() & all;
    hold(small, must, must);
    hold(small, must, must | (random() & random() & all));
  }
}

// Terms in `may`: none can be widened, and none can be left out.
void hold_irredundant(Small& small, std::uint64_t must, std::uint64_t may) {
  const auto cover = IrredundantCover::make(small.diagrams, small.diagram(must), small.diagram(may), 10'000);
  ASSERT_TRUE(cover);
  const std::vector<Cube> terms = cover->largest(SIZE_MAX);
  EXPECT_EQ(cover->size(), terms.size());
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::uint64_t own = small.set_of(terms[i]);
    EXPECT_EQ(own & ~may, 0u);
    covered |= own;
    std::uint64_t others = 0;
    for (std::size_t j = 0; j < terms.size(); ++j)
      if (j != i) others |= small.set_of(terms[j]);
    EXPECT_NE(must & own & ~others, 0u);
    for (std::size_t t = 0; t < terms[i].tests.size(); ++t) {
      const Variable& v = small.variables[terms[i].tests[t].first.value];
      for (unsigned code = v.first; code < v.first + unsigned{v.count}; ++code) {
        Cube wider = terms[i];
        wider.tests[t].second.add(code);
        EXPECT_TRUE(terms[i].tests[t].second.has(code) || small.set_of(wider) & ~may);
      }
    }
    if (i > 0) {
      EXPECT_GE(std::popcount(small.set_of(terms[i - 1])), std::popcount(own));  // the largest first
    }
  }
  EXPECT_EQ(must & ~covered, 0u);
  EXPECT_EQ(cover->largest(2).size(), std::min<std::size_t>(2, terms.size()));

  // The terms are ordered by what they add: each adds at least as much as any later one.
  std::vector<VariableId> scope;
  for (std::uint32_t v = 0; v < small.variables.size(); ++v) scope.push_back({v});
  std::uint64_t before = 0;
  const auto in_order = ranked(small.diagrams, terms, small.diagram(must), scope, SIZE_MAX, SIZE_MAX);
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const std::uint64_t own = must & small.set_of(in_order[i].term);
    EXPECT_EQ(in_order[i].combinations, std::popcount(own));
    EXPECT_EQ(in_order[i].more, std::popcount(own & ~before));
    for (std::size_t j = i + 1; j < in_order.size(); ++j)
      EXPECT_LE(std::popcount(must & small.set_of(in_order[j].term) & ~before), std::popcount(own & ~before));
    before |= own;
  }
  EXPECT_EQ(before, must);
}

TEST(Cover, IrredundantCoversArePrimeAndWithoutSuperfluousTerms) {
  std::mt19937_64 random(11);
  const std::vector<std::vector<Variable>> orders = {{{0, 2}, {0, 2}, {0, 2}, {0, 2}, {0, 2}},
                                                     {{0, 3}, {1, 3}, {0, 3}},
                                                     {{0, 5}, {0, 6}},
                                                     {{1, 2}, {0, 5}, {0, 4}},
                                                     {{0, 7}, {0, 3}, {0, 2}}};
  for (int round = 0; round < 1'000; ++round) {
    Small small(orders[static_cast<std::size_t>(round) % orders.size()]);
    const std::uint64_t all = (std::uint64_t{1} << small.assignments.size()) - 1;
    const std::uint64_t must = (round % 2 ? random() & random() : random()) & all;
    hold_irredundant(small, must, must);
    hold_irredundant(small, must, must | (random() & random() & all));
  }
}

TEST(Cover, MillionsOfTermsAreCountedAndTheLargestPickedOut) {
  // The exclusive or of 40 variables has 2^39 terms, each of one assignment. A 41st variable
  // alone is one more term.
  std::vector<Variable> order(41, Variable{0, 2});
  Diagrams diagrams(order);
  CodeSet one;
  one.add(1);
  Diagram odd = diagrams.no();
  for (std::uint32_t v = 0; v < 40; ++v) odd = diagrams.choose(diagrams.test({v}, one), diagrams.negate(odd), odd);
  const Diagram either = diagrams.either(odd, diagrams.test({40}, one));
  const auto cover = IrredundantCover::make(diagrams, either, either, 10'000);
  ASSERT_TRUE(cover);
  EXPECT_EQ(cover->size(), (Count(1) << 39) + 1);
  const auto largest = cover->largest(3);
  ASSERT_EQ(largest.size(), 3u);
  EXPECT_EQ(largest[0].tests, (std::vector<std::pair<VariableId, CodeSet>>{{{40}, one}}));
  EXPECT_EQ(largest[1].tests.size(), 40u);
  EXPECT_FALSE(IrredundantCover::make(diagrams, either, either, 10));
}

TEST(Cover, BeyondItsBoundsItIsStillACoverOfPrimeTerms) {
  // In the exclusive or of 12 variables, no two assignments fit in one term.
  std::vector<Variable> order(12, Variable{0, 2});
  Diagrams diagrams(order);
  Diagram odd = diagrams.no();
  for (std::uint32_t v = 0; v < 12; ++v) {
    CodeSet one;
    const Diagram set = diagrams.test({v}, one.add(1));
    odd = diagrams.choose(set, diagrams.negate(odd), odd);
  }
  const Cover cover = minimal_cover(diagrams, odd, odd);
  EXPECT_FALSE(cover.is_minimal);
  EXPECT_EQ(cover.terms.size(), 2048u);
  Diagram covered = diagrams.no();
  for (const Cube& term : cover.terms) covered = diagrams.either(covered, of(diagrams, term));
  EXPECT_EQ(covered, odd);
}

}  // namespace
}  // namespace tally
