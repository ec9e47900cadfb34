// A replay of a logged decision is what the other policy decides from the request itself; or it is not possible, and
// then says of which inputs the log does not show enough. Random requests of pairs of policies show it.
// TALLY_REPLAY_SEEDS sets how many random policies there are, and TALLY_FIRST_SEED the first.
#include "simulator/replay/replay.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "runtime/documents/written_values.h"
#include "simulator/replay/text_classes.h"
#include "tests/support/environment.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/records.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

struct Tally {
  std::size_t requests = 0, same = 0, different = 0, refused = 0, unknown = 0;
  std::map<std::string, std::size_t> blamed;
};

// What is decided from a request; nothing if it is refused. By decision, its value as JSON.
std::optional<std::map<std::string, std::string>> answers(const Running& policy, const std::string& request) {
  const BindResult bound = policy.binder.bind(request);
  if (!bound.call) return std::nullopt;
  Results results;
  decide(policy.descriptor(), policy.compiled.code, *bound.call, false, results);
  std::map<std::string, std::string> out;
  for (const DecisionDescriptor& decision : policy.descriptor().decisions)
    append_value(out[decision.name], decision, *bound.call, results);
  return out;
}

// Replays random requests of `before` by `after`, each by itself, and compares with the requests.
void compare(const Running& before, const Running& after, std::uint64_t seed, std::size_t count,
             const std::string& shown, Tally& tally) {
  Random random(seed);
  const LogHeader header = header_of(before, random.chance(50) ? 60 : 0, 6, random);
  for (std::size_t i = 0; i < count; ++i) {
    // Half of the requests have what only the other policy reads.
    const Running& writer = random.chance(50) ? before : after;
    const std::string request = print_document(writer.descriptor(), writer.binder.places(), Places::root,
                                               random_facts(writer.descriptor(), writer.binder.places(), random));
    const BindResult bound = before.binder.bind(request);
    if (!bound.call) continue;
    const auto was = *answers(before, request);
    const auto is = answers(after, request);
    const Record record(header, before, *bound.call);
    Replay replay(after.descriptor(), after.compiled.code);
    replay.begin(header);
    replay.add(record.decision);
    ++tally.requests;
    for (const ReplayedDecision& decision : replay.replayed()) {
      const std::string where = decision.name + " of " + request + "\n" + shown;
      tally.same += decision.same;
      tally.different += decision.different;
      tally.refused += decision.refused;
      tally.unknown += decision.unknown;
      for (const auto& [input, n] : decision.blamed) tally.blamed[input] += n;
      ASSERT_EQ(decision.same + decision.different + decision.refused + decision.unknown, 1u);
      ASSERT_EQ(decision.unknown == 0, decision.blamed.empty());
      if (decision.refused > 0) {
        ASSERT_FALSE(is) << where;
      }
      // What the other policy refuses in places that are not in the log is not known.
      if (!is) continue;
      if (decision.same > 0) {
        ASSERT_EQ(was.at(decision.name), is->at(decision.name)) << where;
      }
      if (decision.different > 0) {
        ASSERT_NE(was.at(decision.name), is->at(decision.name)) << where;
      }
    }
  }
}

std::unique_ptr<Running> started(const std::string& text) {
  std::string faults;
  auto running = start_text(text, faults);
  EXPECT_TRUE(running) << faults << text;
  return running;
}

void print_tally(const Tally& tally) {
  std::printf("%zu requests: %zu same, %zu different, %zu refused, %zu not replayed\n", tally.requests, tally.same,
              tally.different, tally.refused, tally.unknown);
}

TEST(Replay, RandomPoliciesAndTheirAmendments) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 1), seeds = setting("TALLY_REPLAY_SEEDS", 60);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const AmendedPolicy files = random_amended_policy(seed);
    const auto before = started(files.base), after = started(files.merged);
    if (!before || !after) continue;
    compare(*before, *after, seed, 20, "seed " + std::to_string(seed) + "\n" + files.base + "\n---\n" + files.merged,
            tally);
    compare(*after, *before, seed, 20, "seed " + std::to_string(seed) + " back", tally);
    if (HasFatalFailure()) return;
  }
  print_tally(tally);
  EXPECT_GT(tally.same, tally.unknown);
  EXPECT_GT(tally.different, seeds);
}

TEST(Replay, APolicyReplaysItself) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 1), seeds = setting("TALLY_REPLAY_SEEDS", 60);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const auto policy = started(random_policy(seed));
    if (!policy) continue;
    compare(*policy, *policy, seed, 20, "seed " + std::to_string(seed), tally);
    if (HasFatalFailure()) return;
  }
  print_tally(tally);
  EXPECT_EQ(tally.different, 0u);
  EXPECT_EQ(tally.refused, 0u);
  // Only where the presence of an object cannot be seen.
  EXPECT_LT(tally.unknown, tally.same / 50);
}

TEST(Replay, ShippedRules) {
  const std::pair<const char*, const char*> pairs[] = {
      {"rules/kazoo4.tally", "rules/kazoo5.tally"},
      {"rules/atlas/fusionpbx.tally", "rules/atlas/fusionpbx_report_1935.tally"},
      {"tests/embed/codes_of_two_bytes.tally", "tests/embed/codes_of_two_bytes.tally"},
      {"rules/call_recording.tally", "rules/call_recording.tally"}};
  for (const auto& [one, other] : pairs) {
    std::string faults;
    const auto before = start(one, faults), after = start(other, faults);
    ASSERT_TRUE(before && after) << faults;
    Tally tally;
    compare(*before, *after, 7, 300, one, tally);
    compare(*after, *before, 8, 300, other, tally);
    print_tally(tally);
    EXPECT_GT(tally.same + tally.different + tally.unknown, 0u);
  }
}

TEST(Replay, ClassesThatAreCutFiner) {
  const auto before = started(R"(
input calls : 0..100
input called : text
decision d : flag { on when calls < 30  on when called starts "+1"  off otherwise }
)");
  const auto after = started(R"(
input calls : 0..100
input called : text
decision d : flag { on when calls < 20  on when called starts "+12"  off otherwise }
)");
  ASSERT_TRUE(before && after);
  Random random(1);
  const LogHeader header = header_of(*before, 0, 6, random);
  const auto replayed = [&](const LogHeader& with, const std::string& request) {
    const BindResult bound = before->binder.bind(request);
    const Record record(with, *before, *bound.call);
    Replay replay(after->descriptor(), after->compiled.code);
    replay.begin(with);
    replay.add(record.decision);
    return replay.replayed().at(0);
  };
  // 10 is one of 0..29, of which some are 20 and more.
  EXPECT_EQ(replayed(header, R"({"calls":10,"called":"2"})").blamed,
            (std::map<std::string, std::uint64_t>{{"calls", 1}}));
  EXPECT_EQ(replayed(header, R"({"calls":50,"called":"2"})").same, 1u);
  EXPECT_EQ(replayed(header, R"({"calls":50,"called":"+13"})").blamed,
            (std::map<std::string, std::uint64_t>{{"called", 1}}));
  LogHeader keeping = header;
  keeping.kept = {{0, 0}, {1, 3}};
  EXPECT_EQ(replayed(keeping, R"({"calls":10,"called":"2"})").same, 1u);
  EXPECT_EQ(replayed(keeping, R"({"calls":25,"called":"2"})").rows,
            (std::map<std::pair<std::string, std::string>, std::uint64_t>{{{"on", "off"}, 1}}));
  EXPECT_EQ(replayed(keeping, R"({"calls":50,"called":"+12"})").same, 1u);
  // It was cut, so it counts by its class.
  EXPECT_EQ(replayed(keeping, R"({"calls":50,"called":"+12 3"})").unknown, 1u);
}

// A text and a number that both hand on stay the same where the other policy divides their classes, also in a class
// with one value, which it may put in their place.
TEST(Replay, WhatIsHandedOnUnchangedIsTheSameInEveryPartOfItsClass) {
  const auto before = started(R"(
input url : text
input limit : number
decision to : text = url
decision how : { to : text, limit : number } = { to: "{url}/in", limit: limit }
decision other : flag = off
)");
  const auto after = started(R"(
input url : text
input limit : number
decision to : text { "fixed" when url is "b"  url otherwise }
decision how : { to : text, limit : number } = { to: "{url}/in", limit: limit }
decision other : flag { on when url is "a" or limit is 60  off otherwise }
)");
  ASSERT_TRUE(before && after);
  Random random(1);
  const LogHeader header = header_of(*before, 0, 6, random);
  const BindResult bound = before->binder.bind(R"({"url":"a","limit":60})");
  ASSERT_TRUE(bound.call);
  const Record record(header, *before, *bound.call);
  Replay replay(after->descriptor(), after->compiled.code);
  replay.begin(header);
  replay.add(record.decision);
  // Of `b` it becomes another text.
  EXPECT_EQ(replay.replayed().at(0).unknown, 1u);
  EXPECT_EQ(replay.replayed().at(1).same, 1u);
  EXPECT_EQ(replay.replayed().at(2).unknown, 1u);
  EXPECT_EQ(replay.replayed().at(2).blamed, (std::map<std::string, std::uint64_t>{{"limit", 1}, {"url", 1}}));
}

TEST(Replay, TextClasses) {
  ElementDescriptor one, other;
  one.kind = other.kind = ElementDescriptor::Kind::text;
  one.prefixes = {{"+1", 2}};
  one.texts = {{"+1900", 3}};
  other.prefixes = {{"+", 2}, {"+12", 3}};
  const auto common = common_classes(one, other);
  ASSERT_TRUE(common);
  EXPECT_EQ(common->at(1), (std::set<std::uint16_t>{1, 2}));
  EXPECT_EQ(common->at(2), (std::set<std::uint16_t>{2, 3}));
  EXPECT_EQ(common->at(3), (std::set<std::uint16_t>{2}));
}

}  // namespace
}  // namespace tally::testing
