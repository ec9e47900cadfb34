// What formatting changes in a file, as a unified diff, which `patch` applies.
//
//   --- rules.tally
//   +++ rules.tally
//   @@ -1 +1 @@
//   -input  a:flag
//   +input a : flag
//
// In:     the name of a file, its text, and the text formatted
// Out:    the diff, with three lines of context; empty if the texts are equal
// Always: only with colour it has escape sequences
#pragma once

#include <string>
#include <string_view>

namespace tally::cli {

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after, bool colour);

}  // namespace tally::cli
