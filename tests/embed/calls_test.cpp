// A call through the C interface is decided as the request that says the same. Policies and facts
// are random; facts are set one by one, or are in documents that are attached, in any order; and
// versions give everything other numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "compiler/llvm/compiled_policy.h"
#include "runtime/interface/c_objects.h"
#include "runtime/support/json_text.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/embed/calling.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"

namespace tally::testing {
namespace {

// A list of items as JSON.
std::string json_of(const tally_item* at, const tally_item* end) {
  std::string out = "{";
  for (; at < end; at += 1 + at->inside) {
    if (out.size() > 1) out += ',';
    out += json_string({at->key, at->key_length}) + ":";
    switch (at->result.kind) {
      case TALLY_KIND_UNSET: out += "null"; break;
      case TALLY_KIND_FLAG: out += at->result.value == TALLY_ON ? "true" : "false"; break;
      case TALLY_KIND_NUMBER: out += std::to_string(at->result.number); break;
      case TALLY_KIND_ENUM:
      case TALLY_KIND_TEXT: out += json_string({at->result.text, at->result.length}); break;
      case TALLY_KIND_OBJECT: out += json_of(at + 1, at + 1 + at->inside); break;
    }
  }
  return out + "}";
}

// Items have a set as an object of flags, which is an array in the answer.
void expect_same(const nlohmann::ordered_json& items, const nlohmann::ordered_json& answer) {
  if (answer.is_array()) {
    nlohmann::ordered_json in = nlohmann::ordered_json::array();
    const bool flags = items.contains("on");
    for (const auto& [key, value] : items.items()) {
      if (!value.get<bool>()) continue;
      flags ? in.push_back(key == "on") : in.push_back(key);
    }
    EXPECT_EQ(in, answer);
  } else if (answer.is_object()) {
    ASSERT_EQ(items.size(), answer.size()) << items << "\n" << answer;
    auto item = items.items().begin();
    for (const auto& [key, value] : answer.items()) {
      EXPECT_EQ(item.key(), key);
      expect_same(item.value(), value);
      ++item;
    }
  } else {
    EXPECT_EQ(items, answer);
  }
}

// What the call decides, with reasons. The list of items must have the same values.
std::string answer(tally_call* call) {
  Errors error;
  const char* text = nullptr;
  const tally_item* items = nullptr;
  std::size_t count = 0;
  if (tally_call_decide(call, error) != TALLY_OK) return error.message();
  if (tally_call_items(call, &items, &count, error) != TALLY_OK) return error.message();
  if (tally_call_answer(call, 0, &text, nullptr, error) != TALLY_OK) return error.message();
  expect_same(nlohmann::ordered_json::parse(json_of(items, items + count)), nlohmann::ordered_json::parse(text));
  if (tally_call_answer(call, 1, &text, nullptr, error) != TALLY_OK) return error.message();
  return text;
}

// What is decided of the facts as one request.
std::string asked(tally_policy* policy, const PolicyVersion& version, const Facts& facts) {
  const std::string request = print_document(version.policy(), version.binder().places(), Places::root, facts);
  Errors error;
  char* text = nullptr;
  if (tally_decide_json(policy, request.data(), request.size(), 1, &text, nullptr, error) != TALLY_OK)
    return error.message();
  const std::string out = text;
  tally_free(text);
  return out;
}

// What is decided of them by a call that the request is bound to.
std::string bound_whole(tally_call* call, const PolicyVersion& version, const Facts& facts) {
  const std::string request = print_document(version.policy(), version.binder().places(), Places::root, facts);
  Errors error;
  if (tally_call_bind(call, request.data(), request.size(), error) != TALLY_OK) return error.message();
  return answer(call);
}

TEST(Calls, AreDecidedAsTheRequestWithTheSameFacts) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    // `open_text` refuses rules that never fire, so the policy is compiled here.
    const BuiltPolicy built = build_text(random_policy(seed));
    const auto compiled = compile_policy(*built.compilation.policy, *built.deployment, built.compilation.sources,
                                         Contents::functions_and_descriptor);
    ASSERT_TRUE(compiled.has_value());
    Errors error;
    tally_policy* policy = nullptr;
    ASSERT_EQ(tally_policy_open_constant(compiled->native.constant(), &policy, error), TALLY_OK) << error.message();
    const auto version = policy->take();
    const PolicyDescriptor& described = version->policy();
    const Places& places = version->binder().places();
    tally_call *call = nullptr, *whole = nullptr;
    ASSERT_EQ(tally_call_new(policy, &call, error), TALLY_OK);
    ASSERT_EQ(tally_call_new(policy, &whole, error), TALLY_OK);
    Random random(seed);
    for (int n = 0; n < 40; ++n) {
      if (n % 3 == 0) {
        ASSERT_EQ(tally_call_clear(call, error), TALLY_OK);
      }
      const Facts facts = random_facts(described, places, random);
      ASSERT_EQ(bound_whole(whole, *version, facts), asked(policy, *version, facts));
      // Some of the places at the root are bound as documents.
      std::vector<bool> in_document(described.elements.size(), false);
      for (const auto& [key, place] : places.at(Places::root).keys) {
        if (random.chance(50)) continue;
        const std::vector<ElementIndex> below = version->binder().below(place);
        const bool any = std::any_of(below.begin(), below.end(), [&](ElementIndex e) {
          return !std::holds_alternative<std::monostate>(facts.by_element[e]);
        });
        // A document that is absent is `null`, but the objects around it are present. So only
        // documents at the root are equal to a request without them.
        const bool object = !described.elements[below.front()].is_leaf();
        if (!object || !any || places.pointer(place).empty()) continue;
        const std::string text = print_document(described, places, place, facts);
        tally_document* document = nullptr;
        ASSERT_EQ(
            tally_document_bind(policy, places.pointer(place).c_str(), text.data(), text.size(), &document, error),
            TALLY_OK)
            << error.message() << text;
        ASSERT_EQ(tally_call_attach(call, document, error), TALLY_OK) << error.message();
        tally_document_release(document);
        for (const ElementIndex e : below) in_document[e] = true;
      }
      // The rest is set one by one; facts of the round before are removed.
      std::vector<ElementIndex> order;
      for (ElementIndex e = 0; e < described.elements.size(); ++e) {
        if (!in_document[e]) order.push_back(e);
      }
      for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
      for (const ElementIndex e : order) {
        const Fact& fact = facts.by_element[e];
        if (std::holds_alternative<std::monostate>(fact)) {
          ASSERT_EQ(tally_call_unset(call, version->handle_of(e), error), TALLY_OK) << error.message();
        } else {
          set(call, *version, e, fact);
        }
      }
      // In other rounds documents are still attached that have other facts.
      if (n % 3 == 0) {
        ASSERT_EQ(answer(call), asked(policy, *version, facts));
      } else {
        answer(call);
      }
    }
    tally_call_free(call);
    tally_call_free(whole);
    tally_policy_release(policy);
  }
}

// --- versions --------------------------------------------------------------------------

constexpr const char* first = R"(
type network = onnet | offnet
type settings = { enabled : flag?, format : (mp3 | wav)?, limit : (5..100)? }
input source : network
input minutes : 0..1439
input old : flag?
input device : settings?
input user : settings?
decision start : none | short | long {
  long when device.enabled is on and source is onnet because "one"
  short when user.enabled is on or minutes < 60 because "one"
  none otherwise
}
decision format : (mp3 | wav)? = device.format
decision is-old : flag = old is on
)";
// Another order, other inputs, other limits; `user` reads another place and accepts less.
constexpr const char* second = R"(
type network = fax | offnet | onnet
type settings = { enabled : flag?, format : (mp3 | wav)?, limit : (5..100)? }
type less = { enabled : flag?, limit : (5..20)? }
input extra : flag?
input user : less?
input device : settings?
input minutes : 0..1000
input source : network
decision format : (wav | ogg | mp3)? { device.format when device.format is set  ogg when extra is on  unset otherwise }
decision start : long | none | short {
  long when device.enabled is on and source is onnet because "two"
  short when user.enabled is on or minutes < 60 because "two"
  none otherwise
}
)";

class Versions : public ::testing::Test {
 protected:
  void SetUp() override {
    path = folder / "rules.tally";
    write(path, first);
    ASSERT_EQ(tally_policy_open(path.c_str(), &policy, error), TALLY_OK) << error.message();
    ASSERT_EQ(tally_call_new(policy, &call, error), TALLY_OK);
    ASSERT_EQ(tally_policy_input(policy, "source", &source, error), TALLY_OK);
    ASSERT_EQ(tally_policy_input(policy, "minutes", &minutes, error), TALLY_OK);
    ASSERT_EQ(tally_policy_value(policy, source, "onnet", &onnet, error), TALLY_OK);
    ASSERT_EQ(tally_policy_value(policy, source, "offnet", &offnet, error), TALLY_OK);
    ASSERT_EQ(tally_policy_decision(policy, "start", &start, error), TALLY_OK);
    ASSERT_EQ(tally_policy_decision_value(policy, start, "long", &is_long, error), TALLY_OK);
    ASSERT_EQ(tally_call_set(call, source, onnet, error), TALLY_OK);
    ASSERT_EQ(tally_call_set_number(call, minutes, 100, error), TALLY_OK);
  }
  void TearDown() override {
    tally_call_free(call);
    for (tally_document* document : documents) tally_document_release(document);
    tally_policy_release(policy);
  }
  tally_document* bind(const char* place, const std::string& json) {
    tally_document* document = nullptr;
    EXPECT_EQ(tally_document_bind(policy, place, json.data(), json.size(), &document, error), TALLY_OK)
        << error.message();
    documents.push_back(document);
    return document;
  }
  tally_reload reload(const char* text) {
    write(path, text);
    tally_reload done{};
    EXPECT_EQ(tally_policy_reload(policy, &done, error), TALLY_OK) << error.message();
    return done;
  }
  Folder folder;
  std::string path;
  Errors error;
  tally_policy* policy = nullptr;
  tally_call* call = nullptr;
  std::vector<tally_document*> documents;
  tally_input source = 0, minutes = 0;
  tally_value onnet = 0, offnet = 0, is_long = 0;
  tally_decision start = 0;
};

// What is said of the name `fl` where the spelling is wanted, by rules and by a built policy.
TEST(SpelledValues, AreShownToAHostThatGivesTheirNames) {
  const std::string rules =
      "type size = fl = \"F L\" | sm\ninput s : size\ninput m : (flag?[size])?\n"
      "decision d : flag = s is fl and m[s] is on\n";
  const Folder folder;
  write(folder / "p.tally", rules);
  write(folder / "p.so", build_text(rules).bytes(ObjectKind::shared));
  for (const char* file : {"p.tally", "p.so"}) {
    Errors error;
    tally_policy* policy = nullptr;
    tally_call* call = nullptr;
    ASSERT_EQ(tally_policy_open((folder / file).c_str(), &policy, error), TALLY_OK) << error.message();
    ASSERT_EQ(tally_call_new(policy, &call, error), TALLY_OK);
    EXPECT_EQ(tally_call_set_named(call, "s", "fl", 2, error), TALLY_ERROR_VALUE);
    EXPECT_EQ(error.message(), "`s` has no value `fl`: it is \"F L\" in documents; did you mean `F L`?");
    char* text = nullptr;
    const std::string key = R"({"s":"F L","m":{"fl":true}})", value = R"({"s":"fl"})";
    EXPECT_EQ(tally_decide_json(policy, value.data(), value.size(), 0, &text, nullptr, error), TALLY_ERROR_DOCUMENT);
    EXPECT_EQ(error.message(), "`size` has no value \"fl\": it is \"F L\" in documents; did you mean `F L`?");
    EXPECT_EQ(tally_decide_json(policy, key.data(), key.size(), 0, &text, nullptr, error), TALLY_ERROR_DOCUMENT);
    EXPECT_EQ(error.message(), "unknown key `fl` in `flag?[size]`: it is \"F L\" in documents; did you mean `F L`?");
    tally_call_free(call);
    tally_policy_release(policy);
  }
}

TEST_F(Versions, KeepHandlesFactsAndDocuments) {
  tally_document* device = bind("/device", R"({"enabled":true,"format":"wav","limit":50})");
  tally_document* user = bind("/user", R"({"enabled":true,"limit":50})");
  tally_document* small = bind("/user", R"({"limit":7})");
  ASSERT_EQ(tally_call_attach(call, device, error), TALLY_OK);
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_value(call, start), is_long);
  const tally_input old = [&] {
    tally_input input = 0;
    EXPECT_EQ(tally_policy_input(policy, "old", &input, error), TALLY_OK);
    return input;
  }();
  ASSERT_EQ(tally_call_set(call, old, TALLY_ON, error), TALLY_OK);

  const tally_reload done = reload(second);
  EXPECT_EQ(done.generation, 2u);
  EXPECT_EQ(done.carried, 1u);
  EXPECT_EQ(done.rebound, 1u);
  EXPECT_EQ(done.failed, 1u);
  // Until the next decision the call stays in the version before.
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_generation(call), 2u);
  EXPECT_EQ(tally_call_value(call, start), is_long);
  const char* text = nullptr;
  ASSERT_EQ(tally_call_answer(call, 0, &text, nullptr, error), TALLY_OK);
  EXPECT_STREQ(text, R"({"format":"wav","start":"long"})");
  // The same handles mean the same values, although the codes differ.
  ASSERT_EQ(tally_call_set(call, source, offnet, error), TALLY_OK);
  EXPECT_EQ(answer(call).find(R"("start":{"value":"none")") != std::string::npos, true);
  EXPECT_EQ(tally_call_set(call, old, TALLY_ON, error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_document_check(device, error), TALLY_OK);
  EXPECT_EQ(tally_document_check(small, error), TALLY_OK);
  EXPECT_EQ(tally_document_check(user, error), TALLY_ERROR_DOCUMENT);
  EXPECT_EQ(tally_call_attach(call, user, error), TALLY_ERROR_DOCUMENT);

  // And back.
  reload(first);
  ASSERT_EQ(tally_call_attach(call, user, error), TALLY_OK) << error.message();
  ASSERT_EQ(tally_call_set(call, source, onnet, error), TALLY_OK);
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_value(call, start), is_long);
  ASSERT_EQ(tally_call_answer(call, 0, &text, nullptr, error), TALLY_OK);
  // The input that was absent for a while has kept its fact.
  EXPECT_STREQ(text, R"({"start":"long","format":"wav","is-old":true})");
}

TEST_F(Versions, RefuseFactsAndDocumentsThatTheyDoNotTake) {
  tally_document* user = bind("/user", R"({"enabled":true,"limit":50})");
  ASSERT_EQ(tally_call_set_number(call, minutes, 1200, error), TALLY_OK);
  ASSERT_EQ(tally_call_attach(call, user, error), TALLY_OK);
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK);
  reload(second);
  EXPECT_EQ(tally_call_decide(call, error), TALLY_ERROR_VALUE);
  EXPECT_EQ(error.message(), "1200 is outside the range of `minutes` in the version in use");
  EXPECT_EQ(tally_call_rule(call, start), 0u);
  ASSERT_EQ(tally_call_set_number(call, minutes, 900, error), TALLY_OK);
  EXPECT_EQ(tally_call_decide(call, error), TALLY_ERROR_DOCUMENT);
  ASSERT_EQ(tally_call_detach(call, user, error), TALLY_OK);
  EXPECT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
}

// A call that has not decided since takes facts in the terms of the version in use.
TEST_F(Versions, TakeFactsByNameThatOnlyTheyKnow) {
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK);
  reload(second);
  EXPECT_EQ(tally_call_set_named(call, "extra", "on", 2, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_set_named(call, "source", "fax", 3, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_set_named(call, "old", "on", 2, error), TALLY_ERROR_UNKNOWN);
  EXPECT_NE(answer(call).find(R"("format":{"value":"ogg")"), std::string::npos);
  reload(first);
  tally_input old = 0;
  ASSERT_EQ(tally_policy_input(policy, "old", &old, error), TALLY_OK);
  EXPECT_EQ(tally_call_unset(call, old, error), TALLY_OK) << error.message();
  reload(second);
  tally_input extra = 0;
  ASSERT_EQ(tally_policy_input(policy, "extra", &extra, error), TALLY_OK);
  tally_call* other = nullptr;
  ASSERT_EQ(tally_call_new(policy, &other, error), TALLY_OK);
  reload(first);
  EXPECT_EQ(tally_call_unset(other, old, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_unset(other, extra, error), TALLY_ERROR_ARGUMENT);
  tally_call_free(other);
}

// Even if the version in use refuses the document that is attached there.
TEST_F(Versions, HaveOneDocumentAtAPlace) {
  tally_document* user = bind("/user", R"({"enabled":true,"limit":50})");
  tally_document* small = bind("/user", R"({"enabled":false,"limit":7})");
  ASSERT_EQ(tally_call_attach(call, user, error), TALLY_OK);
  reload(second);
  ASSERT_EQ(tally_call_decide(call, error), TALLY_ERROR_DOCUMENT);
  ASSERT_EQ(tally_call_attach(call, small, error), TALLY_OK) << error.message();
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_detach(call, user, error), TALLY_ERROR_ARGUMENT);
  reload(first);
  EXPECT_NE(answer(call).find(R"("start":{"value":"none")"), std::string::npos);

  // By another name of the same place, which only a version can resolve.
  reload(first);
  ASSERT_EQ(tally_call_attach(call, user, error), TALLY_OK) << error.message();
  reload(second);
  tally_document* named = bind("user", R"({"enabled":false,"limit":7})");
  ASSERT_EQ(tally_call_attach(call, named, error), TALLY_OK) << error.message();
  reload(first);
  EXPECT_EQ(tally_call_decide(call, error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(error.message(), "a document overlaps another one at `/user` in the version in use");
  ASSERT_EQ(tally_call_detach(call, named, error), TALLY_OK) << error.message();
  EXPECT_EQ(tally_call_decide(call, error), TALLY_OK) << error.message();
  EXPECT_EQ(answer(call).find(R"("start":{"value":"none")"), std::string::npos);
}

// Documents at several places change by turns, with facts between; each time the call is decided
// as a new call with the same documents and facts.
TEST_F(Versions, AttachOneDocumentAfterAnother) {
  std::vector<tally_document*> at[2];
  for (const int place : {0, 1}) {
    const std::string where = place == 0 ? "/device" : "/user";
    for (const char* json :
         {"{}", R"({"enabled":true})", R"({"enabled":false,"limit":9})", R"({"enabled":true,"limit":20})"})
      at[place].push_back(bind(where.c_str(), json));
  }
  Random random(3);
  for (int turn = 0; turn < 2000; ++turn) {
    if (turn % 500 == 499) reload(turn % 1000 == 499 ? second : first);
    tally_document* attached[2] = {};
    ASSERT_EQ(tally_call_clear(call, error), TALLY_OK);
    ASSERT_EQ(tally_call_set(call, source, onnet, error), TALLY_OK);
    ASSERT_EQ(tally_call_set_number(call, minutes, 5, error), TALLY_OK);
    for (int step = 0; step < 6; ++step) {
      const std::size_t place = random.below(2);
      if (random.chance(20) && attached[place] != nullptr) {
        ASSERT_EQ(tally_call_detach(call, std::exchange(attached[place], nullptr), error), TALLY_OK);
      } else if (random.chance(20)) {
        ASSERT_EQ(tally_call_set(call, source, random.chance(50) ? onnet : offnet, error), TALLY_OK);
      } else {
        attached[place] = at[place][random.below(4)];
        ASSERT_EQ(tally_call_attach(call, attached[place], error), TALLY_OK) << error.message();
      }
      if (random.chance(50)) answer(call);
    }
    ASSERT_EQ(tally_call_set(call, source, onnet, error), TALLY_OK);
    tally_call* other = nullptr;
    ASSERT_EQ(tally_call_new(policy, &other, error), TALLY_OK);
    ASSERT_EQ(tally_call_set(other, source, onnet, error), TALLY_OK);
    ASSERT_EQ(tally_call_set_number(other, minutes, 5, error), TALLY_OK);
    for (tally_document* document : attached) {
      if (document != nullptr) {
        ASSERT_EQ(tally_call_attach(other, document, error), TALLY_OK) << error.message();
      }
    }
    ASSERT_EQ(answer(call), answer(other)) << turn;
    tally_call_free(other);
  }
}

TEST_F(Versions, DecideBatchesByTheSameHandles) {
  const std::uint8_t sources[4] = {static_cast<std::uint8_t>(onnet), static_cast<std::uint8_t>(offnet),
                                   static_cast<std::uint8_t>(onnet), static_cast<std::uint8_t>(offnet)};
  const std::uint64_t times[4] = {500, 500, 20, 20};
  const std::uint8_t enabled[4] = {TALLY_ON, TALLY_ON, 0, TALLY_OFF};
  tally_input device_enabled = 0;
  ASSERT_EQ(tally_policy_input(policy, "device.enabled", &device_enabled, error), TALLY_OK);
  const tally_column columns[] = {{source, sources, nullptr, nullptr, nullptr},
                                  {minutes, nullptr, times, nullptr, nullptr},
                                  {device_enabled, enabled, nullptr, nullptr, nullptr}};
  std::uint16_t before[4] = {}, after[4] = {};
  tally_answer_column column{start, nullptr, before};
  ASSERT_EQ(tally_decide_batch(policy, columns, 3, &column, 1, 4, error), TALLY_OK) << error.message();
  EXPECT_EQ(before[0], is_long);
  reload(second);
  column.values = after;
  ASSERT_EQ(tally_decide_batch(policy, columns, 3, &column, 1, 4, error), TALLY_OK) << error.message();
  EXPECT_TRUE(std::equal(before, before + 4, after));
}

TEST_F(Versions, AreRefusedWhereTheRulesAreAtFault) {
  std::string refuted = first;
  refuted += "prove start is long\n";
  write(path, refuted);
  EXPECT_EQ(tally_policy_reload(policy, nullptr, error), TALLY_ERROR_RULES);
  EXPECT_NE(error.message().find("error[T"), std::string::npos);
  EXPECT_EQ(tally_policy_generation(policy), 1u);
  EXPECT_EQ(tally_call_decide(call, error), TALLY_OK);
}

struct Watched {
  std::mutex mutex;
  std::condition_variable told;
  std::vector<std::string> said;
};

TEST_F(Versions, AreLoadedByAWatch) {
  Watched watched;
  ASSERT_EQ(
      tally_policy_watch(
          policy, 10,
          [](void* context, const tally_reload* reload, const tally_error* failure) {
            auto& w = *static_cast<Watched*>(context);
            const std::lock_guard lock(w.mutex);
            w.said.push_back(failure != nullptr ? tally_error_message(failure) : std::to_string(reload->generation));
            w.told.notify_all();
          },
          &watched, error),
      TALLY_OK);
  const auto told = [&](std::size_t count) {
    std::unique_lock lock(watched.mutex);
    return watched.told.wait_for(lock, std::chrono::seconds(60), [&] { return watched.said.size() >= count; });
  };
  write(path, second);
  ASSERT_TRUE(told(1));
  write(path, "decision");
  ASSERT_TRUE(told(2));
  write(folder / "used.tally", "let late : flag = on\n");
  write(path, std::string("use \"used.tally\"\n") + first + "decision late-now : flag = late\n");
  ASSERT_TRUE(told(3));
  // A file that is used is watched too.
  write(folder / "used.tally", "let late : flag = off\n");
  ASSERT_TRUE(told(4));
  // And so is a file that is amended.
  write(path, std::string("amend \"used.tally\"\namend let late = on\n") + first + "decision late-now : flag = late\n");
  ASSERT_TRUE(told(5));
  write(folder / "used.tally", "let late : flag = on\nlet later : flag = late\n");
  ASSERT_TRUE(told(6));
  tally_policy_unwatch(policy);
  EXPECT_EQ(watched.said[0], "2");
  EXPECT_NE(watched.said[1].find("error[T"), std::string::npos);
  EXPECT_EQ(watched.said[2], "3");
  EXPECT_EQ(watched.said[3], "4");
  EXPECT_EQ(watched.said[4], "5");
  EXPECT_EQ(watched.said[5], "6");
  EXPECT_EQ(tally_policy_generation(policy), 6u);
}

TEST_F(Versions, AreWatchedOnThoughAWatcherWouldChangeTheWatch) {
  struct Tried {
    tally_policy* policy;
    std::atomic<int> status{-1};
  } tried{policy};
  ASSERT_EQ(tally_policy_watch(
                policy, 10,
                [](void* context, const tally_reload*, const tally_error*) {
                  auto& t = *static_cast<Tried*>(context);
                  tally_policy_unwatch(t.policy);
                  t.status = tally_policy_watch(t.policy, 10, nullptr, nullptr, nullptr);
                },
                &tried, error),
            TALLY_OK);
  for (const char* text : {second, first}) {
    tried.status = -1;
    write(path, text);
    for (int wait = 0; wait < 6000 && tried.status == -1; ++wait)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(tried.status, TALLY_ERROR_ARGUMENT);
  }
  tally_policy_unwatch(policy);
}

// A version lives as long as a call holds it, and no longer.
TEST_F(Versions, AreGivenBackWhenTheLastCallLeavesThem) {
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK);
  const std::weak_ptr<const PolicyVersion> one = policy->take();
  reload(second);
  EXPECT_FALSE(one.expired());
  ASSERT_EQ(tally_call_decide(call, error), TALLY_OK);
  reload(first);
  EXPECT_TRUE(one.expired());
}

}  // namespace
}  // namespace tally::testing
