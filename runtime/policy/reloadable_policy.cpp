#include "runtime/policy/reloadable_policy.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>
#include <utility>

#include "base/own_stack.h"
#include "base/section.h"
#include "runtime/policy/kept_document.h"

namespace tally {

ReloadablePolicy::ReloadablePolicy(LoadedPolicy loaded, std::string path)
    : path_(std::move(path)),
      version_(std::make_shared<const PolicyVersion>(std::move(loaded), 1, names_)),
      no_memory_(std::make_shared<const Failure>(TALLY_ERROR_MEMORY, "no memory")) {
  current_.store(version_.get(), std::memory_order_release);
  generation_.store(1, std::memory_order_release);
}

ReloadablePolicy::~ReloadablePolicy() { unwatch(); }

std::shared_ptr<const PolicyVersion> ReloadablePolicy::take() const {
  const Section section(version_mutex_);
  return version_;
}

Result<tally_reload, Failure> ReloadablePolicy::reload() {
  if (path_.empty()) return Failure(TALLY_ERROR_ARGUMENT, "the policy has no file to load again");
  const Section one_at_a_time(reload_mutex_);
  try {
    Result<tally_reload, Failure> done = tally_reload{};
    if (const auto ran = on_own_stack(big_stack, [&] { done = replace_version(); }); !ran)
      done = machine_failure(ran.error());
    reload_ended(done ? nullptr : std::make_shared<const Failure>(done.error()));
    return done;
  } catch (const std::bad_alloc&) {
    reload_ended(no_memory_);
    throw;
  }
}

void ReloadablePolicy::reload_ended(std::shared_ptr<const Failure> refusal) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Section section(version_mutex_);
  last_reload_.when = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  last_reload_.refusal.swap(refusal);  // the earlier one is freed outside the lock
}

LastReload ReloadablePolicy::last_reload() const {
  const Section section(version_mutex_);
  return last_reload_;
}

Result<tally_reload, Failure> ReloadablePolicy::replace_version() {
  sweep();
  TALLY_ASSIGN_OR_RETURN(LoadedPolicy loaded, load_policy(path_));
  const std::uint64_t generation = generation_.load(std::memory_order_relaxed) + 1;
  auto version = std::make_shared<const PolicyVersion>(std::move(loaded), generation, names_);
  // Documents are bound before the version is in use, so that calls find them
  // done. One that is made meanwhile is bound by the first call that wants it.
  tally_reload done{generation, 0, 0, 0};
  for (const auto& document : documents()) {
    KeptDocument::Taken taken{};
    (void)document->in(version, &taken);  // a refusal is counted, and kept for tally_document_check
    ++(taken == KeptDocument::Taken::carried   ? done.carried
       : taken == KeptDocument::Taken::rebound ? done.rebound
                                               : done.failed);
  }
  {
    const Section section(version_mutex_);
    retired_.push_back(std::move(version_));
    version_ = std::move(version);
    generation_.store(generation, std::memory_order_release);
    current_.store(version_.get(), std::memory_order_release);
  }
  sweep();
  return done;
}

void ReloadablePolicy::sweep() {
  std::vector<std::shared_ptr<const PolicyVersion>> left;  // given back outside the lock
  const Section section(version_mutex_);
  // Nobody can take a retired version any more, so a count of 1 stays 1.
  const auto held =
      std::partition(retired_.begin(), retired_.end(), [](const auto& version) { return version.use_count() > 1; });
  left.assign(std::make_move_iterator(held), std::make_move_iterator(retired_.end()));
  retired_.erase(held, retired_.end());
}

Result<Done, Failure> ReloadablePolicy::watch(std::uint32_t interval, tally_watcher watcher, void* context) {
  if (path_.empty()) return Failure(TALLY_ERROR_ARGUMENT, "the policy has no file to watch");
  if (interval < 10 || interval > 3'600'000) {
    return Failure(TALLY_ERROR_ARGUMENT, "a watch looks every 10 to 3,600,000 milliseconds");
  }
  if (PolicyWatch::is_here(*this)) return Failure(TALLY_ERROR_ARGUMENT, "a watch is not changed by its own watcher");
  OwnedWatch begun, ended;
  try {
    begun.reset(new PolicyWatch(*this, interval, watcher, context));
  } catch (const std::system_error& error) {
    return Failure(TALLY_ERROR_SYSTEM, std::string("no thread for a watch: ") + error.what());
  }
  // An earlier watch goes on if there is no thread for this one, and ends before this one looks.
  unwatch();
  begun->begin();
  const Section section(watch_mutex_);
  ended = std::exchange(watch_, std::move(begun));  // another thread's, and ended after the section
  return {};
}

void ReloadablePolicy::unwatch() {
  if (PolicyWatch::is_here(*this)) return;
  OwnedWatch ended;
  const Section section(watch_mutex_);
  ended = std::move(watch_);
}

std::shared_ptr<DecisionLog> ReloadablePolicy::take_log() const {
  const Section section(version_mutex_);
  return log_in_use_.load(std::memory_order_relaxed) == nullptr ? nullptr : log_;
}

std::shared_ptr<DecisionLog> ReloadablePolicy::last_log() const {
  const Section section(version_mutex_);
  return log_;
}

Result<Done, Failure> ReloadablePolicy::open_log(LogOptions options) {
  const auto version = take();
  TALLY_ASSIGN_OR_RETURN(std::shared_ptr<DecisionLog> log,
                         DecisionLog::open(std::move(options), version->log_source()));
  std::shared_ptr<DecisionLog> before;
  {
    const Section section(version_mutex_);
    before = std::exchange(log_, std::move(log));
    log_in_use_.store(log_.get(), std::memory_order_release);
  }
  if (before == nullptr) return {};
  const auto closed = before->close();
  if (closed) return {};
  return Failure(TALLY_ERROR_FILE, "the earlier log: " + std::to_string(before->counts().dropped) +
                                       " decisions were dropped: " + closed.error().message);
}

Result<Done, Failure> ReloadablePolicy::close_log() {
  std::shared_ptr<DecisionLog> log;
  {
    const Section section(version_mutex_);
    log_in_use_.store(nullptr, std::memory_order_release);
    log = log_;
  }
  if (log != nullptr) TALLY_RETURN_IF_ERROR(log->close());
  return {};
}

void ReloadablePolicy::add(KeptDocument& document) {
  const Section section(documents_mutex_);
  documents_.insert(&document);
}

void ReloadablePolicy::remove(KeptDocument& document) {
  const Section section(documents_mutex_);
  documents_.erase(&document);
}

std::vector<Ref<KeptDocument>> ReloadablePolicy::documents() {
  std::vector<Ref<KeptDocument>> all;
  const Section section(documents_mutex_);
  // No reference may be given back here: the last one takes the document out of the set.
  all.reserve(documents_.size());
  for (KeptDocument* document : documents_) {
    if (document->try_retain()) all.push_back(Ref<KeptDocument>::adopt(document));
  }
  return all;
}

}  // namespace tally
