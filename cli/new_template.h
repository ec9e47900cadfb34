// The rule file that `tally new` writes: cli/templates/new.tally, which the command contains (cmake/embed_text.cmake).
//
//   print(new_template());   "# When is a call recorded? ..."
#pragma once

#include <string_view>

namespace tally::cli {

std::string_view new_template();

}  // namespace tally::cli
