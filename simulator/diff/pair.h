// A thing of the old policy and one of the new: `pair[0]` and `pair[1]`.
#pragma once

#include <array>

namespace tally {

template <class T>
using Pair = std::array<T, 2>;

}  // namespace tally
