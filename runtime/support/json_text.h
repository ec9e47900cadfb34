// Writes and reads small pieces of JSON text, in UTF-8. Every function depends on its arguments only.
//
//   json_string("a\"b")    "\"a\\\"b\""
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

// Appends a text as a JSON string, quotes and all.
void append_json(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

// A text for a message: as a JSON string, cut after 40 characters.
std::string shown(std::string_view text);

// A key as a JSON Pointer spells it (RFC 6901), `~` as `~0` and `/` as `~1`; and back.
std::string escape_token(std::string_view key);
std::string unescape_token(std::string_view token);

// The value of a JSON number's text, if it is a whole number from 0 to 2^64 - 1. It is exact,
// however it is written: `5`, `5.0` and `50e-1` are 5, and `-0` is 0.
enum class NotWhole : std::uint8_t { negative, fraction, too_large };
Result<std::uint64_t, NotWhole> whole_number(std::string_view text);

}  // namespace tally
