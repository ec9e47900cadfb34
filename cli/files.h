// Reading files for the stages that do no I/O of their own.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <variant>

#include "base/result.h"
#include "compiler/front_end.h"

namespace tally::cli {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// A file opened for reading.
Result<File> open_file(const std::string& path);
// A whole file. Reading stops just past `max_bytes`, so that the caller can report a file
// that is too large, and an endless one ends.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);
// Likewise; `-` is standard input.
Result<std::string> read_input(const std::string& path, std::size_t max_bytes);
// A rule file, for the compiler.
std::variant<std::string, ReadError> read_rules(const std::string& path);

// A file that is written beside its target and takes its place when it is complete and
// on the disk: a reader of the path finds the old file or the new one. If a function
// fails, the old file is as it was.
class AtomicFile {
 public:
  AtomicFile() = default;
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // First: whether there is something to write to.
  Result<> open(const std::string& path);
  // Once, all of it.
  Result<> write(const std::string& bytes);

 private:
  Error cannot_write(const std::string& why) const;
  Error fail();  // why, from errno; removes what was begun

  std::string path_, target_, written_;
  bool in_place_ = false;  // a device or a pipe
  int fd_ = -1;
};
Result<> write_atomically(const std::string& path, const std::string& bytes);

// Why a rule file did not compile: it cannot be read at all, or the rules have an error.
Cause cause_of(const Compilation& compilation);

}  // namespace tally::cli
