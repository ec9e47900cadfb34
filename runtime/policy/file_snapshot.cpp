#include "runtime/policy/file_snapshot.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

namespace tally {
namespace {

// Whether a write from now on gives a file a later time than this. The time of a file is that of the
// clock's last tick, so several writes within one tick cannot be distinguished.
bool is_past(std::int64_t seconds, std::int64_t nanoseconds) {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return true;
  return std::pair<std::int64_t, std::int64_t>(seconds, nanoseconds) <
         std::pair<std::int64_t, std::int64_t>(now.tv_sec, now.tv_nsec);
}

// A tick has 10 ms at most; a file server's clock may be ahead for longer.
FileState settled_state_of(const std::string& path) {
  FileState state = state_of(path);
  for (int wait = 0; wait < 20 && !is_past(state.changed, state.changed_ns); ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    state = state_of(path);
  }
  return state;
}

}  // namespace

Result<std::string, Failure> FileSnapshot::read(const std::string& path, std::size_t bound) {
  files_.push_back({path, settled_state_of(path)});
  auto bytes = read_whole(path, bound);
  if (bytes) return bytes;
  Failure failure = std::move(bytes).error();
  const std::string start = "cannot read `" + path + "`: ";
  if (failure.message.starts_with(start)) failure.message.erase(0, start.size());
  return failure;
}

bool FileSnapshot::holds() const {
  return std::all_of(files_.begin(), files_.end(),
                     [](const WatchedFile& file) { return state_of(file.path) == file.state; });
}

}  // namespace tally
