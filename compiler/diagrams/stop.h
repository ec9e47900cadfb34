// Gives up the work of a thread on diagrams, from another thread.
//
// For example, a check that an editor does not want any more:
//
//   const StopDiagrams scope(flag);
//   check(compilation, options);  // ends soon after `flag` becomes true
//
// In:     a flag that another thread may set
// Out:    NodeLimit from the operations of this thread, as if their diagrams were too large
// Always: a diagram that is there already stays right. Without a scope nothing is given up. Scopes do not nest.
#pragma once

#include <atomic>

namespace tally {

class StopDiagrams {
 public:
  // The flag must outlive the scope, which belongs to this thread.
  explicit StopDiagrams(const std::atomic<bool>& flag) { flag_ = &flag; }
  ~StopDiagrams() { flag_ = nullptr; }
  StopDiagrams(const StopDiagrams&) = delete;
  StopDiagrams& operator=(const StopDiagrams&) = delete;

  // Whether this thread is to give up.
  static bool is_set() { return flag_ != nullptr && flag_->load(std::memory_order_relaxed); }

 private:
  static thread_local const std::atomic<bool>* flag_;
};

}  // namespace tally
