// The files of decision logs that the arguments of a command name.
//
// In:     files, and folders, of which all files that end in .tlog count.
// Out:    one decision after the other, in the order of the arguments, and in a folder of the names, which is that of
//         time.
// Always: a file that is not a log, and bytes that cannot be read, are reported; what is whole is read, in all files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/log/log_reader.h"

namespace tally::cli {

// Which decisions of a log count.
struct LogFilter {
  std::uint64_t since = 0, until = UINT64_MAX;  // nanoseconds since 1970; `until` itself does not count
  std::optional<std::string> id;

  bool holds(const LoggedDecision& decision) const {
    return decision.time >= since && decision.time < until && (!id || decision.id == *id);
  }
};
// Reads a time in UTC: "2026-11-30", "2026-11-30T12:33" or "2026-11-30T12:33:52", with a "Z" at the end or without.
std::optional<std::uint64_t> time_in(const std::string& text);

// Whether an argument can only be a log: a folder, or a file that ends in .tlog or begins as a log does.
bool is_log(const std::string& argument);

struct LogPath {
  std::string path;
  bool is_named = false;  // by an argument itself, not by its folder
};

// What was read, over all files.
struct LogSums {
  std::size_t files = 0;
  std::uint64_t read = 0;       // decisions
  std::uint64_t decisions = 0;  // that the filter lets through
  std::uint64_t dropped = 0, damaged = 0, torn_bytes = 0;
  std::size_t torn = 0, open = 0;  // files: that end within a record, that were not closed
  std::vector<std::string> begun;  // files that end within their header
  std::vector<Error> failures;     // one for each file that cannot be read
};

// Returns the files that the arguments mean. Fails if a folder cannot be read, or has none.
Result<std::vector<LogPath>> log_files_of(const std::vector<std::string>& arguments);

// What is called for each file, before its decisions, and for each decision. `decide` returns false to stop;
// where it is empty, only headers are read.
struct LogVisitor {
  std::function<Result<>(const std::string& file, const LogHeader& header)> begin;
  std::function<bool(const LogHeader& header, const LoggedDecision& decision)> decide;
};
// Fails if no file could be read.
Result<LogSums> read_logs(const std::vector<LogPath>& files, const LogFilter& filter, const LogVisitor& visitor);

// Complains of what could not be read, and notes what was not written. Returns the exit code: 1 if records, or a file
// of a folder, are damaged; 2 if a file that an argument names is not a log.
int report_losses(const LogSums& sums);

}  // namespace tally::cli
