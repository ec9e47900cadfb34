// How the classes of a text in one policy divide those in another.
//
// In:     two elements that are texts, of two descriptors.
// Out:    for each code of the first, the codes of the second that some text has which has this code in the first.
// Always: exact, over all texts in UTF-8; unless the two have more than `max_text_pairs` states together.
//
// For example, of `"+1..."`, `other` in the first and `"+12..."`, `other` in the second: the texts of `"+1..."` are in
// both classes of the second, and those of `other` in `other` only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

inline constexpr std::size_t max_text_pairs = 1'000'000;

// Returns nothing if there are too many states.
std::optional<std::map<std::uint16_t, std::set<std::uint16_t>>> common_classes(const ElementDescriptor& first,
                                                                               const ElementDescriptor& second);

}  // namespace tally
