// Reading files for the stages that do no I/O of their own.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "compiler/front_end.h"

namespace tally::cli {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// A file opened for reading, or why it cannot be ("no such file", "is a directory").
std::variant<File, ReadError> open_file(const std::string& path);
// A whole file. Of one that is larger than `bound`, a little more than that, so
// that whoever reads it complains of the size; never all of an endless file.
std::variant<std::string, ReadError> read_file(const std::string& path, std::size_t bound);
// A rule file.
std::variant<std::string, ReadError> read_rules(const std::string& path);

// A file that is written beside the one that it is to be, and put in its place when
// it is complete and on the disk: who reads the path finds the old one or the new
// one. Both functions say why not, where they fail; then the old one is as it was.
class AtomicFile {
 public:
  AtomicFile() = default;
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // First: whether there is something to write to.
  std::optional<std::string> open(const std::string& path);
  // Once, all of it.
  std::optional<std::string> write(const std::string& bytes);

 private:
  std::optional<std::string> fail();  // why, from errno; what was begun is taken away

  std::string target_, written_;
  bool in_place_ = false;  // a device or a pipe
  int fd_ = -1;
};
std::optional<std::string> write_atomically(const std::string& path, const std::string& bytes);

}  // namespace tally::cli
