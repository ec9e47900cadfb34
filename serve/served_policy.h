// A policy that is served: its rules, the documents that are bound to it, and how often each rule decided.
//
// In:     the path of a rule file or a built policy; requests as text.
// Out:    answers as `tally decide` writes them; reloads, guarded as the policy is.
// Always: a request is decided by one version from beginning to end, and nothing is decided from a request with a
//         fault. Any thread may use any function. A version that no Decider has any more is freed by a later reload.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/documents/answer.h"
#include "runtime/policy/reloadable_policy.h"
#include "serve/bound_names.h"
#include "serve/documents.h"
#include "serve/http.h"
#include "serve/metrics.h"

namespace tally::serve {

// How a policy is opened and kept.
struct PolicyOptions {
  DocumentBounds documents;
  std::string log_folder;             // empty: there is no log
  std::vector<std::string> log_keep;  // inputs whose values the log has, too
  std::uint32_t watch_ms = 0;         // how often its files are looked at; 0: never
  std::vector<std::string> keys;      // of the guard, as `trusted_key` takes them; none: there is no guard
  // With a guard: the serial that a policy had before the service started, and what keeps a new one. May be empty.
  std::function<Result<std::uint64_t, Failure>(const std::string& name)> serial;
  std::function<void(const std::string& name, std::uint64_t serial)> keep_serial;
};

// What a request asks for besides its body.
struct DecideOptions {
  bool because = false;
  std::vector<std::string> decisions;  // by name; empty: all
  std::string_view id;                 // for the log
};

class ServedPolicy;

// What one thread needs to decide, used again and again.
class Decider {
 public:
  explicit Decider(ServedPolicy& policy) : policy_(policy) {}

  // Appends the answer, one line without its end.
  Result<Done, Refusal> decide(std::string_view request, const DecideOptions& options, std::string& out);
  // Appends an explanation of each decision: {"recording":{"value":...,"rests_on":...},...}.
  Result<Done, Refusal> explain(std::string_view request, const DecideOptions& options, std::string& out);

 private:
  Result<const BoundCall*, Refusal> bind(std::string_view request);
  Result<Done, Refusal> choose(const DecideOptions& options);
  void take_version();
  void count_and_log(const BoundCall& call, const DecideOptions& options);

  ServedPolicy& policy_;
  std::shared_ptr<const PolicyVersion> version_;
  std::unique_ptr<RequestStream> stream_;
  std::vector<std::vector<std::atomic<std::uint64_t>*>> counters_;  // by decision and rule
  std::vector<std::size_t> all_, chosen_;                           // decisions
  std::vector<std::uint32_t> first_slots_;
  BoundNames names_;
  std::vector<std::shared_ptr<const VersionedDocument>> kept_;
  std::vector<const BoundDocument*> documents_;
  Results results_;
};

class ServedPolicy {
 public:
  // `name` stands in paths and metrics.
  static Result<std::unique_ptr<ServedPolicy>, Failure> open(std::string name, const std::string& path,
                                                             const PolicyOptions& options);
  ~ServedPolicy();
  ServedPolicy(const ServedPolicy&) = delete;
  ServedPolicy& operator=(const ServedPolicy&) = delete;

  const std::string& name() const { return name_; }
  ReloadablePolicy& policy() { return *policy_; }
  Documents& documents() { return documents_; }

  // Loads the file again. If it is refused, the version before stays, and the refusal is counted.
  Result<Done, Failure> reload();

  // A Decider for as long as the handle lives; one that was used before, if there is one.
  struct Return {
    ServedPolicy* policy;
    void operator()(Decider* decider) const { policy->give_back(decider); }
  };
  std::unique_ptr<Decider, Return> take_decider();

  // {"name":...,"file":...,"generation":...,"loaded":...,"refusal":...,"inputs":[...],"decisions":[...]}
  std::string json();
  // {"policy":...,"documents":[{"place":"/account","bound":1,...}]}
  std::string documents_json();

  // The counters of a version's rules, by decision and rule (from 1, at 0). A counter belongs to the name of the
  // decision and the number of the rule, over versions.
  std::vector<std::vector<std::atomic<std::uint64_t>*>> counters(const PolicyVersion& version);

  // A family of samples may have several policies, so each part is written for all of them.
  enum class Part : std::uint8_t { decisions, info, generation, reloads, refused, guard, documents, log };
  static constexpr std::size_t parts = 8;
  static void begin(Part part, Exposition& out);
  void write(Part part, Exposition& out);

 private:
  ServedPolicy(std::string name, Ref<ReloadablePolicy> policy, const PolicyOptions& options);
  void give_back(Decider* decider);
  Result<Done, Failure> set_guard(const PolicyOptions& options);
  void reloaded(bool done);
  void keep_serial();
  static void on_watch(void* self, const tally_reload* reload, const tally_error* error);

  std::string name_;
  Ref<ReloadablePolicy> policy_;
  Documents documents_;
  std::function<void(const std::string&, std::uint64_t)> keep_serial_;  // empty if there is no guard
  std::mutex counters_mutex_;
  std::map<std::pair<std::string, std::uint32_t>, std::unique_ptr<std::atomic<std::uint64_t>>> counters_;
  std::atomic<std::uint64_t> reloads_{0}, refused_reloads_{0};
  std::mutex deciders_mutex_;
  std::vector<std::unique_ptr<Decider>> deciders_;  // that nobody uses
};

}  // namespace tally::serve
