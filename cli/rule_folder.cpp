#include "cli/rule_folder.h"

#include <algorithm>
#include <filesystem>

namespace tally::cli {

namespace fs = std::filesystem;

Result<std::vector<std::string>> rule_files_below(const std::string& folder, const FolderWalk& walk) {
  std::vector<std::string> found;
  std::size_t entries = 0;
  std::error_code error;
  const auto options =
      walk.skips_unreadable ? fs::directory_options::skip_permission_denied : fs::directory_options::none;
  for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end; at.increment(error)) {
    if (++entries > walk.max_entries || found.size() >= walk.max_files) break;
    const std::string name = at->path().filename().string();
    const bool is_hidden = name.starts_with('.');
    std::error_code unknown;
    if (at->is_directory(unknown)) {
      const auto& over = walk.passed_over;
      if (is_hidden || std::find(over.begin(), over.end(), name) != over.end()) at.disable_recursion_pending();
    } else if (!is_hidden && at->path().extension() == ".tally" && at->is_regular_file(unknown)) {
      found.push_back(at->path().string());
    }
  }
  if (error && !walk.skips_unreadable)
    return Error{Cause::file, "cannot read the folder `" + folder + "`: " + error.message()};
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tally::cli
