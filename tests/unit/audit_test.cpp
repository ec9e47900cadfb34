// Audits, held to decided calls: what always or never holds does so in every call that is drawn for a line, and a call
// that is shown is one in which the condition fails. A second audit of the opposite shows a call in which it holds. Of
// small policies all calls are written down, and the answer is what deciding each of them gives.
#include "simulator/audit/audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/split.h"
#include "grammar/parse/parser.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/rule_text.h"
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

  ElementId element(const std::string& name) const { return element_named(model(), name); }
  ExprRef condition(const std::string& text) { return condition_of(running_->compilation, text); }
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
  std::size_t words = 0, lines = 0, always = 0, sometimes = 0, never = 0, calls = 0, too_large = 0;
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
    // The call in words, read back, is true of it.
    const std::string words = of.failing_call().text;
    for (const std::string& part : split_outside(words, ",")) {
      if (part.empty() || part == "any call" || part == "a call with nothing set") continue;
      const ExprRef said = policy.condition(part);
      ASSERT_TRUE(said) << words;
      ++compared.words;
      ASSERT_EQ(policy.holds(said, request), std::optional(true)) << words << ": " << part << "\n" << request;
    }
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
  EXPECT_GT(compared.words, 100u);
}

// --- every call of small policies -----------------------------------------------------------

// What may stand at a place: each JSON value, and `discarded` for nothing.
using Choices = std::vector<Json>;

const Json nothing = Json(Json::value_t::discarded);

Choices with_nothing(Choices choices) {
  choices.push_back(nothing);
  return choices;
}

// A small policy. Its numbers have ranges of a few values, so that all calls can be written down.
struct SmallPolicy {
  std::map<std::string, Choices> facts = {{"a", {"x", "y", "z"}},
                                          {"f", with_nothing({true, false})},
                                          {"n", {0, 1, 2, 3}},
                                          {"s", {Json::array(), {"x"}, {"y"}, {"x", "y"}}}};
  // The members of the document `d`, which may be missing itself.
  std::map<std::string, Choices> members = {
      {"e", with_nothing({true, false})}, {"m", with_nothing({0, 1, 2, 3})}, {"k", with_nothing({"x", "y"})}};

  static std::string declarations() {
    return "type two = x | y\n"
           "input a : x | y | z\n"
           "input f : flag?\n"
           "input n : 0..3\n"
           "input s : [two]\n"
           "input d : { e : flag?, m : 0..3 = 1, k : two? }?\n";
  }
};

std::string any_condition(Random& random, int depth) {
  static const std::vector<std::string> atoms = {"a is x",
                                                 "a in (y, z)",
                                                 "f is on",
                                                 "f is unset",
                                                 "n < 2",
                                                 "n is 3",
                                                 "n > d.m",
                                                 "n is d.m",
                                                 "x in s",
                                                 "s is empty",
                                                 "d.e is on",
                                                 "d is set",
                                                 "d.m >= 2",
                                                 "d.k is x",
                                                 "d.k is set",
                                                 "d.m is 1",
                                                 "y in s and d.k is y",
                                                 "d.e is not on",
                                                 "f is d.e",
                                                 "not (a is x)"};
  if (depth == 0 || random.chance(25)) return random.pick(atoms);
  const std::string left = any_condition(random, depth - 1), right = any_condition(random, depth - 1);
  return "(" + left + (random.chance(50) ? ") and (" : ") or (") + right + ")";
}

// Adds to `out` each object that has one of its choices at each key.
void each_object(const std::map<std::string, Choices>& choices, const std::function<void(const Json&)>& use) {
  std::vector<std::pair<std::string, Choices>> places(choices.begin(), choices.end());
  const std::function<void(std::size_t, Json)> place = [&](std::size_t i, Json object) {
    if (i == places.size()) return use(object);
    for (const Json& value : places[i].second) {
      Json next = object;
      if (!value.is_discarded()) next[places[i].first] = value;
      place(i + 1, std::move(next));
    }
  };
  place(0, Json::object());
}

// A line of a small policy, and what it leaves open.
struct SmallLine {
  Json json = Json::object();
  std::map<std::string, Choices> facts;  // those of the line have one choice
  Choices documents;                     // what may stand at `d`
};

// `over`: "" for none, else "d", "d.m" or "d.k".
SmallLine any_line(Random& random, const std::string& over) {
  const SmallPolicy policy;
  SmallLine line;
  for (const auto& [name, choices] : policy.facts) {
    if (random.chance(50)) {
      line.facts[name] = choices;
      continue;
    }
    const Json value = random.pick(choices);
    // A fact that is left out is open, so only `null` settles that it is unset.
    line.facts[name] = {value.is_discarded() ? Json(nullptr) : value};
    line.json[name] = line.facts[name].front();
  }
  std::map<std::string, Choices> members;
  const bool has_document = random.chance(60);
  // A document that the line has is known, with all that it leaves out; but a place of `over` in it is open.
  const auto is_open = [&](const std::string& member) {
    return over == "d." + member || (over == "d" && !has_document);
  };
  Json document = Json::object();
  for (const auto& [name, choices] : policy.members) {
    const Json value = has_document ? random.pick(choices) : nothing;
    if (!value.is_discarded()) document[name] = value;
    members[name] = value.is_discarded() && is_open(name) ? choices : Choices{value};
  }
  if (has_document) line.json["d"] = document;
  // Without an open place, a document that is left out is missing.
  if (!has_document) line.documents.push_back(nothing);
  if (has_document || !over.empty()) each_object(members, [&](const Json& one) { line.documents.push_back(one); });
  return line;
}

void each_call(const SmallLine& line, const std::function<void(const Json&)>& use) {
  std::map<std::string, Choices> all = line.facts;
  all["d"] = line.documents;
  each_object(all, use);
}

struct Listed {
  std::size_t calls = 0;
  std::map<AuditAnswer, std::size_t> answers;
};

void compare_with_all(Audited& policy, const std::string& want, const std::string& when, Random& random,
                      Listed& listed) {
  const std::string over = random.pick(std::vector<std::string>{"", "", "d", "d.m", "d.k"});
  const SmallLine line = any_line(random, over);
  std::vector<ElementId> open;
  if (!over.empty()) open.push_back(policy.element(over));
  const ExprRef wanted = policy.condition(want), filter = policy.condition(when);
  std::size_t holds = 0, fails = 0;
  each_call(line, [&](const Json& call) {
    ++listed.calls;
    ASSERT_TRUE(policy.holds(wanted, call)) << call;
    if (*policy.holds(filter, call)) ++(*policy.holds(wanted, call) ? holds : fails);
  });
  const AuditAnswer expected = holds + fails == 0 ? AuditAnswer::no_call
                               : fails == 0       ? AuditAnswer::always
                               : holds == 0       ? AuditAnswer::never
                                                  : AuditAnswer::sometimes;
  const auto audit = policy.audit(wanted, {filter}, open);
  ASSERT_TRUE(audit);
  const auto answer =
      audit->read(line.json.dump(), [&](const auto& pointer) { return standing_in(line.json, pointer); });
  ASSERT_TRUE(answer) << line.json;
  ASSERT_EQ(*answer, expected) << want << " when " << when << ", over " << over << ": " << line.json;
  ++listed.answers[*answer];
  if (fails == 0) return;
  // The call that is shown is one of them.
  Json shown = line.json;
  shown.merge_patch(Json::parse(document_text(policy.model(), audit->failing_call().added)));
  EXPECT_EQ(policy.holds(wanted, shown), std::optional(false)) << shown;
  EXPECT_EQ(policy.holds(filter, shown), std::optional(true)) << shown;
  const auto sorted = [](const Json& json) { return nlohmann::json::parse(json.dump()); };
  bool is_listed = false;
  each_call(line, [&](const Json& call) { is_listed = is_listed || sorted(call) == sorted(shown); });
  EXPECT_TRUE(is_listed) << line.json << " and " << shown;
}

TEST(Audit, EqualsDecidingEveryCallOfSmallPolicies) {
  Listed listed;
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    const std::string claim = any_condition(random, 2);
    Audited policy(SmallPolicy::declarations() + "decision c : flag = " + claim + "\n");
    ASSERT_TRUE(policy.is_running());
    for (int k = 0; k < 8; ++k) {
      SCOPED_TRACE(claim);
      compare_with_all(policy, random.chance(50) ? "c" : "not c", random.chance(50) ? "on" : any_condition(random, 1),
                       random, listed);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(listed.calls, 10'000u);
  for (const AuditAnswer answer :
       {AuditAnswer::always, AuditAnswer::sometimes, AuditAnswer::never, AuditAnswer::no_call})
    EXPECT_GT(listed.answers[answer], 10u) << to_string(answer);
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

// A text with more classes than a code of one byte has, and a table in which the longest prefix wins.
TEST(Audit, PrefixesByTheHundred) {
  std::string text =
      "input called : text\ninput device : { vip : flag = off }?\ndecision route : near | far longest {\n  | called "
      "|\n";
  for (int i = 100; i < 500; ++i) {
    text += "  | starts \"" + std::to_string(i) + "\" | " + (i % 2 == 0 ? "near" : "far") + "\n";
    if (i % 10 == 0) text += "  | starts \"" + std::to_string(i) + "77\" | far\n";
  }
  Audited policy(text + "  near otherwise\n}\ndecision direct : flag = route is near or device.vip is on\n");
  ASSERT_TRUE(policy.is_running());
  const auto answer = [&](const std::string& want, const std::string& when, const Json& line) {
    const auto audit = policy.audit(policy.condition(want), {policy.condition(when)});
    const auto out = audit->read(line.dump(), [&](const std::string& pointer) { return standing_in(line, pointer); });
    EXPECT_TRUE(out);
    return out.value_or(AuditAnswer::no_call);
  };
  const Json plain = Json::object(), vip = {{"device", {{"vip", true}}}};
  EXPECT_EQ(answer("direct", "on", plain), AuditAnswer::sometimes);
  EXPECT_EQ(answer("direct", "on", vip), AuditAnswer::always);
  EXPECT_EQ(answer("direct", "called starts \"440\"", plain), AuditAnswer::sometimes);
  EXPECT_EQ(answer("direct", "called starts \"442\"", plain), AuditAnswer::always);
  EXPECT_EQ(answer("direct", "called starts \"44077\"", plain), AuditAnswer::never);
  EXPECT_EQ(answer("direct", "on", {{"called", "44077"}}), AuditAnswer::never);
  EXPECT_EQ(answer("direct", "on", {{"called", "44078"}}), AuditAnswer::always);
  EXPECT_EQ(answer("direct", "called is \"441\"", {{"called", "442"}}), AuditAnswer::no_call);
}

}  // namespace
}  // namespace tally::testing
