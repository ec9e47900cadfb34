// serve/openapi.json describes what the service does: the same paths, methods and statuses, and bodies as its
// schemas have them.
#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "serve/openapi.h"
#include "serve/service.h"

namespace tally::serve {
namespace {

using Json = nlohmann::json;

const Json& document() {
  static const Json parsed = Json::parse(openapi_document());
  return parsed;
}

// The part of JSON Schema that the file uses. Returns what is wrong, or nothing.
std::string fault_of(const Json& value, const Json& schema) {
  if (const auto ref = schema.find("$ref"); ref != schema.end())
    return fault_of(value, document().at(Json::json_pointer(ref->get<std::string>().substr(1))));
  static const std::map<std::string, bool (*)(const Json&)> kinds = {
      {"object", [](const Json& v) { return v.is_object(); }},
      {"array", [](const Json& v) { return v.is_array(); }},
      {"string", [](const Json& v) { return v.is_string(); }},
      {"null", [](const Json& v) { return v.is_null(); }},
      {"boolean", [](const Json& v) { return v.is_boolean(); }},
      {"integer", [](const Json& v) { return v.is_number_integer(); }},
  };
  if (const auto type = schema.find("type"); type != schema.end()) {
    const Json types = type->is_array() ? *type : Json::array({*type});
    bool fits = false;
    for (const Json& one : types) fits = fits || kinds.at(one)(value);
    if (!fits) return value.dump() + " is not of type " + types.dump();
  }
  if (const auto words = schema.find("enum"); words != schema.end()) {
    if (std::find(words->begin(), words->end(), value) == words->end()) return value.dump() + " is not in the enum";
  }
  if (schema.contains("minimum") && value.is_number() && value < schema["minimum"])
    return value.dump() + " is too small";
  for (const Json& name : schema.value("required", Json::array())) {
    if (value.is_object() && !value.contains(name)) return name.dump() + " is missing in " + value.dump();
  }
  if (value.is_object()) {
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        if (std::string fault = fault_of(member, properties[name]); !fault.empty()) return fault;
      } else if (const auto others = schema.find("additionalProperties"); others != schema.end()) {
        if (*others == false) return "`" + name + "` is not in the schema";
        if (others->is_object()) {
          if (std::string fault = fault_of(member, *others); !fault.empty()) return fault;
        }
      }
    }
  }
  if (value.is_array() && schema.contains("items")) {
    for (const Json& item : value) {
      if (std::string fault = fault_of(item, schema["items"]); !fault.empty()) return fault;
    }
  }
  return "";
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

TEST(OpenApi, HasExactlyTheRoutesAndTheirStatuses) {
  std::map<std::string, std::set<std::string>> routed, described;
  for (const Route& route : routes()) {
    auto& statuses = routed[lower(route.method) + " " + route.path];
    for (const int status : statuses_of(route.operation)) statuses.insert(std::to_string(status));
  }
  for (const auto& [path, item] : document()["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      auto& statuses = described[method + " " + path];
      for (const auto& [status, response] : operation["responses"].items()) statuses.insert(status);
    }
  }
  EXPECT_EQ(routed, described);
}

TEST(OpenApi, NamesEachOperationOnceAndDeclaresThePartsOfPaths) {
  std::set<std::string> ids;
  for (const auto& [path, item] : document()["paths"].items()) {
    std::set<std::string> declared;
    for (const Json& parameter : item.value("parameters", Json::array()))
      declared.insert(
          "{" + parameter["$ref"].get<std::string>().substr(std::string("#/components/parameters/").size()) + "}");
    std::set<std::string> in_path;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
      in_path.insert(path.substr(at, path.find('}', at) + 1 - at));
    EXPECT_EQ(declared, in_path) << path;
    for (const auto& [method, operation] : item.items()) {
      if (method != "parameters") {
        EXPECT_TRUE(ids.insert(operation["operationId"]).second) << path;
      }
    }
  }
}

class OpenApiAnswers : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("tally_openapi_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "recording.tally") << "type network = onnet | offnet\n"
                                                  "input source : network\n"
                                                  "input account : { record : flag, ... }?\n"
                                                  "decision recording : flag {\n"
                                                  "  on when source is offnet and account.record is on\n"
                                                  "  off otherwise\n}\n";
    std::ofstream(folder_ / "plain.request.json.mustache") << R"({"source": "{{request.source}}"})";
    std::ofstream(folder_ / "plain.answer.txt.mustache") << "{{#decision.recording}}yes{{/decision.recording}}";
    ServiceOptions options;
    options.body_bytes = 1'000;
    options.policy.documents.count = 1;
    options.templates = folder_;
    auto opened = Service::open({folder_ / "recording.tally"}, options);
    ASSERT_TRUE(opened) << opened.error().message;
    service_ = *std::move(opened);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Sends a request; the response must be described, and its body as its schema has it.
  int ask(const std::string& method, const std::string& path, const std::string& body = "",
          const std::string& type = "application/json") {
    HttpRequest request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = *form_fields(path.substr(path.find('?') + 1));
    request.body = body;
    request.content_type = type;
    const HttpResponse response = service_->respond(request);
    const auto matched = match(method, request.path);
    if (!matched) return response.status;
    for (const Route& route : routes()) {
      if (route.operation != matched->operation || method != route.method) continue;
      const Json& responses = document()["paths"][route.path][lower(method)]["responses"];
      const auto described = responses.find(std::to_string(response.status));
      if (described == responses.end()) {
        ADD_FAILURE() << method << " " << path << " answers " << response.status;
        continue;
      }
      seen_.insert({route.operation, response.status});
      const Json content = described->value("content", Json::object());
      if (content.empty()) {
        EXPECT_EQ(response.body, "");
        continue;
      }
      const std::string media = media_type(response.type);
      EXPECT_TRUE(content.contains(media)) << path << ": " << response.type;
      if (media == "application/json" && content.contains(media)) {
        EXPECT_EQ(fault_of(Json::parse(response.body), content[media]["schema"]), "") << path;
      }
    }
    return response.status;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Service> service_;
  std::set<std::pair<Operation, int>> seen_;
};

TEST_F(OpenApiAnswers, AreAsDescribed) {
  const std::string form = "application/x-www-form-urlencoded", long_body(2'000, ' ');
  EXPECT_EQ(ask("GET", "/healthz"), 200);
  EXPECT_EQ(ask("GET", "/metrics"), 200);
  EXPECT_EQ(ask("GET", "/v1/openapi.json"), 200);
  EXPECT_EQ(ask("GET", "/v1/policies"), 200);
  EXPECT_EQ(ask("GET", "/v1/policies/recording"), 200);
  EXPECT_EQ(ask("GET", "/v1/policies/recordin"), 404);
  for (const std::string operation : {"decide", "explain"}) {
    const std::string path = "/v1/policies/recording/" + operation;
    EXPECT_EQ(ask("POST", "/v1/" + operation, R"({"source":"offnet"})"), 200);
    EXPECT_EQ(ask("POST", path + "?because=true&decision=recording", R"({"source":"offnet"})"), 200);
    EXPECT_EQ(ask("POST", path, "{"), 400);
    EXPECT_EQ(ask("POST", path + "?becuse", "{}"), 400);
    EXPECT_EQ(ask("POST", path + "?decision=record", "{}"), 404);
    EXPECT_EQ(ask("POST", path, R"({"source":"offnet","account":{"$bound":"none"}})"), 409);
    EXPECT_EQ(ask("POST", path, long_body), 413);
    EXPECT_EQ(ask("POST", path, "{}", "text/plain"), 415);
    EXPECT_EQ(ask("POST", path, R"({"source":"onnett"})"), 422);
  }
  const std::string acme = "/v1/documents/account/acme";
  EXPECT_EQ(ask("PUT", acme, R"({"record":true,"recrod":1})"), 201);
  EXPECT_EQ(ask("PUT", acme, R"({"record":true})"), 200);
  EXPECT_EQ(ask("PUT", "/v1/documents/account/other", R"({"record":true})"), 507);
  EXPECT_EQ(ask("PUT", acme, "{"), 400);
  EXPECT_EQ(ask("PUT", "/v1/documents/accnt/acme", "{}"), 404);
  EXPECT_EQ(ask("PUT", acme, long_body), 413);
  EXPECT_EQ(ask("PUT", acme, "{}", form), 415);
  EXPECT_EQ(ask("PUT", acme, "{}"), 422);
  EXPECT_EQ(ask("GET", acme), 200);
  EXPECT_EQ(ask("GET", "/v1/documents"), 200);
  EXPECT_EQ(ask("GET", "/v1/documents/account/other"), 404);
  EXPECT_EQ(ask("GET", "/v1/policies/recordin/documents"), 404);
  EXPECT_EQ(ask("POST", "/v1/decide", R"({"source":"offnet","account":{"$bound":"acme"}})"), 200);
  EXPECT_EQ(ask("DELETE", acme), 204);
  EXPECT_EQ(ask("DELETE", acme), 404);
  EXPECT_EQ(ask("GET", "/v1/answers/plain?source=offnet"), 200);
  EXPECT_EQ(ask("POST", "/v1/answers/plain", "source=onnet", form), 200);
  EXPECT_EQ(ask("POST", "/v1/answers/plain", R"({"source":"onnet"})"), 200);
  EXPECT_EQ(ask("POST", "/v1/answers/plain", "source=%zz", form), 400);
  EXPECT_EQ(ask("POST", "/v1/answers/plain", "[]"), 400);
  EXPECT_EQ(ask("GET", "/v1/answers/plan"), 404);
  EXPECT_EQ(ask("POST", "/v1/answers/plain", "x", "text/plain"), 415);
  EXPECT_EQ(ask("GET", "/v1/answers/plain?source=elsewhere"), 422);
  EXPECT_EQ(ask("GET", "/v1/decide"), 405);
  EXPECT_EQ(ask("GET", "/v1/none"), 404);
  service_->stop();
  EXPECT_EQ(ask("GET", "/healthz"), 503);
  // Every status that is described was seen, but those of a machine or a load that fails.
  for (const Route& route : routes()) {
    for (const int status : statuses_of(route.operation)) {
      const bool is_of_load = status == 500 || (route.operation == Operation::explain && status == 503) ||
                              (route.operation == Operation::answer && (status == 409 || status == 413));
      if (is_of_load) continue;
      EXPECT_TRUE(seen_.contains({route.operation, status})) << route.path << " " << status;
    }
  }
}

}  // namespace
}  // namespace tally::serve
