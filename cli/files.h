// Reading and writing files, for the stages, which do no I/O of their own.
//
//   TALLY_ASSIGN_OR_RETURN(const std::string guide, read_file("guide.md", 1 << 20));
//   TALLY_RETURN_IF_ERROR(write_atomically("policy.so", bytes));
//
// A file that cannot be read or written is an error of the cause `file` (exit 2).
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "base/result.h"
#include "compiler/front_end.h"

namespace tally::cli {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Opens a file for reading.
Result<File> open_file(const std::string& path);
// Returns the bytes of a file, all of one state: it is read again if it is written meanwhile. Reading stops just past
// `max_bytes`, so that the caller can report a file that is too large, and so that reading an endless file ends.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);
// Like `read_file`, but `-` is standard input.
Result<std::string> read_input(const std::string& path, std::size_t max_bytes);
// Runs the front end on a rule file. The file, and those that it uses, are read in one state. `more` is
// read as if it stood at the end of the file.
Compilation compile_rules(const std::string& path, const std::string& more = "");

// A file that is written beside its target, and replaces the target when it is complete and on
// the disk. A reader of the path finds either the old file or the new one. If a function fails,
// the old file is unchanged.
class AtomicFile {
 public:
  AtomicFile() = default;
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Called first. Fails if nothing can be written to `path`.
  Result<> open(const std::string& path);
  // Called once, with the whole content.
  Result<> write(const std::string& bytes);

 private:
  Error cannot_write(const std::string& why) const;
  Error fail();  // the reason, from errno; removes the unfinished file

  std::string path_, target_, written_;
  bool in_place_ = false;  // a device or a pipe
  int fd_ = -1;
};
Result<> write_atomically(const std::string& path, const std::string& bytes);

// Returns why a rule file did not compile: `file` if it cannot be read, `rules` if it has an error.
Cause cause_of(const Compilation& compilation);

}  // namespace tally::cli
