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

template <class Change>
Result<tally_reload, Failure> ReloadablePolicy::change_version(Change change) {
  const Section one_at_a_time(reload_mutex_);
  try {
    Result<tally_reload, Failure> done = tally_reload{};
    if (const auto ran = on_own_stack(big_stack, [&] { done = change(); }); !ran) done = machine_failure(ran.error());
    // A wrong use is not the end of a reload.
    if (done || done.error().status != TALLY_ERROR_ARGUMENT)
      reload_ended(done ? nullptr : std::make_shared<const Failure>(done.error()));
    return done;
  } catch (const std::bad_alloc&) {
    reload_ended(no_memory_);
    throw;
  }
}

Result<tally_reload, Failure> ReloadablePolicy::reload() {
  if (path_.empty()) return Failure(TALLY_ERROR_ARGUMENT, "the policy has no file to load again");
  return change_version([this] { return load_next(); });
}

Result<tally_reload, Failure> ReloadablePolicy::roll_back() {
  return change_version([this]() -> Result<tally_reload, Failure> {
    if (!earlier_) return Failure(TALLY_ERROR_ARGUMENT, "there is no version before the one in use");
    Earlier earlier = *earlier_;
    // A watch looks at what is in the files now, which is the version that is given up.
    earlier.version.files = take()->loaded().files;
    TALLY_ASSIGN_OR_RETURN(const tally_reload done, put_in_use(std::move(earlier.version)));
    if (guard_ != nullptr) guard_->set_base(std::move(earlier.base));
    earlier_.reset();
    return done;
  });
}

Result<Done, Failure> ReloadablePolicy::guard(GuardOptions options) {
  if (path_.empty()) return Failure(TALLY_ERROR_ARGUMENT, "the policy has no file to guard");
  const Section one_at_a_time(reload_mutex_);
  const LoadedPolicy first = take()->loaded();
  // An earlier guard has seen serials that do not come back.
  if (guard_ != nullptr) options.serial = std::max(options.serial, guard_->serial());
  auto guard = std::make_unique<PolicyGuard>(std::move(options), path_);
  Result<Admission, Failure> judged = Admission{};
  if (const auto ran = on_own_stack(big_stack, [&] { judged = guard->judge_first(first); }); !ran)
    return machine_failure(ran.error());
  if (!judged) return std::move(judged).error();
  guard->admit(*std::move(judged), first);
  guard->set_base(first);
  GuardCounts counts{1, 0, guard->serial(), nullptr};
  std::string statement_path = guard->statement_path();
  {
    const Section section(version_mutex_);
    guard_counts_ = std::move(counts);
    statement_path_ = std::move(statement_path);
  }
  guard_ = std::move(guard);
  earlier_.reset();  // nobody has judged it
  return {};
}

std::optional<GuardCounts> ReloadablePolicy::guard_counts() const {
  const Section section(version_mutex_);
  return guard_counts_;
}

void ReloadablePolicy::guard_refused(const Failure& failure) {
  if (failure.status != TALLY_ERROR_REFUSED) return;
  auto last = std::make_shared<const Failure>(failure);
  const Section section(version_mutex_);
  ++guard_counts_->refused;
  guard_counts_->last.swap(last);
}

std::string ReloadablePolicy::statement_path() const {
  const Section section(version_mutex_);
  return statement_path_;
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

Result<tally_reload, Failure> ReloadablePolicy::load_next() {
  sweep();
  const auto in_use = take();
  if (guard_ == nullptr) {
    TALLY_ASSIGN_OR_RETURN(LoadedPolicy loaded, load_policy(path_));
    Earlier earlier{in_use->loaded(), {}};
    TALLY_ASSIGN_OR_RETURN(const tally_reload done, put_in_use(std::move(loaded)));
    earlier_ = std::move(earlier);
    return done;
  }
  // The statement as it was before it is read: a later change counts.
  const FileState statement = state_of(guard_->statement_path());
  auto next = load_guarded(path_, *guard_, in_use->loaded());
  if (!next) {
    guard_refused(next.error());
    return std::move(next).error();
  }
  next->policy.files.push_back({guard_->statement_path(), statement});
  Earlier earlier{in_use->loaded(), guard_->base()};
  LoadedPolicy admitted = next->policy;
  TALLY_ASSIGN_OR_RETURN(const tally_reload done, put_in_use(std::move(next->policy)));
  guard_->admit(std::move(next->admission), std::move(admitted));
  earlier_ = std::move(earlier);
  const Section section(version_mutex_);
  ++guard_counts_->admitted;
  guard_counts_->serial = guard_->serial();
  return done;
}

Result<tally_reload, Failure> ReloadablePolicy::put_in_use(LoadedPolicy loaded) {
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
