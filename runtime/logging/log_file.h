// One file of a decision log, while it is written; and the folder that it stands in.
//
// In:     a header and whole records.
// Out:    a file of log_format.h.
// Always: what `append` returns is with the kernel, so a process that is killed does not lose it. If a write fails, the
//         file is cut to its last whole record. A file is readable by its owner and group only.
//
// The name of a file is NAME-20261130T123352Z-000001-4242.tlog: when it was made (UTC), its number among the files of
// this log, and the process. So names sort by time, and several processes may write to one folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/support/failure.h"

namespace tally {

// Writes like `write` of the system. A test puts a slow or full disk in its place.
using WriteFunction = std::function<std::int64_t(int descriptor, const char* bytes, std::size_t size)>;

class LogFile {
 public:
  explicit LogFile(WriteFunction write) : write_(std::move(write)) {}
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  // Makes a file of this name, which must not exist, and writes the header. If it fails, there is no file. An error is
  // the number of the system's error; EEXIST for a name that is taken.
  Result<Done, int> open(const std::string& path, std::string_view header);
  // Writes records of one size. Returns how many are with the kernel, in `written`, also if it fails.
  Result<Done, int> append(std::string_view records, std::size_t record_size, std::size_t& written);
  // Waits until everything is on the disk.
  Result<Done, int> sync() const;
  void close();

 private:
  Result<Done, int> write_all(std::string_view bytes, std::size_t& written);

  WriteFunction write_;
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

// Returns the name of a file: "recording-20261130T123352Z-000001-4242.tlog". `made`: nanoseconds since 1970.
std::string log_file_name(const std::string& name, std::uint64_t made, std::uint64_t number, std::uint64_t process);
// Returns the paths of all files of a log of this name in a folder, the oldest first; nothing if the folder cannot be
// read.
std::vector<std::string> log_files(const std::string& folder, const std::string& name);

}  // namespace tally
