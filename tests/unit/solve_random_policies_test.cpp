// Solving that starts from documents, for the decisions of random policies: with a changed document, the wish holds in
// random calls by the reference interpreter.
//
// TALLY_QUESTION_SEEDS=FIRST..LAST tries other seeds than those below.
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "simulator/report/filed_document.h"
#include "simulator/solve/solve.h"
#include "tests/support/bound_rules.h"
#include "tests/support/question_rules.h"
#include "tests/support/random.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"

namespace tally::testing {
namespace {

using report::FiledDocument;
using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

// Solves for the values of a random policy's decisions, from random documents. The answers are held to random calls.
class RandomPolicies {
 public:
  struct Tried {
    std::size_t policies = 0, solved = 0, conflicts = 0, refused = 0, changed = 0, calls = 0, about = 0;
  };

  RandomPolicies(std::uint64_t seed, Tried& tried)
      : random_(seed), text_(random_policy(seed)), rules_(text_), tried_(tried) {}

  void run() {
    if (!rules_.is_running()) return;
    ++tried_.policies;
    for (const Input& input : rules_.model().inputs) {
      if (rules_.model().at(input.element).is_leaf() || input.type->set) continue;
      const auto place = rules_.binder().document_place(input.name);
      if (place && random_.chance(60)) ask(input.name, *place);
    }
  }

 private:
  Json random_request() {
    const auto& places = rules_.binder().places();
    return Json::parse(
        print_document(rules_.descriptor(), places, Places::root, random_facts(rules_.descriptor(), places, random_)));
  }

  void ask(const std::string& name, PlaceIndex place) {
    const Json request = random_request();
    const Pointer at(rules_.binder().places().pointer(place));
    const Json before = request.contains(at) ? request.at(at) : Json::object();
    auto read = FiledDocument::read(rules_.model(), rules_.binder(), place, name, before.dump(), {});
    if (!read.document) return;  // what it must have is missing
    std::vector<const Decision*> decisions;
    for (const Decision& decision : rules_.model().decisions) {
      if (decision.type->is_enum()) decisions.push_back(&decision);
    }
    if (decisions.empty()) return;
    const Decision& decision = *random_.pick(decisions);
    const std::string want = decision.name + " is " + to_string(random_.pick(decision.type->values));
    SolveQuestion question;
    question.limit = 3;
    question.wishes.push_back({rules_.condition(want), nullptr, want});
    question.documents.push_back(read.document->given());
    const std::string shown = text_ + "\nwant " + want + "\nat " + name + ": " + before.dump();
    const auto answer = solve(rules_.policy(), question);
    if (!answer) {
      ++tried_.refused;
      return;
    }
    if (!std::holds_alternative<Solutions>(*answer)) {
      ++tried_.conflicts;
      return;
    }
    ++tried_.solved;
    for (const Solution& solution : std::get<Solutions>(*answer).solutions) {
      Json after = before;
      const Json patch = read.document->patch(solution.contents.front());
      after.merge_patch(patch);
      tried_.changed += !patch.empty();
      EXPECT_EQ(patch.empty(), solution.changes.empty()) << patch << shown;
      hold(question.wishes.front().claim, place, after, shown + "\nafter: " + after.dump());
    }
  }

  // The wish holds in random calls with the document.
  void hold(const ExprRef& claim, PlaceIndex place, const Json& document, const std::string& shown) {
    const auto bound = rules_.binder().bind_document(place, document.dump());
    ASSERT_TRUE(bound.document) << (bound.faults.empty() ? "" : bound.faults.front().message) << shown;
    for (int i = 0; i < 40; ++i) {
      const Json request = random_request();
      const auto call = rules_.binder().bind(request.dump(), {&*bound.document}).call;
      if (!call) continue;
      ++tried_.calls;
      const auto facts = facts_of(rules_.model(), rules_.descriptor(), *call);
      EXPECT_TRUE(reference::Interpreter(rules_.model()).holds(claim, facts)) << request << shown;
    }
  }

  Random random_;
  std::string text_;
  BoundRules rules_;
  Tried& tried_;
};

TEST(SolveRandomPolicies, ChangedDocumentsMeetTheWishInRandomCalls) {
  RandomPolicies::Tried tried;
  const auto [first, last] = question_seeds(300);
  for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) RandomPolicies(seed, tried).run();
  std::printf("%zu policies: %zu solved, %zu documents changed, %zu conflicts, %zu refused, %zu calls\n",
              tried.policies, tried.solved, tried.changed, tried.conflicts, tried.refused, tried.calls);
  if (last - first + 1 < 300) return;
  EXPECT_GT(tried.policies, 290u);
  EXPECT_GT(tried.solved, 30u);
  EXPECT_GT(tried.changed, 10u);
}

}  // namespace
}  // namespace tally::testing
