// Guides: their tables are read, and compared with the rules.
#include "simulator/matrix/guide_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "compiler/front_end.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::element_named;

using Kind = GuideFinding::Kind;

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// --- reading -------------------------------------------------------------------------

TEST(Guide, WordsAreTheSameHoweverTheyAreWritten) {
  const std::vector<std::string> words{"account", "inbound", "onnet"};
  for (const char* text : {"Account -> Inbound -> Onnet", "account → inbound → ONNET", "account[inbound, onnet]",
                           "`Account`/inbound.onnet", "the-account"}) {
    if (std::string(text) == "the-account")
      EXPECT_EQ(plain_words(text), (std::vector<std::string>{"the", "account"}));
    else
      EXPECT_EQ(plain_words(text), words) << text;
  }
  EXPECT_EQ(plain_words("the device's, the device’s"), (std::vector<std::string>{"the", "device", "the", "device"}));
  EXPECT_EQ(plain_words("isn’t Größe¹"), (std::vector<std::string>{"isn", "t", "größe"}));
  EXPECT_TRUE(plain_words(" -> ").empty());
}

TEST(Guide, TablesWithTheColumnsAreReadAndOthersSkipped) {
  const Guide guide = read_guide(
      "# Title\n\n| Destination | Setting | *Source* | Started |\n|---|:--|--:|:-:|\n"
      "| off\\|net | **A -> b** | onnet | Yes |\nKey | Type |\n---|---|\na | b |\n"
      "```\nSetting | Source | Destination | X\n---|---|---|---\na | b | c | yes\n```\n"
      "Not a table | at all\nSetting | Source | Y\n---|---|---\na | b | yes\n",
      {"source", "destination"});
  ASSERT_EQ(guide.tables.size(), 1u);
  EXPECT_EQ(guide.tables[0].title, "# Title");
  EXPECT_EQ(guide.tables[0].line, 3u);
  // A table continues as long as its lines have bars.
  ASSERT_EQ(guide.tables[0].rows.size(), 4u);
  const GuideRow& row = guide.tables[0].rows[0];
  EXPECT_EQ(row.line, 5u);
  EXPECT_EQ(row.setting, "A -> b");
  EXPECT_EQ(row.by, (std::vector<std::string>{"onnet", "off|net"}));
  EXPECT_EQ(row.outcome, "Yes");
  EXPECT_TRUE(row.yes && row.words.empty() && row.fault.empty());
  EXPECT_EQ(guide.tables[0].rows[1].fault, "it has 2 cells, its table 4 columns");
  EXPECT_EQ(guide.other_tables, 1u);
}

GuideRow outcome(const std::string& cell, const std::string& after = "") {
  const Guide guide = read_guide("Setting | Outcome\n---|---\na | " + cell + "\n" + after, {});
  if (guide.tables.size() != 1 || guide.tables[0].rows.size() != 1) {
    ADD_FAILURE() << cell;
    return {};
  }
  return guide.tables[0].rows[0];
}

TEST(Guide, OutcomesAreYesOrNoWithWords) {
  EXPECT_FALSE(outcome("no").yes);
  EXPECT_EQ(outcome("yes (if b isn't set)").words, "if b isn't set");
  EXPECT_EQ(outcome("**yes**, if b is on").words, "if b is on");
  EXPECT_EQ(outcome("yes¹", "¹ When b is on\n").words, "When b is on");
  EXPECT_EQ(outcome("yes[^b] (really)", "\n[^a]: no\n[^b]: When b is on\n").words, "really; When b is on");
  EXPECT_EQ(outcome("yes¹²", "¹² twelve\n").words, "twelve");
  EXPECT_EQ(outcome("yes¹", "² two\n").fault, "there is no footnote ¹");
  EXPECT_EQ(outcome("maybe").fault, "`maybe` begins with neither yes nor no");
  EXPECT_EQ(outcome("none").fault, "`none` begins with neither yes nor no");
  EXPECT_EQ(outcome("").fault, "it has 1 cell, its table 2 columns");
  EXPECT_EQ(outcome("|").fault, "its outcome is missing");
}

TEST(Guide, AFootnoteIsTheNearestBelow) {
  const Guide guide = read_guide(
      "Setting | Outcome\n---|---\na | yes¹\n¹ first\nSetting | Outcome\n---|---\na | yes¹\n¹ second\n\nSetting | "
      "Outcome\n---|---\na | yes¹\n",
      {});
  ASSERT_EQ(guide.tables.size(), 3u);
  EXPECT_EQ(guide.tables[0].rows[0].words, "first");
  EXPECT_EQ(guide.tables[1].rows[0].words, "second");
  EXPECT_EQ(guide.tables[2].rows[0].words, "second");
}

TEST(Guide, AnyTextIsRead) {
  const std::string text = file_text("tests/data/settings_matrix.md");
  for (std::size_t n = 0; n < text.size(); n += 7) {
    read_guide(text.substr(0, n), {"source", "destination"});
    read_guide(text.substr(n), {"source", "destination"});
  }
  for (const char* some : {"", "\n", "|", "|\n|", "a|\n-|", "|a|\n|-|\n|", "\\|\n-|-\n\\", "Setting|b\n-|-\n|||||\n"})
    read_guide(some, {});
}

// --- the guide of call recording -----------------------------------------------------

class RecordingGuide : public ::testing::Test {
 protected:
  void SetUp() override {
    compilation_ = compile("rules/call_recording.tally", [](const std::string& path) {
      return std::variant<std::string, ReadError>(file_text(path));
    });
    ASSERT_TRUE(compilation_.policy);
    guide_ = file_text("tests/data/settings_matrix.md");
    ASSERT_FALSE(guide_.empty());
    by_ = {element("source"), element("destination")};
    ask("Account", {{"account[*, *].enabled", "", cells("account")}}, {0});
    ask("Endpoint",
        {{"caller", "source endpoint", cells("caller.device")},
         {"callee", "destination endpoint", cells("callee.device")}},
        {1, 2});
  }

  ElementId element(const std::string& name) { return element_named(*compilation_.policy->model, name); }

  std::vector<ElementId> cells(const std::string& map) {
    std::vector<ElementId> out;
    for (const char* direction : {"inbound", "outbound"})
      for (const char* network : {"onnet", "offnet"})
        out.push_back(element(map + "[" + direction + ", " + network + "].enabled"));
    return out;
  }

  void ask(const std::string& name, const std::vector<SettingPath>& paths, const std::vector<std::size_t>& outputs) {
    auto rows = setting_rows(*compilation_.policy->model, paths);
    ASSERT_TRUE(rows);
    AskedMatrix asked{name, *std::move(rows), {}};
    std::vector<ElementId> leaves;
    for (const SettingRow& row : asked.rows) leaves.insert(leaves.end(), row.leaves.begin(), row.leaves.end());
    auto made = make_matrix(*compilation_.policy, {outputs, by_, leaves});
    ASSERT_TRUE(made);
    asked.matrix = *std::move(made);
    asked_.push_back(std::move(asked));
  }

  GuideCheck check(const std::string& guide) {
    return check_guide(*compilation_.policy->model, read_guide(guide, {"source", "destination"}), by_, asked_);
  }

  // The guide with one piece of text replaced.
  std::string with(const std::string& from, const std::string& to) {
    std::string text = guide_;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  Compilation compilation_;
  std::string guide_;
  std::vector<ElementId> by_;
  std::vector<AskedMatrix> asked_;
};

TEST_F(RecordingGuide, AllRowsAgreeAndOffnetToOffnetIsLeftOut) {
  const GuideCheck found = check(guide_);
  EXPECT_EQ(found.count(Kind::agrees), 24u);
  EXPECT_EQ(found.count(Kind::left_out), 8u);
  EXPECT_EQ(found.findings.size(), 32u);
  for (const GuideFinding& f : found.findings) {
    EXPECT_EQ(f.kind == Kind::left_out, f.by == (std::vector<std::string>{"offnet", "offnet"}));
  }
}

// The answers of the guide's rows, computed from the rules.
TEST_F(RecordingGuide, EveryRowHasItsOutcome) {
  std::vector<std::string> computed;
  for (const GuideFinding& f : check(guide_).findings)
    if (f.kind != Kind::left_out) computed.push_back(f.rules);
  const std::string no_inbound_onnet = "yes, if account[inbound, onnet].enabled is not on";
  const std::string no_inbound_offnet = "yes, if account[inbound, offnet].enabled is not on";
  const std::vector<std::string> expected{"yes",
                                          "no",
                                          no_inbound_onnet,
                                          "no",  // account: onnet to onnet
                                          "yes",
                                          "no",
                                          "no",
                                          no_inbound_onnet,  // onnet to offnet
                                          "no",
                                          "yes",
                                          no_inbound_offnet,
                                          "no",  // offnet to onnet
                                          "yes, for destination endpoint",
                                          "no",
                                          "yes, for source endpoint",
                                          "no",
                                          "no",
                                          "no",
                                          "no",
                                          "yes, for source endpoint",
                                          "no",
                                          "yes, for destination endpoint",
                                          "no",
                                          "no"};
  EXPECT_EQ(computed, expected);
}

// Every row inverted, one at a time.
TEST_F(RecordingGuide, EveryFlippedRowIsContradicted) {
  std::vector<std::string> lines;
  std::istringstream in(guide_);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find(" -> ") == std::string::npos || lines[i].find('|') == std::string::npos) continue;
    ++rows;
    std::string flipped;
    for (std::size_t k = 0; k < lines.size(); ++k) {
      std::string line = lines[k];
      if (k == i) {
        const std::size_t outcome = line.rfind("| ", line.size() - 2);
        line = line.substr(0, outcome) + (line.find("| no |") == std::string::npos ? "| no |" : "| yes |");
      }
      flipped += line + "\n";
    }
    const GuideCheck found = check(flipped);
    EXPECT_EQ(found.count(Kind::contradicted), 1u) << lines[i];
    EXPECT_EQ(found.count(Kind::left_out), 8u) << lines[i];
    for (const GuideFinding& f : found.findings) EXPECT_EQ(f.kind == Kind::contradicted, f.line == i + 1) << lines[i];
  }
  EXPECT_EQ(rows, 24u);
}

// Every row removed, one at a time.
TEST_F(RecordingGuide, EveryMissingRowIsLeftOut) {
  std::vector<std::string> lines;
  std::istringstream in(guide_);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find(" -> ") == std::string::npos || lines[i].find('|') == std::string::npos) continue;
    std::string shorter;
    for (std::size_t k = 0; k < lines.size(); ++k)
      if (k != i) shorter += lines[k] + "\n";
    const GuideCheck found = check(shorter);
    EXPECT_EQ(found.count(Kind::agrees), 23u) << lines[i];
    EXPECT_EQ(found.count(Kind::left_out), 9u) << lines[i];
  }
}

TEST_F(RecordingGuide, ConditionsHaveToNameTheSameSettings) {
  const auto contradicted = [&](const std::string& from, const std::string& to) {
    return check(with(from, to)).count(Kind::contradicted);
  };
  const std::string condition = "(if inbound -> onnet isn’t configured)";
  EXPECT_EQ(contradicted(condition, ", unless Account → inbound → onnet is on"), 0u);
  EXPECT_EQ(contradicted(condition, "if account[inbound, onnet].enabled is not on"), 0u);
  EXPECT_EQ(contradicted(condition, ""), 1u);
  EXPECT_EQ(contradicted(condition, "(if inbound -> offnet isn’t configured)"), 1u);
  EXPECT_EQ(contradicted(condition, "(if inbound -> onnet and inbound -> offnet aren't configured)"), 1u);
  EXPECT_EQ(contradicted(condition, "(if endpoint -> inbound -> onnet isn’t configured)"), 1u);
  EXPECT_EQ(contradicted("onnet | onnet | yes |", "onnet | onnet | yes (if inbound -> offnet isn't configured) |"), 1u);
}

TEST_F(RecordingGuide, AFootnoteHasToNameTheSettingThatDecides) {
  EXPECT_EQ(check(with("on the destination endpoint", "on the source endpoint")).count(Kind::contradicted), 1u);
  EXPECT_EQ(check(with("on the destination endpoint", "on either endpoint")).count(Kind::in_words), 1u);
  EXPECT_EQ(check(with("¹ When", "² When")).count(Kind::unclear), 1u);
}

TEST_F(RecordingGuide, UnknownNamesAreUnclear) {
  const auto why = [&](const std::string& from, const std::string& to) -> std::string {
    const GuideCheck found = check(with(from, to));
    EXPECT_EQ(found.count(Kind::unclear), 1u) << to;
    EXPECT_EQ(found.count(Kind::left_out), 9u) << to;
    for (const GuideFinding& f : found.findings)
      if (f.kind == Kind::unclear) return f.rules;
    return "";
  };
  EXPECT_EQ(why("Account -> Inbound -> Onnet |", "Account -> Inbond -> Onnet |"),
            "no such setting: did you mean `account -> inbound -> onnet`?");
  EXPECT_EQ(why("Account -> Inbound -> Onnet |", "Inbound -> Onnet |"), "no such setting");
  EXPECT_EQ(why("Account -> Inbound -> Onnet |", "Account -> Inbound |"), "no such setting");
  EXPECT_EQ(why("Account -> Inbound -> Onnet |", "Account -> Inbound -> Onnet -> Format |"),
            "no such setting: did you mean `account -> inbound -> onnet`?");
  EXPECT_EQ(why("Inbound -> Onnet | onnet |", "Inbound -> Onnet | onet |"),
            "`source` is never `onet`: did you mean `onnet`?");
  EXPECT_EQ(why("Inbound -> Onnet | onnet | onnet | yes |", "Inbound -> Onnet | onnet | the moon | yes |"),
            "`destination` is never `the moon`, but onnet or offnet");
}

TEST_F(RecordingGuide, ASettingMayHaveALongerName) {
  for (const char* name :
       {"account -> inbound -> onnet -> enabled", "ACCOUNT → Inbound → Onnet", "account[inbound, onnet].enabled"})
    EXPECT_EQ(check(with("Account -> Inbound -> Onnet", name)).count(Kind::agrees), 24u) << name;
  for (const char* name : {"Endpoint -> device -> inbound -> onnet", "Endpoint: caller.device[inbound, onnet].enabled",
                           "caller=callee.device[inbound, onnet].enabled"})
    EXPECT_EQ(check(with("Endpoint -> Inbound -> Onnet", name)).count(Kind::agrees), 24u) << name;
}

// --- rows --------------------------------------------------------------------------

TEST_F(RecordingGuide, PathsThatShareRowsHaveTheSameShape) {
  const Model& model = *compilation_.policy->model;
  const auto error = [&](const std::vector<SettingPath>& paths) -> std::string {
    auto rows = setting_rows(model, paths);
    return rows ? "" : rows.error().message + "; " + rows.error().help;
  };
  const std::string both = "`a` and `b` cannot share their rows; ";
  auto three = cells("callee.user");
  three.pop_back();
  EXPECT_EQ(error({{"a", "", cells("caller.user")}, {"b", "", cells("account")}}), "");
  EXPECT_EQ(error({{"a", "", three}, {"b", "", cells("account")}}),
            both + "`account[outbound, offnet].enabled` has no counterpart in the first");
  EXPECT_EQ(error({{"a", "", cells("caller.user")}, {"b", "", three}}),
            both + "`caller.user[outbound, offnet].enabled` has no counterpart in the second");
  EXPECT_EQ(error({{"a", "", cells("account")}, {"b", "", cells("account")}}), both + "they name the same settings");
  EXPECT_EQ(error({{"a", "", {element("account[inbound, onnet].enabled")}},
                   {"b", "", {element("account[inbound, onnet].format")}}}),
            both + "`account[inbound, onnet].enabled` and `account[inbound, onnet].format` are of different types");
}

TEST_F(RecordingGuide, JoinedPathsShareTheirCommonPart) {
  const Model& model = *compilation_.policy->model;
  const auto rows = setting_rows(model, {{"a", "", cells("account")}, {"b", "", cells("caller.user")}});
  ASSERT_TRUE(rows);
  const SettingRow& row = rows->front();
  EXPECT_EQ(row.name, "account=caller.user[inbound, onnet].enabled");
  EXPECT_EQ(row.of, (std::vector<std::string>{"account", "caller.user"}));
  EXPECT_EQ(row.own_words, (std::vector<std::string>{"inbound", "onnet"}));
}

// The names of the classes of a number differ in their signs alone.
TEST(MatrixText, ClassesAreDistinguishedBySigns) {
  Compilation c = compile("p.tally", [](const std::string&) {
    return std::variant<std::string, ReadError>(
        "input a : flag\ninput n : number\ndecision d : flag = a is on and n < 30");
  });
  ASSERT_TRUE(c.policy);
  const std::vector<ElementId> by{c.policy->model->inputs[1].element};
  const ElementId a = c.policy->model->inputs[0].element;
  AskedMatrix asked{"", {{"a", {a}, {"a"}, {}}}, {}};
  auto made = make_matrix(*c.policy, {{0}, by, {a}});
  ASSERT_TRUE(made);
  asked.matrix = *std::move(made);
  const auto check = [&](const std::string& rows) {
    return check_guide(*c.policy->model, read_guide("Setting|n|Outcome\n-|-|-\n" + rows, {"n"}), by, {asked});
  };
  EXPECT_EQ(check("a | < 30 | yes\na | 30.. | no\n").count(Kind::agrees), 2u);
  const GuideCheck unclear = check("a | 30 | no\n");
  ASSERT_EQ(unclear.count(Kind::unclear), 1u);
  EXPECT_EQ(unclear.findings.front().rules, "`n` is never `30`, but < 30 or 30..");
}

TEST(MatrixText, ManyAlternativesAreCounted) {
  const auto text = [](unsigned flags) {
    std::string rules = "input a : flag\n", parity = "a is on";
    for (unsigned i = 0; i < flags; ++i) {
      const std::string name = "b" + std::to_string(i);
      rules += "input " + name + " : flag\nlet p" + std::to_string(i) +
               " : flag = " + (i ? "p" + std::to_string(i - 1) + " is not " + name : name) + "\n";
      parity = "a is on and p" + std::to_string(i) + " is on";
    }
    Compilation c = compile("p.tally", [&](const std::string&) {
      return std::variant<std::string, ReadError>(rules + "decision d : flag = " + parity);
    });
    if (!c.policy) return std::string("no policy");
    const ElementId a = c.policy->model->inputs.front().element;
    AskedMatrix asked{"", {{"a", {a}, {"a"}, {}}}, {}};
    auto made = make_matrix(*c.policy, {{0}, {}, {a}});
    if (!made) return std::string("no matrix");
    asked.matrix = *std::move(made);
    return outcome_text(asked, 0, 0, Alternatives::few);
  };
  EXPECT_EQ(text(1), "yes, if b0 is on");
  EXPECT_EQ(text(2), "yes, if (b0 is off and b1 is on) or (b0 is on and b1 is off)");
  EXPECT_EQ(text(5), "yes, sometimes (16 alternatives; --all shows them)");
  EXPECT_EQ(text(16), "yes, sometimes (more than 100 alternatives)");
}

}  // namespace
}  // namespace tally
