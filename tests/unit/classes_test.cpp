// Classes: each holds exactly the values that no cut distinguishes, and every value is in one.
#include "compiler/graph/classes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "simulator/conditions/cells.h"

namespace tally {
namespace {

struct Fixture {
  Model model;
  Graph graph;

  ElementId add(const TypeRef& type) {
    Element element;
    element.type = type;
    element.name = "x" + std::to_string(model.elements.size());
    model.elements.push_back(element);
    return {static_cast<std::uint32_t>(model.elements.size() - 1)};
  }
  CutId cut(ElementId element, const Cut& cut) { return {graph.node(graph.cut(element, cut)).value}; }
  Classes classes() const {
    std::set<CutId> all;
    for (std::uint32_t i = 0; i < graph.cuts().size(); ++i) all.insert({i});
    return Classes(model, graph, all);
  }
};

Cut range(std::uint64_t low, std::uint64_t high) { return {{{low, high}}, {}, {}}; }
Cut starts(std::vector<std::string> prefixes) { return {{}, {}, std::move(prefixes)}; }
Cut texts(std::vector<std::string> list) { return {{}, std::move(list), {}}; }

// Each class as a cell of a table: "< 30", "30..".
std::vector<std::string> cells(const Fixture& f, const Classes& classes, ElementId element) {
  std::vector<std::string> result;
  for (unsigned code = 1; code < classes.codes(element); ++code) {
    result.push_back(cell_text(f.model, classes, element, code));
  }
  return result;
}

CodeSet set_of(std::initializer_list<unsigned> codes) {
  CodeSet set;
  for (unsigned code : codes) set.add(code);
  return set;
}

using Cells = std::vector<std::string>;

TEST(NumberClasses, WithoutCutsAllValuesAreOneClass) {
  Fixture f;
  const ElementId n = f.add(number_type(5, 10800)), one = f.add(number_type(7, 7));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, n), Cells{"-"});
  EXPECT_EQ(classes.codes(n), 2u);
  EXPECT_FALSE(classes.classes(n)[0].single);
  EXPECT_TRUE(classes.classes(one)[0].single);
  EXPECT_EQ(classes.classes(one)[0].representative, Literal{std::uint64_t{7}});
}

TEST(NumberClasses, ACutSplitsInTwo) {
  Fixture f;
  const ElementId n = f.add(number_type());
  const CutId below = f.cut(n, range(0, 29));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, n), (Cells{"< 30", "30.."}));
  EXPECT_EQ(classes.codes_of(below), set_of({1}));
  EXPECT_EQ(classes.code_of(n, std::uint64_t{29}), 1u);
  EXPECT_EQ(classes.code_of(n, std::uint64_t{30}), 2u);
  EXPECT_EQ(classes.code_of(n, max_number), 2u);
  EXPECT_EQ(classes.code_of(n, Unset{}), 0u);
}

TEST(NumberClasses, ValuesEqualUnderEveryCutAreOneClassThoughApart) {
  Fixture f;
  const ElementId n = f.add(number_type(0, 100));
  const CutId in = f.cut(n, range(5, 29));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, n), (Cells{"not 5..29", "5..29"}));
  EXPECT_EQ(classes.codes_of(in), set_of({2}));
}

TEST(NumberClasses, ASingleValueIsThatConstant) {
  Fixture f;
  const ElementId n = f.add(number_type(0, 100));
  f.cut(n, range(5, 5));
  f.cut(n, range(0, 0));
  f.cut(n, {{{7, 7}, {9, 9}}, {}, {}});
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, n), (Cells{"0", "1.. but not (5, 7, 9)", "5", "(7, 9)"}));
  EXPECT_TRUE(classes.classes(n)[0].single);
  EXPECT_TRUE(classes.classes(n)[2].single);
  EXPECT_FALSE(classes.classes(n)[3].single);  // two values under one cut
}

TEST(NumberClasses, CutsOutsideTheTypesRangeSplitNothing) {
  Fixture f;
  const ElementId n = f.add(number_type(5, 30));
  const CutId low = f.cut(n, range(0, 4)), high = f.cut(n, range(31, 40)), around = f.cut(n, range(2, 99));
  const CutId over = f.cut(n, range(0, 9));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, n), (Cells{"< 10", "10.."}));
  EXPECT_EQ(classes.codes_of(low), CodeSet{});
  EXPECT_EQ(classes.codes_of(high), CodeSet{});
  EXPECT_EQ(classes.codes_of(around), set_of({1, 2}));
  EXPECT_EQ(classes.codes_of(over), set_of({1}));
}

TEST(NumberClasses, AreExactlyTheSignatures) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    Fixture f;
    const std::uint64_t low = random() % 5, high = low + random() % 40;
    const ElementId n = f.add(number_type(low, high));
    std::vector<Cut> cuts;
    for (int i = 0; i < 4; ++i) {
      Cut cut;
      for (std::uint64_t at = random() % 8; at < 50; at += 2 + random() % 20) {
        const std::uint64_t end = at + random() % 6;
        cut.ranges.push_back({at, end});
        at = end;
      }
      f.cut(n, cut);
      cuts.push_back(cut);
    }
    const Classes classes = f.classes();
    std::map<std::vector<bool>, std::uint32_t> code_of;
    std::uint32_t next = 1;
    for (std::uint64_t v = low; v <= high; ++v) {
      std::vector<bool> signature;
      for (const Cut& cut : cuts) signature.push_back(contains(cut, v));
      auto [it, is_new] = code_of.try_emplace(signature, next);
      if (is_new) ++next;
      ASSERT_EQ(classes.code_of(n, v), it->second);
      if (is_new) {
        ASSERT_EQ(classes.classes(n)[it->second - 1].representative, Literal{v});
      }
    }
    ASSERT_EQ(classes.codes(n), next);
  }
}

TEST(TextClasses, ExactTextsPrefixesAndTheRest) {
  Fixture f;
  const ElementId t = f.add(text_type());
  const CutId us = f.cut(t, starts({"+1"})), emergency = f.cut(t, texts({"911"}));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, t), (Cells{"starts \"+1\"", "\"911\"", "not starts \"+1\" but not \"911\""}));
  EXPECT_EQ(classes.codes_of(us), set_of({1}));
  EXPECT_EQ(classes.codes_of(emergency), set_of({2}));
  EXPECT_FALSE(classes.classes(t)[0].single);
  EXPECT_TRUE(classes.classes(t)[1].single);
  EXPECT_FALSE(classes.classes(t)[2].single);
  EXPECT_EQ(classes.code_of(t, std::string("+1")), 1u);
  EXPECT_EQ(classes.code_of(t, std::string("+15551234")), 1u);
  EXPECT_EQ(classes.code_of(t, std::string("9111")), 3u);
  EXPECT_EQ(classes.code_of(t, std::string()), 3u);
}

TEST(TextClasses, ALongerPrefixIsTakenOutOfAShorterOne) {
  Fixture f;
  const ElementId t = f.add(text_type());
  const CutId plus = f.cut(t, starts({"+"})), us = f.cut(t, starts({"+1"})), one = f.cut(t, texts({"+1"}));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, t), (Cells{"starts \"+\" but not starts \"+1\"", "\"+1\"", "starts \"+1\" but not \"+1\"",
                                         "not starts \"+\""}));
  EXPECT_EQ(classes.codes_of(plus), set_of({1, 2, 3}));
  EXPECT_EQ(classes.codes_of(us), set_of({2, 3}));
  EXPECT_EQ(classes.codes_of(one), set_of({2}));
}

TEST(TextClasses, AListIsOneCut) {
  Fixture f;
  const ElementId t = f.add(text_type());
  f.cut(t, texts({"a", "b"}));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, t), (Cells{"(\"a\", \"b\")", "not (\"a\", \"b\")"}));
  EXPECT_FALSE(classes.classes(t)[0].single);
}

TEST(TextClasses, TheEmptyTextAndTheEmptyPrefix) {
  Fixture f;
  const ElementId t = f.add(text_type());
  const CutId all = f.cut(t, starts({""})), empty = f.cut(t, texts({""}));
  const Classes classes = f.classes();
  EXPECT_EQ(cells(f, classes, t), (Cells{"\"\"", "not \"\""}));
  EXPECT_EQ(classes.codes_of(all), set_of({1, 2}));
  EXPECT_EQ(classes.codes_of(empty), set_of({1}));
}

TEST(TextClasses, RepresentativesAreInTheirClass) {
  Fixture f;
  const ElementId t = f.add(text_type());
  std::vector<std::string> taken{"a", "other"};
  for (char c = 'a'; c <= 'z'; ++c) taken.push_back(std::string("a") + c);
  for (char c = '0'; c <= '9'; ++c) taken.push_back(std::string("a") + c);
  std::sort(taken.begin(), taken.end());
  for (const std::string& prefix : taken) f.cut(t, starts({prefix}));
  f.cut(t, texts({"a"}));  // so that "a..." needs a letter that no rule names
  const Classes classes = f.classes();
  ASSERT_EQ(classes.classes(t).size(), taken.size() + 2);
  for (std::uint32_t i = 0; i < classes.classes(t).size(); ++i) {
    EXPECT_EQ(classes.code_of(t, classes.classes(t)[i].representative), i + 1);
  }
}

TEST(TextClasses, AreExactlyTheSignatures) {
  std::mt19937 random(11);
  std::vector<std::string> words{""};
  for (std::size_t i = 0; words.size() < 121; ++i) {
    for (char c : {'a', 'b', 'c'}) words.push_back(words[i] + c);
  }
  for (int round = 0; round < 100; ++round) {
    Fixture f;
    const ElementId t = f.add(text_type());
    std::vector<Cut> cuts;
    for (int i = 0; i < 4; ++i) {
      std::set<std::string> exact, prefixes;
      for (int k = static_cast<int>(random() % 3); k >= 0; --k) exact.insert(words[random() % 40]);
      for (int k = static_cast<int>(random() % 3); k > 0; --k) prefixes.insert(words[random() % 13]);
      cuts.push_back({{}, {exact.begin(), exact.end()}, {prefixes.begin(), prefixes.end()}});
      f.cut(t, cuts.back());
    }
    const Classes classes = f.classes();
    std::map<std::vector<bool>, std::uint32_t> code_of;
    auto signature = [&](const std::string& text) {
      std::vector<bool> bits;
      for (const Cut& cut : cuts) bits.push_back(contains(cut, text));
      return bits;
    };
    for (const std::string& word : words) {
      const std::uint32_t code = classes.code_of(t, word);
      ASSERT_GE(code, 1u);
      auto [it, is_new] = code_of.try_emplace(signature(word), code);
      ASSERT_EQ(it->second, code);
    }
    ASSERT_EQ(code_of.size(), classes.classes(t).size());
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      for (const std::string& word : words) {
        ASSERT_EQ(classes.codes_of(CutId{static_cast<std::uint32_t>(f.graph.node(f.graph.cut(t, cuts[i])).value)})
                      .has(classes.code_of(t, word)),
                  contains(cuts[i], word));
      }
    }
  }
}

TEST(Classes, MoreThanAByteHoldsDoesNotCrash) {
  Fixture f;
  const ElementId n = f.add(number_type()), t = f.add(text_type());
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    f.cut(n, range(0, 10 * i));
    f.cut(t, texts({std::to_string(i)}));
  }
  const Classes classes = f.classes();
  EXPECT_EQ(classes.codes(n), 1002u);
  EXPECT_EQ(classes.codes(t), 1002u);
  EXPECT_EQ(classes.code_of(n, std::uint64_t{9'995}), 1000u);
  EXPECT_EQ(cell_text(f.model, classes, n, 3), "21..30");
  EXPECT_EQ(cell_text(f.model, classes, t, 3), "\"100\"");
}

TEST(Classes, OnlyTheCutsThatAreGivenSplit) {
  Fixture f;
  const ElementId n = f.add(number_type());
  const CutId known = f.cut(n, range(0, 29)), unknown = f.cut(n, range(0, 9));
  const Classes classes(f.model, f.graph, {known});
  EXPECT_EQ(classes.codes(n), 3u);
  EXPECT_TRUE(classes.knows(known));
  EXPECT_FALSE(classes.knows(unknown));
}

TEST(Classes, CodesOfFlagsAndObjects) {
  Fixture f;
  const ElementId flag = f.add(as_optional(flag_type())), required = f.add(flag_type());
  Type record;
  record.kind = Type::Kind::record;
  record.optional = true;
  const ElementId object = f.add(std::make_shared<const Type>(record));
  const Classes classes = f.classes();
  EXPECT_EQ(classes.first(flag), 0);
  EXPECT_EQ(classes.first(required), 1);
  EXPECT_EQ(classes.codes(flag), 3u);
  EXPECT_EQ(classes.codes(object), 2u);
  EXPECT_EQ(classes.code_of(flag, EnumName{"on"}), 2u);
}

}  // namespace
}  // namespace tally
