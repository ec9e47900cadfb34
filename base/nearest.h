// What was probably meant by a word that nothing is called.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

// The candidate that was probably meant (Damerau-Levenshtein, at most a third
// of the word's length away), or nothing.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tally
