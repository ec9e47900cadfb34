// The rule files of a folder.
//
//   TALLY_ASSIGN_OR_RETURN(const auto files, rule_files_below("rules", {}));   // "rules/a.tally", "rules/b/c.tally"
//
// In:     a folder, and what is passed over in it.
// Out:    the paths of the .tally files in it and below it, sorted.
// Always: hidden files and folders are passed over, and links to folders are not followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace tally::cli {

struct FolderWalk {
  bool skips_unreadable = false;         // otherwise a folder that cannot be read is an error
  std::vector<std::string> passed_over;  // names of folders, such as "node_modules"
  std::size_t max_files = SIZE_MAX;      // the walk ends when it has so many
  std::size_t max_entries = SIZE_MAX;    // or has looked at so many files and folders
};

// An error has the cause `file`.
Result<std::vector<std::string>> rule_files_below(const std::string& folder, const FolderWalk& walk);

}  // namespace tally::cli
