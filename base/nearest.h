// The name that was probably meant by an unknown word.
//
// In:     a word that is not known, and the words that are.
// Out:    the one that differs in the fewest letters, or nothing if none is near.
// Always: the answer depends on the words alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

// Returns the candidate that was probably meant, or nothing: "source" for "sorce". The
// distance is Damerau-Levenshtein (in its restricted form) and at most a third of the
// word's length; a word that differs only in case is always near, such as "SOURCE". If no
// candidate is near, it is the only one that the word abbreviates, such as "srce".
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tally
