// Small pieces of JSON text, written and read without a document in memory.
//
// Everything here is a function of its arguments alone. Texts are UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tally {

// Appends a text as a JSON string, quotes and all.
void append_json(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

// A JSON text as it is shown in a message: as JSON, cut after 40 characters.
std::string shown(std::string_view text);

// A key as a JSON Pointer writes it (RFC 6901): `~` is `~0`, `/` is `~1`; and back.
std::string escape_token(std::string_view key);
std::string unescape_token(std::string_view token);

// The value of a JSON number's text (`5`, `5.0`, `50e-1`, `-0`), where it is a
// whole number from 0 to 2^64 - 1: exact, however it is written.
enum class NotWhole : std::uint8_t { negative, fraction, too_large };
std::variant<std::uint64_t, NotWhole> whole_number(std::string_view text);

}  // namespace tally
