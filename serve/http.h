// Requests and responses, without the library that carries them.
//
// In:     what a client sent: method, path, query, a few headers, the body.
// Out:    a status, a body and its type.
// Always: plain data, so that a test or a fuzz target calls the handlers without a socket.
//
//   service.respond({.method = "POST", .path = "/v1/decide", .content_type = "application/json", .body = "{}"})
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/support/document_fault.h"

namespace tally::serve {

struct HttpRequest {
  std::string method;                                      // "POST"
  std::string path;                                        // as it was sent: "/v1/documents/account/a%2Fb"
  std::vector<std::pair<std::string, std::string>> query;  // likewise, in its order
  std::string content_type;                                // empty: none was sent
  std::string id;                                          // of X-Request-Id; empty: none was sent
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::string allow;  // 405: the methods that the path has
};

// What a refused request is counted as, in `tally_errors_total`.
enum class ErrorCause : std::uint8_t {
  malformed,   // the body is not JSON, or the path or query cannot be read
  document,    // a request or document has a fault
  unbound,     // a document that the request names is not bound, or the version in use refuses it
  unknown,     // no such path, policy, decision, document or template
  method,      // the path does not have the method
  type,        // of the body
  too_large,   // the body, a line, or all documents together
  smuggling,   // headers that contradict each other about the length of the body
  timeout,     // the client was too slow
  overloaded,  // too many explanations wait
  internal,    // no memory, no thread, a defect
};
inline constexpr std::size_t error_causes = 11;
const char* to_string(ErrorCause cause);

// Why a request is refused. Its JSON is the body of the response.
struct Refusal {
  int status = 400;
  ErrorCause cause = ErrorCause::malformed;
  std::string message;
  std::string help{};
  std::vector<DocumentFault> faults{};  // of a document or request
  std::string allow{};                  // 405
};

// {"error":{"status":422,"cause":"document","message":...,"help":...,"fault":{...}}} and a line break. `fault` is what
// `tally decide --jsonl` prints of a line at fault, and is there if there are faults.
std::string error_json(const Refusal& refusal);
HttpResponse response_of(const Refusal& refusal);
// Refuses a request or document with these faults: 400 if it is not JSON, 422 otherwise.
Refusal refusal_of(std::vector<DocumentFault> faults);
Refusal body_too_large(std::size_t max_bytes);

// Whatever follows `%` is resolved; nothing if it is not two hexadecimal digits, or if the result is not UTF-8.
std::optional<std::string> percent_decoded(std::string_view text);
// Likewise in a query or a form, where `+` is a blank.
std::optional<std::string> form_decoded(std::string_view text);
// The fields of a form or query, "a=1&b=2"; nothing if one cannot be decoded.
std::optional<std::vector<std::pair<std::string, std::string>>> form_fields(std::string_view text);

// A media type without its parameters, in small letters: "application/json".
std::string media_type(std::string_view content_type);
// Whether lines of JSON stand in the body.
bool is_lines(std::string_view content_type);

}  // namespace tally::serve
