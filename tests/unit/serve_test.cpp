// The service behind `tally serve`, without sockets.
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "runtime/support/json_text.h"
#include "serve/service.h"
#include "tests/support/random.h"
#include "tests/support/random_requests.h"
#include "tests/support/running.h"

namespace tally::serve {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* rules = R"(type network = onnet | offnet
input source  : network
input account : { record : flag, plan : text?, ... }?
input caller  : { device : flag? at /device/record, user : flag? at /user/record }?
decision recording : flag {
  on when source is offnet and account.record is on because "account {account.plan}"
  on when caller.device is on                        because "device"
  off otherwise
}
decision both : flag = recording is on and caller.user is on
)";

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("tally_serve_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("recording.tally", rules);
  }
  void TearDown() override {
    service_ = nullptr;
    fs::remove_all(folder_);
  }

  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  Service& open(const ServiceOptions& options = {}) {
    auto opened = Service::open({folder_ / "recording.tally"}, options);
    if (!opened) throw std::runtime_error(opened.error().message);
    service_ = *std::move(opened);
    return *service_;
  }
  HttpResponse send(const std::string& method, const std::string& path, const std::string& body = "") {
    HttpRequest request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = *form_fields(path.substr(path.find('?') + 1));
    request.content_type = "application/json; charset=utf-8";
    request.body = body;
    return service_->respond(request);
  }
  std::string decide(const std::string& request) { return send("POST", "/v1/decide", request).body; }
  std::string message(const HttpResponse& response) { return Json::parse(response.body)["error"]["message"]; }

  fs::path folder_;
  std::unique_ptr<Service> service_;
};

TEST_F(ServeTest, DecidesWithAndWithoutReasons) {
  open();
  const std::string request = R"({"source":"offnet","account":{"record":true,"plan":"gold"}})";
  EXPECT_EQ(decide(request), "{\"recording\":true,\"both\":false}\n");
  EXPECT_EQ(send("POST", "/v1/decide?decision=both", request).body, "{\"both\":false}\n");
  const Json because = Json::parse(send("POST", "/v1/policies/recording/decide?because=true", request).body);
  EXPECT_EQ(because["recording"]["because"], "account gold");
  EXPECT_EQ(because["recording"]["rule"], 1);
  const Json explained = Json::parse(send("POST", "/v1/explain?decision=recording", request).body);
  EXPECT_EQ(explained["recording"]["rests_on"][0]["setting"], "source");
}

TEST_F(ServeTest, DecidesNothingFromARequestWithAFault) {
  open();
  for (const std::string request :
       {"", "{", "[]", "null", "{}", R"({"source":1})", R"({"source":"offnet","source":"onnet"})",
        R"({"source":"offnet","account":{}})", R"({"source":"offnet","account":{"record":"on"}})"}) {
    const HttpResponse response = send("POST", "/v1/decide", request);
    EXPECT_TRUE(response.status == 400 || response.status == 422) << request;
    EXPECT_TRUE(Json::parse(response.body).contains("error")) << request;
  }
  EXPECT_EQ(service_->metrics_text().body.find("rule=\"1\"} 1"), std::string::npos);
}

TEST_F(ServeTest, ABoundDocumentDecidesLikeTheSameDocumentInTheRequest) {
  open();
  const std::string account = R"({"record":true,"plan":"gold"})";
  EXPECT_EQ(send("PUT", "/v1/documents/account/acme", account).status, 201);
  EXPECT_EQ(send("PUT", "/v1/documents/caller.device/d%2F1", R"({"record":true})").status, 201);
  EXPECT_EQ(decide(R"({"source":"offnet","account":{"$bound":"acme"}})"),
            decide(R"({"source":"offnet","account":)" + account + "}"));
  EXPECT_EQ(decide(R"({"source":"onnet","caller":{"device":{"$bound":"d/1"},"user":{"record":true}}})"),
            "{\"recording\":true,\"both\":true}\n");
  EXPECT_EQ(decide(R"({"source":"onnet","caller":{"device":{"\u0024bound":"d/1"}}})"),
            "{\"recording\":true,\"both\":false}\n");
}

TEST_F(ServeTest, ANameIsNeverReadAsADocument) {
  open();
  ASSERT_EQ(send("PUT", "/v1/documents/account/acme", R"({"record":true})").status, 201);
  const auto status = [&](const std::string& request) { return send("POST", "/v1/decide", request).status; };
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":"acm"}})"), 409);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":"acme","record":true}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"record":true,"$bound":"acme"}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":1}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":["acme"]}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":{}}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":[{"$bound":"acme"}]})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","accnt":{"$bound":"acme"}})"), 422);
  EXPECT_EQ(status(R"({"$bound":"acme"})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":"acme"},"account":{"$bound":"acme"}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"record":false},"account":{"$bound":"acme"}})"), 422);
  EXPECT_EQ(status(R"({"source":"offnet","account":{"$bound":"acme"})"), 400);
  // A text that only mentions the key is a text.
  EXPECT_EQ(status(R"({"source":"offnet","account":{"record":true,"plan":"$bound"}})"), 200);
}

// A request is decided alike whichever of its documents were bound before.
TEST(ServeRules, BoundDocumentsOfRandomRequestsDecideAlike) {
  for (const std::string file : {"rules/call_recording.tally", "rules/kazoo5.tally"}) {
    auto service = Service::open({file}, {});
    ASSERT_TRUE(service) << service.error().message;
    ServedPolicy& policy = *(*service)->policies().front();
    const auto version = policy.policy().take();
    const Places& places = version->binder().places();
    testing::Random random(7);
    DecideOptions with_reasons;
    with_reasons.because = true;
    std::size_t bound = 0;
    for (int i = 0; i < 300; ++i) {
      const Facts facts = testing::random_facts(version->policy(), places, random);
      const std::string whole = print_document(version->policy(), places, Places::root, facts);
      Json request = Json::parse(whole);
      for (auto& [key, value] : request.items()) {
        if (!value.is_object() || random.below(3) == 0) continue;
        auto stored = policy.documents().put(*version, "/" + escape_token(key), std::to_string(i), value.dump());
        if (!stored) continue;  // a map of places, not a document
        value = {{"$bound", std::to_string(i)}};
        ++bound;
      }
      std::string a, b;
      const auto inline_ = policy.take_decider()->decide(whole, with_reasons, a);
      const auto named = policy.take_decider()->decide(request.dump(), with_reasons, b);
      ASSERT_TRUE(inline_) << whole << inline_.error().message;
      ASSERT_TRUE(named) << request << named.error().message;
      EXPECT_EQ(a, b) << whole;
    }
    EXPECT_GT(bound, 100u) << file;
  }
}

TEST_F(ServeTest, LinesAreAnsweredInOrderHoweverTheyArrive) {
  open({.policy = {}, .templates = {}, .body_bytes = 100, .lines_bytes = 1'000});
  send("PUT", "/v1/documents/account/acme", R"({"record":true})");
  const std::string lines = "{\"source\":\"offnet\",\"account\":{\"$bound\":\"acme\"}}\n\n{\"source\":\"x\"}\r\n" +
                            std::string(300, ' ') +
                            "\n{\"source\":\"onnet\"}\n{\"source\":\"offnet\",\"account\":{\"$bound\":\"z\"}}";
  const auto answers = [&](std::size_t piece) {
    HttpRequest head;
    head.method = "POST";
    head.path = "/v1/decide";
    head.content_type = "application/jsonl";
    auto admission = service_->admit(head);
    std::string out;
    for (std::size_t at = 0; at < lines.size(); at += piece)
      admission.lines->feed(std::string_view(lines).substr(at, piece), out);
    admission.lines->finish(out);
    return out;
  };
  const std::string whole = answers(lines.size());
  std::istringstream in(whole);
  std::vector<Json> parsed;
  for (std::string line; std::getline(in, line);) parsed.push_back(Json::parse(line));
  ASSERT_EQ(parsed.size(), 5u);
  EXPECT_EQ(parsed[0]["recording"], true);
  EXPECT_EQ(parsed[1]["error"]["line"], 3);
  EXPECT_EQ(parsed[1]["error"]["code"], "T503");
  EXPECT_EQ(parsed[2]["error"]["code"], "T509");
  EXPECT_EQ(parsed[3]["recording"], false);
  EXPECT_EQ(parsed[4]["error"]["line"], 6);
  for (std::size_t piece = 1; piece < 40; ++piece) EXPECT_EQ(answers(piece), whole) << piece;
}

TEST_F(ServeTest, AReloadBindsDocumentsAnewAndARefusedFileChangesNothing) {
  open();
  send("PUT", "/v1/documents/account/acme", R"({"record":true})");
  const std::string request = R"({"source":"offnet","account":{"$bound":"acme"}})";
  EXPECT_EQ(decide(request), "{\"recording\":true,\"both\":false}\n");
  write("recording.tally", "decision recording : flag = nonsense\n");
  EXPECT_NE(service_->reload().front().find("refused"), std::string::npos);
  EXPECT_EQ(decide(request), "{\"recording\":true,\"both\":false}\n");
  EXPECT_FALSE(Json::parse(send("GET", "/v1/policies/recording").body)["refusal"].is_null());
  EXPECT_NE(send("GET", "/metrics").body.find("tally_reload_refused{policy=\"recording\"} 1"), std::string::npos);
  // A version that refuses the document: it wants another kind.
  write("recording.tally", std::string(rules).replace(std::string(rules).find("record : flag"), 13, "record : 1..9"));
  write("recording.tally", "input account : { record : 1..9, ... }?\ndecision recording : flag = account.record > 3\n");
  EXPECT_EQ(service_->reload().front(), "recording: version 2");
  EXPECT_EQ(send("POST", "/v1/decide", R"({"account":{"$bound":"acme"}})").status, 409);
  EXPECT_EQ(Json::parse(send("GET", "/v1/documents/account/acme").body)["state"], "refused");
  EXPECT_EQ(send("PUT", "/v1/documents/account/acme", R"({"record":5})").status, 200);
  EXPECT_EQ(decide(R"({"account":{"$bound":"acme"}})"), "{\"recording\":true}\n");
  // A version without the place.
  write("recording.tally", "input source : flag\ndecision recording : flag = source\n");
  service_->reload();
  EXPECT_EQ(Json::parse(send("GET", "/v1/documents/%2Faccount/acme").body)["state"], "refused");
  EXPECT_EQ(send("DELETE", "/v1/documents/%2Faccount/acme").status, 204);
}

TEST_F(ServeTest, KeepsTheBoundsOfDocuments) {
  ServiceOptions options;
  options.policy.documents = {2, 60};
  open(options);
  const auto put = [&](const std::string& key, const std::string& text) {
    return send("PUT", "/v1/documents/account/" + key, text).status;
  };
  EXPECT_EQ(put("a", R"({"record":true})"), 201);
  EXPECT_EQ(put("b", R"({"record":false})"), 201);
  EXPECT_EQ(put("c", R"({"record":true})"), 507);
  EXPECT_EQ(put("a", R"({"record":true, "plan":"0123456789012345678"})"), 507);
  EXPECT_EQ(put("a", R"({"record":false})"), 200);
  EXPECT_EQ(put(std::string(257, 'k'), "{}"), 400);
  EXPECT_EQ(send("DELETE", "/v1/documents/account/a").status, 204);
  EXPECT_EQ(put("c", R"({"record":true})"), 201);
}

TEST_F(ServeTest, PathsAreDecodedByTheirParts) {
  open();
  EXPECT_EQ(match("GET", "/v1/documents/account/a%2Fb")->key, "a/b");
  EXPECT_EQ(match("GET", "/v1/documents/account/a/b").error().status, 404);
  EXPECT_EQ(match("GET", "/v1/documents/account/").error().status, 404);
  EXPECT_EQ(match("GET", "/v1/documents/account/%ff").error().status, 400);
  EXPECT_EQ(match("GET", "/v1/documents/account/%2").error().status, 400);
  EXPECT_EQ(match("PATCH", "/v1/documents/account/a").error().allow, "PUT, GET, DELETE");
  EXPECT_EQ(match("HEAD", "/healthz")->operation, Operation::health);
  EXPECT_EQ(match("GET", "").error().status, 404);
}

// Every line of the format as Prometheus documents it, and what holds among lines.
TEST_F(ServeTest, MetricsAreInTheTextFormat) {
  open();
  decide(R"({"source":"offnet"})");
  decide("{");
  send("PUT", "/v1/documents/account/a%22%5C%0Ab", R"({"record":true})");
  const std::regex help(R"(# HELP [a-z_]+ [^\n]+)"), type(R"(# TYPE ([a-z_]+) (counter|gauge|histogram))"),
      sample(R"re(([a-z_]+)(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="([^"\\]|\\["\\n])*")*\})? ([0-9.e+-]+|\+Inf))re");
  std::istringstream in(send("GET", "/metrics").body);
  std::set<std::string> samples, families;
  std::string family, kind;
  double below = 0;
  for (std::string line; std::getline(in, line);) {
    std::smatch found;
    if (std::regex_match(line, found, type)) {
      EXPECT_TRUE(families.insert(found[1]).second) << line;
      family = found[1];
      kind = found[2];
    } else if (!std::regex_match(line, help)) {
      ASSERT_TRUE(std::regex_match(line, found, sample)) << line;
      EXPECT_TRUE(found[1].str().starts_with(family)) << line;
      EXPECT_TRUE(kind != "counter" || family.ends_with("_total")) << family;
      EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
      if (line.find("_bucket{") == std::string::npos) {
        below = 0;
        continue;
      }
      const double value = std::stod(line.substr(line.rfind(' ')));
      EXPECT_GE(value, below) << line;
      below = value;
    }
  }
  EXPECT_TRUE(samples.contains(R"(tally_decisions_total{policy="recording",decision="recording",rule="3"})"));
}

TEST(Exposition, EscapesLabels) {
  Exposition out;
  out.sample("a", {{"l", "x\"\\\ny"}}, std::uint64_t{1});
  EXPECT_EQ(out.text(), "a{l=\"x\\\"\\\\\\ny\"} 1\n");
}

TEST(Templates, EscapeForTheirForm) {
  auto templates = Templates::make({{"a.request.json.mustache", R"({"x":"{{request.x}}"})"},
                                    {"a.answer.xml.mustache", "<a b=\"{{decision.t}}\"/>"},
                                    {"b.request.json.mustache", "{}"},
                                    {"b.answer.txt.mustache", "t={{decision.t}}{{^decision.f}},no{{/decision.f}}"}});
  ASSERT_TRUE(templates);
  EXPECT_EQ(*templates->request_of("a", {{"x", "\"},\"y\":{\""}}), R"({"x":"\"},\"y\":{\""})");
  EXPECT_EQ(templates->answer_of("a", R"({"t":"<\"&'\u0001"})", {}, "")->text, "<a b=\"&lt;&quot;&amp;&apos;\"/>");
  EXPECT_EQ(templates->answer_of("b", R"({"t":"1\n2","f":false})", {}, "")->text, "t=1 2,no");
  EXPECT_FALSE(templates->request_of_json("a", std::string(100'000, '[')));
  EXPECT_FALSE(Templates::make({{"a.request.json.mustache", "{{#x}}"}, {"a.answer.json.mustache", "x"}}));
  EXPECT_FALSE(Templates::make({{"a.request.json.mustache", "{}"}}));
}

TEST_F(ServeTest, DecidesWhileReloadsAndDocumentsChange) {
  open();
  send("PUT", "/v1/documents/account/acme", R"({"record":true})");
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        const std::string answer = decide(R"({"source":"offnet","account":{"$bound":"acme"}})");
        if (answer != "{\"recording\":true,\"both\":false}\n") ++wrong;
      }
    });
  }
  for (int i = 0; i < 5; ++i) {
    service_->reload();
    send("PUT", "/v1/documents/account/acme", R"({"record":true,"plan":")" + std::to_string(i) + "\"}");
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tally::serve
