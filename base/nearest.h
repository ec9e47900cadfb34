// The name that was probably meant by an unknown word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

// Returns the candidate that was probably meant, or nothing: "source" for "sorce". The
// distance is Damerau-Levenshtein (in its restricted form) and at most a third of the
// word's length; a word that differs only in case is always near, such as "SOURCE".
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tally
