// Audits, held to decided calls: what always or never holds does so in every call that is drawn for a line, and a call
// that is shown is one in which the condition fails. A second audit of the opposite shows a call in which it holds.
#include "simulator/audit/audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "grammar/parse/parser.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

Standing standing_in(const Json& line, const std::string& pointer) {
  const Pointer place(pointer);
  if (!line.contains(place)) return Standing::nothing;
  return line.at(place).is_null() ? Standing::null : Standing::value;
}

// A policy, and one condition in both senses.
class Audited {
 public:
  explicit Audited(const std::string& text) {
    std::string faults;
    running_ = start_text(text, faults);
    EXPECT_TRUE(running_) << faults << text;
  }
  bool is_running() const { return running_ != nullptr; }
  const Model& model() const { return *running_->compilation.policy->model; }
  const PolicyDescriptor& descriptor() const { return running_->descriptor(); }
  const RequestBinder& binder() const { return running_->binder; }

  ExprRef condition(const std::string& text) {
    Compilation& c = running_->compilation;
    Diagnostics faults;
    const FileId file = c.sources.add("condition", text);
    const auto tree = parse_expression(c.sources, file, faults);
    ExprRef out = tree ? analyze_condition(c.program, c.sources, model(), *tree, faults) : nullptr;
    EXPECT_TRUE(out) << text;
    return out;
  }
  std::unique_ptr<Audit> audit(const ExprRef& want, const std::vector<ExprRef>& whens,
                               const std::vector<ElementId>& over = {}) {
    auto made = Audit::make(*running_->compilation.policy, binder(), {want, whens, over}, {});
    EXPECT_TRUE(made || made.error().cause == Cause::bound) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }
  // Whether the condition holds for a request, or nothing if the request has a fault.
  std::optional<bool> holds(const ExprRef& condition, const Json& request) const {
    const BindResult bound = binder().bind(request.dump());
    if (!bound.call) return std::nullopt;
    return reference::Interpreter(model()).holds(condition, facts_of(model(), descriptor(), *bound.call));
  }
  Json random_request(Random& random) const {
    return Json::parse(print_document(descriptor(), binder().places(), Places::root,
                                      random_facts(descriptor(), binder().places(), random)));
  }

 private:
  std::unique_ptr<Running> running_;
};

// Removes the value at a pointer, if there is one.
void remove_at(Json& json, const std::string& pointer) {
  const Pointer place(pointer);
  if (json.contains(place)) json.at(place.parent_pointer()).erase(place.back());
}

// What is counted over all policies, so that a test that compares nothing fails.
struct Compared {
  std::size_t lines = 0, always = 0, sometimes = 0, never = 0, calls = 0, too_large = 0;
};

class Line {
 public:
  Line(Audited& policy, Random& random) : policy_(policy), random_(random), json_(policy.random_request(random)) {
    // Some inputs are left out: facts are open then. A document that is left out may be open, too.
    for (const Input& input : policy.model().inputs) {
      const Element& element = policy.model().at(input.element);
      const bool is_fact = element.is_leaf() || input.type->set;
      const bool is_over = !is_fact && random.chance(20);
      if (is_over) over_.push_back(input.element);
      if (!random.chance(is_fact ? 60 : is_over ? 90 : 20)) continue;
      remove_at(json_, element.pointer);
    }
    for (const Input& input : policy.model().inputs) {
      const Element& element = policy.model().at(input.element);
      const bool is_fact = element.is_leaf() || input.type->set;
      const std::string first = element.pointer.substr(0, element.pointer.find('/', 1));
      const bool is_over = std::find(over_.begin(), over_.end(), input.element) != over_.end();
      const bool is_open =
          is_fact ? !json_.contains(Pointer(first)) : is_over && !json_.contains(Pointer(element.pointer));
      if (is_open) open_.push_back(element.pointer);
    }
  }

  const std::vector<ElementId>& over() const { return over_; }
  const Json& json() const { return json_; }

  // The line with values of another request for what is open.
  Json completed() const {
    const Json other = policy_.random_request(random_);
    Json out = json_;
    for (const std::string& pointer : open_) {
      if (other.contains(Pointer(pointer))) out[Pointer(pointer)] = other.at(Pointer(pointer));
    }
    return out;
  }

 private:
  Audited& policy_;
  Random& random_;
  Json json_;
  std::vector<ElementId> over_;
  std::vector<std::string> open_;  // pointers
};

void compare(Audited& policy, const ExprRef& want, const ExprRef& unwanted, Random& random, Compared& compared) {
  const Line line(policy, random);
  const std::string text = line.json().dump();
  const auto standing = [&](const std::string& pointer) { return standing_in(line.json(), pointer); };
  const auto audit = policy.audit(want, {}, line.over()), opposite = policy.audit(unwanted, {}, line.over());
  ASSERT_EQ(audit == nullptr, opposite == nullptr);
  if (!audit) {
    ++compared.too_large;
    return;
  }
  const auto answer = audit->read(text, standing), other = opposite->read(text, standing);
  // A required document that is missing is a fault.
  ASSERT_EQ(answer.has_value(), other.has_value()) << text;
  if (!answer) return;
  ++compared.lines;
  const auto fails_as_shown = [&](const Audit& of, const ExprRef& condition) {
    Json request = line.json();
    request.merge_patch(Json::parse(document_text(policy.model(), of.failing_call().added)));
    ASSERT_EQ(policy.holds(condition, request), std::optional(false)) << text << "\n" << request;
  };
  const AuditAnswer mirrored = *answer == AuditAnswer::always  ? AuditAnswer::never
                               : *answer == AuditAnswer::never ? AuditAnswer::always
                                                               : *answer;
  ASSERT_EQ(mirrored, *other) << text;
  ASSERT_NE(*answer, AuditAnswer::no_call) << text;
  if (*answer != AuditAnswer::always) fails_as_shown(*audit, want);
  if (*answer != AuditAnswer::never) fails_as_shown(*opposite, unwanted);
  ++(*answer == AuditAnswer::always  ? compared.always
     : *answer == AuditAnswer::never ? compared.never
                                     : compared.sometimes);
  if (*answer == AuditAnswer::sometimes) return;
  for (int i = 0; i < 30; ++i) {
    const Json request = line.completed();
    const auto holds = policy.holds(want, request);
    if (!holds) continue;
    ++compared.calls;
    ASSERT_EQ(*holds, *answer == AuditAnswer::always) << text << "\n" << request;
  }
}

TEST(Audit, RandomDocumentsOfRandomPolicies) {
  Compared compared;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed + 1);
    Audited policy(random_policy(seed));
    ASSERT_TRUE(policy.is_running());
    for (const Decision& decision : policy.model().decisions) {
      if (!decision.type->is_enum()) continue;
      const std::string claim = decision.name + " is " + to_string(random.pick(decision.type->values));
      const ExprRef want = policy.condition(claim), unwanted = policy.condition("not (" + claim + ")");
      ASSERT_TRUE(want && unwanted);
      for (int i = 0; i < 16; ++i) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", " + claim);
        compare(policy, want, unwanted, random, compared);
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_LT(compared.too_large, 20u);
  EXPECT_GT(compared.sometimes, 100u);
  EXPECT_GT(compared.always, 50u);
  EXPECT_GT(compared.never, 50u);
  EXPECT_GT(compared.calls, 1000u);
}

// A value of a line that an open one is compared with: the class of both has other values.
TEST(Audit, ValuesThatAreCompared) {
  Audited policy(
      "input calls : 0..100\n"
      "input device : { limit : 5..100, name : text }?\n"
      "input name : text\n"
      "decision over : flag = calls > device.limit\n"
      "decision own : flag = name is device.name\n");
  ASSERT_TRUE(policy.is_running());
  const auto answer = [&](const std::string& want, const std::vector<std::string>& whens, const Json& line) {
    std::vector<ExprRef> conditions;
    for (const std::string& when : whens) conditions.push_back(policy.condition(when));
    const auto audit = policy.audit(policy.condition(want), conditions);
    const auto out = audit->read(line.dump(), [&](const std::string& pointer) { return standing_in(line, pointer); });
    EXPECT_TRUE(out);
    return out.value_or(AuditAnswer::no_call);
  };
  const Json highest = {{"device", {{"limit", 100}, {"name", "a"}}}},
             high = {{"device", {{"limit", 99}, {"name", "a"}}}};
  EXPECT_EQ(answer("over", {}, highest), AuditAnswer::never);
  EXPECT_EQ(answer("over", {}, high), AuditAnswer::sometimes);
  EXPECT_EQ(answer("over", {"calls > 99"}, high), AuditAnswer::always);
  EXPECT_EQ(answer("over", {"calls is 99"}, high), AuditAnswer::never);
  EXPECT_EQ(answer("own", {"name is \"a\""}, high), AuditAnswer::always);
  EXPECT_EQ(answer("own", {"name is \"b\""}, high), AuditAnswer::never);
  EXPECT_EQ(answer("own", {}, high), AuditAnswer::sometimes);
  EXPECT_EQ(answer("over", {"calls > 100"}, high), AuditAnswer::no_call);
}

}  // namespace
}  // namespace tally::testing
