// Fuzz target: from a request of `tally serve`, as its handlers get it, to the response.
//
// In:     lines: `METHOD PATH?QUERY`, the type of the body, and then the body. A service answers them, which keeps the
//         documents that were bound by inputs before, up to its bounds.
// Always: no input crashes, hangs or throws. Every status is one that the route has; every JSON body is JSON; lines are
//         answered alike, however they are cut into pieces; a document that is bound in one request decides as the
//         same document in the request.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "serve/service.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;
using serve::HttpRequest;
using serve::HttpResponse;

constexpr const char* rules = R"(
type network = onnet | offnet
input source : network
input account : { record : flag, plan : text?, limit : (1..9)?, ... }?
input caller : { device : flag? at /device/record }?
decision recording : flag {
  on when source is offnet and account.record is on because "{account.plan}"
  on when caller.device is on
  off otherwise
}
decision limit : number? = account.limit
)";

serve::Service& service() {
  static const auto made = [] {
    const std::string name = "/tmp/serve_fuzzer_" + std::to_string(::getpid());
    const std::string file = name + ".tally";
    std::ofstream(file) << rules;
    serve::ServiceOptions options;
    options.policy.documents = {50, 10'000};
    options.body_bytes = 1'000;
    auto opened = serve::Service::open({file}, options);
    ::unlink(file.c_str());
    if (!opened) fail("the rules are refused", opened.error().message);
    return *std::move(opened);
  }();
  return *made;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check(const HttpRequest& request, const HttpResponse& response) {
  const auto matched = serve::match(request.method, request.path);
  if (matched) {
    const auto statuses = serve::statuses_of(matched->operation);
    if (std::find(statuses.begin(), statuses.end(), response.status) == statuses.end())
      fail("a status that the route does not have", std::to_string(response.status));
  } else if (response.status != matched.error().status) {
    fail("another status than the route's", std::to_string(response.status));
  }
  if (response.type == "application/json" && !nlohmann::json::accept(response.body))
    fail("a body is not JSON", response.body);
  if (response.status >= 400 && response.status != 503 && response.body.find("\"message\":\"\"") != std::string::npos)
    fail("refused without a reason", response.body);
}

std::string lines_of(const HttpRequest& request, std::size_t piece) {
  auto admission = service().admit(request);
  if (admission.lines == nullptr) return "";
  std::string out;
  for (std::size_t at = 0; at < request.body.size(); at += piece)
    admission.lines->feed(std::string_view(request.body).substr(at, piece), out);
  admission.lines->finish(out);
  return out;
}

// The account of a request, bound before.
void bind_and_compare(const HttpRequest& request) {
  const auto json = nlohmann::ordered_json::parse(request.body, nullptr, false);
  if (!json.is_object() || !json.contains("account") || !json["account"].is_object()) return;
  const HttpResponse whole = service().respond(request);
  if (whole.status != 200 || request.body.find("$bound") != std::string::npos) return;
  HttpRequest put{"PUT", "/v1/documents/account/fuzz", {}, "application/json", "", json["account"].dump()};
  const int bound = service().respond(put).status;
  if (bound == 507) return;
  if (bound != 200 && bound != 201) fail("a document is refused that a request may have", put.body);
  HttpRequest named = request;
  auto rest = json;
  rest["account"] = {{"$bound", "fuzz"}};
  named.body = rest.dump();
  if (named.body.size() > 1'000) return;
  const HttpResponse answer = service().respond(named);
  if (answer.body != whole.body) fail("a bound document decides otherwise", whole.body + answer.body);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  std::string_view text = fuzz::text_of(data, size);
  std::string_view head = take_line(text);
  HttpRequest request;
  request.method = head.substr(0, head.find(' '));
  head.remove_prefix(std::min(request.method.size() + 1, head.size()));
  request.path = head.substr(0, head.find('?'));
  head.remove_prefix(std::min(request.path.size() + 1, head.size()));
  if (auto fields = serve::form_fields(head)) request.query = *std::move(fields);
  request.content_type = take_line(text);
  request.body = text;
  check(request, service().respond(request));
  if (serve::is_lines(request.content_type)) {
    const std::string whole = lines_of(request, std::max<std::size_t>(request.body.size(), 1));
    if (lines_of(request, 3) != whole) fail("lines in pieces are answered otherwise", whole);
  }
  if (request.method == "POST" && request.path == "/v1/decide") bind_and_compare(request);
  return 0;
}
