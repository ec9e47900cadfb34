// The properties of an explanation, on random policies: the facts that an outcome rests on
// determine it whatever the other facts are, and none of them can be left out; and what is listed
// of them, with how many settings are unset.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "compiler/diagrams/support.h"
#include "compiler/front_end.h"
#include "compiler/lower/origins.h"
#include "grammar/parse/parser.h"
#include "simulator/explain/explain.h"
#include "simulator/explain/unset_settings.h"
#include "tests/support/explained_facts.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_shapes.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

// A random possible call of an output, as codes of the elements that it reads.
using Codes = std::map<ElementId, Code>;

class Case {
 public:
  Case(Policy& policy, std::size_t output, Random& random)
      : policy_(policy), space_(*policy.space), output_(policy.outputs[output]) {
    // Objects around what is read are present or absent with it.
    const Diagram possible = space_.possible(with_surroundings(*policy.model, output_.reads));
    do {
      codes_.clear();
      for (const ElementId element : space_.order()) {
        codes_.push_back(
            static_cast<Code>(random.between(policy.classes->first(element), policy.classes->codes(element) - 1)));
      }
    } while (space_.diagrams().evaluate(possible, codes_) == 0 && --tries_ > 0);
  }

  bool found() const { return tries_ > 0; }

  CallFacts facts() const {
    return [this](ElementId element) -> Literal {
      const Code code = space_.has(element) ? codes_[space_.variable(element).value] : Code{0};
      if (code == 0) return Unset{};
      const Type& type = *policy_.model->at(element).type;
      if (type.is_object()) return EnumName{"present"};
      if (type.is_enum()) return EnumName{type.values[code - 1u].name};
      return policy_.classes->classes(element)[code - 1u].representative;
    };
  }

  // Whether the values of these elements alone determine every part of the outcome.
  bool settled_by(const std::vector<ElementId>& elements, std::optional<ElementId> but = std::nullopt) {
    Diagrams& diagrams = space_.diagrams();
    std::vector<std::pair<VariableId, Code>> held;
    for (const ElementId element : elements) {
      if (element != but) held.emplace_back(space_.variable(element), code(element));
    }
    // Two values show how they compare.
    const auto is_known = [&](ElementId leaf) {
      return leaf != but && std::find(elements.begin(), elements.end(), leaf) != elements.end();
    };
    for (const ElementId element : space_.order()) {
      const auto& relation = policy_.model->at(element).relation;
      if (relation && is_known(relation->left) && is_known(relation->right))
        held.emplace_back(space_.variable(element), code(element));
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

  Code code(ElementId element) const { return codes_[space_.variable(element).value]; }

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

const IsDefault no_defaults = [](ElementId) { return false; };

// An object that is missing is one fact: the outermost one, and nothing that is in it.
void expect_whole_objects(const Model& model, const Case& one, const std::vector<ExplainedFact>& facts) {
  for (const ExplainedFact& fact : facts) {
    for (const ElementId around : optional_ancestors(model, fact.element)) EXPECT_EQ(one.code(around), 1);
    EXPECT_EQ(fact.from == FactFrom::absent, !model.at(fact.element).is_leaf() && one.code(fact.element) == 0);
    EXPECT_EQ(fact.from == FactFrom::absent, !fact.inside.empty());
  }
}

bool is_inside(const Model& model, ElementId element, std::optional<ElementId> object) {
  if (!object) return true;
  const auto all = below(model, *object);
  return std::find(all.begin(), all.end(), element) != all.end();
}

// Every setting that is an unset fact is listed or counted once, and "nothing else is set" is true.
void expect_all_listed(const Model& model, const Case& one, const std::vector<ExplainedFact>& facts) {
  const auto unset_leaves = [&](const std::vector<ExplainedFact>& some) {
    std::size_t out = 0;
    for (const ElementId element : elements_of(some))
      out += model.at(element).is_leaf() && one.code(element) == 0 ? 1 : 0;
    return out;
  };
  const ListedFacts listed = listed_facts(model, facts, one.facts(), no_defaults);
  std::size_t settings = unset_leaves(listed.facts);
  for (const UnsetSettings& rest : listed.rest) {
    settings += rest.settings;
    bool is_all = true;
    for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
      const ElementId leaf{i};
      const bool is_listed = std::any_of(listed.facts.begin(), listed.facts.end(),
                                         [&](const ExplainedFact& fact) { return fact.element == leaf; });
      const bool is_set = model.at(leaf).is_leaf() && !std::holds_alternative<Unset>(one.facts()(leaf));
      if (is_set && !is_listed && is_inside(model, leaf, rest.object)) is_all = false;
    }
    EXPECT_EQ(rest.is_all, is_all);
  }
  EXPECT_EQ(settings, unset_leaves(facts));
}

TEST(Explain, RestsOnExactlyTheFactsThatDetermineTheOutcome) {
  std::size_t explained = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const std::string text = random_policy(seed);
    Compilation c = compile("random.tally", [&](const std::string&) { return text; });
    ASSERT_TRUE(c.policy);
    Random random(seed);
    for (std::size_t output = 0; output < c.policy->outputs.size(); ++output) try {
        Case one(*c.policy, output, random);
        if (!one.found()) continue;
        const auto why = explain(*c.policy, c.sources, output, one.facts(), no_defaults);
        ASSERT_TRUE(why);
        SCOPED_TRACE("seed " + std::to_string(seed) + ", output " + std::to_string(output) + "\n" + text);
        EXPECT_EQ(why->rule, one.rule());
        const std::vector<ElementId> elements = elements_of(why->rests_on);
        EXPECT_TRUE(one.settled_by(elements));
        for (const ElementId element : elements)
          EXPECT_TRUE(one.hands_on(element) || !one.settled_by(elements, element));
        expect_whole_objects(*c.policy->model, one, why->rests_on);
        expect_all_listed(*c.policy->model, one, why->rests_on);
        EXPECT_EQ(why->earlier.size(), why->rule - 1);
        for (const EarlierRule& earlier : why->earlier) EXPECT_FALSE(earlier.failures.empty());
        ++explained;
        if (::testing::Test::HasFailure()) return;
      } catch (const NodeLimit&) {
        // The policy's space is too large for this question, which is what `explain` answers as well.
      }
  }
  EXPECT_GT(explained, 200u);
}

// Rules over inputs that are never unset and not compared with each other, so that all calls can be written down.
std::string plain_rules(Random& random) {
  const char* const tests[] = {"a is on",     "b is on",        "a is off",    "c is x",
                               "c in (y, z)", "n < 10",         "n in 5..20",  "m >= 7",
                               "m is 3",      "t starts \"1\"", "t is \"12\"", "count(a, b, c is y, n < 5) >= 2"};
  std::string out =
      "type abc = x | y | z\ninput a : flag\ninput b : flag\ninput c : abc\ninput n : 0..99\n"
      "input m : 0..99\ninput t : text\ndecision d : abc {\n";
  for (const char* outcome : {"x", "y"}) {
    out += std::string("  ") + outcome + " when ";
    const std::size_t parts = random.between(1, 4);
    for (std::size_t i = 0; i < parts; ++i)
      out += (i > 0 ? " and " : "") + std::string(tests[random.between(0, std::size(tests) - 1)]);
    out += "\n";
  }
  return out + "  z otherwise\n}\n";
}

// All calls of the elements that an output reads.
std::vector<Assignment> all_calls(const Policy& policy) {
  std::vector<Assignment> out{Assignment()};
  for (const ElementId element : policy.space->order()) {
    std::vector<Assignment> longer;
    for (const Assignment& call : out) {
      for (unsigned code = policy.classes->first(element); code < policy.classes->codes(element); ++code) {
        longer.push_back(call);
        longer.back().push_back(static_cast<Code>(code));
      }
    }
    out = std::move(longer);
  }
  return out;
}

// The conditions of some settings together, read back.
Diagram read_back(Compilation& c, const ChangesTogether& together) {
  Diagram out = c.policy->space->diagrams().yes();
  for (const ChangesTogether::Setting& setting : together.settings) {
    Diagnostics faults;
    const FileId file = c.sources.add("words", setting.condition);
    const auto tree = parse_expression(c.sources, file, faults);
    const ExprRef condition = tree ? analyze_condition(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr;
    if (!condition) {
      ADD_FAILURE() << setting.condition;
      return out;
    }
    out = c.policy->space->diagrams().both(out, c.policy->space->of(c.policy->lowering->condition(condition).node));
  }
  return out;
}

// Holds what is found for a call to every other call: the fewest settings, all sets of them, and every value.
void hold_together(Compilation& c, const std::vector<Assignment>& calls, const Assignment& now) {
  Space& space = *c.policy->space;
  Diagrams& diagrams = space.diagrams();
  const Diagram value = space.of(c.policy->outputs[0].parts[0].node);
  const auto facts = [&](ElementId element) -> Literal {
    return space.has(element)
               ? value_of(*c.policy->model, *c.policy->classes, element, now[space.variable(element).value])
               : Literal{Unset{}};
  };
  const auto why = explain(*c.policy, c.sources, 0, facts, no_defaults);
  ASSERT_TRUE(why);
  std::size_t fewest = SIZE_MAX;
  std::set<std::set<ElementId>> sets;
  for (const Assignment& other : calls) {
    if (diagrams.evaluate(value, other) == diagrams.evaluate(value, now)) continue;
    std::set<ElementId> differ;
    for (const ElementId element : space.order())
      if (other[space.variable(element).value] != now[space.variable(element).value]) differ.insert(element);
    if (differ.size() > fewest) continue;
    if (differ.size() < fewest) sets.clear();
    fewest = differ.size();
    sets.insert(std::move(differ));
  }
  EXPECT_EQ(why->changes.empty(), fewest > 1);
  if (fewest <= 1) return;
  std::set<std::set<ElementId>> found;
  for (const ChangesTogether& together : why->together) {
    std::set<ElementId> settings;
    for (const auto& setting : together.settings) settings.insert(setting.element);
    const Diagram where = read_back(c, together);
    std::size_t held = 0;
    for (const Assignment& other : calls) {
      const bool is_of =
          diagrams.evaluate(where, other) == 1 &&
          std::all_of(space.order().begin(), space.order().end(), [&](ElementId e) {
            return settings.contains(e) || other[space.variable(e).value] == now[space.variable(e).value];
          });
      if (!is_of) continue;
      ++held;
      EXPECT_NE(diagrams.evaluate(value, other), diagrams.evaluate(value, now));
    }
    EXPECT_GT(held, 0u);
    found.insert(std::move(settings));
  }
  EXPECT_EQ(found, sets);
}

TEST(Explain, TheFewestSettingsTogetherChangeTheOutcome) {
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const std::string text = plain_rules(random);
    Compilation c = compile("plain.tally", [&](const std::string&) { return text; });
    ASSERT_TRUE(c.policy);
    SCOPED_TRACE(text);
    const std::vector<Assignment> calls = all_calls(*c.policy);
    for (std::size_t i = 0; i < 10; ++i, ++held) {
      hold_together(c, calls, calls[random.between(0, calls.size() - 1)]);
      if (::testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(held, 500u);
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
  const auto why = explain(
      *c.policy, c.sources, 0, [&](ElementId id) { return sales(model, id); }, no_defaults);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->rule, 2u);
  EXPECT_EQ(listed(model, why->rests_on), "source=onnet device=unset user.on=on ");
  ASSERT_EQ(why->earlier.size(), 1u);
  ASSERT_EQ(why->earlier[0].failures.size(), 1u);
  EXPECT_EQ(why->earlier[0].failures[0].condition, "source is offnet");
  std::string changes;
  for (const ExplainedChange& change : why->changes) {
    changes += model.at(change.element).name + ": " + change.condition + ": " + change.outcome + " by " +
               std::to_string(change.rule) + "\n";
  }
  EXPECT_EQ(changes,
            "source: source is offnet: off by 1\nuser.on: user.on is not on: off by 3\ndevice.on: device.on is off: "
            "off by 3\n");
}

// An endpoint of which nothing is set but that it has settings: every one that could have counted is
// counted.
TEST(Explain, CountsTheSettingsThatAreUnset) {
  std::string faults;
  const auto running = start("rules/kazoo5.tally", faults);
  ASSERT_TRUE(running) << faults;
  const Policy& policy = *running->compilation.policy;
  const Model& model = *policy.model;
  const auto bound = running->binder.bind(
      R"({"source":"onnet","destination":"offnet","caller":{"device":{"call_recording":{}},
          "user":{"call_recording":{"outbound":{"offnet":{"enabled":true}}}}}})");
  ASSERT_TRUE(bound.call);
  const CallFacts facts = facts_of(model, running->descriptor(), *bound.call);
  const auto output = std::find_if(policy.outputs.begin(), policy.outputs.end(), [&](const Output& out) {
    return model.at(out.decision).name == "caller-recording";
  });
  const auto why = explain(*running->compilation.policy, running->compilation.sources,
                           static_cast<std::size_t>(output - policy.outputs.begin()), facts, no_defaults);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->value, "off");
  const ListedFacts listed = listed_facts(model, why->rests_on, facts, no_defaults);
  EXPECT_EQ(
      testing::listed(model, listed.facts),
      "destination=offnet outside-callflow=off forwarded=off endpoint-version=v5 caller.device.call_recording=set ");
  ASSERT_EQ(listed.rest.size(), 1u);
  EXPECT_EQ(model.at(*listed.rest[0].object).name, "caller.device.call_recording");
  EXPECT_EQ(listed.rest[0].settings, 32u);  // two directions, two networks, eight settings
  EXPECT_TRUE(listed.rest[0].is_all);
}

}  // namespace
}  // namespace tally::testing
