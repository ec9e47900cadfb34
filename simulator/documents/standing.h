// What stands at a place of a request: nothing, `null`, or a value.
#pragma once

#include <cstdint>

namespace tally {

enum class Standing : std::uint8_t { nothing, null, value };

}  // namespace tally
