// Every check, from source text to diagnostics.
#include "compiler/checks/checks.h"

#include <gtest/gtest.h>

#include <map>

#include "compiler/front_end.h"
#include "grammar/source/render.h"

namespace tally {
namespace {

struct Checked {
  Compilation compilation;
  CheckSummary summary;

  // "T401 decision `d` ..." with notes and labels, one per line; also the warnings.
  std::string text() const {
    std::string out;
    for (const Diagnostic& d : compilation.diagnostics.list()) {
      out += std::string(info(d.code).id) + " " + d.message + "\n";
      for (const Label& label : d.labels) {
        out += "  label " + std::string(compilation.sources.text(label.span)) + ": " + label.text + "\n";
      }
      for (const std::string& note : d.notes) out += "  " + note + "\n";
    }
    return out;
  }
  // The text that the first diagnostic marks.
  std::string marked() const {
    const auto& list = compilation.diagnostics.list();
    return list.empty() || !list.front().span ? "" : std::string(compilation.sources.text(*list.front().span));
  }
  bool all_rendered() const {
    for (const Diagnostic& d : compilation.diagnostics.list()) {
      if (render(d, compilation.sources).empty()) return false;
    }
    return true;
  }
};

Checked check_files(const std::map<std::string, std::string>& files, const CheckOptions& options = {}) {
  Checked out;
  out.compilation = compile("main.tally", [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto found = files.find(path);
    if (found == files.end()) return ReadError{"no such file"};
    return found->second;
  });
  if (out.compilation.policy) {
    out.summary = check(*out.compilation.policy, out.compilation.sources, out.compilation.diagnostics, options);
  }
  out.compilation.diagnostics.sort();
  EXPECT_TRUE(out.all_rendered());
  return out;
}

Checked check_text(const std::string& source, const CheckOptions& options = {}) {
  return check_files({{"main.tally", source}}, options);
}

std::string report(const std::string& source) { return check_text(source).text(); }

const std::string networks = "type network = onnet | offnet\ninput source : network\ninput destination : network\n";

// --- T401 --------------------------------------------------------------------------

TEST(Gap, NamesTheSmallestCallAndCountsTheCalls) {
  const auto checked = check_text(networks +
                                  "input a : flag?\n"
                                  "decision d : flag {\n"
                                  "  on   when source is onnet and destination is onnet\n"
                                  "  off  when source is onnet and a is on\n"
                                  "  off  when destination is offnet\n"
                                  "}\n");
  EXPECT_EQ(checked.text(),
            "T401 decision `d` leaves 3 of 12 calls undecided\n"
            "  no rule matches source is offnet, destination is onnet\n");
  EXPECT_EQ(checked.marked(), "d");
}

TEST(Gap, ShowsUnsetInputs) {
  EXPECT_EQ(report("input a : flag?\ndecision d : x | y { x when a is on  y when a is off }\n"),
            "T401 decision `d` leaves 1 of 3 calls undecided\n  no rule matches a is unset\n");
}

TEST(Gap, BetweenTwoRangesNamesTheNumber) {
  EXPECT_EQ(report("input n : number\ndecision d : x | y { x when n < 30  y when n > 30 }\n"),
            "T401 decision `d` leaves 1 of 3 calls undecided\n  no rule matches n is 30\n");
}

TEST(Gap, IsNotReportedIfNoDocumentBringsTheCallAbout) {
  // The required member implies the presence that the first rule needs.
  EXPECT_EQ(report("input p : { id : 1..9 }?\n"
                   "decision d : x | y | z { x when p.id < 5  y when p.id >= 5  z when p is unset }\n"),
            "");
}

TEST(Gap, IsNotReportedForAMemberWithADefault) {
  EXPECT_EQ(report("input p : { n : 1..9 = 3 }?\n"
                   "decision d : x | y | z { x when p.n < 5  y when p.n >= 5  z when p is unset }\n"),
            "");
}

TEST(Gap, IsNotReportedForBothShapesOfOnePlace) {
  EXPECT_EQ(report("input r : { a : flag? at /x if boolean, b : text? at /x if string }\n"
                   "decision d : x | y | z { x when r.a is set and r.b is unset  y when r.b is set and r.a is unset\n"
                   "  z when r.a is unset and r.b is unset }\n"),
            "");
}

TEST(Gap, IsReportedInAUsedFile) {
  const auto checked = check_files({{"main.tally", "use \"b.tally\"\ndecision d : flag = first is x\n"},
                                    {"b.tally",
                                     "input a : flag\ninput unread : flag\n"
                                     "decision first : x | y { x when a }\n"
                                     "decision other : 1..9 { 1 when unread }\n"}});
  EXPECT_EQ(checked.text(),
            "T401 decision `first` leaves 1 of 2 calls undecided\n  no rule matches a is off\n"
            "T401 decision `other` leaves 1 of 2 calls undecided\n  no rule matches unread is off\n");
}

// --- T402 --------------------------------------------------------------------------

TEST(Overlap, ShowsBothRulesAndACall) {
  EXPECT_EQ(report("input a : flag\ninput b : flag\n"
                   "decision d : x | y | z unique {\n  x when a\n  y when b\n  z otherwise\n}\n"),
            "T402 rules 1 and 2 of `unique` decision `d` both match 1 call\n"
            "  label x when a: rule 1\n"
            "  label y when b: rule 2\n"
            "  both match a is on, b is on\n");
}

TEST(Overlap, IsNotReportedForOtherwise) {
  EXPECT_EQ(report("input a : flag\ndecision d : x | y unique { x when a  y otherwise }\n"), "");
}

TEST(Overlap, OfARuleThatNeverFiresIsReportedOnce) {
  EXPECT_EQ(report("input a : flag\ndecision d : x | y | z unique { x when a  y when a  z otherwise }\n"),
            "T402 rules 1 and 2 of `unique` decision `d` both match 1 call\n"
            "  label x when a: rule 1\n  label y when a: rule 2\n  both match a is on\n");
}

TEST(Overlap, ReportsAreBounded) {
  std::string source = "input a : flag\ndecision d : 0..99 unique {\n";
  for (int i = 0; i < 30; ++i) source += std::to_string(i) + " when a\n";
  const auto checked = check_text(source + "99 otherwise }\n");
  EXPECT_EQ(checked.compilation.diagnostics.error_count(), 10u);
}

// --- T403 --------------------------------------------------------------------------

TEST(DeadRule, NamesTheRulesThatTakeItsCalls) {
  const auto checked = check_text(networks +
                                  "decision d : w | x | y | z {\n"
                                  "  w  when source is onnet and destination is onnet\n"
                                  "  x  when source is onnet and destination is offnet\n"
                                  "  y  when source is onnet\n"
                                  "  z  otherwise\n}\n");
  EXPECT_EQ(checked.text(),
            "T403 rule 3 of decision `d` can never match\n"
            "  label w  when source is onnet and destination is onnet: rule 1 takes 1 of its 2 calls\n"
            "  label x  when source is onnet and destination is offnet: rule 2 takes 1 of its 2 calls\n");
  EXPECT_EQ(checked.marked(), "y  when source is onnet");
}

TEST(DeadRule, OfAnImpossibleConditionIsReported) {
  EXPECT_EQ(report("input r : { a : flag? }?\n"
                   "decision d : x | y { x when r.a is on and r is unset  y otherwise }\n"
                   "decision e : flag = r is set or r.a is on\n"),
            "T403 rule 1 of decision `d` can never match\n  no call meets its condition\n");
}

TEST(DeadRule, CanBeOtherwise) {
  EXPECT_EQ(report("input a : flag\ndecision d : x | y | z {\n  x when a\n  y when not a\n  z otherwise\n}\n"),
            "T403 `otherwise` of decision `d` can never match\n"
            "  label x when a: rule 1 takes 1 of its 2 calls\n"
            "  label y when not a: rule 2 takes 1 of its 2 calls\n");
}

TEST(DeadRule, NamesAFewOfManyTakers) {
  std::string source = "input n : 1..9\ndecision d : 1..10 {\n";
  for (int i = 1; i <= 9; ++i) source += std::to_string(i) + " when n is " + std::to_string(i) + "\n";
  const std::string text = report(source + "10 otherwise }\n");
  EXPECT_NE(text.find("rule 4 takes 1 of its 9 calls"), std::string::npos) << text;
  EXPECT_EQ(text.find("rule 5 takes"), std::string::npos) << text;
  EXPECT_NE(text.find("5 more rules before it take the other 5"), std::string::npos) << text;
}

// --- T902, T903 ----------------------------------------------------------------------

TEST(UnreadInput, IsWarnedOf) {
  EXPECT_EQ(report("input a : flag\ninput b : flag\ndecision d : flag = a\nprove d ignores b\n"),
            "T902 no decision reads input `b`\n");
  EXPECT_EQ(report("input a : flag\nlet x = not a\n").find("T902"), std::string::npos) << "a file of lets asks nothing";
}

TEST(SettingWithoutInfluence, IsWarnedOf) {
  EXPECT_EQ(report("input a : flag\ninput b : flag\n"
                   "decision d : flag { on when a and b  on when a and not b  off otherwise }\n"),
            "T903 setting `b` can never matter\n  rules name it, but no decision ever depends on it\n");
}

TEST(SettingWithoutInfluence, MattersForAReason) {
  EXPECT_EQ(report("input a : flag\ninput b : flag\n"
                   "decision d : flag { on when a and b because \"both\"  on when a and not b  off otherwise }\n"),
            "");
  EXPECT_EQ(report("input a : flag\ninput b : flag\n"
                   "decision d : flag { on when a and (b or not b) because \"b is {b}\"  off otherwise }\n"),
            "");
}

TEST(SettingWithoutInfluence, IncludesOneThatADefaultHides) {
  EXPECT_EQ(report("input x : { t : 1..9 = 5 }\ninput y : { t : 1..9? }\ndecision d : flag = (x else y).t < 3\n"),
            "T903 setting `y.t` can never matter\n  rules name it, but no decision ever depends on it\n");
}

TEST(SettingWithoutInfluence, IncludesOneThatOnlyImpliesThePresenceAroundIt) {
  // `a` is required, so a test of it is the only test of the presence of `r`. If `b` is on, `r` is
  // present too, but `b` has no other effect.
  EXPECT_EQ(report("input r : { a : flag, b : flag? }?\ndecision d : flag = r.a is set or r.b is on\n"),
            "T903 setting `r.b` can never matter\n  rules name it, but no decision ever depends on it\n");
  // Here another expression tests the presence.
  EXPECT_EQ(report("input r : { a : flag, b : flag? }?\ndecision d : flag = r is set and r.a is set\n"),
            "T903 setting `r.a` can never matter\n  rules name it, but no decision ever depends on it\n");
}

TEST(SettingWithoutInfluence, OfAllCellsIsOneWarning) {
  EXPECT_EQ(
      report(networks +
             "input m : { a : flag?, b : flag? }?[network]\n"
             "decision d : flag = m[source].a is on and destination is onnet and (m[source].b is on or m[source].b "
             "is not on)\n"),
      "T903 setting `m[*].b` can never matter\n  rules name it, but no decision ever depends on it\n");
}

TEST(SettingWithoutInfluence, ExcludesOneThatIsHandedOn) {
  EXPECT_EQ(report("input url : text?\ndecision d : text? = url\n"), "");
  EXPECT_EQ(report("input n : number\ndecision d : text = \"n is {n}\"\n"), "");
}

// --- T601, T602 ------------------------------------------------------------------------

const std::string cells = networks +
                          "input m : flag?[network]\ndecision d : flag = m[source] is on\n"
                          "decision e : flag = destination is onnet\n";

TEST(Proof, HoldsForEveryCall) {
  EXPECT_EQ(report(cells + "prove d is on when source is onnet and m[onnet] is on\n"
                           "prove for n in network: d is on when source is n and m[n] is on\n"
                           "prove d ignores m[onnet] when source is offnet\n"
                           "prove d ignores destination\nprove e ignores m\n"),
            "");
}

TEST(Proof, FailureNamesTheSmallestCounterexampleAndItsDecision) {
  const auto checked = check_text(cells + "prove d is off when source is onnet\n");
  EXPECT_EQ(checked.text(),
            "T601 proof `d is off` fails for 3 of 9 calls\n"
            "  counterexample: source is onnet, m[onnet] is on\n"
            "  d is on: rule 1 (line 5)\n");
  EXPECT_EQ(checked.marked(), "d is off");
}

TEST(Proof, IsCalledByItsTitle) {
  EXPECT_EQ(report(cells + "prove \"never\" d is off when source is onnet\n").substr(0, 25),
            "T601 proof `never` fails ");
}

TEST(Proof, FailureNamesTheForValuesAndHowManyFail) {
  EXPECT_EQ(report(cells + "prove for n in network, f in flag: d is f when source is n and m[n] is on\n"),
            "T601 proof `d is f` fails for all of 3 calls\n"
            "  for n = onnet, f = off\n"
            "  counterexample: source is onnet, m[onnet] is on\n"
            "  d is on: rule 1 (line 5)\n"
            "  2 of 4 combinations of the `for` names fail\n");
}

TEST(Proof, CutsForItselfOnly) {
  const std::string source = "input n : number\ndecision d : flag = n < 30\n";
  EXPECT_EQ(report(source + "prove d is on when n < 10\nprove d is off when n in (50, 60)\n"), "");
  const auto checked = check_text(source + "prove d is on when n <= 30\n");
  EXPECT_EQ(checked.text(),
            "T601 proof `d is on` fails for 1 of 2 calls\n  counterexample: n is 30\n  d is off: rule 1 (line 2)\n");
  EXPECT_EQ(checked.summary.combinations, 2);
}

TEST(Proof, OfAnInputThatNoDecisionReadsIsChecked) {
  EXPECT_EQ(report("input a : flag\ninput b : flag?\ndecision d : flag = a\nprove d is on when b is on\n"),
            "T902 no decision reads input `b`\n"
            "T601 proof `d is on` fails for 1 of 2 calls\n"
            "  counterexample: a is off, b is on\n"
            "  d is off: rule 1 (line 3)\n");
}

TEST(Proof, AboutNoCallIsReported) {
  EXPECT_EQ(report("input a : flag\ndecision d : flag = a\nprove d is on when a and not a\n"),
            "T602 no call satisfies the `when` of proof `d is on`\n  a proof about no call proves nothing\n");
  EXPECT_EQ(report("input r : { a : flag }?\ndecision d : flag = r.a is on\n"
                   "prove d is on when r.a is unset and r is set\n")
                .substr(0, 4),
            "T602")
      << "no document has the object without its required member";
}

TEST(Proof, AboutNoCallForSomeForValuesIsFine) {
  EXPECT_EQ(
      report("input x : a | b\ndecision d : flag = x is a\nprove for v in a | b: d is on when x is v and x is a\n"),
      "");
  EXPECT_EQ(report("input x : a | b\ndecision d : flag = x is a\n"
                   "prove for v in a | b: d is on when x is v and x is not v\n"),
            "T602 no call satisfies the `when` of proof `d is on`\n"
            "  not for any value of its `for` names\n  a proof about no call proves nothing\n");
  EXPECT_EQ(report("input x : a | b\ndecision d : flag = x is a\n"
                   "prove for v in a | b: d ignores x when x is v and x is not v\n")
                .substr(0, 4),
            "T602");
}

TEST(Ignores, FailureShowsTwoCallsThatDifferInside) {
  EXPECT_EQ(report(cells + "prove d ignores m\n"),
            "T601 proof `d ignores m` fails\n"
            "  with source is onnet\n"
            "  `d` is off where m[onnet] is unset\n"
            "  `d` is on where m[onnet] is on\n");
}

TEST(Ignores, ThePresenceAroundThePathAgrees) {
  const std::string source =
      "input r : { a : flag?, b : flag? }?\ninput s : { x : flag, y : flag? }?\n"
      "decision d : flag = r is set and r.b is on\ndecision e : flag = s is set\n"
      "decision f : flag = s.x is on and s.y is on\n";
  EXPECT_EQ(report(source + "prove d ignores r.a\nprove e ignores s.x, s.y\nprove f ignores r\n"), "");
  // A required member is set exactly if its object is present, so they agree.
  EXPECT_EQ(report("input s : { x : flag, y : flag? }?\ndecision e : flag = s.x is set and s.y is not on\n"
                   "decision f : flag = s.x is on\nprove e ignores s.x\n"),
            "");
  EXPECT_EQ(report("input s : { x : flag, y : flag? }?\ndecision e : flag = s.x is set and s.y is not on\n"
                   "decision f : flag = s.x is on\nprove e ignores s\n")
                .substr(0, 4),
            "T601")
      << "the presence of the path itself differs";
}

TEST(Ignores, OnlyCallsThatBothSatisfyWhenCount) {
  EXPECT_EQ(report("input a : flag\ninput b : flag\ndecision d : flag = a and b\n"
                   "prove d ignores a when not b\nprove d ignores a when a\nprove d ignores a, b when a and b\n"),
            "");
}

TEST(Ignores, FailsIfAnOriginUnderThePathIsHandedOn) {
  EXPECT_EQ(report("input url : text?\ndecision d : text? = url\nprove d ignores url when url is set\n"),
            "T601 proof `d ignores url` fails\n  `d` hands on `url` where url is \"other\"\n");
  EXPECT_EQ(
      report("input r : { n : number }\ninput b : flag\ndecision d : text { \"n is {r.n}\" when b  \"\" otherwise }\n"
             "prove d ignores r when not b\n"),
      "");
  EXPECT_EQ(
      report("input r : { n : number }\ninput b : flag\ndecision d : text { \"n is {r.n}\" when b  \"\" otherwise }\n"
             "prove d ignores r when b\n")
          .substr(0, 4),
      "T601");
}

TEST(Ignores, FailsIfARequiredValueIsHandedOn) {
  // This part of the value has the same origin in every call, so no code distinguishes calls.
  EXPECT_EQ(report("input n : number\ndecision d : number = n\nprove d ignores n\n"),
            "T601 proof `d ignores n` fails\n  `d` hands on `n` in any call\n");
}

TEST(Ignores, AClassOfOneValueIsAConstant) {
  const std::string source =
      "input n : 1..9\ndecision d : 1..9 { n when n is 5  5 otherwise }\ndecision e : 1..9 = n\n";
  EXPECT_EQ(report(source + "prove d ignores n\n"), "");
  EXPECT_EQ(report(source + "prove e ignores n when n is 3\n"), "") << "the proof's own cut makes it a constant";
  EXPECT_EQ(report(source + "prove e ignores n\n").substr(0, 4), "T601");
}

TEST(Ignores, ChecksEveryMemberOfARecord) {
  const std::string source =
      "type r = { a : flag?, b : 1..9? }\ninput x : r?\ninput y : r?\ninput m : r?[left | right]\n"
      "decision d : r? = x else y\ndecision e : flag = m[left].a is on and m[right].b is set\n";
  EXPECT_EQ(report(source + "prove d ignores m\nprove x else y ignores m[*]\nprove (x else y).a ignores x.b, y.b\n"
                            "prove d.a ignores y.a when x.a is set\n"),
            "");
  const std::string text = report(source + "prove d ignores y.b when x is set\n");
  EXPECT_NE(text.find("T601"), std::string::npos);
  EXPECT_NE(text.find("`d.b`"), std::string::npos) << text;
}

// --- T603, T604 --------------------------------------------------------------------------

TEST(Example, HoldsForEveryCallThatIsNotRuledOut) {
  EXPECT_EQ(report("input a : flag\ninput b : x | y\ninput n : number\ninput o : flag?\n"
                   "input p : { t : 1..9 = 3, u : flag? }?\n"
                   "decision d : flag = a and b is x or n < 5\ndecision e : flag = o is set or p.t < 2 or p.u is on\n"
                   "example \"ex\" { given a is on, n is 7 expect d is on when b is x expect d is off when b is y "
                   "expect e is off and p is unset }\n"
                   "example \"present\" { given p is set expect p.t is 3 and p.u is unset }\n"
                   "example \"around\" { given p.u is unset expect p is set }\n"),
            "");
}

TEST(Example, FailureShowsTheActualDecision) {
  const auto checked = check_text(
      "input source : onnet | offnet\ninput a : flag?\n"
      "decision d : none | inbound {\n  inbound  when source is onnet and a is on  because \"from {source}\"\n"
      "  none     otherwise because \"nothing is on for {source}\"\n}\n"
      "example \"recorded\" {\n  given a is on\n  expect d is inbound\n  expect d is none\n}\n");
  EXPECT_EQ(checked.text(),
            "T603 example `recorded` fails for 1 of 2 calls\n"
            "  for source is offnet\n"
            "  d is none: rule 2 (line 5), otherwise, \"nothing is on for offnet\"\n"
            "T603 example `recorded` fails for 1 of 2 calls\n"
            "  for source is onnet\n"
            "  d is inbound: rule 1 (line 4), \"from onnet\"\n");
}

TEST(Example, GivenNumbersAreClassesOfTheirOwn) {
  EXPECT_EQ(report("input n : number\ninput t : text\ndecision d : flag = n < 30 and t starts \"+\"\n"
                   "example \"x\" { given n is 7, t is \"+1\" expect d is on when n is 7 expect t is \"+1\" }\n"),
            "");
}

TEST(Example, FailureShowsInputsThatWereNotGiven) {
  EXPECT_EQ(report("input a : flag?\ninput b : flag\ndecision d : flag = a is on and b\n"
                   "example \"x\" { given b is on expect d is on }\n"),
            "T603 example `x` fails\n  d is off: rule 1 (line 3)\n  not given: a is unset\n");
}

TEST(Example, PatternsFixEveryCell) {
  EXPECT_EQ(report(cells + "example \"all\" { given m[*] is on expect d is on }\n"
                           "example \"one\" { given m[onnet] is on expect d is off when source is offnet }\n"),
            "");
}

TEST(Example, ContradictingGivensAreReported) {
  const auto text = report(
      "input a : flag\ndecision d : flag = a\n"
      "example \"x\" { given a is on, a is off expect d is on }\n");
  EXPECT_EQ(text,
            "T604 this `given` of example `x` contradicts another one\n"
            "  label a is on: the other one\n  both state what `a` is\n");
  EXPECT_EQ(report("input r : { a : flag? }?\ndecision d : flag = r.a is on\n"
                   "example \"x\" { given r is unset, r.a is on expect d is on }\n")
                .substr(0, 4),
            "T604");
  EXPECT_EQ(report("input r : { a : flag? at /x if boolean, b : text? at /x if string }\n"
                   "decision d : flag = r.a is on or r.b is set\n"
                   "example \"x\" { given r.a is on, r.b is \"y\" expect d is on }\n"),
            "T604 no document has what example `x` gives\n"
            "  this `given` cannot stand together with those before it\n");
}

TEST(Example, AnExpectationThatNoCallSatisfiesIsReported) {
  const auto checked = check_text(
      "input a : flag\ndecision d : flag = a\n"
      "example \"x\" { given a is on expect d is off when a is off }\n");
  EXPECT_EQ(checked.text().substr(0, checked.text().find('\n')),
            "T604 no call of example `x` satisfies the `when` of this `expect`");
}

// --- bounds -----------------------------------------------------------------------------

std::string wide_policy() {
  std::string source, condition;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    source += "input a" + n + " : flag\ninput b" + n + " : flag\n";
    condition += (i ? " or " : "") + ("a" + n) + " and b" + n;
  }
  return source + "decision big : flag { on when " + condition + "  off otherwise }\ndecision small : flag = a0\n";
}

TEST(NodeLimitCheck, ReportsWhatWasSkippedAndContinues) {
  const auto checked = check_text(wide_policy() +
                                      "prove big is on when a0 and b0\nprove small ignores a0\n"
                                      "example \"x\" { given a0 is on expect small is off }\n",
                                  {30});
  const std::string text = checked.text();
  EXPECT_NE(text.find("T007 decision `big` is not checked: its diagrams pass 30 nodes"), std::string::npos) << text;
  EXPECT_NE(text.find("T007 proof `big is on`"), std::string::npos) << text;
  EXPECT_NE(text.find("T601 proof `small ignores a0` fails"), std::string::npos) << text;
  EXPECT_NE(text.find("T603 example `x` fails"), std::string::npos) << text;
}

// Rules that compare `n` with the even numbers below 2 * count, so that it has count + 1 classes.
std::string many_numbers(const std::string& type, int count) {
  std::string source = "input n : " + type + "\n";
  for (int i = 0; i < count; ++i) {
    if (i % 40'000 == 0)
      source += (i == 0 ? "" : "  off otherwise\n}\n") + ("decision d" + std::to_string(i)) + " : flag {\n  | n |\n";
    source += "  | " + std::to_string(2 * i) + " | on\n";
  }
  return source + "  off otherwise\n}\n";
}

TEST(MakePolicy, RefusesALeafWithTooManyCodes) {
  const auto checked = check_text(many_numbers("number", 65'535));
  EXPECT_EQ(checked.text(),
            "T006 `n` has 65,536 codes, more than 65,535\n  comparisons in the rules split it into 65,536 classes\n");
  EXPECT_EQ(checked.marked(), "n");
  EXPECT_FALSE(checked.compilation.policy);
}

TEST(MakePolicy, AcceptsAsManyCodesAsFit) {
  // 65,534 numbers and the rest are 65,535 classes; with unset they are 65,536 codes.
  EXPECT_EQ(report(many_numbers("number", 65'534)), "");
  EXPECT_EQ(report(many_numbers("number?", 65'534)).substr(0, 4), "T006");
}

TEST(MakePolicy, RefusesAProofThatCutsALeafTooFinely) {
  EXPECT_EQ(report("input t : text\ndecision d : flag = t is \"x\"\nprove t has length 1 when t has length 70000\n"),
            "T006 the tests of `t` need more than 65,535 states here\n");
}

TEST(MakePolicy, GivesEveryDecisionItsOwnSymbol) {
  const auto checked = check_text("input a : flag\ndecision x-y : flag = a\ndecision x_y : flag = not a\n");
  ASSERT_TRUE(checked.compilation.policy);
  const Policy& policy = *checked.compilation.policy;
  EXPECT_EQ(policy.decide_symbol(policy.outputs[0]), "tally_decide_x_y");
  EXPECT_EQ(policy.decide_symbol(policy.outputs[1]), "tally_decide_x_y_");
  EXPECT_EQ(policy.slot(1), 2u);
  EXPECT_EQ(policy.slot_count(), 4u);
}

TEST(Summary, CountsDecisionsRulesAndCombinations) {
  const auto checked = check_text(cells +
                                  "prove d ignores destination\n"
                                  "example \"x\" { given m[onnet] is on expect d is off when source is offnet }\n");
  EXPECT_EQ(checked.text(), "");
  EXPECT_EQ(checked.summary.decisions, 2u);
  EXPECT_EQ(checked.summary.rules, 2u);
  EXPECT_EQ(checked.summary.proofs, 1u);
  EXPECT_EQ(checked.summary.examples, 1u);
  EXPECT_EQ(checked.summary.combinations, 2 * 2 * 3 * 3);
}

}  // namespace
}  // namespace tally
