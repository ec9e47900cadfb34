// The service behind `tally serve`: from a request to its response.
//
//   path                                   routes.h          which operation
//   body, query                            service.cpp       what is asked
//   request, documents bound before        served_policy.h   the decision
//
// In:     requests as plain data (http.h), whole or, for lines, in pieces.
// Out:    responses; counts (metrics.h).
// Always: nothing is decided from a request with a fault. No function throws, or blocks but for reloads and
//         explanations. Any thread may use any function. No sockets: tests and a fuzz target call it as it is.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "serve/http.h"
#include "serve/metrics.h"
#include "serve/routes.h"
#include "serve/served_policy.h"
#include "serve/templates.h"

namespace tally::serve {

struct ServiceOptions {
  PolicyOptions policy;
  std::string templates;                           // a folder; empty: none
  std::size_t body_bytes = std::size_t{1} << 20;   // of a request, a document, or a line
  std::size_t lines_bytes = std::size_t{1} << 30;  // of a body with lines
};

// A body with one request per line, which is answered while it arrives.
class LineExchange {
 public:
  LineExchange(ServedPolicy& policy, DecideOptions options, std::string id, std::size_t max_line, Metrics& metrics);

  // Appends an answer for each line that ends in the piece.
  void feed(std::string_view piece, std::string& out);
  // The last line may lack its end.
  void finish(std::string& out);

 private:
  void answer(std::string_view line, std::string& out);
  void refuse(const Refusal& refusal, std::string& out);

  ServedPolicy& policy_;
  DecideOptions options_;
  std::string id_;
  std::size_t max_line_;
  Metrics& metrics_;
  std::string begun_;  // of a line
  bool too_long_ = false;
  std::size_t number_ = 0;
};

class Service {
 public:
  using Clock = std::chrono::steady_clock;

  // Opens the policies. Each is named by its file, without the ending. Fails as `tally_policy_open` does; two policies
  // of one name are a wrong usage.
  static Result<std::unique_ptr<Service>> open(const std::vector<std::string>& paths, const ServiceOptions& options);

  // What is to be done with a request whose headers are known, and whose body is not.
  struct Admission {
    Matched matched;
    std::optional<HttpResponse> refused;  // the response, at once
    std::unique_ptr<LineExchange> lines;  // null: the body is kept, and `respond` called with all of it
    std::size_t max_body = 0;
    bool is_slow = false;  // takes milliseconds, so it is done aside
  };
  Admission admit(const HttpRequest& head);
  // `matched` is what `admit` found; without it the path is looked up.
  HttpResponse respond(const HttpRequest& request, const Matched& matched);
  HttpResponse respond(const HttpRequest& request);
  // What the shell refuses by itself: a body that is too large.
  HttpResponse refuse(const Refusal& refusal);

  // Loads every policy again. Returns a line for each: "recording: version 2", "recording: refused: ...".
  std::vector<std::string> reload();
  // From now on `/healthz` answers 503, so that a balancer sends nothing more.
  void stop() { stopping_ = true; }

  Metrics& metrics() { return metrics_; }
  HttpResponse metrics_text();
  const std::vector<std::unique_ptr<ServedPolicy>>& policies() const { return policies_; }

 private:
  Result<> check_templates() const;
  explicit Service(ServiceOptions options) : options_(std::move(options)) {}
  Result<HttpResponse, Refusal> answer(const HttpRequest& request, const Matched& matched);
  Result<HttpResponse, Refusal> decide(const HttpRequest& request, const Matched& matched);
  Result<HttpResponse, Refusal> put_document(const HttpRequest& request, const Matched& matched);
  Result<HttpResponse, Refusal> get_document(const Matched& matched);
  Result<HttpResponse, Refusal> delete_document(const Matched& matched);
  Result<HttpResponse, Refusal> answer_by_template(const HttpRequest& request, const Matched& matched);
  HttpResponse health() const;
  HttpResponse policies_json();
  Result<ServedPolicy*, Refusal> policy_of(const Matched& matched);

  ServiceOptions options_;
  std::vector<std::unique_ptr<ServedPolicy>> policies_;
  Templates templates_;
  Metrics metrics_;
  std::atomic<bool> stopping_{false};
};

}  // namespace tally::serve
