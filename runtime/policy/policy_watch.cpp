#include "runtime/policy/policy_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/blocked_signals.h"
#include "base/section.h"
#include "runtime/policy/reloadable_policy.h"
#include "runtime/support/c_error.h"

namespace tally {
namespace {

thread_local const ReloadablePolicy* watched_here = nullptr;

std::vector<WatchedFile> look_at(std::vector<WatchedFile> files) {
  for (WatchedFile& file : files) file.state = state_of(file.path);
  return files;
}

bool same(const std::vector<WatchedFile>& a, const std::vector<WatchedFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const WatchedFile& x, const WatchedFile& y) { return x.state == y.state && x.path == y.path; });
}

// Adds the statement of a guard to the files, if it is not among them: a version that came in use before the guard
// was set does not have it.
void add_statement(const std::string& path, std::vector<WatchedFile>& loaded, std::vector<WatchedFile>& seen) {
  const auto is_it = [&](const WatchedFile& file) { return file.path == path; };
  if (path.empty() || std::any_of(loaded.begin(), loaded.end(), is_it)) return;
  loaded.push_back({path, state_of(path)});
  seen.push_back(loaded.back());
}

}  // namespace

PolicyWatch::PolicyWatch(ReloadablePolicy& policy, std::uint32_t interval, tally_watcher watcher, void* context)
    : policy_(policy), interval_(interval), watcher_(watcher), context_(context), process_(fork_count()) {
  end_before_what_was_made();
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

void PolicyWatch::begin() {
  {
    const std::lock_guard lock(mutex_);
    begun_ = true;
  }
  changed_.notify_all();
}

PolicyWatch::~PolicyWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PolicyWatch::End::operator()(PolicyWatch* watch) const {
  // The thread of another process can neither be ended nor joined. Its watch stays as it is.
  if (watch->process_ == fork_count()) delete watch;
}

bool PolicyWatch::is_here(const ReloadablePolicy& policy) { return watched_here == &policy; }

void PolicyWatch::report(const Result<tally_reload, Failure>& reload) const {
  if (watcher_ == nullptr) return;
  if (reload) {
    watcher_(context_, &*reload, nullptr);
    return;
  }
  const tally_reload nothing{policy_.generation(), 0, 0, 0};
  const tally_error error(reload.error());
  watcher_(context_, &nothing, &error);
}

void PolicyWatch::run() {
  watched_here = &policy_;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return begun_ || ending_; });
  }
  // As they were when they were read: a change between then and the first look counts.
  std::vector<WatchedFile> loaded, seen;
  bool begun = false;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::milliseconds(interval_), [this] { return ending_; })) {
    if (process_ends()) break;
    lock.unlock();
    try {
      if (!begun) {
        loaded = policy_.take()->loaded().files;
        seen = loaded;
        begun = true;
      }
      policy_.sweep();
      add_statement(policy_.statement_path(), loaded, seen);
      std::vector<WatchedFile> now = look_at(loaded);
      const bool quiet = same(now, seen);
      seen = std::move(now);
      if (quiet && !same(seen, loaded)) {
        const auto done = policy_.reload();
        // What was refused is not tried again before it changes again.
        loaded = done ? policy_.take()->loaded().files : seen;
        seen = loaded;
        report(done);
      }
    } catch (...) {
      // No memory: the next look tries again.
    }
    lock.lock();
  }
}

}  // namespace tally
