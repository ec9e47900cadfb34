// KAZOO 5's treatment of documents, written a second time and in another way: as the switch
// does it, by merging JSON objects. rules/kazoo5.tally must decide the same, with the same
// settings and commands, on random documents of every shape: `any` at both levels, empty objects
// nested anywhere, nulls around settings, the older key in all of its shapes, unknown keys, missing and
// ill-formed settings.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/running.h"

namespace tally::testing {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> parameters = {
    "enabled",    "format", "record_min_sec", "record_on_answer", "record_on_bridge", "record_sample_rate",
    "time_limit", "url"};
const std::vector<std::string> networks = {"onnet", "offnet"};

// --- the switch ---------------------------------------------------------------------

// The leaves of the right side over those of the left. An empty object nested in the right side
// replaces the value on the left.
Json merge(const Json& left, const Json& right) {
  Json out = left;
  for (const auto& [key, value] : right.items()) {
    const bool both = left.contains(key) && left[key].is_object() && value.is_object();
    out[key] = both && !value.empty() ? merge(left[key], value) : value;
  }
  return out;
}

Json without_nulls(const Json& value) {
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (!member.is_null()) out[key] = without_nulls(member);
  }
  return out;
}

Json only(const Json& object, const std::vector<std::string>& keys) {
  Json out = Json::object();
  for (const std::string& key : keys) {
    if (object.contains(key)) out[key] = object[key];
  }
  return out;
}

Json object_at(const Json& from, const std::string& key) {
  return from.is_object() && from.contains(key) && from[key].is_object() ? from[key] : Json(nullptr);
}

Json expanded(const Json& document) {
  Json settings = only(document, {"inbound", "outbound", "any"});
  for (auto& [direction, cells] : settings.items()) {
    cells = only(cells, {"onnet", "offnet", "any"});
    for (auto& [network, cell] : cells.items()) cell = only(cell, parameters);
  }
  Json out = Json::object();
  for (const std::string direction : {"inbound", "outbound"}) {
    const Json cells = merge(settings.value("any", Json::object()), settings.value(direction, Json::object()));
    const Json any = cells.value("any", Json{{"enabled", false}});
    for (const std::string& network : networks)
      out[direction][network] = merge(any, cells.value(network, Json::object()));
  }
  return out;
}

bool is_true(const Json& value) { return value == true || value == "true"; }

// What is an empty text for the switch.
bool is_empty(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  if (std::all_of(text.begin(), text.end(), is_space) || text == "undefined" || text == "0") return true;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text == "null";
}

Json layer(const Json& document, bool v4) {
  if (!document.is_object()) return Json::object();
  // An object with unknown keys alone is read as an empty one.
  const Json settings = object_at(document, "call_recording");
  const bool is_bare = settings.is_object() && only(settings, {"inbound", "outbound", "any"}).empty();
  if (!settings.is_null() && !(v4 && is_bare)) return expanded(settings);
  const Json older = document.value("record_call", Json());
  Json cell = Json::object();
  if (older.is_object() && is_true(older.value("record_call", Json()))) {
    cell = only(older, parameters);
  } else if (!is_true(older)) {
    return Json::object();
  }
  cell["enabled"] = true;
  Json out;
  for (const std::string direction : {"inbound", "outbound"}) {
    for (const std::string& network : networks) out[direction][network] = cell;
  }
  return out;
}

struct Call {
  Json request;  // without nulls
  std::string source, destination;

  // A number that a callflow matches is onnet, wherever it leads.
  std::string counted() const { return request.value("outside_callflow", false) ? "onnet" : destination; }

  Json endpoint(const Json& party, const std::string& direction, const std::string& network, bool device) const {
    const Json below = object_at(object_at(object_at(request, "account"), "call_recording"), "endpoint");
    const bool v4 = request.value("endpoint_version", "v5") == "v4";
    Json merged = below.is_null() ? Json::object() : expanded(below);
    if (!device || party.value("hotdesk_users", 0) < 2) merged = merge(merged, layer(party.value("user", Json()), v4));
    if (device) merged = merge(merged, layer(party.value("device", Json()), v4));
    return object_at(object_at(merged, direction), network);
  }

  Json command(const Json& cell, const std::string& origin, bool on_answer) const {
    const std::string url = cell.value("url", "");
    const std::string scheme = url.substr(0, std::min(url.find(':'), url.size()));
    const bool usable = scheme != url && (scheme == "http" || scheme == "https" || scheme == "ftp" || scheme == "ftps");
    const Json system = request.value("system", Json::object());
    const std::string extension = object_at(system, "call_recording").is_null()
                                      ? "mp3"
                                      : object_at(system, "call_recording").value("extension", "mp3");
    const auto longest = system.value("max_recording_time_limit", std::uint64_t{10800});
    Json out;
    out["origin"] = origin;
    out["start"] = on_answer || cell.value("record_on_answer", false) ? "on-answer"
                   : cell.value("record_on_bridge", false)            ? "on-bridge"
                                                                      : "at-once";
    const std::string format = cell.value("format", extension);
    out["format"] = format == "mp3" || format == "wav" || format == "mp4" ? format : extension;
    out["record_min_sec"] = cell.value("record_min_sec", system.value("record_min_sec", 0u));
    if (cell.contains("record_sample_rate")) out["record_sample_rate"] = cell["record_sample_rate"];
    out["time_limit"] = std::min(longest, cell.value("time_limit", longest));
    out["storage"] = usable                                              ? "url"
                     : !is_empty(url)                                    ? "nowhere"
                     : request.value("storage_plan", false)              ? "storage-plan"
                     : is_true(system.value("store_recordings", Json())) ? "system-store"
                                                                         : "nowhere";
    if (usable) out["url"] = url;
    out["lost"] = out["storage"] == "nowhere";
    return out;
  }

  // A recording that one cell decides: whether it starts, its settings, its command.
  void decide(Json& out, const std::string& who, const std::string& how, const Json& cell, const std::string& origin,
              bool on_answer) const {
    const bool on = cell.is_object() && cell.value("enabled", false);
    out[who + "-recording" + how] = on;
    out[who + "-settings" + how] = on ? cell : Json();
    out[who + "-command" + how] = on ? command(cell, origin, on_answer) : Json();
  }

  Json decided() const {
    Json out;
    const Json own = object_at(object_at(object_at(request, "account"), "call_recording"), "account");
    const Json cells = own.is_null() ? Json::object() : expanded(own);
    const Json in = object_at(object_at(cells, "inbound"), source),
               through = object_at(object_at(cells, "outbound"), counted());
    const bool inbound = in.is_object() && in.value("enabled", false);
    decide(out, "account", "", inbound ? in : through,
           inbound ? "inbound from " + source + " to account" : "outbound to " + counted() + " from account", false);
    out["account-recording"] = inbound ? "inbound" : out["account-recording"] == true ? "outbound" : "none";

    const Json caller = object_at(request, "caller"), callee = object_at(request, "callee");
    const bool forwarded = request.value("forwarded", false);
    const std::string to_endpoint = "inbound from " + source + " to endpoint";
    Json cell;
    if (!caller.is_null() && forwarded) {
      if (!request.value("forwarded_network_lost", false)) cell = endpoint(caller, "inbound", source, true);
    } else if (!caller.is_null() && source == "onnet") {
      cell = endpoint(caller, "outbound", counted(), true);
    }
    decide(out, "caller", "", cell, forwarded ? to_endpoint : "outbound to " + counted() + " from endpoint", forwarded);
    const bool rung = !callee.is_null() && destination == "onnet";
    decide(out, "callee", "", rung ? endpoint(callee, "inbound", source, true) : Json(), to_endpoint, true);
    const bool user = !callee.is_null() && callee.contains("user");
    decide(out, "callee", "-via-user", rung && user ? endpoint(callee, "inbound", source, false) : Json(), to_endpoint,
           true);
    if (!user) out["callee-recording-via-user"] = nullptr;
    return out;
  }
};

// --- random documents -----------------------------------------------------------------

class Documents {
 public:
  explicit Documents(unsigned seed) : random_(seed) {}

  Json request() {
    Json out = {{"source", one_of(networks)}, {"destination", one_of(networks)}};
    if (often(93)) out["account"] = account();
    for (const char* who : {"caller", "callee"}) {
      if (often(93)) out[who] = party();
    }
    if (often(30)) out["forwarded"] = any_of({true, false, nullptr});
    if (often(40)) out["storage_plan"] = any_of({true, false, nullptr});
    if (often(40)) out["system"] = often(90) ? system() : Json();
    if (often(15)) out["outside_callflow"] = any_of({true, false, nullptr});
    if (often(15)) out["forwarded_network_lost"] = any_of({true, false, nullptr});
    if (often(40)) out["endpoint_version"] = any_of({"v4", "v5", nullptr});
    return out;
  }

 private:
  bool often(unsigned percent) { return random_() % 100 < percent; }
  const std::string& one_of(const std::vector<std::string>& list) { return list[random_() % list.size()]; }
  Json any_of(const std::vector<Json>& list) { return list[random_() % list.size()]; }

  Json system() {
    Json out = Json::object();
    if (often(60)) out["store_recordings"] = any_of({true, false, nullptr, "true", "false", "yes", ""});
    if (often(60)) out["max_recording_time_limit"] = any_of({nullptr, 0, 5, 7200, 10800, 86400});
    if (often(60)) out["record_min_sec"] = any_of({nullptr, 0, 5});
    if (often(60))
      out["call_recording"] = any_of({nullptr, Json::object(), {{"extension", "wav"}}, {{"extension", "mp4"}}});
    return out;
  }

  Json recorder(unsigned percent) {
    Json out = Json::object();
    if (often(15)) return out;
    if (often(80)) out["enabled"] = any_of({true, true, true, false, false});
    const auto maybe = [&](const char* key, const std::vector<Json>& values) {
      if (often(percent)) out[key] = any_of(values);
    };
    maybe("format", {"mp3", "wav", "mp4", "ogg", "", "WAV"});
    maybe("record_min_sec", {0, 1, 1'000'000'000});
    maybe("record_on_answer", {true, false});
    maybe("record_on_bridge", {true, false});
    maybe("record_sample_rate", {8000, 0});
    maybe("time_limit", {0, 5, 10799, 10800, 10801, 9007199254740991});
    maybe("url", {"http://a/", "https://b", "ftp://c", "ftps://d", "s3://e",    "HTTP://f", "",
                  "x",         "httpx:",    "http",    "sftp://x", "undefined", "null",     "NULL",
                  "Null",      "0",         " ",       " \t ",     "00",        " x",       "Undefined"});
    // Only beside known keys: an object with unknown keys alone is read as an empty one.
    if (!out.empty() && often(8)) out["label"] = any_of({1.5, "x", Json::array({1, nullptr}), {{"enabled", true}}});
    return out;
  }

  Json settings() {
    Json out = Json::object();
    if (often(12)) return out;
    for (const char* direction : {"inbound", "outbound", "any"}) {
      if (!often(60)) continue;
      Json& cells = out[direction] = Json::object();
      if (often(12)) continue;
      const unsigned percent = any_of({0, 10, 50});
      for (const char* network : {"onnet", "offnet", "any"}) {
        if (often(60)) cells[network] = recorder(percent);
      }
      if (often(5)) cells["elsewhere"] = recorder(0);
    }
    if (often(5)) out["both"] = {{"any", {{"enabled", true}}}};
    return out;
  }

  Json document() {
    Json out = Json::object();
    if (often(30)) out["id"] = "3f0e";
    if (often(65))
      out["call_recording"] = often(90) ? settings() : any_of({nullptr, true, "true", 5, Json::array(), false});
    if (!often(50)) return out;
    if (often(50)) {
      out["record_call"] = any_of({true,
                                   "true",
                                   false,
                                   "false",
                                   "True",
                                   "",
                                   nullptr,
                                   1,
                                   Json::array({true}),
                                   Json::object(),
                                   {{"format", "wav"}}});
    } else {
      out["record_call"] = recorder(40);
      if (often(90))
        out["record_call"]["record_call"] =
            any_of({true, true, "true", false, nullptr, "True", "false", 1, Json::object()});
      if (often(30)) out["record_call"]["action"] = "start";
    }
    return out;
  }

  Json party() {
    if (often(12)) return nullptr;
    Json out = Json::object();
    for (const char* whose : {"user", "device"}) {
      if (often(85)) out[whose] = often(93) ? document() : Json();
    }
    if (often(20)) out["hotdesk_users"] = any_of({0, 1, 2, 3, nullptr});
    return out;
  }

  Json account() {
    if (often(7)) return nullptr;
    Json out = Json::object();
    if (often(20)) out["name"] = "sales";
    if (!often(90)) return out;
    if (often(5)) {
      out["call_recording"] = any_of({nullptr, true, "x", Json::array(), 3});
      return out;
    }
    out["call_recording"] = Json::object();
    for (const char* whose : {"account", "endpoint"}) {
      if (often(75))
        out["call_recording"][whose] = often(93) ? settings() : any_of({nullptr, true, "x", Json::array(), 3});
    }
    return out;
  }

  std::mt19937 random_;
};

TEST(Kazoo5, DecidesAsMergingTheDocumentsDoes) {
  std::string faults;
  const auto running = start("rules/kazoo5.tally", faults);
  ASSERT_NE(running, nullptr) << faults;
  RequestStream stream(running->binder);
  Documents documents(5);
  Results results;
  std::size_t accounts = 0, callers = 0, callees = 0, users = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Json request = documents.request();
    const BoundCall* call = stream.bind(request.dump());
    ASSERT_NE(call, nullptr) << request << "\n" << stream.faults().front().message;
    decide(running->descriptor(), running->compiled.code, *call, false, results);
    Json answer;
    for (const DecisionDescriptor& decision : running->descriptor().decisions) {
      std::string value;
      append_value(value, decision, *call, results);
      if (decision.name != "call") answer[decision.name] = Json::parse(value);
    }
    const Json expected = Call{without_nulls(request), request["source"], request["destination"]}.decided();
    ASSERT_EQ(answer, expected) << request << "\ndiffers in " << Json::diff(expected, answer);
    accounts += answer["account-recording"] != "none";
    callers += answer["caller-recording"] == true;
    callees += answer["callee-recording"] == true;
    users += answer["callee-recording-via-user"] == true;
  }
  for (const std::size_t recorded : {accounts, callers, callees, users}) EXPECT_GT(recorded, 1'000u);
}

}  // namespace
}  // namespace tally::testing
