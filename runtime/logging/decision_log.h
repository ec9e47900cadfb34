// A decision log: records of all decisions of a policy, from any number of threads, in files.
//
// In:     decisions, each with the version that decided it; a call adds its own through a lane of its own.
// Out:    files in a folder (log_file.h), of which each has the records of one version; counts.
// Always: a decision that is neither in a file nor counted as dropped does not exist, but for what a process that is
//         killed had in memory. With a lane, and while its ring has room, adding a decision takes no lock, allocates
//         nothing, and calls nothing of the system but its clock.
//
//   call 1 ── lane ─ ring ─┐
//   call 2 ── lane ─ ring ─┼─ writer ── file of version 1
//   others ── shared ring ─┘        `── file of version 2
//
// The writer is a thread of its own. It looks at the rings every `look_ms`, or as soon as a ring is half full, and
// writes what it finds in as few calls of the system as possible.
//
//   - A ring that is full: the decision waits until it has room, at most `wait_ms`; then it is dropped and counted.
//   - The disk refuses: the file is closed, and once a second the writer tries to begin another file with the same
//     records. Meanwhile the rings fill. So an error loses nothing by itself.
//   - A new version of the policy gets a file of its own, beside that of the version before, which calls may still use.
//     The older file is closed when no call has a lane of its version.
//   - More than `max_lanes` calls, and those without a call (`tally_decide_json`): they share a ring, and a lock.
//   - A fork: the child has no writer. There every decision is dropped and counted, until the child opens a log itself.
//   - `exit` waits until everything is written, at most two seconds.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/section.h"
#include "runtime/log/log_header.h"
#include "runtime/logging/log_file.h"
#include "runtime/logging/record_ring.h"

namespace tally {

struct LogOptions {
  static constexpr std::uint32_t no_end = UINT32_MAX;  // of `wait_ms`

  std::string folder;                                  // which exists
  std::string name;                                    // of the files
  std::vector<std::string> keep;                       // inputs whose values are kept, by their names in rules
  std::uint32_t text_bytes = 32;                       // of a kept text, at most
  std::uint32_t id_bytes = 0;                          // of an id, at most; 0: none
  std::uint64_t file_bytes = std::uint64_t{64} << 20;  // a larger file is not begun with another record
  std::uint32_t files = 0;                             // that are kept; 0: all
  std::uint32_t ring_records = 4'096;                  // per lane; a power of two
  std::uint32_t wait_ms = 0;                           // how long a decision waits for room; 0: it is dropped
  bool sync = false;                                   // wait for the disk after each write
  WriteFunction write{};                               // empty: the system's
};

// The version that decides, as a log needs it. The views must stay valid for the time of a call.
struct LogSource {
  const std::shared_ptr<const PolicyDescriptor>& policy;
  std::string_view tables;
  const std::array<std::uint8_t, 32>& source_hash;
  std::uint64_t generation;
};

struct LogCounts {
  std::uint64_t written = 0;  // decisions that are in files
  std::uint64_t dropped = 0;
  std::uint64_t waited = 0;  // decisions that waited for room
  std::uint64_t shared = 0;  // decisions through the shared ring
  std::uint64_t files = 0, bytes = 0;
  std::uint64_t errors = 0;  // of the system
  std::string last_error;    // empty if there was none
};

class DecisionLog;

// The time for a record, in nanoseconds since 1970, as exact as the system's tick: 1 to 10 milliseconds.
std::uint64_t coarse_time() noexcept;

// The ring of one call, in one version. It belongs to the log.
class LogLane {
 public:
  LogLane(DecisionLog& log, const RecordShape& shape, std::size_t records)
      : log_(log), shape_(shape), ring_(records, shape.raw_size()), look_(records / 8 - 1) {}

  // Adds a record that `fill(shape, raw, time)` makes, or counts it as dropped. `time`: as of `coarse_time`, at most
  // as old as `now` allows.
  template <class Fill>
  void add(Fill fill) {
    std::byte* raw = ring_.claim();
    if (raw == nullptr) raw = wait_for_room();
    if (raw == nullptr) return;
    fill(shape_, raw, now());
    if ((ring_.publish() & look_) == 0) wake_if_half_full();
  }
  // Gives the lane back to the log. Nothing is added afterwards.
  void give_back() noexcept;

 private:
  friend class DecisionLog;
  std::uint64_t now() noexcept;
  std::byte* wait_for_room() noexcept;
  void wake_if_half_full() noexcept;

  DecisionLog& log_;
  const RecordShape& shape_;
  RecordRing ring_;
  std::uint64_t look_;  // every so many records, less 1, the lane looks whether the writer should wake
  // The clock costs more than the rest of a record, so several records share a reading.
  std::uint64_t time_ = 0, beat_ = 0;  // of the last reading
  std::uint32_t readings_left_ = 0;    // records that may still have it
  std::atomic<std::uint64_t> dropped_{0}, waited_{0};
  std::atomic<bool> is_given_back_{false};
};

class DecisionLog {
 public:
  static constexpr std::size_t max_lanes = 256;
  static constexpr std::uint32_t look_ms = 10, retry_ms = 1'000;
  static constexpr std::uint32_t same_time = 16;  // records of a lane that may share a reading of the clock

  // Begins a log with a file for the version. Fails if an option is out of range, if the version does not have an input
  // that is to be kept (UNKNOWN, TYPE), if no file can be made (FILE), or if there is no thread (SYSTEM).
  static Result<std::shared_ptr<DecisionLog>, Failure> open(LogOptions options, const LogSource& version);
  ~DecisionLog();
  DecisionLog(const DecisionLog&) = delete;
  DecisionLog& operator=(const DecisionLog&) = delete;

  // Returns a lane for one call; null if there are `max_lanes`. Throws std::bad_alloc.
  LogLane* take_lane(const LogSource& version);
  // Adds a decision without a lane. Throws std::bad_alloc.
  template <class Fill>
  void add_shared(const LogSource& version, Fill fill) {
    if (!is_here()) return count_dropped(1);
    Waiting waiting;
    do {
      const std::lock_guard lock(streams_mutex_);
      LogLane& lane = shared_lane(version);
      if (std::byte* raw = lane.ring_.claim(); raw != nullptr) {
        fill(lane.shape_, raw, coarse_time());
        (void)lane.ring_.publish();
        shared_.fetch_add(1, std::memory_order_relaxed);
        return;
      }
    } while (wait(waiting));
    count_dropped(1);
  }
  void count_dropped(std::uint64_t count) noexcept { dropped_.fetch_add(count, std::memory_order_relaxed); }

  // Whether this process has the writer.
  bool is_here() const noexcept { return process_ == fork_count(); }
  // These wait until everything that was added before is written. They fail with the last error if the disk refuses.
  Result<Done, Failure> flush();
  Result<Done, Failure> rotate();             // and begin new files
  void flush_for(std::chrono::seconds time);  // likewise, but waits no longer than this
  // Writes everything, and ends the writer. What cannot be written is counted as dropped.
  Result<Done, Failure> close();
  LogCounts counts();

  // Ends a log, in this process or in a child, where its thread can neither be ended nor joined.
  struct End {
    void operator()(DecisionLog* log) const;
  };

 private:
  friend class LogLane;
  struct Stream;

  explicit DecisionLog(LogOptions options);
  Stream& stream_of(const LogSource& version);
  LogLane& shared_lane(const LogSource& version);
  Result<Done, Failure> request(bool rotate);
  void wake() noexcept;
  void drop_rest(LogLane& lane) noexcept;
  void drop_waiting(LogLane& lane) noexcept;
  // Waits a moment for room in a ring. Returns false when it has waited long enough.
  struct Waiting {
    std::uint64_t turns = 0;
    std::int64_t since = 0;  // milliseconds
  };
  bool wait(Waiting& waiting) noexcept;

  // The rest is done by the writer.
  void run();
  // While it may wait for the disk, it does not look, and each record reads the clock.
  class AtDisk;
  void sleep(std::uint32_t bell) noexcept;
  bool pass(bool rotate);
  void collect_counts(LogLane& lane) noexcept;
  bool drain(Stream& stream, LogLane& lane);
  bool write(Stream& stream);
  bool begin_file(Stream& stream);
  void end_file(Stream& stream);
  void remove_old_files();
  void mark_dropped(Stream& stream);
  void recycle(Stream& stream, const std::vector<LogLane*>& given_back);
  void remove_old_streams();
  void give_up();
  bool failed(const std::string& what, int error);

  LogOptions options_;
  std::uint64_t process_;     // the fork_count of the process that has the writer
  std::mutex streams_mutex_;  // of the list of streams and of their lists of lanes; is held for moments only
  std::vector<std::unique_ptr<Stream>> streams_;  // the newest version last
  std::size_t lanes_ = 0;

  std::atomic<std::uint64_t> written_{0}, dropped_{0}, waited_{0}, shared_{0}, files_{0}, bytes_{0}, errors_{0};
  std::mutex error_mutex_;
  std::string last_error_;
  std::uint64_t marked_ = 0;       // of the dropped: they stand in a file
  std::uint64_t file_number_ = 0;  // of the last file
  std::int64_t retry_at_ = 0;      // milliseconds of a steady clock; 0: the disk accepts

  // Another number each time the writer looks at the rings; 0 while it is at the disk. The writer alone stores it.
  alignas(64) std::atomic<std::uint64_t> beat_{0};
  std::uint64_t beats_ = 0;
  alignas(64) std::atomic<std::uint32_t> bell_{0};
  std::atomic<bool> asleep_{false}, stopped_{false};
  std::mutex request_mutex_;
  std::condition_variable served_;
  std::uint64_t asked_ = 0, answered_ = 0;
  bool rotate_asked_ = false, ending_ = false, is_well_ = true;
  std::thread writer_;
};

// Returns the time for the next record: the last reading of the clock, unless the writer has looked since (every
// `look_ms`), is at the disk, or `same_time` records have it. So a thread of the log that gets no processor makes times
// old by no more than the time of `same_time` records of one call.
inline std::uint64_t LogLane::now() noexcept {
  const std::uint64_t beat = log_.beat_.load(std::memory_order_relaxed);
  if (beat == 0 || beat != beat_ || readings_left_ == 0) {
    time_ = coarse_time();
    beat_ = beat;
    readings_left_ = DecisionLog::same_time;
  }
  --readings_left_;
  return time_;
}

}  // namespace tally
