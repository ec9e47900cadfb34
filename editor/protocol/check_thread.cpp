#include "editor/protocol/check_thread.h"

#include <algorithm>
#include <new>

#include "base/own_stack.h"

namespace tally::editor {

CheckThread::CheckThread() : thread_([this] { run(); }) {}

CheckThread::~CheckThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    if (running_stop_) *running_stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void CheckThread::check(const std::string& path, Job job) {
  {
    const std::lock_guard lock(mutex_);
    cancel_locked(path);
    checks_.push_back({path, std::move(job)});
  }
  wake_.notify_all();
}

void CheckThread::cancel_check(const std::string& path) {
  const std::lock_guard lock(mutex_);
  cancel_locked(path);
}

void CheckThread::cancel_locked(const std::string& path) {
  std::erase_if(checks_, [&](const Entry& entry) { return entry.path == path; });
  if (running_stop_ && running_ == path) *running_stop_ = true;
}

std::shared_ptr<std::atomic<bool>> CheckThread::answer(Job job, const std::string& path) {
  Entry entry{path, std::move(job)};
  const auto stop = entry.stop;
  {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(entry));
  }
  wake_.notify_all();
  return stop;
}

void CheckThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return ends_ || !answers_.empty() || !checks_.empty(); });
    if (ends_) return;
    std::deque<Entry>& from = answers_.empty() ? checks_ : answers_;
    Entry entry = std::move(from.front());
    from.pop_front();
    running_ = entry.path;
    running_stop_ = entry.stop;
    lock.unlock();
    try {
      // Rules may nest deeply, and a thread may have a small stack.
      const Result<> ran = on_own_stack(big_stack, [&] { entry.job(*entry.stop); });
      (void)ran;  // without memory for a stack there is no check
    } catch (const std::bad_alloc&) {
      // The file has no check; the next edit asks for another one.
    }
    entry.job = nullptr;
    lock.lock();
    running_stop_.reset();
    running_.clear();
  }
}

}  // namespace tally::editor
