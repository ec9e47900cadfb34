// Coverage of streams of requests, compared with the reference interpreter: which rules fired
// and how often, and which combinations of inputs occurred.
#include "simulator/documents/coverage.h"
#include "simulator/documents/smallest_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "runtime/documents/answer.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

// Only enums, because their values are the same whatever the rules compare.
std::vector<ElementId> enums_of(const Running& running) {
  const Model& model = *running.compilation.policy->model;
  std::vector<ElementId> out;
  for (const ElementDescriptor& element : running.descriptor().elements) {
    if (!element.is_leaf()) continue;
    const auto at = std::find_if(model.elements.begin(), model.elements.end(),
                                 [&](const Element& e) { return e.name == element.name; });
    const ElementId id{static_cast<std::uint32_t>(at - model.elements.begin())};
    if (at->type->is_enum() && running.compilation.policy->reads.contains(id)) out.push_back(id);
  }
  return out;
}

std::vector<std::string> values_of(const Model& model, ElementId id) {
  const Element& element = model.at(id);
  std::vector<std::string> out;
  if (may_be_unset(model, id)) out.push_back("unset");
  for (const EnumValue& value : element.type->values) out.push_back(to_string(value));
  return out;
}

// All combinations of documents that can exist, according to the interpreter.
std::map<std::vector<std::string>, std::uint64_t> possible_combinations(const Model& model,
                                                                        const std::vector<ElementId>& by) {
  std::vector<std::vector<std::string>> all{{}};
  for (const ElementId id : by) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& so_far : all) {
      for (const std::string& value : values_of(model, id)) {
        longer.push_back(so_far);
        longer.back().push_back(value);
      }
    }
    all = std::move(longer);
  }
  std::map<std::vector<std::string>, std::uint64_t> out;
  for (const auto& values : all) {
    const auto set = [&](ElementId id) {
      const auto at = std::find(by.begin(), by.end(), id);
      return values[static_cast<std::size_t>(at - by.begin())] != "unset";
    };
    const auto never_occurs = [&](ElementId id) {  // a place of another kind is on or unset
      const auto at = std::find(by.begin(), by.end(), id);
      return model.at(id).kind == ast::PlaceKind::other && values[static_cast<std::size_t>(at - by.begin())] == "off";
    };
    if (std::any_of(by.begin(), by.end(), never_occurs)) continue;
    if (document_exists(model, by, set)) out.emplace(values, 0);
  }
  return out;
}

struct Counts {
  std::size_t never_fired = 0, fired = 0, never_occurred = 0, occurred = 0, streams = 0;
};

void hold(std::uint64_t seed, Counts& counts) {
  std::string faults;
  const auto running = start_text(random_policy(seed), faults);
  ASSERT_NE(running, nullptr) << faults;
  const Policy& policy = *running->compilation.policy;
  const Model& model = *policy.model;
  const PolicyDescriptor& descriptor = running->descriptor();
  Random random(seed);
  std::vector<ElementId> by = enums_of(*running);
  random.shuffle(by);
  if (by.size() > 3) by.resize(3);
  auto made = Coverage::make(policy, descriptor, by);
  ASSERT_TRUE(made) << made.error().message;
  Coverage& coverage = *made;

  auto combinations = possible_combinations(model, by);
  std::vector<std::vector<std::uint64_t>> fired;
  std::vector<DecisionId> ids;
  for (const DecisionDescriptor& decision : descriptor.decisions) {
    fired.emplace_back(decision.rules.size() + 1);
    const auto at = std::find_if(model.decisions.begin(), model.decisions.end(),
                                 [&](const Decision& d) { return d.is_output && d.name == decision.name; });
    ids.push_back(DecisionId{static_cast<std::uint32_t>(at - model.decisions.begin())});
  }
  const reference::Interpreter interpreter(model);
  for (std::size_t left = random.between(0, 25); left > 0; --left) {
    const Facts facts = random_facts(descriptor, running->binder.places(), random);
    const BindResult bound =
        running->binder.bind(print_document(descriptor, running->binder.places(), Places::root, facts));
    ASSERT_TRUE(bound.call);
    Results results;
    decide(descriptor, running->compiled.code, *bound.call, false, results);
    std::vector<std::uint16_t> rules;
    for (const DecisionDescriptor& decision : descriptor.decisions) rules.push_back(rule_number(decision, results));
    coverage.add(*bound.call, rules);

    const CallFacts call = facts_of(model, descriptor, *bound.call);
    for (std::size_t d = 0; d < ids.size(); ++d) ++fired[d][interpreter.decide(ids[d], call).rule];
    if (by.empty()) continue;
    std::vector<std::string> values;
    for (const ElementId id : by) {
      const Literal value = call(id);
      values.push_back("unset");
      if (const auto* name = std::get_if<EnumName>(&value))
        for (const EnumValue& v : model.at(id).type->values)
          if (v.name == name->name) values.back() = to_string(v);
    }
    ASSERT_TRUE(combinations.contains(values));
    ++combinations[values];
  }

  for (std::size_t d = 0; d < fired.size(); ++d) {
    for (std::size_t rule = 1; rule < fired[d].size(); ++rule) {
      EXPECT_EQ(coverage.fired(d, rule), fired[d][rule]) << descriptor.decisions[d].name << ", rule " << rule;
      ++(fired[d][rule] ? counts.fired : counts.never_fired);
    }
  }
  ++counts.streams;
  if (by.empty()) return;
  const auto reported = coverage.combinations();
  EXPECT_EQ(reported.size(), combinations.size());
  for (const Coverage::Combination& one : reported) {
    const auto at = combinations.find(one.values);
    ASSERT_NE(at, combinations.end());
    EXPECT_EQ(one.requests, at->second);
    ++(one.requests ? counts.occurred : counts.never_occurred);
  }
}

TEST(Coverage, AgreesWithTheInterpreterOnRandomStreams) {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    hold(seed, counts);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(counts.streams, 60u);
  EXPECT_GT(counts.fired, 100u);
  EXPECT_GT(counts.never_fired, 50u);
  EXPECT_GT(counts.occurred, 100u);
  EXPECT_GT(counts.never_occurred, 50u);
}

}  // namespace
}  // namespace tally::testing
