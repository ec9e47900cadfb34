// Reads several files in one state, although others may write them meanwhile.
//
// In:     paths.
// Out:    the bytes of the files, and whether all of them had these bytes at one time.
// Always: if `holds` returns true, there was such a time. It does not detect a file that is half
//         written, and rests while it is read: such rules cannot be distinguished from complete ones.
#pragma once

#include <string>
#include <vector>

#include "runtime/policy/policy_loader.h"

namespace tally {

class FileSnapshot {
 public:
  // Reads a file, as `read_whole` does, and remembers its state.
  Result<std::string, Failure> read(const std::string& path, std::size_t bound);

  // Whether nothing was written, and no file replaced, since it was read.
  bool holds() const;

  // What was read, in that order, as it was just before.
  const std::vector<WatchedFile>& files() const { return files_; }

 private:
  std::vector<WatchedFile> files_;
};

}  // namespace tally
