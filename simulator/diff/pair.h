// One value for each of the two policies: `pair[0]` is of the old one, `pair[1]` of the new.
//
// For example, `Pair<std::string>{"off", "on"}` is an outcome that changes from off to on.
#pragma once

#include <array>

namespace tally {

template <class T>
using Pair = std::array<T, 2>;

}  // namespace tally
