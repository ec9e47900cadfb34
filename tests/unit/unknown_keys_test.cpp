// Keys that no input reads: each is counted, and the slips among them are found, at every place where
// other keys are allowed.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/running.h"

namespace tally::testing {
namespace {

// Every kind of place with other keys: the root, an object that is passed through, an open record in a
// record and in a map, an open record with a pointer of its own, a place that only a boolean is read from.
constexpr const char* rules = R"(
type state = CA | NY
type open = { record : flag = off, limit : 0..60 = 0, ... }
type doc = { recording : open? at /call_recording/all, ... }
input caller-state : state?  at /caller/state
input callee-state : state?  at /callee/of/state
input announce : flag at /tenant/announcement = off
input q : open?
input user : doc?
input cells : (open?[onnet | offnet])?
input short : flag? at /short if boolean
input a-b : flag? at "/a~1b/c"
decision d : yes | no {
  yes when announce is on or q.record is on or user.recording.record is on or cells[onnet].record is on
  yes when caller-state is CA or callee-state is CA or short is on or a-b is on
  yes when q.limit > 5 or user.recording.limit > 5 or cells[offnet].limit > 5
  no otherwise
}
)";

class UnknownKeysTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string why;
    running_ = start_text(rules, why);
    ASSERT_NE(running_, nullptr) << why;
  }
  static void TearDownTestSuite() { running_.reset(); }

  // "POINTER: MESSAGE; ADVICE", one per line, and the count.
  static std::string listed(const std::vector<DocumentFault>& faults, std::size_t count) {
    std::string out;
    for (const DocumentFault& fault : faults) {
      const std::string help = advice(fault);
      out += id(fault.code) + " " + fault.pointer + ": " + fault.message + (help.empty() ? "" : "; " + help) + "\n";
    }
    return out + std::to_string(count);
  }
  static std::string in_request(const std::string& request, UnknownKeys mode = UnknownKeys::warned) {
    const BindResult bound = running_->binder.bind(request, {}, {mode});
    return listed(bound.faults, bound.unknown_keys);
  }
  static std::string in_document(const std::string& place, const std::string& text) {
    const auto bound = running_->binder.bind_document(*running_->binder.document_place(place), text);
    return listed(bound.faults, bound.unknown_keys);
  }

  static std::unique_ptr<Running> running_;
};
std::unique_ptr<Running> UnknownKeysTest::running_;

TEST_F(UnknownKeysTest, NearMissesAreFoundWhereverOtherKeysAreAllowed) {
  EXPECT_EQ(in_request(R"({"tenant": {"anouncement": true}, "q": {"recrod": true}})"),
            "T904 /tenant/anouncement: no input stands at key `anouncement`; did you mean `announcement`?\n"
            "T904 /q/recrod: no input stands at key `recrod`; did you mean `record`?\n2");
  EXPECT_EQ(in_request(R"({"cells": {"onnet": {"limits": 1}}})"),
            "T904 /cells/onnet/limits: no input stands at key `limits`; did you mean `limit`?\n1");
  EXPECT_EQ(in_request(R"({"user": {"call_recording": {"al": {}}, "calL_recordin": 1}})"),
            "T904 /user/call_recording/al: no input stands at key `al`; did you mean `all`?\n"
            "T904 /user/calL_recordin: no input stands at key `calL_recordin`; did you mean `call_recording`?\n2");
  EXPECT_EQ(in_request(R"({"user": {"call_recording": {"all": {"recor": true}}}})"),
            "T904 /user/call_recording/all/recor: no input stands at key `recor`; did you mean `record`?\n1");
  EXPECT_EQ(in_request(R"({"a/b": {"C": true}})"), "T904 /a~1b/C: no input stands at key `C`; did you mean `c`?\n1");
}

TEST_F(UnknownKeysTest, AnotherCaseIsNearHoweverLongTheWord) {
  EXPECT_EQ(in_request(R"({"caller": {"State": "CA"}})"),
            "T904 /caller/State: no input stands at key `State`; did you mean `state`?\n1");
  EXPECT_EQ(in_request(R"({"TENANT": {}})"),
            "T904 /TENANT: no input stands at key `TENANT`; did you mean `tenant`?\n1");
  EXPECT_EQ(in_request(R"({"callee": {"OF": {}}})"),
            "T904 /callee/OF: no input stands at key `OF`; did you mean `of`?\n1");
}

TEST_F(UnknownKeysTest, AnInputsNameLeadsToItsPlace) {
  EXPECT_EQ(
      in_request(R"({"caller-state": "CA"})"),
      "T904 /caller-state: no input stands at key `caller-state`: input `caller-state` stands at /caller/state\n1");
  EXPECT_EQ(
      in_request(R"({"caller_state": "CA"})"),
      "T904 /caller_state: no input stands at key `caller_state`: input `caller-state` stands at /caller/state\n1");
  // On the way to the place, too.
  EXPECT_EQ(in_request(R"({"callee": {"of": {"callee-state": "CA"}}})"),
            "T904 /callee/of/callee-state: no input stands at key `callee-state`: input `callee-state` stands at "
            "/callee/of/state\n1");
  // A member, by its name in the record and by its whole name.
  EXPECT_EQ(in_request(R"({"user": {"recording": {}}})"),
            "T904 /user/recording: no input stands at key `recording`: input `user.recording` stands at "
            "/user/call_recording/all\n1");
  EXPECT_EQ(in_request(R"({"user.recording.record": true})"),
            "T904 /user.recording.record: no input stands at key `user.recording.record`: input "
            "`user.recording.record` stands at /user/call_recording/all/record\n1");
  EXPECT_EQ(in_request(R"({"a-b": true})"),
            "T904 /a-b: no input stands at key `a-b`: input `a-b` stands at /a~1b/c\n1");
  // The name of an input elsewhere, where it would not be looked for.
  EXPECT_EQ(in_request(R"({"q": {"callee-state": "CA"}})"), "1");
}

TEST_F(UnknownKeysTest, InADocumentPlacesAreThoseOfTheDocument) {
  EXPECT_EQ(in_document("/caller", R"({"STATE": "CA", "x-y-z": 1})"),
            "T904 /STATE: no input stands at key `STATE`; did you mean `state`?\n2");
  EXPECT_EQ(in_document("/callee", R"({"callee-state": "CA"})"),
            "T904 /callee-state: no input stands at key `callee-state`: input `callee-state` stands at /of/state\n1");
  EXPECT_EQ(in_document("/q", R"({"record": true, "recrod": true, "z": {"y": 1}})"),
            "T904 /recrod: no input stands at key `recrod`; did you mean `record`?\n2");
}

TEST_F(UnknownKeysTest, WhatIsNotNearIsOnlyCounted) {
  EXPECT_EQ(
      in_request(R"({"zzz": {"caller": 1, "state": [{"state": 1}]}, "tenant": {"xxxx": 1}, "q": {"vvvv": null}})"),
      "3");
  EXPECT_EQ(in_request(R"({"short": {"x": 1, "y": 2}})"), "2");  // only a boolean is read there
  EXPECT_EQ(in_request("{}"), "0");
  EXPECT_EQ(in_request(R"({"caller": {"state": "CA"}, "q": {"record": true}, "short": true})"), "0");
}

TEST_F(UnknownKeysTest, WhereKeysAreCountedTheSearchIsForRefusedTexts) {
  EXPECT_EQ(in_request(R"({"caller": {"State": "CA"}, "z": 1})", UnknownKeys::counted), "2");
  EXPECT_EQ(in_request(R"({"caller": {"State": "CA", "state": "XX"}})", UnknownKeys::counted),
            "T904 /caller/State: no input stands at key `State`; did you mean `state`?\n"
            "T503 /caller/state: `state` has no value \"XX\"\n1");
}

TEST_F(UnknownKeysTest, AllAreErrorsIfTheyAreRefused) {
  EXPECT_EQ(in_request(R"({"zzz": 1, "tenant": {"anouncement": true}, "q": {"vvvv": {"x": 1}}, "short": {"x": 1},)"
                       R"( "caller-state": "CA", "cells": {"onnet": {"recrd": true}}})",
                       UnknownKeys::refused),
            "T501 /zzz: unknown key `zzz`\n"
            "T501 /tenant/anouncement: unknown key `anouncement`; did you mean `announcement`?\n"
            "T501 /q/vvvv: unknown key `vvvv` in `open`\n"
            "T501 /short/x: unknown key `x`\n"
            "T501 /caller-state: unknown key `caller-state`: input `caller-state` stands at /caller/state\n"
            "T501 /cells/onnet/recrd: unknown key `recrd` in `open`; did you mean `record`?\n6");
  EXPECT_EQ(in_request(R"({"caller": {"state": "CA"}, "short": [{"x": 1}]})", UnknownKeys::refused), "0");
}

TEST_F(UnknownKeysTest, WhatSomethingElseKnowsIsKnown) {
  const ReadOptions options{UnknownKeys::refused, [](const std::string& pointer) { return pointer == "/q/more"; }};
  const BindResult bound = running_->binder.bind(R"({"q": {"more": {"x": 1}, "most": 1}, "more": 1})", {}, options);
  EXPECT_EQ(listed(bound.faults, bound.unknown_keys),
            "T501 /q/most: unknown key `most` in `open`\nT501 /more: unknown key `more`\n2");
}

// However many warnings there are, an error behind them refuses the text.
TEST_F(UnknownKeysTest, WarningsLeaveRoomForErrors) {
  std::string request = "{\"tenant\": {";
  for (int i = 0; i < 50; ++i) request += "\"announcement" + std::to_string(i) + "\": true, ";
  request += R"("announcement": 5}})";
  const BindResult bound = running_->binder.bind(request);
  EXPECT_FALSE(bound.call);
  EXPECT_EQ(bound.unknown_keys, 50u);
  ASSERT_EQ(bound.faults.size(), max_faults + 1);
  EXPECT_EQ(bound.faults.back().pointer, "/tenant/announcement");
}

// A stream keeps what it has searched for, and gives the same.
TEST_F(UnknownKeysTest, AStreamFindsTheSameAgain) {
  RequestStream stream(running_->binder);
  for (int i = 0; i < 3000; ++i) {
    const std::string key = i % 3 == 0 ? "recrod" : "recor" + std::to_string(i);
    ASSERT_NE(stream.bind("{\"q\": {\"" + key + "\": true}}"), nullptr);
    if (i % 3 != 0) continue;
    ASSERT_EQ(stream.faults().size(), 1u);
    EXPECT_EQ(stream.faults()[0].meant, "record");
  }
  EXPECT_NE(stream.bind(R"({"q": {"record": true}})"), nullptr);
  EXPECT_TRUE(stream.faults().empty());
}

TEST_F(UnknownKeysTest, AValueInTheWrongFormIsShownInTheRightOne) {
  EXPECT_EQ(in_request(R"({"tenant": {"announcement": "no"}})"),
            "T502 /tenant/announcement: expected `true` or `false`, found a text; write `false`, without quotes\n0");
  EXPECT_EQ(in_request(R"({"tenant": {"announcement": " Enabled "}})"),
            "T502 /tenant/announcement: expected `true` or `false`, found a text; write `true`, without quotes\n0");
  EXPECT_EQ(in_request(R"({"tenant": {"announcement": "maybe"}})"),
            "T502 /tenant/announcement: expected `true` or `false`, found a text; write `true` or `false`, without "
            "quotes\n0");
  EXPECT_EQ(in_request(R"({"tenant": {"announcement": 0}})"),
            "T502 /tenant/announcement: expected `true` or `false`, found a number; write `false`\n0");
  EXPECT_EQ(in_request(R"({"tenant": {"announcement": 2}})"),
            "T502 /tenant/announcement: expected `true` or `false`, found a number\n0");
  EXPECT_EQ(in_request(R"({"q": {"limit": "060"}})"),
            "T502 /q/limit: expected a number, found a text; write `60`, without quotes\n0");
  EXPECT_EQ(in_request(R"({"q": {"limit": "61"}})"),
            "T502 /q/limit: expected a number, found a text; write a whole number in 0..60, without quotes\n0");
  EXPECT_EQ(in_request(R"({"q": {"limit": true}})"), "T502 /q/limit: expected a number, found a boolean\n0");
  EXPECT_EQ(in_request(R"({"caller": {"state": true}})"),
            "T502 /caller/state: expected one of `CA`, `NY`, found a boolean\n0");
}

TEST(WrittenValues, QuotesAreAddedWhereATextIsRead) {
  std::string why;
  const auto running = start_text(
      "input zip : text?\ninput level : (one = \"1\" | two = \"2\")?\ninput wanted : (no-more = \"No\" | yes | "
      "\"true\")?\n"
      "input asked : (n | y)?\ndecision d : flag { on when zip is \"1\" or level is one or wanted is yes or asked is y "
      " "
      "off otherwise }\n",
      why);
  ASSERT_NE(running, nullptr) << why;
  const auto help = [&](const std::string& request) {
    const BindResult bound = running->binder.bind(request);
    return bound.faults.empty() ? "" : advice(bound.faults[0]);
  };
  EXPECT_EQ(help(R"({"zip": 1010})"), "write `\"1010\"`, in quotes");
  EXPECT_EQ(help(R"({"zip": false})"), "write `\"false\"`, in quotes");
  EXPECT_EQ(help(R"({"zip": {}})"), "");
  EXPECT_EQ(help(R"({"level": 2})"), "write `\"2\"`, in quotes");
  EXPECT_EQ(help(R"({"level": 3})"), "");
  EXPECT_EQ(help(R"({"wanted": true})"), "write `\"true\"`, in quotes");
  EXPECT_EQ(help(R"({"wanted": false})"), "write `\"No\"`, in quotes");
  EXPECT_EQ(help(R"({"asked": true})"), "write `\"y\"`, in quotes");
}

}  // namespace
}  // namespace tally::testing
