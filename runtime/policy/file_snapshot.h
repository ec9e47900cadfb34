// Files as they were at one moment, though others may write them meanwhile.
//
// In: paths. Out: what the files hold, and whether that was theirs at one moment.
// Always: where `holds` says so, every file that was read had just these bytes, all
// of them at that time, unless somebody was in the middle of writing one: rules that
// are half written, and written no further for as long as they are read, cannot be
// told from rules.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "runtime/policy/policy_loader.h"

namespace tally {

class FileSnapshot {
 public:
  // As `read_whole`.
  Result<std::string, Failure> read(const std::string& path, std::size_t bound);

  // Whether nothing was written, and no file replaced, since it was read.
  bool holds() const;

  // What was read, in that order, as it was just before.
  const std::vector<WatchedFile>& files() const { return files_; }

 private:
  std::vector<WatchedFile> files_;
};

}  // namespace tally
