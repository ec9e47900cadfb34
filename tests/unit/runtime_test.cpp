// From documents to answers, compared with the reference interpreter: for random policies and
// random documents, and for the shipped rules.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "runtime/documents/answer.h"
#include "runtime/documents/document_reader.h"
#include "runtime/documents/request_binder.h"
#include "runtime/support/json_text.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/environment.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/rule_files.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

// --- the interpreter's values as JSON --------------------------------------------------

std::string spelled(const Type& type, const std::string& name) {
  for (const EnumValue& value : type.values) {
    if (value.name == name) return value.spelling;
  }
  return name;
}

// Empty if the value is unset.
std::optional<std::string> as_json(const Type& type, const reference::Value& value);

using Members = std::vector<std::pair<std::string, std::string>>;
std::string object(const Members& members) {
  std::string out;
  for (const auto& [key, member] : members) out += (out.empty() ? "" : ",") + json_string(key) + ":" + member;
  return "{" + out + "}";
}

std::string map_as_json(const Type& type, const reference::Map& map, std::size_t index, std::size_t& cell) {
  Members members;
  for (const EnumValue& value : type.indices[index]->values) {
    if (index + 1 == type.indices.size()) {
      if (auto element = as_json(*type.element, map.cells[cell++])) members.emplace_back(value.spelling, *element);
    } else if (std::string level = map_as_json(type, map, index + 1, cell); level != "{}") {
      members.emplace_back(value.spelling, level);
    }
  }
  return object(members);
}

// The values in the order of the enum.
std::string set_as_json(const Type& values, const reference::Map& map) {
  std::string out;
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    if (std::get<reference::EnumValue>(map.cells[i].node).name != "on") continue;
    const EnumValue& value = values.values[i];
    out += (out.empty() ? "" : ",") +
           (values.is_flag ? std::string(value.name == "on" ? "true" : "false") : json_string(value.spelling));
  }
  return "[" + out + "]";
}

std::optional<std::string> as_json(const Type& type, const reference::Value& value) {
  if (!value.is_set()) return std::nullopt;
  if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) {
    if (type.is_flag) return name->name == "on" ? "true" : "false";
    return json_string(spelled(type, name->name));
  }
  if (const auto* number = std::get_if<reference::Number>(&value.node)) return std::to_string(number->value);
  if (const auto* text = std::get_if<reference::Text>(&value.node)) return json_string(text->value);
  if (const auto* map = std::get_if<reference::Map>(&value.node)) {
    std::size_t cell = 0;
    if (type.set) return set_as_json(*type.indices.front(), *map);
    return map_as_json(type, *map, 0, cell);
  }
  Members members;
  const auto& record = std::get<reference::Record>(value.node);
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (auto member = as_json(*type.fields[i].type, record.members[i]))
      members.emplace_back(type.fields[i].name, *member);
  }
  return object(members);
}

// Binds a request and compares each decision's value, rule and reason.
void expect_as_interpreted(const Running& running, const std::string& request) {
  const BindResult bound = running.binder.bind(request);
  ASSERT_TRUE(bound.call) << request << "\n" << bound.faults.front().message << " at " << bound.faults.front().pointer;
  Results results;
  decide(running.descriptor(), running.compiled.code, *bound.call, true, results);

  const Policy& policy = *running.compilation.policy;
  const reference::Interpreter interpreter(*policy.model);
  const CallFacts facts = facts_of(*policy.model, running.descriptor(), *bound.call);
  for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
    const Decision& decision = policy.model->at(policy.outputs[i].decision);
    const reference::Decided expected = interpreter.decide(policy.outputs[i].decision, facts);
    const DecisionDescriptor& described = running.descriptor().decisions[i];
    std::string value;
    append_value(value, described, *bound.call, results);
    ASSERT_EQ(value, as_json(*decision.type, expected.value).value_or("null")) << decision.name << " in " << request;
    ASSERT_EQ(rule_number(described, results), expected.rule) << decision.name << " in " << request;
    ASSERT_EQ(reason(described, *bound.call, results).value_or(""), expected.reason)
        << decision.name << " in " << request;
  }
}

// A document that is read, printed and read again has the same facts.
void expect_round_trip(const Running& running, const Facts& facts) {
  const RequestBinder& binder = running.binder;
  const std::string printed = print_document(binder.policy(), binder.places(), Places::root, facts);
  std::vector<DocumentFault> faults;
  const auto again = binder.read(printed, faults);
  ASSERT_TRUE(again) << printed << "\n" << faults.front().message << " at " << faults.front().pointer;
  ASSERT_EQ(print_document(binder.policy(), binder.places(), Places::root, *again), printed);
  for (ElementIndex i = 0; i < binder.policy().elements.size(); ++i) {
    ASSERT_EQ(facts.by_element[i].index(), again->by_element[i].index())
        << binder.policy().elements[i].name << " in " << printed;
  }
}

TEST(Decide, AnswersRandomPoliciesAsTheInterpreterDoes) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 1), seeds = setting("TALLY_SEEDS", 150);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const std::string text = random_policy(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    std::string faults;
    const auto running = start_text(text, faults);
    ASSERT_NE(running, nullptr) << faults;
    Random random(seed);
    for (int i = 0; i < 40; ++i) {
      const Facts facts = random_facts(running->descriptor(), running->binder.places(), random);
      expect_round_trip(*running, facts);
      expect_as_interpreted(*running,
                            print_document(running->descriptor(), running->binder.places(), Places::root, facts));
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Decide, AnswersTheShippedRulesAsTheInterpreterDoes) {
  for (const std::string& file : shipped_files()) {
    SCOPED_TRACE(file);
    std::string faults;
    const auto running = start(file, faults);
    ASSERT_NE(running, nullptr) << faults;
    Random random(7);
    for (int i = 0; i < 500; ++i) {
      const Facts facts = random_facts(running->descriptor(), running->binder.places(), random);
      expect_round_trip(*running, facts);
      expect_as_interpreted(*running,
                            print_document(running->descriptor(), running->binder.places(), Places::root, facts));
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

// --- documents alone ---------------------------------------------------------------------

constexpr const char* party_rules = R"(
type settings = { enabled : flag?, limit : 5..60 = 30 }
type party = { user : settings? at /user/call_recording, device : settings? at /device/call_recording }
input source : onnet | offnet
input caller : party?
decision record : flag { on when (caller.device else caller.user).enabled is on  off otherwise }
decision limit : (5..60)? = (caller.device else caller.user).limit
)";

std::string answer(const Running& running, const BoundCall& call) {
  Results results;
  decide(running.descriptor(), running.compiled.code, call, false, results);
  std::string out;
  append_answer(out, running.descriptor(), {0, 1}, call, results, false);
  return out;
}

class Documents : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string faults;
    running = start_text(party_rules, faults);
    ASSERT_NE(running, nullptr) << faults;
  }
  std::unique_ptr<Running> running;
};

TEST_F(Documents, AreBoundAloneAndBroughtAlongWithACall) {
  const RequestBinder& binder = running->binder;
  const auto place = binder.document_place("caller.device");
  ASSERT_TRUE(place);
  EXPECT_EQ(place, binder.document_place("/caller/device"));
  const auto device =
      binder.bind_document(*place, R"({"name": "d1", "call_recording": {"enabled": true, "limit": 40}})");
  const auto user =
      binder.bind_document(*binder.document_place("caller.user"), R"({"call_recording": {"enabled": false}})");
  ASSERT_TRUE(device.document && user.document);

  const auto together = binder.bind(R"({"source": "onnet"})", {&*device.document, &*user.document});
  const auto whole = binder.bind(
      R"({"source": "onnet", "caller": {"device": {"call_recording": {"enabled": true, "limit": 40}},
          "user": {"call_recording": {"enabled": false}}}})");
  ASSERT_TRUE(together.call && whole.call);
  EXPECT_EQ(together.call->codes, whole.call->codes);
  EXPECT_EQ(answer(*running, *together.call), R"({"record":true,"limit":40})");
}

TEST_F(Documents, ReplaceTheValueOfTheRequestAtTheirPlace) {
  const RequestBinder& binder = running->binder;
  const auto empty = binder.bind_document(*binder.document_place("/caller/device"), "{}");
  ASSERT_TRUE(empty.document);
  const auto bound = binder.bind(R"({"source": "onnet", "caller": {"device": {"call_recording": {"enabled": true}}}})",
                                 {&*empty.document});
  ASSERT_TRUE(bound.call);
  EXPECT_EQ(answer(*running, *bound.call), R"({"record":false,"limit":null})");
}

TEST_F(Documents, ReportTheirFaultsWithTheirOwnPlace) {
  const RequestBinder& binder = running->binder;
  const auto bound =
      binder.bind_document(*binder.document_place("/caller/device"), R"({"call_recording": {"limit": 3}})");
  EXPECT_FALSE(bound.document);
  ASSERT_EQ(bound.faults.size(), 1u);
  EXPECT_EQ(bound.faults[0].pointer, "/call_recording/limit");
  EXPECT_EQ(bound.faults[0].code, FaultId::out_of_range);
}

TEST_F(Documents, FitOnlyThePlacesOfThePolicy) {
  for (const char* nowhere : {"", "/", "/callee", "caller.devise", "/caller/device/call_recording/limit/x"}) {
    EXPECT_FALSE(running->binder.document_place(nowhere)) << nowhere;
  }
}

// --- what is required, and bounds ----------------------------------------------------------

constexpr const char* required_rules = R"(
type settings = { limit : 0..60, name : text, share : flag = on }
input source : onnet | offnet
input level : 5..60
input device : settings?
decision least : flag { on when device.limit is 0 or level is 60  off otherwise }
decision shared : flag? = device.share
decision named : flag { on when device.name is "x" and source is onnet  off otherwise }
)";

// Faults as "POINTER: MESSAGE", one per line.
std::string faults_of(const Running& running, const std::string& request) {
  std::string out;
  for (const DocumentFault& fault : running.binder.bind(request).faults)
    out += fault.pointer + ": " + fault.message + "\n";
  return out;
}

TEST(Request, MustHaveRequiredMembersOfPresentObjects) {
  std::string why;
  const auto running = start_text(required_rules, why);
  ASSERT_NE(running, nullptr) << why;
  const auto faults = [&](const std::string& request) { return faults_of(*running, request); };
  EXPECT_EQ(faults(R"({"source": "onnet", "level": 5})"), "");
  EXPECT_EQ(faults(R"({"level": 5})"), "/source: `source` is missing\n");
  EXPECT_EQ(faults("{}"), "/source: `source` is missing\n/level: `level` is missing\n");
  EXPECT_EQ(faults(R"({"source": "onnet", "level": 5, "device": {"share": false}})"),
            "/device/limit: `device.limit` is missing\n/device/name: `device.name` is missing\n");
  EXPECT_EQ(faults(R"({"source": "onnet", "level": 5, "device": {"limit": 1, "name": "x"}})"), "");
}

TEST(Request, TakesTheEndsOfARangeAndZeroWithASign) {
  std::string why;
  const auto running = start_text(required_rules, why);
  ASSERT_NE(running, nullptr) << why;
  const auto least = [&](const std::string& level, const std::string& limit) {
    const std::string request =
        R"({"source": "onnet", "level": )" + level + R"(, "device": {"name": "y", "limit": )" + limit + "}}";
    const auto bound = running->binder.bind(request);
    return bound.call ? answer(*running, *bound.call) : faults_of(*running, request);
  };
  EXPECT_EQ(least("5", "1"), R"({"least":false,"shared":true})");
  EXPECT_EQ(least("60", "60"), R"({"least":true,"shared":true})");
  EXPECT_EQ(least("5", "-0"), R"({"least":true,"shared":true})");
  EXPECT_EQ(least("5", "0"), R"({"least":true,"shared":true})");
  EXPECT_EQ(least("4", "-1"), "/level: 4 is outside 5..60\n/device/limit: -1 is outside 0..60\n");
  EXPECT_EQ(least("61", "61"), "/level: 61 is outside 5..60\n/device/limit: 61 is outside 0..60\n");
}

// A number that no double holds is a fault only where an element reads it.
TEST(Request, MayHoldNumbersBeyondADouble) {
  std::string why;
  const auto running = start_text(required_rules, why);
  ASSERT_NE(running, nullptr) << why;
  for (const std::string& number :
       {std::string("1e400"), std::string("-1e400"), std::string(400, '9'), std::string("1e-400")}) {
    const std::string call = R"({"source": "onnet", "level": 5, "other": [)" + number + "]";
    EXPECT_EQ(faults_of(*running, call + "}"), "") << number;
    EXPECT_NE(faults_of(*running, call + R"(, "device": {"name": "y", "limit": )" + number + "}}"), "") << number;
    const auto place = running->binder.document_place("/device");
    ASSERT_TRUE(place);
    const std::string device = R"({"name": "y", "limit": )";
    EXPECT_FALSE(running->binder.bind_document(*place, device + number + "}").document) << number;
  }
  EXPECT_EQ(faults_of(*running, R"({"source": "onnet", "level": 1e400})"), "/level: 1e400 is too large\n");
  EXPECT_EQ(faults_of(*running, R"({"source": "onnet", "level": -1e400})"), "/level: -1e400 is outside 5..60\n");
}

// In a closed object any other key is an error. In an open object and beside the inputs a similar key is a
// warning, and any other is allowed.
TEST(Request, MayHaveOtherKeysInOpenObjects) {
  std::string why;
  const auto running = start_text(
      std::string(required_rules) + "input phone : { speed : flag?, ... }?\ndecision fast : flag? = phone.speed\n",
      why);
  ASSERT_NE(running, nullptr) << why;
  const auto faults = [&](const std::string& more) {
    return faults_of(*running, R"({"source": "onnet", "level": 5, )" + more + "}");
  };
  EXPECT_EQ(faults(R"("phone": {"sped": true, "speed": true})"), "/phone/sped: no input stands at key `sped`\n");
  EXPECT_EQ(faults(R"("phone": {"colour": true, "speed": true})"), "");
  EXPECT_EQ(faults(R"("elsewhere": {"sped": true})"), "");
  EXPECT_EQ(faults(R"("devise": {})"), "/devise: no input stands at key `devise`\n");
  EXPECT_EQ(faults(R"("device": {"limit": 1, "name": "x", "shore": true})"),
            "/device/shore: unknown key `shore` in `settings`\n");
}

TEST(Request, IsNestedAsDeepAsTheBoundAndNoDeeper) {
  std::string why;
  const auto running = start_text(required_rules, why);
  ASSERT_NE(running, nullptr) << why;
  const auto nested = [&](std::size_t arrays) {  // in the object of the request
    return faults_of(*running, R"({"source": "onnet", "level": 5, "more": )" + std::string(arrays, '[') +
                                   std::string(arrays, ']') + "}");
  };
  EXPECT_EQ(nested(max_document_depth - 1), "");
  EXPECT_TRUE(nested(max_document_depth).ends_with(": nesting is deeper than 512\n")) << nested(max_document_depth);
}

// --- numbers -------------------------------------------------------------------------------

std::string whole(const char* text) {
  const auto value = whole_number(text);
  if (value) return std::to_string(*value);
  switch (value.error()) {
    case NotWhole::negative: return "negative";
    case NotWhole::fraction: return "fraction";
    default: return "too large";
  }
}

TEST(WholeNumber, IsTheWrittenValue) {
  EXPECT_EQ(whole("0"), "0");
  EXPECT_EQ(whole("-0"), "0");
  EXPECT_EQ(whole("-0.0e5"), "0");
  EXPECT_EQ(whole("5.0"), "5");
  EXPECT_EQ(whole("50e-1"), "5");
  EXPECT_EQ(whole("0.005E3"), "5");
  EXPECT_EQ(whole("1e19"), "10000000000000000000");
  EXPECT_EQ(whole("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(whole("18446744073709551616"), "too large");
  EXPECT_EQ(whole("1e999999999999999999999"), "too large");
  EXPECT_EQ(whole("1e-999999999999999999999"), "fraction");
  EXPECT_EQ(whole("9007199254740992.5"), "fraction");
  EXPECT_EQ(whole("-5"), "negative");
  EXPECT_EQ(whole("-0.5"), "fraction");
}

}  // namespace
}  // namespace tally::testing
