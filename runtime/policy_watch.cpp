#include "runtime/policy_watch.h"

#include <sys/stat.h>

#include <chrono>
#include <utility>

#include "runtime/c_error.h"
#include "runtime/reloadable_policy.h"

namespace tally {
namespace {

// What tells one state of a file from another; zeros where there is none.
struct FileState {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t seconds = 0, nanoseconds = 0, changed = 0, changed_nanoseconds = 0;
  bool operator==(const FileState&) const = default;
};
using FileStates = std::vector<FileState>;

FileStates look_at(const std::vector<std::string>& files) {
  FileStates states;
  for (const std::string& file : files) {
    struct stat s {};
    FileState& state = states.emplace_back();
    if (::stat(file.c_str(), &s) != 0) continue;
    state = {s.st_dev, s.st_ino, static_cast<std::uint64_t>(s.st_size), s.st_mtim.tv_sec, s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec};
  }
  return states;
}

std::vector<std::string> files_of(const ReloadablePolicy& policy) {
  std::vector<std::string> files = policy.take()->loaded().files;
  if (files.empty()) files.push_back(policy.path());
  return files;
}

}  // namespace

PolicyWatch::PolicyWatch(ReloadablePolicy& policy, std::uint32_t interval, tally_watcher watcher, void* context)
    : policy_(policy), interval_(interval), watcher_(watcher), context_(context), thread_([this] { run(); }) {}

PolicyWatch::~PolicyWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void PolicyWatch::run() {
  std::vector<std::string> files = files_of(policy_);
  FileStates loaded = look_at(files), seen = loaded;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, std::chrono::milliseconds(interval_), [this] { return ending_; })) {
    lock.unlock();
    try {
      policy_.sweep();
      FileStates now = look_at(files);
      const bool quiet = now == seen;
      seen = std::move(now);
      if (seen != loaded && quiet) {
        loaded = seen;
        tally_reload done{policy_.generation(), 0, 0, 0};
        auto failure = policy_.reload(done);
        if (!failure) {
          // The rules may use other files than before; what they were like before the
          // reload is what was loaded, or is seen to differ next time.
          if (auto used = files_of(policy_); used != files) {
            files = std::move(used);
            loaded = seen = look_at(files);
          }
        }
        if (watcher_ != nullptr) {
          const tally_error error = failure ? tally_error(std::move(*failure)) : tally_error();
          watcher_(context_, &done, failure ? &error : nullptr);
        }
      }
    } catch (...) {
      // No memory: the next look tries again.
      loaded.clear();
    }
    lock.lock();
  }
}

}  // namespace tally
