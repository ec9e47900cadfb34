#include "runtime/logging/decision_log.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <new>
#include <set>
#include <system_error>

#include "base/blocked_signals.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

constexpr std::size_t batch_bytes = std::size_t{1} << 18;  // in one write, at most, and a record

std::int64_t steady_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// Nanoseconds since 1970.
std::uint64_t time_of(clockid_t clock) noexcept {
  timespec now{};
  (void)::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

std::string reason_of(int error) { return std::generic_category().message(error); }

// The inputs that a version keeps. One that it does not have is left out, or is a failure if `all` must be there.
Result<std::vector<KeptInput>, Failure> kept_inputs(const PolicyDescriptor& policy, const LogOptions& options,
                                                    bool all) {
  std::vector<KeptInput> kept;
  for (const std::string& name : options.keep) {
    const auto at = std::find_if(policy.elements.begin(), policy.elements.end(),
                                 [&](const ElementDescriptor& element) { return element.name == name; });
    if (at == policy.elements.end()) {
      if (!all) continue;
      return Failure(TALLY_ERROR_UNKNOWN, "no input `" + name + "`, whose values are to be kept");
    }
    if (at->kind != Kind::number && at->kind != Kind::text) {
      if (!all) continue;
      return Failure(TALLY_ERROR_TYPE, "`" + name + "` is neither a number nor a text: the log has its values anyway");
    }
    const auto element = static_cast<ElementIndex>(at - policy.elements.begin());
    kept.push_back({element, at->kind == Kind::number ? 0 : options.text_bytes});
  }
  return kept;
}

Result<Done, Failure> check(const LogOptions& options) {
  const auto bad = [](std::string why) { return Failure(TALLY_ERROR_ARGUMENT, std::move(why)); };
  if (options.folder.empty()) return bad("a log needs a folder");
  if (options.name.empty() || options.name.find('/') != std::string::npos || options.name.size() > 100)
    return bad("the name of a log has 1 to 100 bytes, and no `/`");
  if (options.text_bytes == 0 || options.text_bytes > max_kept_text)
    return bad("a kept text has 1 to " + std::to_string(max_kept_text) + " bytes");
  if (options.id_bytes > max_log_id) return bad("an id has at most " + std::to_string(max_log_id) + " bytes");
  if (options.keep.size() > max_kept_inputs)
    return bad("a log keeps the values of at most " + std::to_string(max_kept_inputs) + " inputs");
  if (std::set<std::string>(options.keep.begin(), options.keep.end()).size() != options.keep.size())
    return bad("an input is kept twice");
  if (options.ring_records < 16 || options.ring_records > (1u << 24) || !std::has_single_bit(options.ring_records))
    return bad("a ring has 16 to 16,777,216 records, a power of two");
  if (options.file_bytes < 4'096) return bad("a file has at least 4,096 bytes");
  return {};
}

// The logs that the end of the process waits for.
struct OpenLogs {
  std::mutex mutex;
  std::set<DecisionLog*> logs;
};
OpenLogs& open_logs() {
  static auto* const logs = new OpenLogs;  // outlives every destructor
  return *logs;
}

void flush_open_logs() {
  const Section section(open_logs().mutex);
  for (DecisionLog* log : open_logs().logs) {
    if (log->is_here()) log->flush_for(std::chrono::seconds(2));
  }
}

void flush_at_exit() {
  static const int registered = std::atexit(flush_open_logs);
  (void)registered;
}

}  // namespace

std::uint64_t coarse_time() noexcept { return time_of(CLOCK_REALTIME_COARSE); }

// The records of one version.
struct DecisionLog::Stream {
  Stream(DecisionLog& log, LogHeader with, std::uint32_t ring_records, const WriteFunction& write)
      : header(std::move(with)), shape(header.shape()), shared(log, shape, ring_records), file(write) {
    pending.reserve(batch_bytes + shape.size());
  }

  LogHeader header;
  RecordShape shape;
  LogLane shared;
  std::vector<std::unique_ptr<LogLane>> lanes, free;  // in use, and to be used again

  // The writer's own:
  LogFile file;
  std::uint64_t hash = 0;          // of the file's header
  std::uint64_t records = 0;       // in the file
  std::uint64_t decisions = 0;     // of these
  std::vector<std::byte> pending;  // whole records, which are not in a file yet

  std::size_t pending_records() const { return pending.size() / shape.size(); }
  // Writes the check of a record that is to be the record `number` of the file.
  void seal(std::byte* record, std::uint64_t number) const {
    const std::string_view checked(reinterpret_cast<const char*>(record) + sizeof RecordHead::check,
                                   shape.size() - sizeof RecordHead::check);
    const std::uint32_t check = record_check(hash, number, checked);
    std::memcpy(record, &check, sizeof check);
  }
};

// --- lanes -----------------------------------------------------------------------------

std::byte* LogLane::wait_for_room() noexcept {
  DecisionLog::Waiting waiting;
  while (log_.wait(waiting)) {
    if (std::byte* raw = ring_.claim(); raw != nullptr) {
      waited_.fetch_add(1, std::memory_order_relaxed);
      return raw;
    }
  }
  dropped_.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

void LogLane::wake_if_half_full() noexcept {
  if (ring_.is_half_full() && log_.asleep_.load(std::memory_order_relaxed)) log_.wake();
}

void LogLane::give_back() noexcept {
  is_given_back_.store(true);
  // Either the writer sees this at its end, and what was added before; or its end is seen here.
  if (log_.stopped_.load() && log_.is_here()) log_.drop_rest(*this);
}

// Counts what nobody will write: it was added while the log was being closed.
void DecisionLog::drop_rest(LogLane& lane) noexcept {
  const std::lock_guard lock(streams_mutex_);
  drop_waiting(lane);
}

// Under the mutex of the streams, after the last pass of the writer.
void DecisionLog::drop_waiting(LogLane& lane) noexcept {
  const std::uint64_t waiting = lane.ring_.waiting();
  count_dropped(waiting);
  lane.ring_.take(waiting);
}

bool DecisionLog::wait(Waiting& waiting) noexcept {
  if (options_.wait_ms == 0 || stopped_.load(std::memory_order_relaxed)) return false;
  if (waiting.turns++ == 0) waiting.since = steady_ms();
  if (asleep_.load(std::memory_order_relaxed)) wake();
  if (waiting.turns < 32) {
    (void)::sched_yield();
    return true;
  }
  if (options_.wait_ms != LogOptions::no_end && steady_ms() - waiting.since >= options_.wait_ms) return false;
  const timespec moment{0, 50'000};
  (void)::nanosleep(&moment, nullptr);
  return true;
}

// --- opening and closing ---------------------------------------------------------------

DecisionLog::DecisionLog(LogOptions options) : options_(std::move(options)), process_(fork_count()) {
  if (!options_.write) {
    options_.write = [](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
      return ::write(descriptor, bytes, size);
    };
  }
}

Result<std::shared_ptr<DecisionLog>, Failure> DecisionLog::open(LogOptions options, const LogSource& version) {
  TALLY_RETURN_IF_ERROR(check(options));
  if (const auto kept = kept_inputs(*version.policy, options, true); !kept) return kept.error();
  std::shared_ptr<DecisionLog> log(new DecisionLog(std::move(options)), End{});
  (void)log->stream_of(version);
  try {
    const BlockedSignals blocked;
    log->writer_ = std::thread([log = log.get()] { log->run(); });
  } catch (const std::system_error& error) {
    return Failure(TALLY_ERROR_SYSTEM, std::string("no thread for a log: ") + error.what());
  }
  // The writer makes the first file, since signals of a limit (SIGXFSZ) are not for the caller.
  if (const auto begun = log->flush(); !begun) return begun.error();
  flush_at_exit();
  const Section section(open_logs().mutex);
  open_logs().logs.insert(log.get());
  return log;
}

void DecisionLog::End::operator()(DecisionLog* log) const {
  if (log->is_here()) delete log;
}

DecisionLog::~DecisionLog() {
  {
    const Section section(open_logs().mutex);
    open_logs().logs.erase(this);
  }
  (void)close();
}

Result<Done, Failure> DecisionLog::close() {
  if (!is_here() || !writer_.joinable()) return {};
  {
    const std::lock_guard lock(request_mutex_);
    ending_ = true;
  }
  wake();
  writer_.join();
  if (is_well_) return {};
  return Failure(TALLY_ERROR_FILE, counts().last_error);
}

Result<Done, Failure> DecisionLog::flush() { return request(false); }
Result<Done, Failure> DecisionLog::rotate() { return request(true); }

Result<Done, Failure> DecisionLog::request(bool rotate) {
  if (!is_here()) return Failure(TALLY_ERROR_ARGUMENT, "the log is that of the process before the fork");
  {
    std::unique_lock lock(request_mutex_);
    const std::uint64_t ticket = ++asked_;
    if (rotate) rotate_asked_ = true;
    wake();
    served_.wait(lock, [&] { return answered_ >= ticket; });
    if (is_well_) return {};
  }
  return Failure(TALLY_ERROR_FILE, counts().last_error);
}

void DecisionLog::flush_for(std::chrono::seconds time) {
  std::unique_lock lock(request_mutex_);
  const std::uint64_t ticket = ++asked_;
  wake();
  (void)served_.wait_for(lock, time, [&] { return answered_ >= ticket; });
}

LogCounts DecisionLog::counts() {
  LogCounts counts;
  // The writer moves them from the lanes to the log under this mutex, which a child of a fork may find locked.
  std::unique_lock streams_lock(streams_mutex_, std::defer_lock);
  if (is_here()) {
    streams_lock.lock();
    for (const auto& stream : streams_) {
      for (const auto& lane : stream->lanes) {
        counts.dropped += lane->dropped_.load(std::memory_order_relaxed);
        counts.waited += lane->waited_.load(std::memory_order_relaxed);
      }
    }
  }
  counts.dropped += dropped_.load(std::memory_order_relaxed);
  counts.waited += waited_.load(std::memory_order_relaxed);
  if (streams_lock.owns_lock()) streams_lock.unlock();
  counts.written = written_.load(std::memory_order_relaxed);
  counts.shared = shared_.load(std::memory_order_relaxed);
  counts.files = files_.load(std::memory_order_relaxed);
  counts.bytes = bytes_.load(std::memory_order_relaxed);
  counts.errors = errors_.load(std::memory_order_relaxed);
  if (is_here()) {
    const std::lock_guard lock(error_mutex_);
    counts.last_error = last_error_;
  }
  return counts;
}

// --- versions --------------------------------------------------------------------------

// Returns the stream of a version, which is made if there is none. Under the mutex of the streams, or before there are
// threads.
DecisionLog::Stream& DecisionLog::stream_of(const LogSource& version) {
  for (const auto& stream : streams_) {
    if (stream->header.generation == version.generation) return *stream;
  }
  LogHeader header;
  header.policy = version.policy;
  header.tables = version.tables;
  header.source_hash = version.source_hash;
  header.generation = version.generation;
  header.process = static_cast<std::uint64_t>(::getpid());
  header.id_size = options_.id_bytes;
  header.kept = *kept_inputs(*version.policy, options_, false);
  auto made = std::make_unique<Stream>(*this, std::move(header), options_.ring_records, options_.write);
  const auto place = std::find_if(streams_.begin(), streams_.end(),
                                  [&](const auto& stream) { return stream->header.generation > version.generation; });
  return **streams_.insert(place, std::move(made));
}

LogLane& DecisionLog::shared_lane(const LogSource& version) { return stream_of(version).shared; }

LogLane* DecisionLog::take_lane(const LogSource& version) {
  if (!is_here()) return nullptr;
  const std::lock_guard lock(streams_mutex_);
  if (lanes_ >= max_lanes) return nullptr;
  Stream& stream = stream_of(version);
  stream.lanes.reserve(stream.lanes.size() + 1);
  if (stream.free.empty()) {
    stream.lanes.push_back(std::make_unique<LogLane>(*this, stream.shape, options_.ring_records));
  } else {
    stream.lanes.push_back(std::move(stream.free.back()));
    stream.free.pop_back();
    stream.lanes.back()->is_given_back_.store(false, std::memory_order_relaxed);
    stream.lanes.back()->readings_left_ = 0;
  }
  ++lanes_;
  return stream.lanes.back().get();
}

// --- the writer ------------------------------------------------------------------------

void DecisionLog::wake() noexcept {
  bell_.fetch_add(1);
  (void)::syscall(SYS_futex, &bell_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// Sleeps until the bell, or for as long as a record may stay in a ring.
void DecisionLog::sleep(std::uint32_t bell) noexcept {
  static_assert(sizeof bell_ == sizeof(std::uint32_t));
  const timespec look{0, static_cast<long>(look_ms) * 1'000'000};
  asleep_.store(true);
  (void)::syscall(SYS_futex, &bell_, FUTEX_WAIT_PRIVATE, bell, &look, nullptr, 0);
  asleep_.store(false);
}

class DecisionLog::AtDisk {
 public:
  explicit AtDisk(DecisionLog& log) : log_(log), is_outermost_(log.beat_.load(std::memory_order_relaxed) != 0) {
    log_.beat_.store(0, std::memory_order_relaxed);
  }
  ~AtDisk() {
    if (is_outermost_) log_.beat_.store(++log_.beats_, std::memory_order_relaxed);
  }
  AtDisk(const AtDisk&) = delete;
  AtDisk& operator=(const AtDisk&) = delete;

 private:
  DecisionLog& log_;
  bool is_outermost_;
};

void DecisionLog::run() {
  for (bool ends = false; !ends;) {
    beat_.store(++beats_, std::memory_order_relaxed);
    const std::uint32_t bell = bell_.load();
    std::uint64_t ticket = 0;
    bool rotate = false;
    {
      const std::lock_guard lock(request_mutex_);
      ends = ending_;
      ticket = asked_;
      rotate = std::exchange(rotate_asked_, false);
      if (ends || ticket > answered_) retry_at_ = 0;
    }
    bool is_well = false;
    try {
      is_well = pass(rotate);
    } catch (const std::bad_alloc&) {
      is_well = failed("no memory", 0);
    }
    if (ends) {
      stopped_.store(true);
      give_up();
    }
    {
      const std::lock_guard lock(request_mutex_);
      is_well_ = is_well;
      answered_ = ends ? UINT64_MAX : ticket;
    }
    served_.notify_all();
    if (!ends) sleep(bell);
  }
}

void DecisionLog::collect_counts(LogLane& lane) noexcept {
  if (lane.dropped_.load(std::memory_order_relaxed) != 0)
    dropped_.fetch_add(lane.dropped_.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
  if (lane.waited_.load(std::memory_order_relaxed) != 0)
    waited_.fetch_add(lane.waited_.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
}

// Writes everything that is in the rings. Returns false if the disk refuses, and leaves what it has not taken.
bool DecisionLog::pass(bool rotate) {
  std::vector<std::pair<Stream*, std::vector<LogLane*>>> all;
  {
    const std::lock_guard lock(streams_mutex_);
    for (const auto& stream : streams_) {
      auto& lanes = all.emplace_back(stream.get(), std::vector<LogLane*>{&stream->shared}).second;
      for (const auto& lane : stream->lanes) {
        collect_counts(*lane);
        lanes.push_back(lane.get());
      }
    }
  }
  bool is_well = true;
  for (const auto& [stream, lanes] : all) {
    std::vector<LogLane*> given_back;
    for (LogLane* lane : lanes) {
      // What was added before it was given back is there by now.
      const bool is_given_back = lane->is_given_back_.load(std::memory_order_acquire);
      if (is_well) is_well = drain(*stream, *lane);
      if (is_well && is_given_back) given_back.push_back(lane);
    }
    if (stream == all.back().first) mark_dropped(*stream);
    if (is_well) is_well = write(*stream);
    if (!given_back.empty()) recycle(*stream, given_back);
    if (is_well && rotate) end_file(*stream);
    if (is_well && stream == all.back().first && !stream->file.is_open()) is_well = begin_file(*stream);
  }
  if (is_well) remove_old_streams();
  return is_well;
}

bool DecisionLog::drain(Stream& stream, LogLane& lane) {
  const std::size_t size = stream.shape.size();
  for (std::uint64_t waiting = lane.ring_.waiting(); waiting > 0;) {
    if (stream.pending.size() >= batch_bytes && !write(stream)) return false;
    const std::uint64_t room = (batch_bytes - std::min(batch_bytes, stream.pending.size())) / size + 1;
    const std::uint64_t count = std::min(waiting, room);
    const std::size_t from = stream.pending.size();
    stream.pending.resize(from + count * size);
    for (std::uint64_t i = 0; i < count; ++i)
      stream.shape.pack(lane.ring_.at(i), stream.pending.data() + from + i * size);
    lane.ring_.take(count);
    waiting -= count;
  }
  return true;
}

void DecisionLog::mark_dropped(Stream& stream) {
  const std::uint64_t dropped = dropped_.load(std::memory_order_relaxed);
  if (dropped == marked_ || stream.pending.size() >= batch_bytes) return;
  const std::size_t from = stream.pending.size();
  stream.pending.resize(from + stream.shape.size());
  stream.shape.put_mark(stream.pending.data() + from, RecordKind::dropped, coarse_time(), dropped - marked_);
  marked_ = dropped;
}

// Writes what is pending, into as many files as it takes.
bool DecisionLog::write(Stream& stream) {
  if (stream.pending.empty()) return true;
  const AtDisk at_disk(*this);
  const std::size_t size = stream.shape.size();
  std::size_t done = 0;
  bool is_well = true;
  while (is_well && done < stream.pending_records()) {
    if (!stream.file.is_open() && !begin_file(stream)) {
      is_well = false;
      break;
    }
    // A record is left for the end of the file.
    const std::uint64_t used = stream.file.size() + size;
    const std::size_t room = used < options_.file_bytes ? (options_.file_bytes - used) / size : 0;
    if (room == 0 && stream.records > 0) {
      end_file(stream);
      continue;
    }
    const std::size_t count = std::min(std::max<std::size_t>(room, 1), stream.pending_records() - done);
    std::byte* const first = stream.pending.data() + done * size;
    for (std::size_t i = 0; i < count; ++i) stream.seal(first + i * size, stream.records + i);
    std::size_t written = 0;
    auto result = stream.file.append({reinterpret_cast<const char*>(first), count * size}, size, written);
    std::uint64_t decisions = 0;
    for (std::size_t i = 0; i < written; ++i)
      decisions += first[i * size + 4] == static_cast<std::byte>(RecordKind::decision) ? 1u : 0u;
    stream.records += written;
    stream.decisions += decisions;
    done += written;
    written_.fetch_add(decisions, std::memory_order_relaxed);
    bytes_.fetch_add(written * size, std::memory_order_relaxed);
    if (result && options_.sync) result = stream.file.sync();
    if (result) continue;
    is_well = failed("cannot write to `" + stream.file.path() + "`", result.error());
    stream.file.close();
  }
  stream.pending.erase(stream.pending.begin(), stream.pending.begin() + static_cast<std::ptrdiff_t>(done * size));
  return is_well;
}

bool DecisionLog::begin_file(Stream& stream) {
  if (retry_at_ != 0 && steady_ms() < retry_at_) return false;
  const AtDisk at_disk(*this);
  stream.header.made = time_of(CLOCK_REALTIME);
  const std::string bytes = encode_log_header(stream.header);
  int error = EEXIST;
  for (int tries = 0; tries < 100 && error == EEXIST; ++tries) {
    const std::string name = log_file_name(options_.name, stream.header.made, ++file_number_, stream.header.process);
    const auto opened = stream.file.open(options_.folder + "/" + name, bytes);
    error = opened ? 0 : opened.error();
  }
  if (error != 0) {
    remove_old_files();  // which may make room
    return failed("cannot make a file in `" + options_.folder + "`", error);
  }
  stream.hash = hash_of_header(bytes);
  stream.records = stream.decisions = 0;
  files_.fetch_add(1, std::memory_order_relaxed);
  bytes_.fetch_add(bytes.size(), std::memory_order_relaxed);
  retry_at_ = 0;
  if (options_.sync) {
    if (const int folder = ::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
      (void)::fsync(folder);
      ::close(folder);
    }
  }
  remove_old_files();
  return true;
}

void DecisionLog::end_file(Stream& stream) {
  if (!stream.file.is_open()) return;
  const AtDisk at_disk(*this);
  std::vector<std::byte> record(stream.shape.size());
  stream.shape.put_mark(record.data(), RecordKind::end, coarse_time(), stream.decisions);
  stream.seal(record.data(), stream.records);
  const std::string_view bytes(reinterpret_cast<const char*>(record.data()), record.size());
  std::size_t written = 0;
  auto result = stream.file.append(bytes, record.size(), written);
  if (result && options_.sync) result = stream.file.sync();
  if (!result) (void)failed("cannot write to `" + stream.file.path() + "`", result.error());
  bytes_.fetch_add(written * record.size(), std::memory_order_relaxed);
  stream.file.close();
}

void DecisionLog::remove_old_files() {
  if (options_.files == 0) return;
  std::vector<std::string> files = log_files(options_.folder, options_.name);
  const std::size_t most = options_.files;
  for (std::size_t i = 0; i + most < files.size(); ++i) (void)::unlink(files[i].c_str());
}

// Lets lanes that calls have left be used again.
void DecisionLog::recycle(Stream& stream, const std::vector<LogLane*>& given_back) {
  const std::lock_guard lock(streams_mutex_);
  for (const LogLane* lane : given_back) {
    const auto at =
        std::find_if(stream.lanes.begin(), stream.lanes.end(), [&](const auto& own) { return own.get() == lane; });
    if (at == stream.lanes.end()) continue;
    collect_counts(**at);
    stream.free.reserve(stream.free.size() + 1);
    stream.free.push_back(std::move(*at));
    stream.lanes.erase(at);
    --lanes_;
  }
}

// Closes the files of versions before the newest that no call uses any more.
void DecisionLog::remove_old_streams() {
  std::vector<std::unique_ptr<Stream>> ended;
  {
    const std::lock_guard lock(streams_mutex_);
    for (std::size_t i = 0; i + 1 < streams_.size();) {
      Stream& stream = *streams_[i];
      if (stream.lanes.empty() && stream.shared.ring_.waiting() == 0 && stream.pending.empty()) {
        ended.push_back(std::move(streams_[i]));
        streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }
  for (const auto& stream : ended) end_file(*stream);
}

// After the last pass: counts what is left, and ends the files.
void DecisionLog::give_up() {
  const std::lock_guard lock(streams_mutex_);
  for (const auto& stream : streams_) {
    const std::size_t size = stream->shape.size();
    for (std::size_t i = 0; i < stream->pending_records(); ++i) {
      if (stream->pending[i * size + 4] == static_cast<std::byte>(RecordKind::decision)) count_dropped(1);
    }
    stream->pending.clear();
    drop_waiting(stream->shared);
    for (const auto& lane : stream->lanes) {
      (void)lane->is_given_back_.load();  // see `give_back`
      drop_waiting(*lane);
    }
    end_file(*stream);
  }
}

bool DecisionLog::failed(const std::string& what, int error) {
  errors_.fetch_add(1, std::memory_order_relaxed);
  retry_at_ = steady_ms() + retry_ms;
  const std::lock_guard lock(error_mutex_);
  last_error_ = error == 0 ? what : what + ": " + reason_of(error);
  return false;
}

}  // namespace tally
