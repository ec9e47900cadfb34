// A policy that can be reloaded: the version in use, and those that calls have not left yet.
//
// In:     a loaded policy, and the file that it came from.
// Out:    the version in use, for any number of threads.
// Always: a version is complete before it is in use, and one atomic store puts it there. Deciding
//         threads read that one word, and take no lock unless it has changed. They never free a
//         version: a reload, a watch, or the end of the policy does.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runtime/policy/policy_guard.h"
#include "runtime/policy/policy_version.h"
#include "runtime/policy/policy_watch.h"
#include "runtime/support/counted.h"

namespace tally {

class KeptDocument;

// How the last reload of a policy ended.
struct LastReload {
  std::int64_t when = 0;                   // milliseconds since 1970, UTC; 0: there was none
  std::shared_ptr<const Failure> refusal;  // null: it succeeded, or there was none
};

// What a guard did, and the last version that it refused.
struct GuardCounts {
  std::uint64_t admitted = 0, refused = 0, serial = 0;
  std::shared_ptr<const Failure> last;  // null: it refused none
};

class ReloadablePolicy : public Counted {
 public:
  // `path` is empty if there is no file to reload.
  ReloadablePolicy(LoadedPolicy loaded, std::string path);
  ~ReloadablePolicy() override;

  PolicyNames& names() { return names_; }
  const PolicyNames& names() const { return names_; }
  const std::string& path() const { return path_; }

  // To be compared with the version that a call holds. Never waits.
  const PolicyVersion* current() const { return current_.load(std::memory_order_acquire); }
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  std::shared_ptr<const PolicyVersion> take() const;

  // Returns what was done. A watch calls this as well.
  Result<tally_reload, Failure> reload();
  LastReload last_reload() const;
  // Returns to the version before the last reload, if it is kept.
  Result<tally_reload, Failure> roll_back();

  // Sets the guard, if the version in use passes it.
  Result<Done, Failure> guard(GuardOptions options);
  // Nothing if there is no guard. Never waits for a reload.
  std::optional<GuardCounts> guard_counts() const;

  // The file of the guard's statement, which a watch looks at too; empty if there is no guard.
  std::string statement_path() const;
  // Frees the versions that no call holds any more.
  void sweep();

  Result<Done, Failure> watch(std::uint32_t interval, tally_watcher watcher, void* context);
  void unwatch();

  // The log that decisions are added to, to be compared with the one that a call holds; null: there is none. Never
  // waits.
  const DecisionLog* log() const { return log_in_use_.load(std::memory_order_acquire); }
  // The same, as long as it is needed.
  std::shared_ptr<DecisionLog> take_log() const;
  // Begins a log. An earlier one is closed.
  Result<Done, Failure> open_log(LogOptions options);
  Result<Done, Failure> close_log();
  // The log in use, or else the last one; null: there was none.
  std::shared_ptr<DecisionLog> last_log() const;

  void add(KeptDocument& document);
  void remove(KeptDocument& document);

 private:
  std::vector<Ref<KeptDocument>> documents();
  void reload_ended(std::shared_ptr<const Failure> refusal);
  // Runs `change`, which puts a version in use, alone and on a large stack.
  template <class Change>
  Result<tally_reload, Failure> change_version(Change change);
  Result<tally_reload, Failure> load_next();
  Result<tally_reload, Failure> put_in_use(LoadedPolicy loaded);
  void guard_refused(const Failure& failure);

  std::string path_;
  PolicyNames names_;
  std::atomic<const PolicyVersion*> current_{nullptr};
  std::atomic<const DecisionLog*> log_in_use_{nullptr};
  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex version_mutex_;  // of the next six; is held for moments only
  std::shared_ptr<const PolicyVersion> version_;
  std::vector<std::shared_ptr<const PolicyVersion>> retired_;
  LastReload last_reload_;
  std::optional<GuardCounts> guard_counts_;
  std::string statement_path_;  // of the guard; empty: there is none
  std::shared_ptr<DecisionLog> log_;
  std::shared_ptr<const Failure> no_memory_;  // made early, for a reload that had none
  std::mutex documents_mutex_;
  std::set<KeptDocument*> documents_;
  std::mutex reload_mutex_;  // of the next two
  std::unique_ptr<PolicyGuard> guard_;
  // What was in use before the last reload, and what the guard counted differences from then.
  struct Earlier {
    LoadedPolicy version, base;
  };
  std::optional<Earlier> earlier_;
  std::mutex watch_mutex_;
  OwnedWatch watch_;
};

}  // namespace tally
