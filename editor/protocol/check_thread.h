// The thread that runs what may take long: checks of files, and answers to commands.
//
// In:     jobs, each with the texts that it works on
// Out:    what a job returns is run by the thread of the server
// Always: one job runs at a time, in order. A check of a file is given up as soon as there is another of the
//         same file, or when it is cancelled.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tally::editor {

class CheckThread {
 public:
  // `stop` becomes true when the job is not wanted any more.
  using Job = std::function<void(const std::atomic<bool>& stop)>;

  CheckThread();
  ~CheckThread();  // cancels what is left, and waits for the thread
  CheckThread(const CheckThread&) = delete;
  CheckThread& operator=(const CheckThread&) = delete;

  // Runs a check of a file behind everything else. It takes the place of one of the same file.
  void check(const std::string& path, Job job);
  void cancel_check(const std::string& path);
  // Runs the answer to a command before all checks. If it is about a file, a change of the file cancels it.
  // Returns the flag that cancels it.
  std::shared_ptr<std::atomic<bool>> answer(Job job, const std::string& path = "");

 private:
  struct Entry {
    std::string path;  // empty: an answer that is not about a file
    Job job;
    std::shared_ptr<std::atomic<bool>> stop = std::make_shared<std::atomic<bool>>(false);
  };
  void run();
  void cancel_locked(const std::string& path);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> answers_, checks_;
  std::string running_;  // the path of the check that runs
  std::shared_ptr<std::atomic<bool>> running_stop_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace tally::editor
