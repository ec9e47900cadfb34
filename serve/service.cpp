#include "serve/service.h"

#include <algorithm>
#include <filesystem>
#include <new>

#include "base/nearest.h"
#include "runtime/include/tally.h"
#include "runtime/support/json_text.h"
#include "runtime/support/utf8.h"
#include "serve/openapi.h"
#include "simulator/report/json.h"

namespace tally::serve {
namespace {

using Response = Result<HttpResponse, Refusal>;

constexpr std::size_t max_id_bytes = 256;

Refusal wrong_type(std::string help) {
  return {415, ErrorCause::type, "the body has a type that is not read here", std::move(help)};
}
Refusal no_memory() { return {500, ErrorCause::internal, "there is not enough memory"}; }

Refusal no_document(const std::string& pointer, const std::string& key) {
  return {404, ErrorCause::unknown, "no document `" + key + "` is bound for `" + pointer + "`"};
}

Result<Templates::Fields, Refusal> query_of(const HttpRequest& request) {
  Templates::Fields out;
  for (const auto& [raw_name, raw_value] : request.query) {
    auto name = form_decoded(raw_name);
    auto value = form_decoded(raw_value);
    if (!name || !value) return Refusal{400, ErrorCause::malformed, "the query cannot be decoded"};
    out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

// `because` and `decision` of a query.
Result<DecideOptions, Refusal> options_of(const HttpRequest& request) {
  DecideOptions out;
  TALLY_ASSIGN_OR_RETURN(const Templates::Fields query, query_of(request));
  for (const auto& [name, value] : query) {
    if (name == "decision") {
      if (std::find(out.decisions.begin(), out.decisions.end(), value) == out.decisions.end())
        out.decisions.push_back(value);
    } else if (name == "because" && (value == "1" || value == "true" || value.empty())) {
      out.because = true;
    } else if (name == "because" && (value == "0" || value == "false")) {
      out.because = false;
    } else if (name == "because") {
      return Refusal{400, ErrorCause::malformed, "`because` is `true` or `false`"};
    } else {
      return Refusal{400, ErrorCause::malformed,
                     "no parameter `" + name + "`" + did_you_mean(nearest(name, {"because", "decision"}))};
    }
  }
  if (request.id.size() > max_id_bytes || !is_utf8(request.id))
    return Refusal{400, ErrorCause::malformed,
                   "the X-Request-Id is not a text of at most " + std::to_string(max_id_bytes) + " bytes"};
  out.id = request.id;
  return out;
}

// The name of a policy, from its file: "rules/recording.tally" is `recording`.
std::string name_of_policy(const std::string& path) { return std::filesystem::path(path).stem().string(); }

Error as_error(const std::string& path, const Failure& failure) {
  switch (failure.status) {
    case TALLY_ERROR_FILE: return {Cause::file, failure.message};
    case TALLY_ERROR_MEMORY: return {Cause::memory, failure.message};
    case TALLY_ERROR_SYSTEM: return {Cause::system, failure.message};
    case TALLY_ERROR_ARGUMENT:
    case TALLY_ERROR_UNKNOWN:
    case TALLY_ERROR_TYPE: return {Cause::usage, failure.message};
    default: return {Cause::rules, "`" + path + "` is not served:\n" + failure.message};
  }
}

}  // namespace

// --- lines -------------------------------------------------------------------------------

LineExchange::LineExchange(ServedPolicy& policy, DecideOptions options, std::string id, std::size_t max_line,
                           Metrics& metrics)
    : policy_(policy), options_(std::move(options)), id_(std::move(id)), max_line_(max_line), metrics_(metrics) {
  options_.id = id_;
}

void LineExchange::feed(std::string_view piece, std::string& out) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (!too_long_ && begun_.size() + part.size() > max_line_) {
      too_long_ = true;
      begun_.clear();
    }
    if (end == std::string_view::npos) {
      if (!too_long_) begun_ += part;
      return;
    }
    if (begun_.empty()) {
      answer(part, out);
    } else {
      begun_ += part;
      answer(begun_, out);
      begun_.clear();
    }
    piece.remove_prefix(end + 1);
  }
}

void LineExchange::finish(std::string& out) {
  if (too_long_ || !begun_.empty()) answer(begun_, out);
  begun_.clear();
}

void LineExchange::answer(std::string_view line, std::string& out) {
  ++number_;
  if (too_long_) {
    too_long_ = false;
    DocumentFault fault;
    fault.code = FaultId::too_large;
    fault.message = "a line is longer than " + std::to_string(max_line_) + " bytes";
    return refuse({413, ErrorCause::too_large, fault.message, "", {fault}}, out);
  }
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;  // not a request
  const std::size_t before = out.size();
  const auto decided = policy_.take_decider()->decide(line, options_, out);
  if (decided) {
    out += '\n';
    return;
  }
  out.resize(before);
  refuse(decided.error(), out);
}

void LineExchange::refuse(const Refusal& refusal, std::string& out) {
  metrics_.count(refusal.cause);
  report::Json error = {{"line", number_}, {"cause", to_string(refusal.cause)}};
  if (refusal.faults.empty() || refusal.cause == ErrorCause::unbound) error["message"] = refusal.message;
  if (!refusal.help.empty()) error["help"] = refusal.help;
  if (refusal.cause == ErrorCause::unbound && !refusal.faults.empty()) {
    error["fault"] = report::faults_json(refusal.faults);
  } else if (!refusal.faults.empty()) {
    error.update(report::faults_json(refusal.faults));
  }
  out += report::to_text({{"error", std::move(error)}}, -1);
}

// --- opening -----------------------------------------------------------------------------

Result<std::unique_ptr<Service>> Service::open(const std::vector<std::string>& paths, const ServiceOptions& options) {
  std::unique_ptr<Service> out(new Service(options));
  for (const std::string& path : paths) {
    std::string name = name_of_policy(path);
    for (const auto& other : out->policies_) {
      if (other->name() == name)
        return Error{Cause::usage, "two policies have the name `" + name + "`", "rename one of the files"};
    }
    auto policy = ServedPolicy::open(std::move(name), path, options.policy);
    if (!policy) return as_error(path, policy.error());
    out->policies_.push_back(*std::move(policy));
  }
  if (!options.templates.empty()) {
    TALLY_ASSIGN_OR_RETURN(out->templates_, Templates::load(options.templates));
    TALLY_RETURN_IF_ERROR(out->check_templates());
  }
  return out;
}

// A decision that no policy has would be left out of an answer in silence.
Result<> Service::check_templates() const {
  std::vector<std::string> known;
  for (const auto& policy : policies_) {
    for (const DecisionDescriptor& decision : policy->policy().take()->policy().decisions)
      known.push_back(decision.name);
  }
  for (const auto& [name, decision] : templates_.decisions()) {
    if (std::find(known.begin(), known.end(), decision) == known.end())
      return Error{Cause::file, "the template `" + name + "` inserts `decision." + decision +
                                    "`, and no policy decides that" + did_you_mean(nearest(decision, known))};
  }
  return {};
}

std::vector<std::string> Service::reload() {
  std::vector<std::string> out;
  for (const auto& policy : policies_) {
    const auto done = policy->reload();
    out.push_back(policy->name() + (done ? ": version " + std::to_string(policy->policy().generation())
                                         : ": refused, the version before stays: " + done.error().message));
  }
  return out;
}

// --- requests ----------------------------------------------------------------------------

Result<ServedPolicy*, Refusal> Service::policy_of(const Matched& matched) {
  if (matched.policy.empty()) {
    if (policies_.size() == 1) return policies_.front().get();
    return Refusal{404, ErrorCause::unknown, "several policies are served",
                   "name one: /v1/policies/" + policies_.front()->name() + "/..."};
  }
  std::vector<std::string> known;
  for (const auto& policy : policies_) {
    if (policy->name() == matched.policy) return policy.get();
    known.push_back(policy->name());
  }
  return Refusal{404, ErrorCause::unknown,
                 "no policy `" + matched.policy + "`" + did_you_mean(nearest(matched.policy, known)),
                 "GET /v1/policies lists them"};
}

Service::Admission Service::admit(const HttpRequest& head) {
  Admission out;
  const auto refused = [&](const Refusal& refusal) {
    out.refused = refuse(refusal);
    return std::move(out);
  };
  auto matched = match(head.method, head.path);
  if (!matched) return refused(matched.error());
  out.matched = *std::move(matched);
  out.max_body = options_.body_bytes;
  out.is_slow = out.matched.operation == Operation::explain;
  if (out.matched.operation != Operation::decide || !is_lines(head.content_type)) return out;
  const auto policy = policy_of(out.matched);
  if (!policy) return refused(policy.error());
  auto options = options_of(head);
  if (!options) return refused(options.error());
  out.max_body = options_.lines_bytes;
  out.lines = std::make_unique<LineExchange>(**policy, *std::move(options), head.id, options_.body_bytes, metrics_);
  return out;
}

HttpResponse Service::refuse(const Refusal& refusal) {
  metrics_.count(refusal.cause);
  return response_of(refusal);
}

HttpResponse Service::respond(const HttpRequest& request) {
  const auto matched = match(request.method, request.path);
  return matched ? respond(request, *matched) : refuse(matched.error());
}

HttpResponse Service::respond(const HttpRequest& request, const Matched& matched) {
  try {
    auto response = answer(request, matched);
    if (response) return *std::move(response);
    return refuse(response.error());
  } catch (const std::bad_alloc&) {
    return refuse(no_memory());
  } catch (const std::exception& defect) {
    return refuse({500, ErrorCause::internal, defect.what()});
  }
}

Response Service::answer(const HttpRequest& request, const Matched& matched) {
  if (request.body.size() > options_.body_bytes) return body_too_large(options_.body_bytes);
  switch (matched.operation) {
    case Operation::decide:
    case Operation::explain: return decide(request, matched);
    case Operation::answer: return answer_by_template(request, matched);
    case Operation::document_put: return put_document(request, matched);
    case Operation::document_get: return get_document(matched);
    case Operation::document_delete: return delete_document(matched);
    case Operation::documents: {
      TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
      return HttpResponse{200, "application/json", policy->documents_json(), {}};
    }
    case Operation::policy: {
      TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
      return HttpResponse{200, "application/json", policy->json() + "\n", {}};
    }
    case Operation::policies: return policies_json();
    case Operation::health: return health();
    case Operation::metrics: return metrics_text();
    case Operation::openapi: return HttpResponse{200, "application/json", std::string(openapi_document()), {}};
    case Operation::none: break;  // `match` does not return it
  }
  return no_memory();
}

Response Service::decide(const HttpRequest& request, const Matched& matched) {
  TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
  if (media_type(request.content_type) != "application/json") {
    return wrong_type(matched.operation == Operation::decide
                          ? "send `Content-Type: application/json`, or `application/jsonl` for one request per line"
                          : "send `Content-Type: application/json`");
  }
  TALLY_ASSIGN_OR_RETURN(const DecideOptions options, options_of(request));
  HttpResponse response;
  const auto decider = policy->take_decider();
  TALLY_RETURN_IF_ERROR(matched.operation == Operation::decide
                            ? decider->decide(request.body, options, response.body)
                            : decider->explain(request.body, options, response.body));
  response.body += '\n';
  return response;
}

// --- documents ---------------------------------------------------------------------------

Response Service::put_document(const HttpRequest& request, const Matched& matched) {
  TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
  if (media_type(request.content_type) != "application/json")
    return wrong_type("send `Content-Type: application/json`");
  TALLY_ASSIGN_OR_RETURN(const Documents::Stored stored,
                         policy->documents().put(*policy->policy().take(), matched.kind, matched.key, request.body));
  report::Json json = {{"place", stored.document->pointer()},
                       {"key", matched.key},
                       {"state", "bound"},
                       {"bytes", stored.document->text().size()},
                       {"unknown_keys", stored.binding->unknown_keys}};
  if (!stored.binding->faults.empty()) json.update(report::faults_json(stored.binding->faults));
  return HttpResponse{
      stored.put == Documents::Put::created ? 201 : 200, "application/json", report::to_text(json, -1), {}};
}

Response Service::get_document(const Matched& matched) {
  TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
  const auto version = policy->policy().take();
  TALLY_ASSIGN_OR_RETURN(const std::string pointer, policy->documents().pointer_of(*version, matched.kind));
  const auto stored = policy->documents().find(pointer, matched.key);
  if (stored == nullptr) return no_document(pointer, matched.key);
  const auto binding = stored->in(*version);
  report::Json json = {{"place", pointer},
                       {"key", matched.key},
                       {"state", binding->document ? "bound" : "refused"},
                       {"bytes", stored->text().size()},
                       {"unknown_keys", binding->unknown_keys}};
  if (!binding->document) json["fault"] = report::faults_json(binding->faults);
  return HttpResponse{200, "application/json", report::to_text(json, -1), {}};
}

Response Service::delete_document(const Matched& matched) {
  TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
  TALLY_ASSIGN_OR_RETURN(const std::string pointer,
                         policy->documents().pointer_of(*policy->policy().take(), matched.kind));
  if (!policy->documents().remove(pointer, matched.key)) return no_document(pointer, matched.key);
  return HttpResponse{204, "", "", {}};
}

// --- answers by templates ----------------------------------------------------------------

Response Service::answer_by_template(const HttpRequest& request, const Matched& matched) {
  TALLY_ASSIGN_OR_RETURN(ServedPolicy * policy, policy_of(matched));
  if (!templates_.contains(matched.form))
    return Refusal{404, ErrorCause::unknown,
                   "no template `" + matched.form + "`" + did_you_mean(nearest(matched.form, templates_.names()))};
  TALLY_ASSIGN_OR_RETURN(Templates::Fields fields, query_of(request));
  std::string json;  // the body, if it is JSON
  if (request.method == "POST") {
    const std::string type = media_type(request.content_type);
    if (type == "application/json") {
      json = request.body;
    } else if (type == "application/x-www-form-urlencoded") {
      auto sent = form_fields(request.body);
      if (!sent) return Refusal{400, ErrorCause::malformed, "the form cannot be decoded"};
      fields.insert(fields.end(), sent->begin(), sent->end());
    } else {
      return wrong_type("send a form (application/x-www-form-urlencoded) or JSON (application/json)");
    }
  }
  const auto as_refusal = [&](const Error& error) {
    const bool is_sent = error.cause == Cause::document;
    return Refusal{is_sent ? 400 : 500, is_sent ? ErrorCause::malformed : ErrorCause::internal, error.message};
  };
  const auto made =
      json.empty() ? templates_.request_of(matched.form, fields) : templates_.request_of_json(matched.form, json);
  if (!made) return as_refusal(made.error());
  DecideOptions options;
  if (request.id.size() <= max_id_bytes && is_utf8(request.id)) options.id = request.id;
  std::string decided;
  TALLY_RETURN_IF_ERROR(policy->take_decider()->decide(*made, options, decided));
  auto answer = templates_.answer_of(matched.form, decided, fields, json);
  if (!answer) return as_refusal(answer.error());
  return HttpResponse{200, std::move(answer->type), std::move(answer->text), {}};
}

// --- what is shown -----------------------------------------------------------------------

HttpResponse Service::health() const {
  if (stopping_) return {503, "application/json", "{\"status\":\"stopping\"}\n", {}};
  return {200, "application/json", "{\"status\":\"ok\"}\n", {}};
}

HttpResponse Service::policies_json() {
  std::string out = "{\"version\":" + json_string(tally_version()) +
                    ",\"compiles\":" + (rule_compiler() != nullptr ? "true" : "false") + ",\"policies\":[";
  for (const auto& policy : policies_) {
    if (out.back() != '[') out += ',';
    out += policy->json();
  }
  return {200, "application/json", out + "]}\n", {}};
}

HttpResponse Service::metrics_text() {
  Exposition out;
  out.family("tally_build_info", "gauge", "The version of Tally.");
  out.sample("tally_build_info", {{"version", tally_version()}}, std::uint64_t{1});
  metrics_.write(out);
  for (std::size_t i = 0; i < ServedPolicy::parts; ++i) {
    const auto part = static_cast<ServedPolicy::Part>(i);
    ServedPolicy::begin(part, out);
    for (const auto& policy : policies_) policy->write(part, out);
  }
  return {200, "text/plain; version=0.0.4; charset=utf-8", out.text(), {}};
}

}  // namespace tally::serve
