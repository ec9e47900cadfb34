// Reads a file that others may write meanwhile.
//
// In:     a path.
// Out:    the bytes of the file, and what distinguishes its state from a later one.
// Always: the bytes are of one state; a device, a pipe and a directory are refused.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "runtime/support/failure.h"

namespace tally {

// Distinguishes one state of a file from another; all zeros if there is no file.
struct FileState {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified = 0, modified_ns = 0, changed = 0, changed_ns = 0;
  bool operator==(const FileState&) const = default;
};
FileState state_of(const std::string& path);

// A file that a policy was made from, in its state just before it was read.
struct WatchedFile {
  std::string path;
  FileState state;
};

// The bytes of a file, all of one state: if the file changes while it is read, it is read again.
// Fails if the file is larger than `bound` bytes.
Result<std::string, Failure> read_whole(const std::string& path, std::size_t bound);

}  // namespace tally
