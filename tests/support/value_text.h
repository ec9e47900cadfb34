// A value of the reference interpreter as a text, to compare values in tests: equal values have equal texts.
//
// For example, {"wav";60;} for a record with a text and a number.
#pragma once

#include <string>

#include "simulator/reference/interpreter.h"

namespace tally::testing {

std::string text_of(const reference::Value& value);

}  // namespace tally::testing
