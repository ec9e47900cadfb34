// What stands at a place of a request.
//
// In:     the text of a request, and JSON Pointers.
// Out:    whether a place has a value.
// Always: a text that is not JSON has nothing anywhere.
//
// For example, in {"caller":{"user":null}} there is an object at /caller, null at /caller/user, and
// nothing at /callee.
#pragma once

#include <string>
#include <string_view>

#include "simulator/documents/standing.h"
#include "simulator/report/json.h"

namespace tally::report {

class RequestText {
 public:
  explicit RequestText(std::string_view text) : request_(Json::parse(text, nullptr, false)) {}
  Standing at(std::string_view pointer) const;
  // The request, or a discarded value.
  const Json& json() const { return request_; }

 private:
  Json request_;
};

}  // namespace tally::report
