// The row of a logged call is the row of the request that it comes from; or the log does not show it, and then the row
// is among those that are possible. Random requests of pairs of policies show it: each is logged by the old policy, and
// decided by both. TALLY_LOGGED_SEEDS sets how many random policies there are, and TALLY_FIRST_SEED the first.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "runtime/documents/document_reader.h"
#include "simulator/logged/placed_calls.h"
#include "tests/support/environment.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/records.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

using Fate = PlacedCall::Fate;

// How many parts of requests there were, and what became of them.
struct Sums {
  std::size_t requests = 0, in_rows = 0, in_none = 0, unplaced = 0, refused = 0, unknown = 0, alternatives = 0;
  void print() const {
    std::printf("%zu requests, %zu refused, %zu perhaps; parts: %zu in rows, %zu in none, %zu not placed\n", requests,
                refused, unknown, in_rows, in_none, unplaced);
  }
};

// Both policies, and all that they decide differently.
struct Compared {
  Compared(const Running& before, const Running& after, bool common)
      : policies{&before, &after},
        diff(*before.compilation.policy, *after.compilation.policy, common, bounds()),
        is_possible(diff.joint().conflicts().empty()) {
    if (!is_possible) return;
    for (std::size_t i = 0; i < before.compilation.policy->outputs.size(); ++i) {
      for (std::size_t k = 0; k < after.compilation.policy->outputs.size(); ++k) {
        if (name(before, i) == name(after, k)) decisions.push_back(diff.compare({i, k}, "", {}));
      }
    }
  }
  // The rows of random policies are many, and few of them are looked at.
  static DiffBounds bounds() {
    DiffBounds out;
    out.described_rows = 4;
    out.search = 2'000;
    out.cover_steps = 300;
    out.rank_work = 1'000;
    return out;
  }
  static std::string name(const Running& policy, std::size_t output) {
    const Policy& of = *policy.compilation.policy;
    return of.model->at(of.outputs[output].decision).name;
  }

  Pair<const Running*> policies;
  Diff diff;
  bool is_possible;
  std::vector<DiffDecision> decisions;
};

// A request as both policies read it.
struct Request {
  Request(const Pair<const Running*>& policies, std::string with) : text(std::move(with)) {
    for (std::size_t side = 0; side < 2; ++side) {
      std::vector<DocumentFault> faults;
      if (auto read = policies[side]->binder.read(text, faults)) facts[side] = std::move(*read);
      bound[side] = policies[side]->binder.bind(text);
    }
  }
  bool is_read_by(std::size_t side) const { return bound[side].call.has_value(); }

  std::string text;
  Pair<Facts> facts;
  Pair<BindResult> bound;
};

// The value of a decision, as JSON.
std::string answer(const Running& policy, const BoundCall& call, const std::string& decision) {
  Results results;
  decide(policy.descriptor(), policy.compiled.code, call, false, results);
  std::string out;
  for (const DecisionDescriptor& one : policy.descriptor().decisions) {
    if (one.name == decision) append_value(out, one, call, results);
  }
  return out;
}

// What a part of a request is known to be from its record, beside what it is.
void expect_placed(const DiffPart& part, const DiffCalls& calls, const PlacedInPart& place, const std::string& where,
                   Sums& sums) {
  const auto row = calls.row(part);
  const std::size_t is = row ? *row : RowPlaces::no_row;
  if (part.rows.empty()) return;
  ASSERT_TRUE(place.rows.contains(is)) << where;
  if (place.rows.size() > 1) {
    ASSERT_FALSE(place.blamed.empty()) << where;
    ++sums.unplaced;
    return;
  }
  ++(row ? sums.in_rows : sums.in_none);
  if (!row) return;
  const std::vector<std::size_t> holding = calls.alternatives(part, *row);
  ASSERT_EQ(place.alternatives.size(), part.rows[*row].alternatives.size()) << where;
  for (std::size_t i = 0; i < place.alternatives.size(); ++i) {
    const bool holds = std::find(holding.begin(), holding.end(), i) != holding.end();
    ASSERT_NE(place.alternatives[i], holds ? RowPlaces::Holds::never : RowPlaces::Holds::always) << where;
    ++sums.alternatives;
  }
}

void expect_agreement(const Compared& compared, const Request& request, const PlacedCall& place, DiffCalls& calls,
                      const std::string& shown, Sums& sums) {
  ++sums.requests;
  const bool is_accepted = request.is_read_by(1);
  sums.refused += place.fate == Fate::refused;
  sums.unknown += place.fate == Fate::unknown;
  if (place.fate == Fate::refused) {
    ASSERT_FALSE(is_accepted) << request.text << shown;
  }
  // What the new policy refuses in places that are not in the log is not known.
  if (!is_accepted) return;
  const bool is_asked =
      calls.take({&request.facts[0], &request.facts[1]}, {&*request.bound[0].call, &*request.bound[1].call});
  if (place.fate == Fate::outside) {
    ASSERT_FALSE(is_asked) << request.text << shown;
  }
  if (place.fate != Fate::compared) return;
  if (!is_asked) return;  // an input that only the new policy has, which the log lacks
  for (std::size_t d = 0; d < compared.decisions.size(); ++d) {
    const DiffDecision& decision = compared.decisions[d];
    for (std::size_t p = 0; p < decision.parts.size(); ++p) {
      const std::string where = decision.parts[p].title + " of " + request.text + "\n" + shown;
      expect_placed(decision.parts[p], calls, place.parts[d][p], where, sums);
      if (::testing::Test::HasFatalFailure()) return;
      // Beside the answers themselves.
      const std::set<std::size_t>& rows = place.parts[d][p].rows;
      if (decision.parts[p].title != decision.name || rows.size() != 1 || decision.parts[p].undecided != 0) continue;
      const std::string was = answer(*compared.policies[0], *request.bound[0].call, decision.name),
                        is = answer(*compared.policies[1], *request.bound[1].call, decision.name);
      if (!rows.contains(RowPlaces::no_row) || decision.parts.size() == 1) {
        ASSERT_EQ(rows.contains(RowPlaces::no_row), was == is) << where;
      }
    }
  }
}

struct Kept {
  unsigned percent = 0;  // of the numbers and texts
  std::uint32_t text_bytes = 6;
};

// Logs random requests of the old policy, and places each record.
void compare(const Compared& compared, std::uint64_t seed, std::size_t count, const Kept& kept,
             const std::string& shown, Sums& sums) {
  if (!compared.is_possible) return;
  Random random(seed);
  const Running &before = *compared.policies[0], &after = *compared.policies[1];
  const LogHeader header = header_of(before, kept.percent, kept.text_bytes, random);
  DiffCalls calls(compared.diff.joint(), {before.compiled.descriptor.get(), after.compiled.descriptor.get()});
  PlacedCalls placed(compared.diff.joint(), compared.decisions, {&before.descriptor(), &after.descriptor()});
  placed.begin(header);
  for (std::size_t i = 0; i < count; ++i) {
    // Half of the requests have what only the other policy reads.
    const Running& writer = random.chance(50) ? before : after;
    const Request request(compared.policies,
                          print_document(writer.descriptor(), writer.binder.places(), Places::root,
                                         random_facts(writer.descriptor(), writer.binder.places(), random)));
    if (!request.is_read_by(0)) continue;
    const Record record(header, before, *request.bound[0].call);
    expect_agreement(compared, request, placed.place(record.decision), calls, shown, sums);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

std::unique_ptr<Running> started(const std::string& text) {
  std::string faults;
  auto running = start_text(text, faults);
  EXPECT_TRUE(running) << faults << text;
  return running;
}

TEST(Logged, RandomPoliciesAndTheirAmendments) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 1), seeds = setting("TALLY_LOGGED_SEEDS", 15);
  Sums sums, kept;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const AmendedPolicy files = random_amended_policy(seed);
    const auto before = started(files.base), after = started(files.merged);
    if (!before || !after) continue;
    const std::string shown = "seed " + std::to_string(seed) + "\n" + files.base + "\n---\n" + files.merged;
    compare(Compared(*before, *after, false), seed, 30, {}, shown, sums);
    const Compared back(*after, *before, false);
    compare(back, seed, 30, {50, 3}, "back, " + shown, sums);
    compare(back, seed, 30, {100, 4096}, "back, all kept, " + shown, kept);
    if (HasFatalFailure()) return;
  }
  sums.print();
  kept.print();
  EXPECT_GT(sums.in_rows, seeds);
  EXPECT_GT(sums.unplaced, 0u);
  // The amended policy reads what its base reads. With all values, only the presence of an object may not be seen.
  EXPECT_LT(kept.unplaced, (kept.in_rows + kept.in_none) / 50);
}

// The new policy refuses what the log shows: a value, or a class as a whole or in part.
TEST(Logged, CallsThatTheNewPolicyRefuses) {
  const auto before = started(R"(
type network = onnet | offnet | roaming
input source : network
input limit : 0..100
decision d : flag { on when limit < 30 and source is onnet  off otherwise }
)");
  const auto after = started(R"(
type network = onnet | offnet
input source : network
input limit : 0..50
decision d : flag { on when limit < 20 and source is onnet  off otherwise }
)");
  ASSERT_TRUE(before && after);
  const Compared compared(*before, *after, false);
  PlacedCalls placed(compared.diff.joint(), compared.decisions, {&before->descriptor(), &after->descriptor()});
  Random random(1);
  const LogHeader header = header_of(*before, 0, 0, random), keeping = header_of(*before, 100, 0, random);
  const auto place = [&](const LogHeader& with, const std::string& request) {
    placed.begin(with);
    const BindResult bound = before->binder.bind(request);
    return placed.place(Record(with, *before, *bound.call).decision);
  };
  EXPECT_EQ(place(header, R"({"source":"roaming","limit":3})").fate, Fate::refused);
  // 40 is one of 30..100, of which the new policy refuses 51 and more.
  EXPECT_EQ(place(header, R"({"source":"onnet","limit":40})").fate, Fate::unknown);
  EXPECT_EQ(place(header, R"({"source":"onnet","limit":40})").blamed, std::vector<std::string>{"limit"});
  EXPECT_EQ(place(keeping, R"({"source":"onnet","limit":40})").fate, Fate::compared);
  EXPECT_EQ(place(keeping, R"({"source":"onnet","limit":60})").fate, Fate::refused);
  // 25 is one of 0..29, of which 20 and more are in the row.
  const PlacedCall some = place(header, R"({"source":"onnet","limit":25})");
  ASSERT_EQ(some.fate, Fate::compared);
  EXPECT_EQ(some.parts[0][0].rows, (std::set<std::size_t>{0, RowPlaces::no_row}));
  EXPECT_EQ(some.parts[0][0].blamed, std::vector<std::string>{"limit"});
  EXPECT_EQ(place(keeping, R"({"source":"onnet","limit":25})").parts[0][0].rows, std::set<std::size_t>{0});
  EXPECT_EQ(place(header, R"({"source":"offnet","limit":25})").parts[0][0].rows,
            std::set<std::size_t>{RowPlaces::no_row});
}

TEST(Logged, ShippedRules) {
  const std::pair<const char*, const char*> pairs[] = {
      {"rules/atlas/fusionpbx.tally", "rules/atlas/fusionpbx_report_1935.tally"}};
  for (const auto& [one, other] : pairs) {
    std::string faults;
    const auto before = start(one, faults), after = start(other, faults);
    ASSERT_TRUE(before && after) << faults;
    Sums sums;
    for (const bool common : {false, true}) {
      compare(Compared(*before, *after, common), 7, 200, {}, one, sums);
      compare(Compared(*after, *before, common), 8, 200, {50, 6}, other, sums);
    }
    sums.print();
    EXPECT_GT(sums.in_rows + sums.in_none + sums.unplaced, 0u);
  }
}

// Two numbers that are compared, by both policies and in both directions.
TEST(Logged, InputsThatAreComparedWithEachOther) {
  const auto before = started(R"(
input b : 0..100
input a : 0..100
input one : text
input other : text
decision d : flag { on when a < b  off otherwise }
decision same : flag { on when one is other  off otherwise }
decision handed : number { a otherwise }
)");
  const auto after = started(R"(
input a : 0..100
input b : 0..100
input one : text
input other : text
decision d : flag { on when b >= a  off otherwise }
decision same : flag { on when other is one and one is "x"  off otherwise }
decision handed : number { b otherwise }
)");
  ASSERT_TRUE(before && after);
  Sums sums;
  const Compared forth(*before, *after, false), back(*after, *before, false);
  compare(forth, 1, 400, {}, "", sums);
  compare(back, 2, 400, {}, "", sums);
  compare(back, 3, 400, {100, 6}, "", sums);
  sums.print();
  EXPECT_GT(sums.in_rows, 0u);
}

}  // namespace
}  // namespace tally::testing
