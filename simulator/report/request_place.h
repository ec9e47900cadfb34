// What stands at a place of a request.
//
// In:     the text of a request, and JSON Pointers.
// Out:    whether a place has a value.
// Always: a text that is not JSON has nothing anywhere.
//
// For example, in {"caller":{"user":null}} there is an object at /caller, null at /caller/user, and
// nothing at /callee.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/report/json.h"

namespace tally::report {

enum class Standing : std::uint8_t { nothing, null, value };

class RequestText {
 public:
  explicit RequestText(const std::string& text) : request_(Json::parse(text, nullptr, false)) {}
  Standing at(std::string_view pointer) const;

 private:
  Json request_;
};

}  // namespace tally::report
