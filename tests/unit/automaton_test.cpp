// The automaton of sets of texts, against the plain tests of every short text.
#include "compiler/texts/automaton.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/random.h"

namespace tally {
namespace {

using testing::Random;

// Characters of one to four bytes, and an X, which is a character like any other.
const std::vector<std::string> alphabet = {"0", "2", "9", "a", "X", "é", "語", "\xF0\x9F\x98\x80"};

std::vector<std::string> texts_up_to(std::size_t length, const std::vector<std::string>& characters) {
  std::vector<std::string> all{""};
  for (std::size_t begin = 0; length > 0; --length) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const std::string& character : characters) all.push_back(all[begin] + character);
    }
  }
  return all;
}

bool holds(const TextSet& set, const std::string& text) {
  const auto is = [&](const std::string& other) { return text == other; };
  const auto begins = [&](const std::string& prefix) { return text.starts_with(prefix); };
  const auto ends = [&](const std::string& suffix) { return text.ends_with(suffix); };
  const auto has_length = [&](const auto& range) {
    const std::size_t length = character_count(text);
    return range.first <= length && length <= range.second;
  };
  return std::any_of(set.texts.begin(), set.texts.end(), is) ||
         std::any_of(set.prefixes.begin(), set.prefixes.end(), begins) ||
         std::any_of(set.suffixes.begin(), set.suffixes.end(), ends) ||
         std::any_of(set.lengths.begin(), set.lengths.end(), has_length) ||
         std::any_of(set.patterns.begin(), set.patterns.end(), [&](const auto& p) { return is_like(text, p); });
}

std::vector<std::uint32_t> held_by(const std::vector<TextSet>& sets, const std::string& text) {
  std::vector<std::uint32_t> held;
  for (std::uint32_t i = 0; i < sets.size(); ++i) {
    if (holds(sets[i], text)) held.push_back(i);
  }
  return held;
}

std::uint32_t class_over_bytes(const ByteAutomaton& bytes, const std::string& text) {
  std::uint32_t state = 0;
  for (std::size_t i = 0; i < text.size() && state < bytes.first_sink; ++i)
    state = bytes.next[state * bytes.width + bytes.letters[static_cast<unsigned char>(text[i])]];
  return bytes.classes[state];
}

std::vector<TextSet> random_sets(Random& random, const std::vector<std::string>& characters) {
  static const std::vector<std::string> patterns = {"NXX",        "[X]",  "[a-z]!",   "Z.",     "!",  ".",
                                                    "X1X",        "X",    "[é-語].",  "1[29]!", "é!", "NX!",
                                                    "[0-9][0-9]", "X...", "N[1é]...", "1x..."};
  const auto word = [&] {
    std::string out;
    for (std::size_t i = random.below(4); i > 0; --i) out += random.pick(characters);
    return out;
  };
  std::vector<TextSet> sets(1 + random.below(4));
  for (TextSet& set : sets) {
    for (std::size_t i = 1 + random.below(3); i > 0; --i) {
      switch (random.below(5)) {
        case 0: set.texts.push_back(word()); break;
        case 1: set.prefixes.push_back(word()); break;
        case 2: set.suffixes.push_back(word()); break;
        case 3: {
          const std::uint64_t low = random.below(5);
          set.lengths.emplace_back(low, random.chance(50) ? any_length : low + random.below(3));
          break;
        }
        default: set.patterns.push_back(*dial_pattern(random.pick(patterns)));
      }
    }
  }
  return sets;
}

// Every text is of the class with its sets, over characters and over bytes, and every class has a text.
TEST(Automaton, DistinguishesTextsAsTheSetsDo) {
  const std::vector<std::string> texts = texts_up_to(4, alphabet);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const std::vector<TextSet> sets = random_sets(random, alphabet);
    const auto automaton = TextAutomaton::of(sets);
    ASSERT_TRUE(automaton) << seed;
    const auto bytes = automaton->over_bytes();
    ASSERT_TRUE(bytes) << seed;
    std::set<std::vector<std::uint32_t>> seen, known;
    std::vector<std::uint64_t> counts(automaton->classes(), 0);
    for (const std::string& text : texts) {
      const auto held = held_by(sets, text);
      const std::uint32_t of_class = automaton->class_of(text);
      ASSERT_EQ(automaton->sets_of(of_class), held) << seed << " " << text;
      ASSERT_EQ(class_over_bytes(*bytes, text), of_class) << seed << " " << text;
      ++counts[of_class];
      seen.insert(held);
    }
    for (std::uint32_t one = 0; one < automaton->classes(); ++one) {
      EXPECT_TRUE(known.insert(automaton->sets_of(one)).second) << seed << ": two classes with the same sets";
      EXPECT_EQ(automaton->class_of(automaton->example(one)), one) << seed;
      EXPECT_EQ(held_by(sets, automaton->example(one)), automaton->sets_of(one)) << seed;
      const auto size = automaton->size_of(one);
      EXPECT_GE(size.value_or(any_length), std::max<std::uint64_t>(counts[one], 1)) << seed;
      const ClassTexts some = automaton->texts_of(one, 20);
      EXPECT_EQ(std::set<std::string>(some.texts.begin(), some.texts.end()).size(), some.texts.size()) << seed;
      for (const std::string& text : some.texts) EXPECT_EQ(automaton->class_of(text), one) << seed << " " << text;
      if (some.are_all) {
        EXPECT_EQ(size, std::optional<std::uint64_t>(some.texts.size())) << seed;
      } else {
        EXPECT_TRUE(!size || *size >= 20) << seed;
      }
    }
    for (const auto& held : seen) EXPECT_TRUE(known.contains(held)) << seed << ": no class has these sets";
  }
}

// There are as many states as there are kinds of beginnings: two are of one kind if whatever follows makes texts of
// one class.
TEST(Automaton, HasAsFewStatesAsPossible) {
  // Every letter of the automata has a character here.
  const std::vector<std::string> characters = {"0", "1", "2", "3", "a", "é", "x"};
  const std::vector<std::string> beginnings = texts_up_to(4, characters), ends = texts_up_to(3, characters);
  const std::vector<std::string> patterns = {"X", "NX", "[a1]!", "1.", "é1", "!", "X...", "1[ax]..."};
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Random random(seed);
    std::vector<TextSet> sets(2);
    sets[0].patterns.push_back(*dial_pattern(random.pick(patterns)));
    sets[0].suffixes.push_back(random.pick(characters));
    sets[1].prefixes.push_back(random.pick(characters) + random.pick(characters));
    if (random.chance(50)) sets[1].lengths.emplace_back(2, 3);
    const auto automaton = TextAutomaton::of(sets);
    std::set<std::vector<std::uint32_t>> kinds;
    for (const std::string& beginning : beginnings) {
      std::vector<std::uint32_t> kind;
      for (const std::string& end : ends) {
        const std::string text = beginning + end;
        kind.push_back((holds(sets[0], text) ? 1u : 0u) + (holds(sets[1], text) ? 2u : 0u));
      }
      kinds.insert(std::move(kind));
    }
    EXPECT_EQ(automaton->states(), kinds.size()) << seed;
  }
}

std::string example_of(const TextSet& set) {
  const auto automaton = TextAutomaton::of({set});
  for (std::uint32_t one = 0; one < automaton->classes(); ++one) {
    if (!automaton->sets_of(one).empty()) return automaton->example(one);
  }
  return "none";
}

TEST(Automaton, ShowsTheShortestAndMostReadableText) {
  EXPECT_EQ(example_of({{}, {"+1"}, {}, {}, {}}), "+1");
  EXPECT_EQ(example_of({{}, {}, {"99"}, {}, {}}), "99");
  EXPECT_EQ(example_of({{}, {}, {}, {{3, 5}}, {}}), "000");
  EXPECT_EQ(example_of({{}, {}, {}, {}, {*dial_pattern("[a-z2]N.")}}), "220");
  EXPECT_EQ(example_of({{}, {}, {}, {{0, 0}}, {}}), "");
  EXPECT_EQ(example_of({{}, {}, {}, {{0, 4}}, {}}), "0");
}

TEST(Automaton, CountsTheTextsOfAClass) {
  const auto size = [](const std::string& pattern) {
    const auto automaton = TextAutomaton::of({{{}, {}, {}, {}, {*dial_pattern(pattern)}}});
    for (std::uint32_t one = 0; one < automaton->classes(); ++one) {
      if (!automaton->sets_of(one).empty()) return automaton->size_of(one);
    }
    return std::optional<std::uint64_t>(0);
  };
  EXPECT_EQ(size("XX"), 100u);
  EXPECT_EQ(size("NXX"), 800u);
  EXPECT_EQ(size("911"), 1u);
  EXPECT_EQ(size("1."), std::nullopt);
}

TEST(Automaton, HasAtMostSixteenBitsOfStates) {
  TextSet long_texts, longest;
  long_texts.lengths.emplace_back(20'000, any_length);
  longest.lengths.emplace_back(65'535, any_length);
  const auto automaton = TextAutomaton::of({long_texts});
  ASSERT_TRUE(automaton);
  EXPECT_EQ(automaton->states(), 20'001u);
  EXPECT_FALSE(TextAutomaton::of({longest}));
  // Thousands of beginnings beside lengths are a state each.
  std::vector<TextSet> sets(1001);
  for (std::size_t i = 0; i < 1000; ++i) sets[i].prefixes.push_back(std::to_string(1000 + i));
  sets[1000].lengths.emplace_back(100, 100);
  EXPECT_FALSE(TextAutomaton::of(sets));
}

// A rate sheet: prefixes that share their beginnings.
TEST(Automaton, TakesARateSheet) {
  std::vector<TextSet> rates(200);
  std::size_t count = 0;
  for (std::size_t country = 100; country < 400; ++country) {
    for (std::size_t area = 0; area < 100; ++area, ++count)
      rates[(country * 31 + area) % rates.size()].prefixes.push_back(std::to_string(country) +
                                                                     std::to_string(100 + area));
  }
  ASSERT_EQ(count, 30'000u);
  const auto automaton = TextAutomaton::of(rates);
  ASSERT_TRUE(automaton);
  const auto bytes = automaton->over_bytes();
  ASSERT_TRUE(bytes);
  for (const std::string text : {"100100", "399199", "39919912345", "399", "0", ""})
    EXPECT_EQ(class_over_bytes(*bytes, text), automaton->class_of(text)) << text;
  EXPECT_EQ(automaton->sets_of(automaton->class_of("1001234")), std::vector<std::uint32_t>({(100u * 31 + 23) % 200}));
}

}  // namespace
}  // namespace tally
