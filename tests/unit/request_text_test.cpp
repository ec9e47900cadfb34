// Documents as text: if the runtime binds the text, the call is the one that it was made from.
#include "simulator/documents/request_text.h"

#include <gtest/gtest.h>

#include "simulator/documents/call_facts.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_shapes.h"
#include "tests/support/rule_text.h"
#include "tests/support/running.h"

namespace tally {
namespace {

using testing::element_named;

constexpr const char* party_file = R"(
type network = onnet | offnet = "off net"
type settings = { enabled : flag?, limit : number? at /conf/limit, tone : network = onnet }
input source : network
input caller : { user : settings?[network] at /user/recording, name : text? }? at /caller
decision d : flag {
  on  when source is onnet and caller.user[onnet].enabled is on and caller.user[onnet].tone is offnet
  on  when caller.user[offnet].limit in 5..30 or caller.name is "a\"b"
  off otherwise
}
)";

TEST(RequestText, IsTheSmallestDocument) {
  std::string faults;
  const auto running = testing::start_text(party_file, faults);
  ASSERT_TRUE(running) << faults;
  const Policy& policy = *running->compilation.policy;
  const Call call = {{element_named(*policy.model, "source"), 2},
                     {element_named(*policy.model, "caller.user[onnet].tone"), 1},
                     {element_named(*policy.model, "caller.user[offnet].limit"), 2},
                     {element_named(*policy.model, "caller.user[offnet].tone"), 2},
                     {element_named(*policy.model, "caller.name"), 1}};
  const auto document = document_of(*policy.model, *policy.classes, call);
  ASSERT_TRUE(document);
  EXPECT_EQ(document_text(*policy.model, *document),
            R"({"source":"off net","caller":{"user":{"recording":{"onnet":{},"off net":{"conf":{"limit":5},)"
            R"("tone":"off net"}}},"name":"a\"b"}})");
  EXPECT_EQ(document_text(*policy.model, *document, "/caller/user", 2),
            "{\n  \"recording\": {\n    \"onnet\": {},\n    \"off net\": {\n      \"conf\": {\n        \"limit\": 5\n"
            "      },\n      \"tone\": \"off net\"\n    }\n  }\n}");
  EXPECT_EQ(document_text(*policy.model, *document, "/source"), "\"off net\"");
  EXPECT_EQ(document_text(*policy.model, *document, "/callee"), "{}");
}

TEST(RequestText, OfAnImpossibleCallIsNothing) {
  std::string faults;
  const auto running = testing::start_text(party_file, faults);
  ASSERT_TRUE(running) << faults;
  const Policy& policy = *running->compilation.policy;
  EXPECT_FALSE(document_of(*policy.model, *policy.classes,
                           {{element_named(*policy.model, "caller.user[onnet].tone"), 0},
                            {element_named(*policy.model, "caller.user[onnet].enabled"), 2}}));
}

TEST(RequestText, OfRandomCallsIsBoundToTheSameCodes) {
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 40 && !HasFailure(); ++seed) {
    std::string faults;
    const auto running = testing::start_text(testing::random_policy(seed), faults);
    ASSERT_TRUE(running) << faults;
    const Policy& policy = *running->compilation.policy;
    const Model& model = *policy.model;
    testing::Random random(seed);
    const Diagram possible = policy.space->possible(policy.reads);
    for (int round = 0; round < 20; ++round) {
      std::vector<std::vector<unsigned>> costs(policy.space->order().size(), std::vector<unsigned>(256));
      for (auto& of_variable : costs)
        for (unsigned& cost : of_variable) cost = static_cast<unsigned>(random.below(100));
      const auto codes =
          policy.space->diagrams().cheapest(possible, [&](VariableId v, Code code) { return costs[v.value][code]; });
      ASSERT_TRUE(codes);
      Call call;
      for (const ElementId id : policy.reads) call.emplace_back(id, (*codes)[policy.space->variable(id).value]);
      const auto document = document_of(model, *policy.classes, call);
      ASSERT_TRUE(document) << "seed " << seed;
      const std::string text = document_text(model, *document, "", round % 2 == 0 ? -1 : 2);
      const BindResult bound = running->binder.bind(text);
      ASSERT_TRUE(bound.call) << "seed " << seed << ": " << text << ": " << bound.faults.front().message;
      const CallFacts facts = facts_of(model, running->descriptor(), *bound.call);
      for (const auto& [id, code] : call) {
        const Literal value = facts(id);
        const auto back = model.at(id).is_leaf() ? policy.classes->code_of(id, value)
                                                 : static_cast<std::uint32_t>(!std::holds_alternative<Unset>(value));
        EXPECT_EQ(back, code) << "seed " << seed << ", " << model.at(id).name << ": " << text;
        ++held;
      }
    }
  }
  EXPECT_GT(held, 5000u);
}

}  // namespace
}  // namespace tally
