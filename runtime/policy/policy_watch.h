// A thread that looks at a policy's files, and reloads the policy when they have changed.
//
// In:     a policy that can be reloaded, and the milliseconds between two looks.
// Out:    a call of the host's function after each reload, also after one that failed.
// Always: the thread belongs to the process that started it. In a child that inherits the watch by a
//         fork there is no thread, and ending the watch there waits for nothing.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "runtime/include/tally.h"
#include "runtime/support/failure.h"

namespace tally {

class ReloadablePolicy;

class PolicyWatch {
 public:
  // Makes the thread, which waits for `begin`. Throws std::system_error if the system has no thread.
  PolicyWatch(ReloadablePolicy& policy, std::uint32_t interval, tally_watcher watcher, void* context);
  void begin();
  ~PolicyWatch();  // ends the thread, after a reload that it is busy with

  // Ends a watch, in this process or in a child.
  struct End {
    void operator()(PolicyWatch* watch) const;
  };

  // Whether this is the thread of a watch of the policy, which cannot wait for itself.
  static bool is_here(const ReloadablePolicy& policy);

 private:
  void run();
  // Calls the watcher.
  void report(const Result<tally_reload, Failure>& reload) const;
  ReloadablePolicy& policy_;
  std::uint32_t interval_;
  tally_watcher watcher_;
  void* context_;
  std::mutex mutex_;
  bool begun_ = false, ending_ = false;
  std::condition_variable changed_;  // `begun_` or `ending_`
  std::uint64_t process_;            // the fork_count of the process that has the thread
  std::thread thread_;
};
using OwnedWatch = std::unique_ptr<PolicyWatch, PolicyWatch::End>;

}  // namespace tally
