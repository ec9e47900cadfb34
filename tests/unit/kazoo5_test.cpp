// KAZOO 5's decisions in 1,500 calls (tests/data/kazoo5_cases.jsonl, one answer of the platform
// per line), compared with those of rules/kazoo5.tally for the same documents. And what was reported
// of the switch and its documents (tests/data/kazoo_reports.jsonl): what it reports, a request for a
// rule file, and decisions that are expected, or the place at which the request is refused.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
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

TEST(Kazoo, DecidesAsReported) {
  std::map<std::string, std::unique_ptr<Running>> files;
  std::ifstream reports("tests/data/kazoo_reports.jsonl");
  std::size_t read = 0;
  for (std::string line; std::getline(reports, line); ++read) {
    const Json report = Json::parse(line);
    SCOPED_TRACE(report.at("says").get<std::string>());
    std::string faults;
    auto& running = files[report.at("file").get<std::string>()];
    if (!running) running = start(report.at("file").get<std::string>(), faults);
    ASSERT_NE(running, nullptr) << faults;
    const BindResult bound = running->binder.bind(report.at("request").dump());
    if (report.contains("refused")) {
      EXPECT_FALSE(bound.call);
      ASSERT_EQ(bound.faults.size(), 1u);
      EXPECT_EQ(bound.faults.front().pointer, report["refused"].get<std::string>());
      continue;
    }
    ASSERT_TRUE(bound.call) << bound.faults.front().message << " at " << bound.faults.front().pointer;
    const Json decided = answer(*running, *bound.call);
    for (const auto& [decision, value] : report.at("expected").items()) EXPECT_EQ(decided[decision], value) << decision;
  }
  EXPECT_GE(read, 30u);
}

}  // namespace
}  // namespace tally::testing
