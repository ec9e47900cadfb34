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

std::string how_many(std::uint64_t n, const std::string& noun) {
  return counted(Count(static_cast<unsigned long>(n)), noun);
}

}  // namespace

std::optional<std::uint64_t> time_in(const std::string& text) {
  static constexpr const char* forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};
  for (const char* form : forms) {
    std::tm utc{};
    const char* end = ::strptime(text.c_str(), form, &utc);
    if (end == nullptr || (*end != '\0' && std::string(end) != "Z")) continue;
    const std::time_t seconds = ::timegm(&utc);
    if (seconds < 0) return std::nullopt;
    return static_cast<std::uint64_t>(seconds) * 1'000'000'000u;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> log_files_of(const std::vector<std::string>& arguments) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (!fs::is_directory(argument, error)) {
      files.push_back(argument);
      continue;
    }
    std::vector<std::string> inside;
    for (fs::directory_iterator at(argument, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == log_ending) inside.push_back(at->path().string());
    }
    if (error) return Error{Cause::file, "cannot read `" + argument + "`: " + error.message()};
    if (inside.empty()) return Error{Cause::file, "`" + argument + "` has no file of a decision log"};
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

Result<LogSums> read_logs(const std::vector<std::string>& files, const LogFilter& filter, const LogVisitor& visitor) {
  LogSums sums;
  Progress progress;
  std::uint64_t read = 0;
  for (const std::string& path : files) {
    TALLY_ASSIGN_OR_RETURN(const File file, open_file(path));
    auto reader = LogReader::open([&](char* to, std::size_t size) { return std::fread(to, 1, size, file.get()); });
    if (std::ferror(file.get()) != 0) return Error{Cause::file, "cannot read `" + path + "` to its end"};
    if (!reader) return Error{Cause::document, "cannot read `" + path + "`: " + reader.error().message};
    ++sums.files;
    TALLY_RETURN_IF_ERROR(visitor.begin(path, reader->header()));
    LoggedDecision decision;
    bool goes_on = true;
    while (goes_on && reader->next(decision)) {
      if ((++read & 0xffff) == 0 && progress.is_due()) progress.show(how_many(read, "decision"));
      if (!filter.holds(decision)) continue;
      ++sums.decisions;
      goes_on = visitor.decide(reader->header(), decision);
    }
    if (std::ferror(file.get()) != 0) return Error{Cause::file, "cannot read `" + path + "` to its end"};
    sums.dropped += reader->dropped();
    sums.damaged += reader->damaged();
    sums.torn_bytes += reader->torn_bytes();
    if (reader->torn_bytes() > 0) ++sums.torn;
    if (goes_on && !reader->was_closed()) ++sums.open;
    if (!goes_on) break;
  }
  progress.clear();
  return sums;
}

int report_losses(const LogSums& sums) {
  const auto note = [](const std::string& text) { std::fprintf(stderr, "note: %s\n", text.c_str()); };
  if (sums.dropped > 0) note(how_many(sums.dropped, "decision") + " dropped: there was no room in time");
  if (sums.torn > 0)
    note(how_many(sums.torn, "file") + " cut off: " + how_many(sums.torn_bytes, "byte") + " at the end cannot be read");
  if (sums.open > 0)
    note(how_many(sums.open, "file") + " not closed: still being written, or of a process that was killed");
  if (sums.damaged == 0) return exit_fine;
  complain(how_many(sums.damaged, "record") + " damaged; all others were read");
  return exit_fault;
}

}  // namespace tally::cli
