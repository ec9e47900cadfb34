// The table of routes: which paths there are, and what each does.
//
// In:     a method and a path, as they were sent.
// Out:    the operation, with the names that stand in the path; or why there is none.
// Always: serve/openapi.json has exactly these paths, methods and statuses; `serve_openapi_test` holds this.
//
//   GET /v1/documents/account/a%2Fb  is  Operation::document_get with kind "account" and key "a/b"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "serve/http.h"

namespace tally::serve {

enum class Operation : std::uint8_t {
  health,
  metrics,
  openapi,
  policies,
  policy,
  decide,
  explain,
  documents,
  document_get,
  document_put,
  document_delete,
  answer,  // by a template
  none,    // no route leads there
};
inline constexpr std::size_t operations = 13;
const char* to_string(Operation operation);

struct Route {
  const char* method;
  const char* path;  // "/v1/policies/{policy}/decide"
  Operation operation;
};
const std::vector<Route>& routes();
// The statuses that an operation answers with.
std::vector<int> statuses_of(Operation operation);

struct Matched {
  Operation operation = Operation::none;
  std::string policy, kind, key, form;  // what stands at {policy}, {kind}, {key} and {template}; may be empty
};
// Fails with 404, 405, or 400 if the path cannot be decoded. A HEAD is a GET.
Result<Matched, Refusal> match(std::string_view method, std::string_view path);

}  // namespace tally::serve
