// What to write instead of a JSON value of the wrong kind.
//
// In:     the element that reads a place, and the value that stands there.
// Out:    the value that was probably meant, as JSON, and a sentence on how to write it.
//
// For example, for `limit : 5..10800` and the JSON value "60", `60` was meant, and the help is
// "write `60`, without quotes".
// Always: nothing is meant where that is not clear; the help may be known all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

// The JSON kind of a value that has a text.
enum class Written : std::uint8_t { boolean, number, string, other };

struct RightValue {
  std::optional<std::string> meant;  // as JSON, without the quotes of a string
  std::string help;                  // empty: nothing is known
};

// `text` is the JSON text of a boolean or number, or what a string contains.
RightValue right_value(const ElementDescriptor& element, Written kind, const std::string& text);

// The same for a flag or a number that is kept as a text, and for a boolean or number that stands there: for
// `42`, the text "42" was meant.
RightValue right_text(const ElementDescriptor& element, Written kind, const std::string& text);
// The same for a text that is not the number that it was meant to be: for "007", "7" was meant.
RightValue right_text_of_number(const ElementDescriptor& element, const std::string& text);

}  // namespace tally
