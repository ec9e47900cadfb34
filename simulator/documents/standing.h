// What stands at a place of a request: nothing, `null`, or a value.
//
// For example, of `{"a": null}` the place "/a" has null, and "/b" nothing.
#pragma once

#include <cstdint>

namespace tally {

enum class Standing : std::uint8_t { nothing, null, value };

}  // namespace tally
