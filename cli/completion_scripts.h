// The scripts that `tally completion` prints: cli/templates/completion.*, which the command contains
// (cmake/embed_text.cmake).
//
//   print(completion_bash());   "# Completion of `tally` for bash. ..."
#pragma once

#include <string_view>

namespace tally::cli {

std::string_view completion_bash();
std::string_view completion_zsh();
std::string_view completion_fish();

}  // namespace tally::cli
