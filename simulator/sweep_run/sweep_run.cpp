#include "simulator/sweep_run/sweep_run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

namespace tally {
namespace {

using Clock = std::chrono::steady_clock;

// A part is the work that a thread takes at a time. It is large enough that taking it costs
// nothing, and small enough that a sweep stops soon and ends on all threads together.
constexpr std::uint64_t max_part = std::uint64_t{1} << 27;
constexpr std::uint64_t min_part = std::uint64_t{1} << 22;
constexpr unsigned parts_a_thread = 32;
// Combinations that justify one more thread, and a number of combinations that is finished so
// quickly that progress need not be watched.
constexpr std::uint64_t thread_load = std::uint64_t{1} << 27;
constexpr std::uint64_t unwatched = std::uint64_t{1} << 29;

// Returns how many threads are useful, at most `jobs`.
unsigned useful_jobs(const Sweep& sweep, unsigned jobs) {
  const Count loads = sweep.assignments / Count(thread_load);
  return loads >= jobs ? std::max(jobs, 1u) : std::max(static_cast<unsigned>(loads.get_ui()), 1u);
}

Count radix(const CodeRange& range) { return Count(range.end - range.first); }

// The space in parts, in order. In a part, each of the outermost variables has one code, and the
// other variables have all of theirs.
class Parts {
 public:
  Parts(const Sweep& sweep, const SlicedFunctions& code, unsigned jobs)
      : all_(sweep.all()), nesting_(code.plan().nesting()) {
    const Count share = sweep.assignments / (jobs * parts_a_thread);
    const Count most = std::clamp(share, Count(min_part), Count(max_part));
    Count size = sweep.assignments;
    const std::size_t lanes = code.plan().lanes.size();
    while (held_ + lanes < nesting_.size() && size > most) size /= radix(all_[nesting_[held_++]]);
    size_ = size.get_d();
    const Count number = sweep.assignments / size;
    number_ = number.fits_ulong_p() ? number.get_ui() : std::numeric_limits<std::uint64_t>::max();
  }

  std::uint64_t number() const { return number_; }
  double size() const { return size_; }  // combinations per part

  Box at(std::uint64_t part) const {
    Box box = all_;
    for (std::size_t i = held_; i-- > 0;) {
      CodeRange& range = box[nesting_[i]];
      const std::uint64_t codes = range.end - range.first;
      const auto code = static_cast<std::uint16_t>(range.first + part % codes);
      range = {static_cast<Code>(code), static_cast<std::uint16_t>(code + 1)};
      part /= codes;
    }
    return box;
  }

  // Returns the combinations before a part, in at most as many boxes as there are codes.
  std::vector<Box> before(std::uint64_t part) const {
    if (part >= number_) return {all_};
    std::vector<Box> out;
    Box box = all_;
    const Box end = at(part);
    for (std::size_t i = 0; i < held_; ++i) {
      CodeRange& range = box[nesting_[i]];
      const CodeRange held = end[nesting_[i]];
      if (held.first > range.first) {
        range.end = held.first;
        out.push_back(box);
      }
      range = held;
    }
    return out;
  }

 private:
  Box all_;
  std::vector<std::uint32_t> nesting_;
  std::size_t held_ = 0;  // the number of outermost variables with one code each
  std::uint64_t number_ = 1;
  double size_ = 1;
};

class Run {
 public:
  Run(const Sweep& sweep, const SlicedFunctions& code, const SweepOptions& options)
      : sweep_(sweep),
        code_(code),
        options_(options),
        jobs_(useful_jobs(sweep, options.jobs)),
        parts_(sweep, code, jobs_) {}

  SweepRun run() {
    if (jobs_ == 1 && sweep_.assignments <= unwatched) {
      work();
    } else {
      std::vector<std::jthread> threads;
      try {
        threads.reserve(jobs_);
        while (threads.size() < jobs_) threads.emplace_back([this] { work_or_fail(); });
      } catch (const std::exception&) {
        // The system has no more threads, or memory for them. Those that there are do the work.
        const std::lock_guard lock(mutex_);
        jobs_ = static_cast<unsigned>(threads.size());
      }
      if (threads.empty()) {
        work();
      } else {
        watch();
        for (std::jthread& thread : threads) thread.join();
      }
    }
    if (failure_) std::rethrow_exception(failure_);
    result_.seconds = seconds();
    const std::uint64_t taken = std::min(next_.load(), parts_.number());
    if (taken < parts_.number()) result_.end = too_long_ ? SweepRun::End::too_long : SweepRun::End::stopped;
    result_.needed = needed(taken);
    result_.covered = parts_.before(taken);
    for (const Box& box : result_.covered) {
      Count size = 1;
      for (const CodeRange& range : box) size *= radix(range);
      result_.assignments += size;
    }
    if (result_.counts.empty()) result_.counts.resize(sweep_.conditions.size());
    return std::move(result_);
  }

 private:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  // Returns the seconds that the whole sweep takes, at the rate so far.
  double needed(std::uint64_t done) const {
    if (done == 0) return 0;
    return seconds() * (sweep_.assignments.get_d() / (static_cast<double>(done) * parts_.size()));
  }

  bool stopped() const {
    return stop_.load(std::memory_order_relaxed) ||
           (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed));
  }

  // Takes parts in order. A part that is taken is always finished.
  void work() {
    std::vector<std::uint64_t> counts(sweep_.conditions.size());
    while (!stopped()) {
      const std::uint64_t part = next_.fetch_add(1, std::memory_order_relaxed);
      if (part >= parts_.number()) break;
      code_.count(parts_.at(part), counts);
      done_.fetch_add(1, std::memory_order_relaxed);
    }
    const std::lock_guard lock(mutex_);
    result_.counts.resize(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) result_.counts[i] += Count(static_cast<unsigned long>(counts[i]));
    ++finished_;
    changed_.notify_one();
  }

  // In a thread of its own: what it throws is thrown again by `run`.
  void work_or_fail() {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      stop_ = true;
      ++finished_;
      changed_.notify_one();
    }
  }

  void watch() {
    std::unique_lock lock(mutex_);
    bool judged = false;
    while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return finished_ == jobs_; })) {
      const std::uint64_t done = done_.load(std::memory_order_relaxed);
      if (!judged && done > 0 && seconds() >= options_.trial) {
        judged = true;
        if (needed(done) > options_.limit) {
          too_long_ = true;
          stop_ = true;
        }
      }
      if (options_.progress && !stopped())
        options_.progress({seconds(), static_cast<double>(done) * parts_.size(), needed(done) - seconds()});
    }
  }

  const Sweep& sweep_;
  const SlicedFunctions& code_;
  const SweepOptions& options_;
  unsigned jobs_;
  const Parts parts_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::uint64_t> next_{0}, done_{0};
  std::atomic<bool> stop_{false};
  bool too_long_ = false;  // written by the watching thread only
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned finished_ = 0;  // threads that have ended
  std::exception_ptr failure_;
  SweepRun result_;
};

}  // namespace

SweepRun run_sweep(const Sweep& sweep, const SlicedFunctions& code, const SweepOptions& options) {
  return Run(sweep, code, options).run();
}

ConditionCounts count_by_code(const SlicedFunctions& code, std::size_t conditions, const Box& box) {
  std::vector<std::uint64_t> counts(conditions);
  code.count(box, counts);
  ConditionCounts out;
  for (const std::uint64_t count : counts) out.emplace_back(static_cast<unsigned long>(count));
  return out;
}

}  // namespace tally
