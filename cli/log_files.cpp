#include "cli/log_files.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "compiler/graph/count.h"

namespace tally::cli {
namespace {

// Reads one file. Returns false if the visitor wants no more.
Result<bool> read_log(const LogPath& log, const LogFilter& filter, const LogVisitor& visitor, Progress& progress,
                      LogSums& sums) {
  TALLY_ASSIGN_OR_RETURN(const File file, open_file(log.path));
  const Error broken{Cause::file, "cannot read `" + log.path + "` to its end"};
  auto reader = LogReader::open([&](char* to, std::size_t size) { return std::fread(to, 1, size, file.get()); });
  if (std::ferror(file.get()) != 0) return broken;
  if (!reader && reader.error().status == TALLY_ERROR_FILE) {
    sums.begun.push_back(log.path);
    return true;
  }
  if (!reader)
    return Error{log.is_named ? Cause::file : Cause::document,
                 "cannot read `" + log.path + "`: " + reader.error().message};
  ++sums.files;
  TALLY_RETURN_IF_ERROR(visitor.begin(log.path, reader->header()));
  if (!visitor.decide) return true;
  LoggedDecision decision;
  bool goes_on = true;
  while (goes_on && reader->next(decision)) {
    if ((++sums.read & 0xffff) == 0 && progress.is_due()) progress.show(counted(sums.read, "decision"));
    if (!filter.holds(decision)) continue;
    ++sums.decisions;
    goes_on = visitor.decide(reader->header(), decision);
  }
  sums.dropped += reader->dropped();
  sums.damaged += reader->damaged();
  sums.torn_bytes += reader->torn_bytes();
  if (reader->torn_bytes() > 0) ++sums.torn;
  if (goes_on && !reader->was_closed()) ++sums.open;
  if (std::ferror(file.get()) != 0) return broken;
  return goes_on;
}

}  // namespace

std::optional<std::uint64_t> time_in(const std::string& text) {
  static constexpr const char* forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};
  for (const char* form : forms) {
    std::tm utc{};
    const char* end = ::strptime(text.c_str(), form, &utc);
    if (end == nullptr || (*end != '\0' && std::string(end) != "Z")) continue;
    const int day = utc.tm_mday;
    const std::time_t seconds = ::timegm(&utc);
    if (seconds < 0 || utc.tm_mday != day) return std::nullopt;
    return static_cast<std::uint64_t>(seconds) * 1'000'000'000u;
  }
  return std::nullopt;
}

bool is_log(const std::string& argument) {
  std::error_code error;
  if (std::filesystem::is_directory(argument, error) || argument.ends_with(log_ending)) return true;
  if (!std::filesystem::is_regular_file(argument, error)) return false;  // a pipe cannot be looked into
  const auto file = open_file(argument);
  char begin[sizeof log_magic] = {};
  return file && std::fread(begin, 1, sizeof begin, file->get()) == sizeof begin &&
         std::equal(begin, std::end(begin), log_magic);
}

Result<std::vector<LogPath>> log_files_of(const std::vector<std::string>& arguments) {
  namespace fs = std::filesystem;
  std::vector<LogPath> files;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (!fs::is_directory(argument, error)) {
      files.push_back({argument, true});
      continue;
    }
    std::vector<std::string> inside;
    for (fs::directory_iterator at(argument, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == log_ending) inside.push_back(at->path().string());
    }
    if (error) return Error{Cause::file, "cannot read `" + argument + "`: " + error.message()};
    if (inside.empty()) return Error{Cause::file, "`" + argument + "` has no file of a decision log"};
    std::sort(inside.begin(), inside.end());
    for (std::string& path : inside) files.push_back({std::move(path), false});
  }
  return files;
}

Result<LogSums> read_logs(const std::vector<LogPath>& files, const LogFilter& filter, const LogVisitor& visitor) {
  LogSums sums;
  Progress progress;
  bool goes_on = true;
  for (std::size_t i = 0; i < files.size() && goes_on; ++i) {
    const auto read = read_log(files[i], filter, visitor, progress, sums);
    if (!read) sums.failures.push_back(read.error());
    goes_on = !read || *read;
  }
  progress.clear();
  if (sums.files > 0 || !sums.begun.empty() || sums.failures.empty()) return sums;
  Error last = std::move(sums.failures.back());
  sums.failures.pop_back();
  for (const Error& failure : sums.failures) {
    complain(failure);
    if (exit_code_of(failure.cause) > exit_code_of(last.cause)) last.cause = failure.cause;
  }
  return last;
}

int report_losses(const LogSums& sums) {
  const auto note = [](const std::string& text) { std::fprintf(stderr, "note: %s\n", text.c_str()); };
  if (sums.dropped > 0) note(counted(sums.dropped, "decision") + " dropped: there was no room in time");
  if (sums.torn > 0)
    note(counted(sums.torn, "file") + " cut off: " + counted(sums.torn_bytes, "byte") + " at the end cannot be read");
  for (const std::string& path : sums.begun) note("`" + path + "` is cut off: nothing was written yet");
  if (sums.open > 0)
    note(counted(sums.open, "file") + " not closed: still being written, or of a process that was killed");
  int code = exit_fine;
  for (const Error& failure : sums.failures) {
    complain(failure);
    code = std::max(code, exit_code_of(failure.cause));
  }
  if (sums.damaged == 0) return code;
  complain(counted(sums.damaged, "record") + " damaged; all others were read");
  return std::max(code, exit_fault);
}

}  // namespace tally::cli
