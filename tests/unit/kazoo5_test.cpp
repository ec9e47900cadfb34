// KAZOO 5's decisions in 1,500 calls (tests/data/kazoo5_cases.jsonl, one answer of the platform
// per line), compared with those of rules/kazoo5.tally for the same documents.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/running.h"

namespace tally::testing {
namespace {

using Json = nlohmann::json;

Json answer(const Running& running, const BoundCall& call) {
  Results results;
  decide(running.descriptor(), running.compiled.code, call, false, results);
  Json out;
  for (const DecisionDescriptor& decision : running.descriptor().decisions) {
    std::string value;
    append_value(value, decision, call, results);
    out[decision.name] = Json::parse(value);
  }
  return out;
}

TEST(Kazoo5, DecidesAsThePlatformDid) {
  std::string faults;
  const auto running = start("rules/kazoo5.tally", faults);
  ASSERT_NE(running, nullptr) << faults;
  std::ifstream cases("tests/data/kazoo5_cases.jsonl");
  std::size_t compared = 0;
  for (std::string line; std::getline(cases, line); ++compared) {
    const BindResult bound = running->binder.bind(line);
    ASSERT_TRUE(bound.call) << line << "\n" << bound.faults.front().message << " at " << bound.faults.front().pointer;
    const Json decided = answer(*running, *bound.call);
    const Json expected = Json::parse(line).at("expected");
    EXPECT_EQ(decided["account-recording"], expected["account"]) << line;
    EXPECT_EQ(decided["caller-recording"], expected["caller_endpoint"]) << line;
    EXPECT_EQ(decided["callee-recording"], expected["callee_endpoint"]) << line;
    EXPECT_EQ(decided["callee-recording-via-user"], expected["callee_endpoint_via_user"]) << line;
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(compared, 1500u);
}

}  // namespace
}  // namespace tally::testing
