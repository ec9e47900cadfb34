// What is shown of one call in words of the policy, compared with the diagrams of its decision.
#include "simulator/words/words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "simulator/table/call_in_words.h"
#include "tests/support/environment.h"
#include "tests/support/random.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"
#include "tests/support/rule_text.h"

namespace tally::testing {
namespace {

ast::ExprPtr parsed(Compilation& c, const std::string& text) {
  Diagnostics faults;
  return parse_expression(c.sources, c.sources.add("words", text), faults);
}

// Null if the text has no value of one type.
ExprRef value(Compilation& c, const std::string& text) {
  Diagnostics faults;
  const auto tree = parsed(c, text);
  return tree ? analyze_value(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr;
}

// The other decisions, and some inputs of this one: words whose values can be shown.
std::vector<Word> words(Compilation& c, const Output& asked) {
  std::vector<Word> out;
  const auto add = [&](const std::string& text) {
    if (ExprRef made = value(c, text)) out.push_back({text, std::move(made)});
  };
  for (const Output& output : c.policy->outputs)
    if (output.decision != asked.decision && c.policy->model->at(output.decision).type->is_enum())
      add(c.policy->model->at(output.decision).name);
  std::size_t inputs = 0;
  for (const ElementId element : asked.reads) {
    if (out.size() >= 5 || !c.policy->model->at(element).is_leaf() || inputs++ % 2 == 1) continue;
    add(c.policy->model->at(element).name);
  }
  return out;
}

class Held {
 public:
  Held(Compilation& c, const Output& output, const std::vector<Word>& over)
      : c_(c), model_(*c.policy->model), output_(output), over_(over) {}

  // Explains one of the possible calls. Returns whether the words settle it; false, too, if the diagrams
  // are too large.
  bool one(Random& random) {
    try {
      return explained(random);
    } catch (const NodeLimit&) {
      ++too_large;
      return false;
    }
  }

  std::size_t changes = 0;
  std::size_t too_large = 0;  // for the spaces of this test, which take the policy's order

 private:
  bool explained(Random& random) {
    const Assignment call = random_call(random);
    const Space& known = *c_.policy->space;
    const auto facts = [&](ElementId element) -> Literal {
      const Code code = known.has(element) ? call[known.variable(element).value] : 0;
      return value_of(model_, *c_.policy->classes, element, code);
    };
    TableQuestion question;
    question.decision = output_.decision;
    question.title = "d";
    question.over = over_;
    const auto shown = call_in_words(*c_.policy, c_.sources, question, facts);
    if (!shown) {
      EXPECT_EQ(shown.error().cause, Cause::bound) << shown.error().message;
      return false;
    }
    hold(*shown, facts);
    return shown->open.empty();
  }

  Assignment random_call(Random& random) const {
    Space& space = *c_.policy->space;
    Diagrams& d = space.diagrams();
    Diagram left = space.possible({space.order().begin(), space.order().end()});
    Assignment call;
    for (const ElementId element : space.order()) {
      const VariableId variable = space.variable(element);
      std::vector<Code> fits;
      for (unsigned code = c_.policy->classes->first(element); code < c_.policy->classes->codes(element); ++code)
        if (d.hold(left, variable, static_cast<Code>(code)) != d.no()) fits.push_back(static_cast<Code>(code));
      call.push_back(fits[random.below(fits.size())]);
      left = d.hold(left, variable, call.back());
    }
    return call;
  }

  LoweredCondition lowered(const std::string& text) { return c_.policy->lowering->condition(condition_of(c_, text)); }

  // Reads the conditions again, in a space of their own: they may cut numbers and texts further.
  void hold(const CallInWords& shown, const std::function<Literal(ElementId)>& facts) {
    std::vector<LoweredCondition> rests_on, changes_to;
    std::set<CutId> cuts = c_.policy->cuts;
    std::set<ElementId> reads = output_.reads;
    for (const std::string& text : shown.rests_on) rests_on.push_back(lowered(text));
    for (const CallInWords::Change& change : shown.changes) changes_to.push_back(lowered(change.condition));
    for (const auto* all : {&rests_on, &changes_to}) {
      for (const LoweredCondition& one : *all) {
        cuts.insert(one.reads.cuts.begin(), one.reads.cuts.end());
        reads.insert(one.reads.elements.begin(), one.reads.elements.end());
      }
    }
    const Classes classes(model_, *c_.policy->graph, cuts);
    Space space(model_, *c_.policy->graph, classes, c_.policy->space->order());
    Diagrams& d = space.diagrams();
    const Diagram possible = space.possible(reads);
    Assignment call;
    for (const ElementId element : space.order())
      call.push_back(static_cast<Code>(classes.code_of(element, facts(element))));

    // The calls with the same outcome; that of a record is its rule.
    std::vector<NodeId> parts{output_.rule};
    if (model_.at(output_.decision).type->is_scalar())
      parts.push_back(settle(model_, *c_.policy->graph, classes, output_.parts.front()).node);
    Diagram same = possible;
    for (const NodeId part : parts) same = d.both(same, d.where(space.of(part), d.evaluate(space.of(part), call)));

    std::vector<Diagram> conditions;
    for (const LoweredCondition& one : rests_on) {
      conditions.push_back(d.both(possible, space.of(one.node)));
      EXPECT_EQ(d.evaluate(conditions.back(), call), 1u) << "a fact that is false in this call";
    }
    const auto all_but = [&](std::size_t left_out) {
      Diagram out = possible;
      for (std::size_t i = 0; i < conditions.size(); ++i)
        if (i != left_out) out = d.both(out, conditions[i]);
      return out;
    };
    EXPECT_EQ(d.within(all_but(conditions.size()), same), shown.open.empty());
    for (std::size_t i = 0; shown.open.empty() && i < conditions.size(); ++i)
      EXPECT_FALSE(d.within(all_but(i), same)) << shown.rests_on[i] << " can be left out";
    for (std::size_t i = 0; i < changes_to.size(); ++i) {
      const Diagram calls = d.both(possible, space.of(changes_to[i].node));
      EXPECT_EQ(d.evaluate(calls, call), 0u) << shown.changes[i].condition << " holds in this call";
      EXPECT_FALSE(d.within(calls, same)) << shown.changes[i].condition << " changes nothing";
      ++changes;
    }
  }

  Compilation& c_;
  const Model& model_;
  const Output& output_;
  const std::vector<Word>& over_;
};

struct Counts {
  std::size_t settled = 0, open = 0, changes = 0;
};

void hold(Compilation& c, std::size_t calls, Random& random, Counts& counts) {
  for (const Output& output : c.policy->outputs) {
    const std::vector<Word> over = words(c, output);
    if (over.empty()) continue;
    SCOPED_TRACE(c.policy->model->at(output.decision).name);
    Held held(c, output, over);
    for (std::size_t i = 0; i < calls && !::testing::Test::HasFailure(); ++i)
      ++(held.one(random) ? counts.settled : counts.open);
    counts.changes += held.changes;
  }
}

// One policy in a hundred compares so many texts that the diagram of its possible calls, just below the bound, takes
// minutes per call. The diagrams of the others have some thousand nodes.
bool possible_calls_are_large(Space& space) {
  space.possible({space.order().begin(), space.order().end()});
  return space.diagrams().node_count() > 100'000;
}

TEST(CallInWords, OfRandomPoliciesRestsOnWhatSettlesIt) {
  Counts counts;
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 1), seeds = setting("TALLY_SEEDS", 77);
  std::uint64_t too_large = 0;
  Random random(first);
  for (std::uint64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Compilation c = compile_text(random_policy(seed));
    ASSERT_TRUE(c.policy);
    if (possible_calls_are_large(*c.policy->space)) {
      ++too_large;
      continue;
    }
    hold(c, 3, random, counts);
  }
  EXPECT_LE(too_large, 1 + seeds / 20);
  EXPECT_GT(counts.settled, 2 * seeds);
  EXPECT_GT(counts.open, 2 * seeds);
  EXPECT_GT(counts.changes, 2 * seeds);
}

TEST(CallInWords, OfTheShippedRulesRestsOnWhatSettlesIt) {
  Counts counts;
  Random random(2);
  for (const std::string& path : shipped_files()) {
    SCOPED_TRACE(path);
    Compilation c = compile(path, read_rule_file);
    ASSERT_TRUE(c.policy);
    hold(c, 1, random, counts);
  }
  EXPECT_GT(counts.settled + counts.open, 10u);
}

}  // namespace
}  // namespace tally::testing
