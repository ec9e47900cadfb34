// The description of the interface, serve/openapi.json, as a part of the program.
//
// For example, `GET /v1/openapi.json` returns it.
#pragma once

#include <string_view>

namespace tally::serve {

std::string_view openapi_document();

}  // namespace tally::serve
