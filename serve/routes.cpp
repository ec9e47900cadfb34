#include "serve/routes.h"

#include <algorithm>

namespace tally::serve {
namespace {

// The segments of a path: "/v1/decide" is "v1" and "decide".
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty() && path.front() == '/') {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

struct SplitRoute {
  Route route;
  std::vector<std::string_view> segments;
};

const std::vector<SplitRoute>& split_routes() {
  static const std::vector<SplitRoute> split = [] {
    std::vector<SplitRoute> out;
    for (const Route& route : routes()) out.push_back({route, segments_of(route.path)});
    return out;
  }();
  return split;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i].front() == '{' ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

std::string* named(Matched& matched, std::string_view segment) {
  if (segment == "{policy}") return &matched.policy;
  if (segment == "{kind}") return &matched.kind;
  if (segment == "{key}") return &matched.key;
  return &matched.form;
}

}  // namespace

const char* to_string(Operation operation) {
  switch (operation) {
    case Operation::health: return "health";
    case Operation::metrics: return "metrics";
    case Operation::openapi: return "openapi";
    case Operation::policies: return "policies";
    case Operation::policy: return "policy";
    case Operation::decide: return "decide";
    case Operation::explain: return "explain";
    case Operation::documents: return "documents";
    case Operation::document_get: return "document_get";
    case Operation::document_put: return "document_put";
    case Operation::document_delete: return "document_delete";
    case Operation::answer: return "answer";
    case Operation::none: return "none";
  }
  return "";
}

const std::vector<Route>& routes() {
  // The routes that most requests take come first.
  static const std::vector<Route> all = {
      {"POST", "/v1/decide", Operation::decide},
      {"POST", "/v1/policies/{policy}/decide", Operation::decide},
      {"GET", "/v1/answers/{template}", Operation::answer},
      {"POST", "/v1/answers/{template}", Operation::answer},
      {"GET", "/v1/policies/{policy}/answers/{template}", Operation::answer},
      {"POST", "/v1/policies/{policy}/answers/{template}", Operation::answer},
      {"POST", "/v1/explain", Operation::explain},
      {"POST", "/v1/policies/{policy}/explain", Operation::explain},
      {"PUT", "/v1/documents/{kind}/{key}", Operation::document_put},
      {"GET", "/v1/documents/{kind}/{key}", Operation::document_get},
      {"DELETE", "/v1/documents/{kind}/{key}", Operation::document_delete},
      {"PUT", "/v1/policies/{policy}/documents/{kind}/{key}", Operation::document_put},
      {"GET", "/v1/policies/{policy}/documents/{kind}/{key}", Operation::document_get},
      {"DELETE", "/v1/policies/{policy}/documents/{kind}/{key}", Operation::document_delete},
      {"GET", "/v1/documents", Operation::documents},
      {"GET", "/v1/policies/{policy}/documents", Operation::documents},
      {"GET", "/v1/policies", Operation::policies},
      {"GET", "/v1/policies/{policy}", Operation::policy},
      {"GET", "/v1/openapi.json", Operation::openapi},
      {"GET", "/healthz", Operation::health},
      {"GET", "/metrics", Operation::metrics},
  };
  return all;
}

std::vector<int> statuses_of(Operation operation) {
  switch (operation) {
    case Operation::health: return {200, 503};
    case Operation::metrics:
    case Operation::openapi:
    case Operation::policies: return {200};
    case Operation::policy:
    case Operation::documents: return {200, 404};
    case Operation::decide: return {200, 400, 404, 409, 413, 415, 422, 500};
    case Operation::explain: return {200, 400, 404, 409, 413, 415, 422, 500, 503};
    case Operation::document_get: return {200, 404};
    case Operation::document_put: return {200, 201, 400, 404, 413, 415, 422, 500, 507};
    case Operation::document_delete: return {204, 404};
    case Operation::answer: return {200, 400, 404, 409, 413, 415, 422, 500};
    case Operation::none: return {};
  }
  return {};
}

Result<Matched, Refusal> match(std::string_view method, std::string_view path) {
  if (method == "HEAD") method = "GET";
  const std::vector<std::string_view> segments = segments_of(path);
  std::string allow;
  for (const auto& [route, pattern] : split_routes()) {
    if (!fits(pattern, segments)) continue;
    if (method != route.method) {
      allow += (allow.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    Matched matched;
    matched.operation = route.operation;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (pattern[i].front() != '{') continue;
      auto name = percent_decoded(segments[i]);
      if (!name) return Refusal{400, ErrorCause::malformed, "the path cannot be decoded", "write `%25` for `%`"};
      *named(matched, pattern[i]) = *std::move(name);
    }
    return matched;
  }
  if (!allow.empty()) {
    Refusal refusal{405, ErrorCause::method, "this path has no method `" + std::string(method) + "`",
                    "it has " + allow};
    refusal.allow = allow;
    return refusal;
  }
  return Refusal{404, ErrorCause::unknown, "no such path", "GET /v1/openapi.json lists the paths"};
}

}  // namespace tally::serve
