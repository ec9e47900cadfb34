// The registry of codes, the collector, and the search for similar names.
#include "grammar/source/diagnostics.h"

#include <gtest/gtest.h>

#include <set>

namespace tally {
namespace {

TEST(Registry, IdsAndNamesAreUniqueAndSorted) {
  std::set<std::string_view> names;
  std::string_view last;
  for (const DiagnosticInfo& c : all_codes()) {
    EXPECT_LT(last, c.id);
    last = c.id;
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
  }
  EXPECT_FALSE(names.empty());
}

TEST(Registry, AnIdIsTheCodesNumber) {
  for (const DiagnosticInfo& c : all_codes()) {
    ASSERT_EQ(c.id.size(), 4u);
    EXPECT_EQ(c.id[0], 'T');
    EXPECT_EQ(std::stoi(std::string(c.id.substr(1))), static_cast<int>(c.code)) << c.name;
    EXPECT_EQ(info(c.code).id, c.id);
  }
  EXPECT_EQ(info(DiagnosticId::unreadable_file).id, "T001");
  EXPECT_EQ(info(DiagnosticId::gap).id, "T401");
}

TEST(Registry, OnlyTheNineHundredsAreWarnings) {
  for (const DiagnosticInfo& c : all_codes()) {
    EXPECT_EQ(c.severity == Severity::warning, c.id[1] == '9') << c.id;
  }
}

TEST(Registry, MeaningsFollowTheStyleOfMessages) {
  for (const DiagnosticInfo& c : all_codes()) {
    ASSERT_FALSE(c.meaning.empty());
    EXPECT_NE(c.meaning.back(), '.') << c.id;
    EXPECT_EQ(c.meaning.find('\n'), std::string_view::npos) << c.id;
  }
}

TEST(Diagnostics, TakeTheirSeverityFromTheRegistry) {
  Diagnostics d;
  EXPECT_EQ(d.add(DiagnosticId::gap, Span{}, "m").severity, Severity::error);
  EXPECT_EQ(d.add(DiagnosticId::unused_name, Span{}, "m").severity, Severity::warning);
  EXPECT_EQ(d.error_count(), 1u);
  EXPECT_EQ(d.warning_count(), 1u);
  EXPECT_TRUE(d.has_errors());
}

TEST(Diagnostics, WarningsAreNotErrors) {
  Diagnostics d;
  d.add(DiagnosticId::unused_name, Span{}, "m");
  EXPECT_FALSE(d.has_errors());
}

TEST(Diagnostics, CarryNotesLabelsAndHelps) {
  Diagnostics d;
  d.add_at(DiagnosticId::unreadable_file, "here", "m").label(Span{{}, 1, 2}, "l").note("n").help("h");
  const Diagnostic& only = d.list().at(0);
  EXPECT_EQ(only.place, "here");
  EXPECT_FALSE(only.span.has_value());
  ASSERT_EQ(only.labels.size(), 1u);
  EXPECT_EQ(only.labels[0].text, "l");
  EXPECT_EQ(only.notes, std::vector<std::string>{"n"});
  EXPECT_EQ(only.helps, std::vector<std::string>{"h"});
}

TEST(Diagnostics, CountErrorsPastTheLimitWithoutKeepingThem) {
  Diagnostics d(2);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(d.full(), i >= 2);
    d.add(DiagnosticId::gap, Span{}, std::to_string(i)).note("still usable");
  }
  EXPECT_EQ(d.error_count(), 5u);
  ASSERT_EQ(d.list().size(), 2u);
  EXPECT_EQ(d.list()[1].message, "1");
  EXPECT_EQ(d.list()[1].notes.size(), 1u);
}

TEST(Diagnostics, KeepErrorsAfterManyWarnings) {
  Diagnostics d;
  for (int i = 0; i < 1500; ++i) d.add(DiagnosticId::unused_name, Span{}, std::to_string(i));
  d.add(DiagnosticId::gap, Span{}, "kept");
  EXPECT_EQ(d.warning_count(), 1500u);
  ASSERT_EQ(d.list().size(), 1001u);
  EXPECT_EQ(d.list().back().message, "kept");
}

TEST(Diagnostics, SortByFileThenPlaceWithDocumentsLast) {
  Diagnostics d;
  d.add_at(DiagnosticId::unreadable_file, "b", "place b");
  d.add(DiagnosticId::gap, Span{{1}, 0, 1}, "second file");
  d.add(DiagnosticId::gap, Span{{0}, 9, 10}, "later");
  d.add_at(DiagnosticId::unreadable_file, "a", "place a");
  d.add(DiagnosticId::gap, Span{{0}, 2, 3}, "earlier");
  d.sort();
  std::vector<std::string> messages;
  for (const auto& one : d.list()) messages.push_back(one.message);
  EXPECT_EQ(messages, (std::vector<std::string>{"earlier", "later", "second file", "place a", "place b"}));
}

TEST(Diagnostics, SortingKeepsEqualOnesOnce) {
  Diagnostics d;
  d.add(DiagnosticId::gap, Span{{0}, 2, 3}, "same");
  d.add(DiagnosticId::overlap, Span{{0}, 2, 3}, "same");  // another code
  d.add(DiagnosticId::gap, Span{{0}, 2, 3}, "same");
  d.add(DiagnosticId::gap, Span{{0}, 2, 4}, "same");  // another place
  d.add(DiagnosticId::unused_name, Span{{0}, 2, 3}, "same");
  d.add(DiagnosticId::unused_name, Span{{0}, 2, 3}, "same");
  d.sort();
  EXPECT_EQ(d.list().size(), 4u);
  EXPECT_EQ(d.error_count(), 3u);
  EXPECT_EQ(d.warning_count(), 1u);
}

std::string near(std::string_view word, const std::vector<std::string>& candidates) {
  return nearest(word, candidates).value_or("-");
}

TEST(Nearest, FindsOneEditOfEachKind) {
  const std::vector<std::string> names = {"enabled", "format", "url"};
  EXPECT_EQ(near("enable", names), "enabled");  // a letter is missing
  EXPECT_EQ(near("formatt", names), "format");  // a letter too many
  EXPECT_EQ(near("fornat", names), "format");   // a wrong letter
  EXPECT_EQ(near("foramt", names), "format");   // two letters swapped
  EXPECT_EQ(near("ur1", names), "url");
}

TEST(Nearest, GivesNothingBeyondAThirdOfTheLength) {
  EXPECT_EQ(near("abcdef", {"abcxyz"}), "-");  // three of six
  EXPECT_EQ(near("abcdef", {"abcdxy"}), "abcdxy");
  EXPECT_EQ(near("abcde", {"abcxy"}), "-");  // two of five: at most a third may differ, which is one
  EXPECT_EQ(near("format", {}), "-");
}

TEST(Nearest, SharesSomethingWithShortWords) {
  EXPECT_EQ(near("x", {"y"}), "-");
  EXPECT_EQ(near("x", {"xy"}), "xy");
  EXPECT_EQ(near("", {"x"}), "-");
}

TEST(Nearest, CountsCaseForLess) {
  EXPECT_EQ(near("Onnet", {"onset", "onnet"}), "onnet");
  EXPECT_EQ(near("ON", {"on"}), "on");  // two changes of case are one edit
}

TEST(Nearest, FindsAWordInAnotherCaseHoweverLongItIs) {
  EXPECT_EQ(near("ANNOUNCEMENT", {"announcements", "announcement"}), "announcement");
  EXPECT_EQ(near("Q", {"q"}), "q");
  EXPECT_EQ(near("q", {"Q", "q"}), "q");
}

TEST(Nearest, TakesTheFirstOfEquals) {
  EXPECT_EQ(near("abcx", {"abcy", "abcz"}), "abcy");
  EXPECT_EQ(near("abcx", {"abcz", "abcy"}), "abcz");
}

TEST(Nearest, PrefersTheCloserOverTheFirst) { EXPECT_EQ(near("inbount", {"inboxxt", "inbound"}), "inbound"); }

TEST(Nearest, IgnoresVeryLongWords) {
  const std::string huge(100000, 'a');
  EXPECT_EQ(near(huge, {huge}), "-");
  EXPECT_EQ(near("aaa", {huge}), "-");
}

}  // namespace
}  // namespace tally
