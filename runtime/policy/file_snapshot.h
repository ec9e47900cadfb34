// Reads several files in one state, although others may write them meanwhile.
//
// In:     paths.
// Out:    the bytes of the files, and whether all of them had these bytes at one time.
// Always: if `holds` returns true, there was such a time. A file that was just written is read when it
//         has rested for 20 ms, an empty one after 200 ms, so that a file which is being written in
//         place is not taken for a whole one. A writer that pauses for longer cannot be detected.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/policy/whole_file.h"

namespace tally {

class FileSnapshot {
 public:
  // Reads a file, as `read_whole` does, and remembers its state. The message of a failure is the reason
  // alone: "no such file".
  Result<std::string, Failure> read(const std::string& path, std::size_t bound);

  // Whether nothing was written, and no file replaced, since it was read.
  bool holds() const;

  // What was read, in that order, as it was just before.
  const std::vector<WatchedFile>& files() const { return files_; }

 private:
  std::vector<WatchedFile> files_;
};

inline constexpr const char* keeps_changing = "it, or a file that it uses, changes while it is read";

// Returns what `read` makes of files that it reads through a snapshot, all in one state. If one of them is
// written meanwhile, `read` is called again; if that does not help either, nothing is returned.
template <class Read>
auto in_one_state(Read read) -> std::optional<decltype(read(std::declval<FileSnapshot&>()))> {
  for (int attempt = 0; attempt < 4; ++attempt) {
    FileSnapshot files;
    auto made = read(files);
    // Files that were read in different states are never accepted, even if they make sense.
    if (files.holds()) return made;
  }
  return std::nullopt;
}

}  // namespace tally
