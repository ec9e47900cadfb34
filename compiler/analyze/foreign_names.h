// Names that mean a value, or the length of a text, in other languages, and what Tally writes instead.
//
// For example, `null` is `unset`, and `yes` is `on`.
//
// In:     a name that nothing declares.
// Out:    what it means there, or that it is not one of them.
// Always: upper and lower case are the same: `NULL` is `null`.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// Whether the name means a missing value: `null`, `missing`.
bool means_unset(std::string_view name);
// "set" or "unset" for a function that tests whether there is a value, or null: `isset(x)`, `isNull(x)`
const char* presence_meant_by(std::string_view name);
// "on" or "off" for `true`, `yes`, `enabled`, ...; null for any other name.
const char* flag_meant_by(std::string_view name);
// Whether the name means the length of a text: `length`, `strlen`.
bool means_length(std::string_view name);
// Returns what tests the length of a text: "`t has length 4..`, `t has length ..6` or `t has length 4..6`".
std::string length_tests(const std::string& text);
// The test of a text that a function or method of this name makes: "starts" for `startsWith`; null for any other.
const char* text_test_meant_by(std::string_view name);

}  // namespace tally
