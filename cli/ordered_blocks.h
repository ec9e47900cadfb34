// Work on blocks of a stream in several threads, in constant memory.
//
// In:     blocks, filled by the caller one after the other; what is done with one.
// Out:    each block again, in the same order, in the thread of the caller.
// Always: there are never more than twice as many blocks as threads, and one. What a worker throws is thrown by the
// next
//         function that the caller calls. With one job there are no threads.
//
//   OrderedBlocks<Block> blocks(jobs, [] { return [](Block& block) { decide(block); }; }, print);
//   blocks.next().text = read();
//   blocks.submit();
//   blocks.finish();
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tally::cli {

template <class Block>
class OrderedBlocks {
 public:
  using Work = std::function<void(Block&)>;

  // `make_work` is called once for each thread, in it. `done` gets the blocks in order.
  OrderedBlocks(std::size_t jobs, std::function<Work()> make_work, std::function<void(Block&)> done)
      : done_(std::move(done)), slots_(jobs == 1 ? 1 : 2 * jobs + 1) {
    if (jobs == 1) {
      inline_work_ = make_work();
      return;
    }
    threads_.reserve(jobs);
    try {
      while (threads_.size() < jobs) threads_.emplace_back([this, make_work] { work(make_work); });
    } catch (const std::system_error&) {
      // The system has no more threads. Those that there are do the work.
      if (threads_.empty()) inline_work_ = make_work();
    }
  }

  ~OrderedBlocks() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    work_.notify_all();
  }
  OrderedBlocks(const OrderedBlocks&) = delete;
  OrderedBlocks& operator=(const OrderedBlocks&) = delete;

  // The block to fill next. Waits until there is one, and hands on those that are done.
  Block& next() {
    while (filled_ - finished_ == slots_.size()) finish_one();
    return slots_[filled_ % slots_.size()].block;
  }

  // The block that `next` returned is full.
  void submit() {
    Slot& slot = slots_[filled_ % slots_.size()];
    if (inline_work_) {
      inline_work_(slot.block);
      done_(slot.block);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      ++filled_;
    }
    work_.notify_one();
  }

  // Waits for all blocks that were submitted, and hands them on.
  void finish() {
    while (finished_ < filled_) finish_one();
  }

 private:
  struct Slot {
    Block block;
    bool is_done = false;
  };

  void work(const std::function<Work()>& make_work) {
    try {
      const Work work = make_work();
      for (;;) {
        Slot* slot = nullptr;
        {
          std::unique_lock lock(mutex_);
          work_.wait(lock, [&] { return ended_ || taken_ < filled_; });
          if (ended_) return;
          slot = &slots_[taken_++ % slots_.size()];
        }
        work(slot->block);
        {
          const std::lock_guard lock(mutex_);
          slot->is_done = true;
        }
        finished_one_.notify_one();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      finished_one_.notify_one();
    }
  }

  void finish_one() {
    Slot& slot = slots_[finished_ % slots_.size()];
    {
      std::unique_lock lock(mutex_);
      finished_one_.wait(lock, [&] { return slot.is_done || failure_; });
      if (failure_) std::rethrow_exception(failure_);
      slot.is_done = false;
    }
    ++finished_;
    done_(slot.block);
  }

  std::function<void(Block&)> done_;
  Work inline_work_;  // with one job
  std::vector<Slot> slots_;
  std::mutex mutex_;  // of the next five, and of `is_done`
  std::condition_variable work_, finished_one_;
  std::size_t filled_ = 0, taken_ = 0;
  std::exception_ptr failure_;
  bool ended_ = false;
  std::size_t finished_ = 0;           // only the caller knows it
  std::vector<std::jthread> threads_;  // last, so that they end first
};

}  // namespace tally::cli
