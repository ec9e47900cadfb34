// The fingerprint of a policy: equal for rule files that decide alike, different for all others.
#include "compiler/fingerprint/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "compiler/front_end.h"
#include "simulator/diff/diff.h"
#include "simulator/mutate/mutants.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

Compilation compiled(const std::string& text) {
  return compile("rules.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); });
}

Fingerprint of(const std::string& text) {
  const Compilation c = compiled(text);
  EXPECT_TRUE(c.policy && !c.diagnostics.has_errors()) << text;
  return c.policy ? fingerprint(*c.policy) : Fingerprint();
}

bool same_values(const Fingerprint& a, const Fingerprint& b) {
  return std::equal(a.decisions.begin(), a.decisions.end(), b.decisions.begin(), b.decisions.end(),
                    [](const DecisionFingerprint& x, const DecisionFingerprint& y) { return x.values == y.values; });
}

void expect_same(const std::string& a, const std::string& b) {
  ASSERT_TRUE(of(a).all().has_value());
  EXPECT_EQ(of(a).all(), of(b).all()) << a << b;
}
void expect_same_values(const std::string& a, const std::string& b) {
  EXPECT_TRUE(same_values(of(a), of(b))) << a << b;
}
void expect_other_values(const std::string& a, const std::string& b) {
  EXPECT_FALSE(same_values(of(a), of(b))) << a << b;
}

// Whether two policies decide a decision alike in every request, as `diff` finds it: the referee.
std::optional<bool> decide_alike(const Policy& a, const Policy& b) {
  Diff diff(a, b, false);
  if (!diff.joint().conflicts().empty()) return std::nullopt;
  for (std::size_t i = 0; i < a.outputs.size(); ++i) {
    const std::string& name = a.model->at(a.outputs[i].decision).name;
    const auto same = std::find_if(b.outputs.begin(), b.outputs.end(),
                                   [&](const Output& output) { return b.model->at(output.decision).name == name; });
    if (same == b.outputs.end()) return std::nullopt;
    const DiffDecision compared = diff.compare({i, static_cast<std::size_t>(same - b.outputs.begin())}, "", {});
    if (!compared.failures.empty()) return std::nullopt;
    for (const DiffPart& part : compared.parts) {
      if (part.undecided != 0) return std::nullopt;
      if (part.different != 0) return false;
    }
  }
  return true;
}

struct Tried {
  std::size_t alike = 0, different = 0;
  std::vector<std::string> apart;  // edits that decide alike, and have another fingerprint
};

// Holds the fingerprints of some edits of a file, evenly chosen, against the referee.
Tried try_edits(const std::string& name, const ReadFile& read, std::size_t most) {
  Tried tried;
  const Compilation c = compile(name, read);
  EXPECT_TRUE(c.policy) << name;
  if (!c.policy) return tried;
  const Fingerprint own = fingerprint(*c.policy);
  std::set<DecisionId> decisions;
  for (const Output& output : c.policy->outputs) decisions.insert(output.decision);
  const std::vector<Edit> edits = make_edits(c.program, c.sources, *c.policy->model, decisions);
  const std::size_t step = edits.size() / most + 1;
  for (std::size_t i = 0; i < edits.size(); i += step) {
    const std::string text = edited(c.sources, edits[i]);
    const Compilation other = compile(name, [&](const std::string& path) {
      return path == name ? std::variant<std::string, ReadError>(text) : read(path);
    });
    if (!other.policy || other.policy->outputs.size() != c.policy->outputs.size()) continue;
    const auto alike = decide_alike(*c.policy, *other.policy);
    if (!alike) continue;
    ++(*alike ? tried.alike : tried.different);
    const bool same = same_values(own, fingerprint(*other.policy));
    const std::string shown = name + ": " + edits[i].before + " -> " + edits[i].after;
    EXPECT_TRUE(*alike || !same) << shown;
    if (*alike && !same) tried.apart.push_back(shown);
  }
  return tried;
}

const std::string inputs = R"(
input source : onnet | offnet
input a      : flag
input b      : flag?
input limit  : (0..100)?
input called : text?
)";

TEST(Fingerprint, IsTheSameForDisjointRulesInAnyOrder) {
  expect_same(inputs + "decision d : flag {\n on when a is on and source is onnet\n off otherwise\n}\n",
              inputs +
                  "let outside = source is offnet\n"
                  "decision d : flag {\n off when outside\n off when a is off\n on otherwise\n}\n");
}

TEST(Fingerprint, KnowsNoNames) {
  expect_same(
      "input user : { enabled : flag? }?\ntype net = inside = \"in\" | outside = \"out\"\ninput network : net\n"
      "decision d : flag {\n on when network is outside and user.enabled is on\n off otherwise\n}\n",
      "type n = far = \"out\" | near = \"in\"\ninput net : n at /network\ninput person : { wanted : flag? at /enabled "
      "}? at /user\n"
      "decision d : flag = person.wanted is on and net is far\n");
}

TEST(Fingerprint, IsTheSameHoweverNumbersAreDivided) {
  expect_same(inputs + "decision d : flag {\n on when limit in (1..4, 5..9)\n off otherwise\n}\n",
              inputs +
                  "decision d : flag {\n off when limit < 1\n off when limit >= 10\n on when limit < 3\n"
                  " on when limit is set\n off otherwise\n}\n");
  expect_other_values(inputs + "decision d : flag = limit in 1..9\n", inputs + "decision d : flag = limit in 1..10\n");
}

TEST(Fingerprint, IsTheSameHoweverTextsAreDivided) {
  expect_same(
      inputs + "decision d : flag = called starts \"49\"\n",
      inputs +
          "decision d : flag {\n on when called starts \"491\"\n on when called ends \"7\" and called starts \"49\"\n"
          " on when called starts \"49\"\n off when called has length 3\n off otherwise\n}\n");
  expect_other_values(inputs + "decision d : flag = called starts \"49\"\n",
                      inputs + "decision d : flag = called starts \"490\"\n");
}

TEST(Fingerprint, TakesALiteralThatIsTheLeafForTheLeaf) {
  expect_same_values(inputs + "decision d : (0..100)? {\n 60 when limit is 60\n limit otherwise\n}\n",
                     inputs + "decision d : (0..100)? = limit\n");
  expect_other_values(inputs + "decision d : (0..100)? {\n 61 when limit is 60\n limit otherwise\n}\n",
                      inputs + "decision d : (0..100)? = limit\n");
}

TEST(Fingerprint, TakesAValueThatIsAloneInItsClassForALiteral) {
  expect_same_values(inputs + "decision d : text? {\n \"{called}-a\" when called is \"1\"\n called otherwise\n}\n",
                     inputs + "decision d : text? {\n \"1-a\" when called is \"1\"\n called otherwise\n}\n");
  expect_same_values("input t : 5..5\ninput f : flag\ndecision d : number {\n t when f\n 6 otherwise\n}\n",
                     "input t : 5..5\ninput f : flag\ndecision d : number {\n 5 when f\n 6 otherwise\n}\n");
}

TEST(Fingerprint, TakesADefaultForWhatElseMeans) {
  const std::string rules = "decision d : flag {\n on when x is on\n off otherwise\n}\n";
  expect_same_values("input x : flag = on\n" + rules, "input y : flag? at /x\nlet x : flag = y else on\n" + rules);
  expect_same_values("input user : { wanted : flag = on }?\ndecision d : flag = user.wanted is on\n",
                     "input user : { wanted : flag? }?\n"
                     "decision d : flag = user is set and user.wanted is not off\n");
  expect_other_values("input x : flag = on\n" + rules, "input x : flag = off\n" + rules);
}

TEST(Fingerprint, LeavesOutWhatOtherPlacesMakeUnnecessary) {
  const std::string agent = "input agent : { id : a | b }?\n";
  expect_same(agent + "decision d : flag = agent is set\n", agent + "decision d : flag = agent.id in (a, b)\n");
}

TEST(Fingerprint, KnowsARelationFromBothSides) {
  expect_same_values("input calls : 0..50\ninput most : 0..50\ndecision d : flag = calls < most\n",
                     "input most : 0..50\ninput calls : 0..50\ndecision d : flag = not (most <= calls)\n");
  expect_other_values("input calls : 0..50\ninput most : 0..50\ndecision d : flag = calls < most\n",
                      "input calls : 0..50\ninput most : 0..50\ndecision d : flag = calls > most\n");
}

TEST(Fingerprint, HasReasonsAndDocumentsOfTheirOwn) {
  const Fingerprint one =
      of(inputs + "decision d : flag {\n on when a is on because \"wanted by {source}\"\n off otherwise\n}\n");
  const Fingerprint two = of(inputs +
                             "let from = source\ndecision d : flag {\n off when a is off\n"
                             " on otherwise because \"wanted by {from}\"\n}\n");
  EXPECT_EQ(one.all(), two.all());
  const Fingerprint other =
      of(inputs + "decision d : flag {\n on when a is on because \"it is on\"\n off otherwise\n}\n");
  EXPECT_EQ(one.decisions[0].values, other.decisions[0].values);
  EXPECT_NE(one.decisions[0].reasons, other.decisions[0].reasons);
  EXPECT_EQ(one.documents, other.documents);
  const std::string rules = "decision d : flag = limit < 30\n";
  EXPECT_NE(of("input limit : 0..100\n" + rules).documents, of("input limit : 0..101\n" + rules).documents);
  EXPECT_NE(of("input limit : 0..100\n" + rules).documents, of("input limit : 0..100 at /max\n" + rules).documents);
}

TEST(Fingerprint, IsMissingBeyondTheBound) {
  const Compilation c = compiled(inputs + "decision d : flag = a is on and b is on\n");
  ASSERT_TRUE(c.policy);
  const Fingerprint small = fingerprint(*c.policy, 4);
  EXPECT_FALSE(small.decisions[0].values.has_value());
  EXPECT_FALSE(small.all().has_value());
}

class ShippedRules : public ::testing::TestWithParam<std::string> {};

// A fingerprint of kazoo5.tally takes half a minute, so its edits are those of kazoo5_starts.tally. Of the rules whose
// differences take seconds, one edit is compared.
TEST_P(ShippedRules, HaveAnotherFingerprintAfterEachEditThatMatters) {
  if (GetParam() == "rules/kazoo5.tally") return;
  const bool is_slow = GetParam().starts_with("rules/kazoo") || GetParam() == "rules/atlas/opening_hours.tally";
  const Tried tried = try_edits(GetParam(), read_rule_file, is_slow ? 1 : 12);
  EXPECT_EQ(tried.apart, std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Rules, ShippedRules, ::testing::ValuesIn(shipped_files()), [](const auto& file) {
  std::string name = file.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(RandomPolicies, HaveAnotherFingerprintAfterEachEditThatMatters) {
  Tried all;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::string text = random_policy(seed);
    const Tried tried = try_edits(
        "rules.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); }, 8);
    all.alike += tried.alike;
    all.different += tried.different;
    all.apart.insert(all.apart.end(), tried.apart.begin(), tried.apart.end());
    if (HasFailure()) FAIL() << "seed " << seed << "\n" << text;
  }
  EXPECT_GT(all.alike, 20u);
  EXPECT_GT(all.different, 80u);
  // Comparisons of inputs, and texts with insertions, may be written in several ways.
  EXPECT_LE(all.apart.size(), all.alike / 20) << ::testing::PrintToString(all.apart);
}

}  // namespace
}  // namespace tally::testing
