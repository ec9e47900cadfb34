// Sets of codes against plain sets, around the border between the mask and the ranges.
#include "compiler/graph/code_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace tally {
namespace {

using Plain = std::set<unsigned>;

struct Pair {
  CodeSet codes;
  Plain plain;
};

Pair random_set(std::mt19937& random) {
  Pair out;
  for (unsigned n = random() % 12; n > 0; --n) {
    unsigned first = 190 + static_cast<unsigned>(random() % 150);
    const unsigned last = first + static_cast<unsigned>(random() % 3 == 0 ? random() % 40 : 0);
    if (first == last) {
      out.codes.add(first);
    } else {
      out.codes.add_range(first, last);
    }
    for (; first <= last; ++first) out.plain.insert(first);
  }
  return out;
}

void expect_same(const CodeSet& codes, const Plain& plain) {
  CodeSet one_by_one;
  for (const unsigned code : plain) one_by_one.add(code);
  EXPECT_EQ(codes, one_by_one);
  EXPECT_EQ(codes.size(), plain.size());
  EXPECT_EQ(codes.empty(), plain.empty());
  if (!plain.empty()) {
    EXPECT_EQ(codes.lowest(), *plain.begin());
  }
  for (unsigned code = 180; code < 420; ++code) EXPECT_EQ(codes.has(code), plain.contains(code)) << code;
  Plain in_runs;
  unsigned end = 0;
  for (const CodeRun& run : codes.runs()) {
    EXPECT_TRUE(in_runs.empty() || run.first > end) << "two runs touch at " << run.first;
    for (unsigned code = run.first; code <= run.last; ++code) in_runs.insert(code);
    end = run.last + 1;
  }
  EXPECT_EQ(in_runs, plain);
}

TEST(CodeSets, AreSets) {
  std::mt19937 random(5);
  for (int round = 0; round < 2'000; ++round) {
    const Pair a = random_set(random), b = random_set(random);
    expect_same(a.codes, a.plain);
    Plain shared, all = a.plain;
    for (const unsigned code : a.plain) {
      if (b.plain.contains(code)) shared.insert(code);
    }
    all.insert(b.plain.begin(), b.plain.end());
    expect_same(both(a.codes, b.codes), shared);
    expect_same(either(a.codes, b.codes), all);
  }
}

TEST(CodeSets, OfManyCodesAreOneRange) {
  CodeSet codes;
  for (unsigned code = 1; code <= 30'000; ++code) codes.add(code);
  EXPECT_EQ(codes.runs(), (std::vector<CodeRun>{{1, 30'000}}));
  EXPECT_EQ(codes, CodeSet().add_range(1, 30'000));
}

}  // namespace
}  // namespace tally
