// The lines of `tally test`: their members in the text, their expectations, and how these are rewritten.
#include "simulator/requests/request_case.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace tally {
namespace {

using Json = nlohmann::json;

PolicyDescriptor policy_with(const std::vector<std::string>& decisions) {
  PolicyDescriptor policy;
  policy.name = "rules.tally";
  for (const std::string& name : decisions) policy.decisions.emplace_back().name = name;
  return policy;
}

std::string any_text(std::mt19937& random) {
  static const std::vector<std::string> pieces = {
      "a", "\"", "\\", "{", "}", "[", "]", ",", ":", "\n", "é", "\xf0\x9f\x93\x9e", " "};
  std::string out;
  for (auto n = random() % 5; n > 0; --n) out += pieces[random() % pieces.size()];
  return out;
}

Json any_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return random();
    case 3: return static_cast<double>(random()) / 7;
    case 4: return any_text(random);
    case 5: {
      Json out = Json::array();
      for (auto n = random() % 4; n > 0; --n) out.push_back(any_value(random, depth - 1));
      return out;
    }
    default: {
      Json out = Json::object();
      for (auto n = random() % 4; n > 0; --n) out[any_text(random)] = any_value(random, depth - 1);
      return out;
    }
  }
}

TEST(Members, StandWhereAJsonReaderFindsThem) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    Json object = Json::object();
    for (auto n = random() % 4; n > 0; --n) object[any_text(random)] = any_value(random, 3);
    // With and without blanks, and with escapes in place of what is not ASCII.
    const std::string text = (i % 5 == 0 ? " " : "") + object.dump(i % 3 - 1, ' ', i % 2 == 0);
    Json found = Json::object();
    const auto members = members_of(text);
    ASSERT_TRUE(members) << text;
    for (const MemberText& member : *members) {
      found[member.key] = Json::parse(text.substr(member.begin, member.end - member.begin));
      EXPECT_EQ(Json::parse(text.substr(member.key_begin, text.find_last_of(':', member.begin) - member.key_begin)),
                member.key);
    }
    EXPECT_EQ(found, object) << text;
  }
}

TEST(Members, OfWhatIsNotAnObjectHaveAPlace) {
  const auto why = [](const std::string& text) {
    const auto members = members_of(text);
    EXPECT_FALSE(members) << text;
    return members ? NoMembers{} : members.error();
  };
  EXPECT_EQ(why("[]").why, NoMembers::Why::no_object);
  EXPECT_EQ(why("").why, NoMembers::Why::malformed);
  EXPECT_EQ(why("{\"a\": 1} x").byte, 9u);
  EXPECT_EQ(why(std::string("{\"a\": 1}\0 x", 11)).byte, 8u);
  for (const char* text : {"{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\":[}", "{\"a\":\"",
                           "{,}", "{\"a\" 1}", "{\"a\":}", "{\"a\":[1}]"})
    EXPECT_EQ(why(text).why, NoMembers::Why::malformed) << text;
  EXPECT_EQ(why("{\"a\":" + std::string(300'000, '[')).why, NoMembers::Why::too_deep);
  EXPECT_TRUE(members_of("\xef\xbb\xbf{\"a\": 1e400}"));
}

TEST(RequestCase, KeepsTheTextOfTheRequest) {
  const std::string line = R"({"name": "a", "request": {"limit" : 1e3}, "expect": {"b": true, "a": null}})";
  const auto read = read_case(line, policy_with({"a", "b"}));
  const auto* one = std::get_if<RequestCase>(&read);
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->request, R"({"limit" : 1e3})");
  ASSERT_EQ(one->expect.size(), 2u);
  EXPECT_EQ(one->expect[0].decision, 1u);
  EXPECT_EQ(one->expect[1].value, nullptr);
  EXPECT_FALSE(one->is_open);
}

TEST(RequestCase, WithoutAnExpectationIsOpen) {
  const auto read = read_case(R"({"request": {}})", policy_with({"a"}));
  ASSERT_TRUE(std::holds_alternative<RequestCase>(read));
  EXPECT_TRUE(std::get<RequestCase>(read).is_open);
}

TEST(RequestCase, IsRewrittenInItsPlace) {
  const std::string member = R"("expect": {"a":true})";
  EXPECT_EQ(with_expectation(R"({"expect":{"a":[1,{"b":"}"}]},  "request": {} })", member),
            R"({"expect": {"a":true},  "request": {} })");
  EXPECT_EQ(with_expectation(R"({"fault": "T503", "request": {}})", member),
            R"({"expect": {"a":true}, "request": {}})");
  EXPECT_EQ(with_expectation(R"({"request": {}})", member), R"({"request": {}, "expect": {"a":true}})");
}

// Whatever bytes a line has, it is a case or has a fault that gives the reason.
TEST(RequestCase, HasAFaultIfItIsNotACase) {
  std::mt19937 random(11);
  const std::string good = R"({"name": "a", "request": {"limit" : 1e3}, "expect": {"b": true, "a": null}})";
  const PolicyDescriptor policy = policy_with({"a", "b"});
  for (int i = 0; i < 20'000; ++i) {
    std::string line = good;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      const std::size_t at = random() % line.size();
      switch (random() % 3) {
        case 0: line.erase(at, 1); break;
        case 1: line[at] = static_cast<char>(random()); break;
        default: line.insert(at, 1, "{}[]\",:\\"[random() % 8]); break;
      }
    }
    const auto read = read_case(line, policy);
    if (const auto* faults = std::get_if<std::vector<DocumentFault>>(&read)) {
      EXPECT_TRUE(has_errors(*faults)) << line;
    } else {
      // What is within the request is judged where it is decided; it is in one piece here.
      const std::string object = "{\"a\":" + std::string(std::get<RequestCase>(read).request) + "}";
      EXPECT_TRUE(members_of(object)) << line;
    }
  }
}

}  // namespace
}  // namespace tally
