#include "runtime/policy/file_snapshot.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <thread>

namespace tally {
namespace {

// A file that is written in place rests between two writes, for as long as the writer is held up. So a
// file that was just written is read after it has rested for a while, and an empty one, which was most
// likely truncated to be written, after a longer while. The time of a file is that of the clock's last
// tick, of at most 10 ms, so that several writes within one tick cannot be distinguished.
constexpr std::int64_t rest_ms = 20, rest_of_empty_ms = 200;

// Returns how long ago a file was changed; a large number if the clocks do not agree.
std::int64_t age_ms(const FileState& state) {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return INT64_MAX;
  const std::int64_t age = (now.tv_sec - state.changed) * 1000 + (now.tv_nsec - state.changed_ns) / 1'000'000;
  return age < -1000 ? INT64_MAX : age;  // a file server's clock may be ahead
}

FileState settled_state_of(const std::string& path) {
  FileState state = state_of(path);
  for (std::int64_t wait = 0; state != FileState{} && wait < rest_of_empty_ms; ++wait) {
    if (age_ms(state) > (state.size == 0 ? rest_of_empty_ms : rest_ms)) break;
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
