// The properties of an explanation, on random policies: the facts that an outcome rests on
// determine it whatever the other facts are, none of them can be left out, and each change that
// is listed does change the outcome.
#include <gtest/gtest.h>

#include <string>

#include "compiler/front_end.h"
#include "compiler/lower/origins.h"
#include "simulator/explain/explain.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {
namespace {

// A random possible call of an output, as codes of the elements that it reads.
using Codes = std::map<ElementId, std::uint8_t>;

class Case {
 public:
  Case(Policy& policy, std::size_t output, Random& random)
      : policy_(policy), space_(*policy.space), output_(policy.outputs[output]) {
    const Diagram possible = space_.possible(output_.reads);
    do {
      codes_.clear();
      for (const ElementId element : space_.order()) {
        codes_.push_back(static_cast<std::uint8_t>(
            random.between(policy.classes->first(element), policy.classes->codes(element) - 1)));
      }
    } while (space_.diagrams().evaluate(possible, codes_) == 0 && --tries_ > 0);
  }

  bool found() const { return tries_ > 0; }

  CallFacts facts() const {
    return [this](ElementId element) -> Literal {
      const std::uint8_t code = space_.has(element) ? codes_[space_.variable(element).value] : std::uint8_t{0};
      if (code == 0) return Unset{};
      const Type& type = *policy_.model->at(element).type;
      if (type.is_object()) return EnumName{"present"};
      if (type.is_enum()) return EnumName{type.values[code - 1u].name};
      return policy_.classes->classes(element)[code - 1u].representative;
    };
  }

  // Whether these facts alone determine every part of the outcome.
  bool settled_by(const std::vector<ExplainedFact>& facts, const ExplainedFact* but = nullptr) {
    Diagrams& diagrams = space_.diagrams();
    std::vector<std::pair<VariableId, std::uint8_t>> held;
    for (const ExplainedFact& fact : facts) {
      if (&fact != but) held.emplace_back(space_.variable(fact.element), codes_[space_.variable(fact.element).value]);
    }
    std::sort(held.begin(), held.end());
    std::vector<NodeId> nodes = {output_.rule};
    for (const ResultPart& part : output_.parts) nodes.push_back(part.node);
    for (const NodeId node : nodes) {
      const Diagram other =
          diagrams.negate(diagrams.where(space_.of(node), diagrams.evaluate(space_.of(node), codes_)));
      if (diagrams.hold(diagrams.both(space_.possible(output_.reads), other), held) != diagrams.no()) return false;
    }
    return true;
  }

  // Whether the value of a leaf is in the outcome.
  bool hands_on(ElementId leaf) {
    return std::any_of(output_.parts.begin(), output_.parts.end(), [&](const ResultPart& part) {
      const std::uint32_t code = space_.diagrams().evaluate(space_.of(part.node), codes_);
      if (part.kind != ResultPart::Kind::origin || code == 0) return false;
      const auto leaves = leaves_of(part.origins[code - 1]);
      return std::find(leaves.begin(), leaves.end(), leaf) != leaves.end();
    });
  }

  std::uint32_t rule() { return space_.diagrams().evaluate(space_.of(output_.rule), codes_); }

 private:
  Policy& policy_;
  Space& space_;
  const Output& output_;
  Assignment codes_;
  int tries_ = 200;
};

TEST(Explain, RestsOnExactlyTheFactsThatDetermineTheOutcome) {
  std::size_t explained = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const std::string text = random_policy(seed);
    Compilation c = compile("random.tally", [&](const std::string&) { return text; });
    ASSERT_TRUE(c.policy);
    Random random(seed);
    for (std::size_t output = 0; output < c.policy->outputs.size(); ++output) {
      Case one(*c.policy, output, random);
      if (!one.found()) continue;
      const auto why = explain(*c.policy, c.sources, output, one.facts());
      ASSERT_TRUE(why);
      SCOPED_TRACE("seed " + std::to_string(seed) + ", output " + std::to_string(output) + "\n" + text);
      EXPECT_EQ(why->rule, one.rule());
      EXPECT_TRUE(one.settled_by(why->rests_on));
      for (const ExplainedFact& fact : why->rests_on)
        EXPECT_TRUE(one.hands_on(fact.element) || !one.settled_by(why->rests_on, &fact));
      EXPECT_EQ(why->earlier.size(), why->rule - 1);
      for (const EarlierRule& earlier : why->earlier) EXPECT_FALSE(earlier.failures.empty());
      ++explained;
      if (::testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(explained, 200u);
}

constexpr const char* rules = R"(
input source : onnet | offnet
input device : { on : flag?, limit : (5..60)? }?
input user   : { on : flag?, limit : (5..60)? }?
decision record : flag {
  off  when source is offnet and device.on is not on
  on   when (device else user).on is on
  off  otherwise
}
)";

std::string listed(const Model& model, const std::vector<ExplainedFact>& facts) {
  std::string out;
  for (const ExplainedFact& fact : facts) out += model.at(fact.element).name + "=" + fact.value + " ";
  return out;
}

Literal sales(const Model& model, ElementId id) {
  const std::string& name = model.at(id).name;
  if (name == "source") return EnumName{"onnet"};
  if (name == "user") return EnumName{"present"};
  if (name == "user.on") return EnumName{"on"};
  return Unset{};
}

TEST(Explain, ShowsWhyEarlierRulesDidNotFireAndWhichChangesMatter) {
  Compilation c = compile("rules.tally", [](const std::string&) { return std::string(rules); });
  ASSERT_TRUE(c.policy);
  const Model& model = *c.policy->model;
  const auto why = explain(*c.policy, c.sources, 0, [&](ElementId id) { return sales(model, id); });
  ASSERT_TRUE(why);
  EXPECT_EQ(why->rule, 2u);
  EXPECT_EQ(listed(model, why->rests_on), "source=onnet device.on=unset user.on=on ");
  ASSERT_EQ(why->earlier.size(), 1u);
  ASSERT_EQ(why->earlier[0].failures.size(), 1u);
  EXPECT_EQ(why->earlier[0].failures[0].condition, "source is offnet");
  std::string changes;
  for (const ExplainedChange& change : why->changes) {
    changes += model.at(change.element).name + " " + change.to + ": " + change.outcome + " by " +
               std::to_string(change.rule) + "\n";
  }
  EXPECT_EQ(changes, "source offnet: off by 1\ndevice.on off: off by 3\nuser.on not on: off by 3\n");
}

}  // namespace
}  // namespace tally::testing
