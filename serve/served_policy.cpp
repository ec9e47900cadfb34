#include "serve/served_policy.h"

#include <utility>

#include "base/hex.h"
#include "base/own_stack.h"
#include "runtime/policy/policy_json.h"
#include "runtime/support/c_error.h"
#include "runtime/support/json_text.h"
#include "simulator/report/json.h"

namespace tally::serve {

Result<std::unique_ptr<ServedPolicy>, Failure> ServedPolicy::open(std::string name, const std::string& path,
                                                                  const PolicyOptions& options) {
  Result<LoadedPolicy, Failure> loaded = Failure(TALLY_ERROR_INTERNAL, "");
  if (const auto ran = on_own_stack(big_stack, [&] { loaded = load_policy(path); }); !ran)
    return machine_failure(ran.error());
  if (!loaded) return std::move(loaded).error();
  auto policy = Ref<ReloadablePolicy>::adopt(new ReloadablePolicy(*std::move(loaded), path));
  std::unique_ptr<ServedPolicy> served(new ServedPolicy(std::move(name), policy, options));
  if (!options.keys.empty()) TALLY_RETURN_IF_ERROR(served->set_guard(options));
  if (!options.log_folder.empty()) {
    LogOptions log;
    log.folder = options.log_folder;
    log.name = served->name();
    log.keep = options.log_keep;
    log.id_bytes = 64;
    TALLY_RETURN_IF_ERROR(policy->open_log(std::move(log)));
  }
  if (options.watch_ms != 0) TALLY_RETURN_IF_ERROR(served->policy().watch(options.watch_ms, on_watch, served.get()));
  return served;
}

ServedPolicy::ServedPolicy(std::string name, Ref<ReloadablePolicy> policy, const PolicyOptions& options)
    : name_(std::move(name)), policy_(std::move(policy)), documents_(options.documents) {}

ServedPolicy::~ServedPolicy() {
  policy_->unwatch();
  deciders_.clear();
  (void)policy_->close_log();
}

Result<Done, Failure> ServedPolicy::set_guard(const PolicyOptions& options) {
  GuardOptions guard;
  for (const std::string& given : options.keys) {
    TALLY_ASSIGN_OR_RETURN(const PublicKey key, trusted_key(given));
    guard.keys.push_back(key);
  }
  if (options.serial) {
    TALLY_ASSIGN_OR_RETURN(guard.serial, options.serial(name_));
  }
  TALLY_RETURN_IF_ERROR(policy_->guard(std::move(guard)));
  keep_serial_ = options.keep_serial;
  keep_serial();
  return {};
}

void ServedPolicy::keep_serial() {
  const auto counts = policy_->guard_counts();
  if (counts && keep_serial_) keep_serial_(name_, counts->serial);
}

// --- deciders ----------------------------------------------------------------------------

std::unique_ptr<Decider, ServedPolicy::Return> ServedPolicy::take_decider() {
  {
    const std::lock_guard lock(deciders_mutex_);
    if (!deciders_.empty()) {
      std::unique_ptr<Decider, Return> out(deciders_.back().release(), Return{this});
      deciders_.pop_back();
      return out;
    }
  }
  return {new Decider(*this), Return{this}};
}

void ServedPolicy::give_back(Decider* decider) {
  std::unique_ptr<Decider> back(decider);
  const std::lock_guard lock(deciders_mutex_);
  deciders_.push_back(std::move(back));
}

std::vector<std::vector<std::atomic<std::uint64_t>*>> ServedPolicy::counters(const PolicyVersion& version) {
  std::vector<std::vector<std::atomic<std::uint64_t>*>> out;
  const std::lock_guard lock(counters_mutex_);
  for (const DecisionDescriptor& decision : version.policy().decisions) {
    auto& rules = out.emplace_back();
    for (std::uint32_t rule = 1; rule <= decision.rules.size(); ++rule) {
      auto& counter = counters_[{decision.name, rule}];
      if (counter == nullptr) counter = std::make_unique<std::atomic<std::uint64_t>>(0);
      rules.push_back(counter.get());
    }
  }
  return out;
}

// --- reloading ---------------------------------------------------------------------------

Result<Done, Failure> ServedPolicy::reload() {
  auto done = policy_->reload();
  reloaded(done.has_value());
  if (!done) return std::move(done).error();
  return {};
}

void ServedPolicy::reloaded(bool done) {
  (done ? reloads_ : refused_reloads_).fetch_add(1, std::memory_order_relaxed);
  if (!done) return;
  keep_serial();
  // Binds the documents now, so that no request has to.
  (void)documents_.summaries(*policy_->take());
}

void ServedPolicy::on_watch(void* self, const tally_reload* /*reload*/, const tally_error* error) {
  static_cast<ServedPolicy*>(self)->reloaded(error == nullptr);
}

// --- what is shown -----------------------------------------------------------------------

std::string ServedPolicy::json() {
  const auto version = policy_->take();
  const LastReload last = policy_->last_reload();
  std::string out = "{\"name\":" + json_string(name_) + ",\"file\":" + json_string(policy_->path()) +
                    ",\"last_reload\":" + (last.when == 0 ? "null" : std::to_string(last.when)) +
                    ",\"refusal\":" + (last.refusal == nullptr ? "null" : json_string(last.refusal->message)) +
                    ",\"refused_reloads\":" + std::to_string(refused_reloads_.load());
  // The rest is what `tally_policy_json` returns, whose first member is the name that the rules have.
  std::string described = policy_json(*version);
  report::Json json = report::Json::parse(described);
  json.erase("name");
  out += "," + json.dump().substr(1);
  return out;
}

std::string ServedPolicy::documents_json() {
  report::Json list = report::Json::array();
  for (const auto& [place, summary] : documents_.summaries(*policy_->take())) {
    list.push_back({{"place", place},
                    {"bound", summary.bound},
                    {"refused", summary.refused},
                    {"bytes", summary.bytes},
                    {"refused_keys", summary.refused_keys}});
  }
  return report::to_text({{"policy", name_}, {"documents", std::move(list)}}, -1);
}

void ServedPolicy::begin(Part part, Exposition& out) {
  switch (part) {
    case Part::decisions: return out.family("tally_decisions_total", "counter", "Decisions, by the rule that fired.");
    case Part::info: return out.family("tally_policy_info", "gauge", "The rules in use: the SHA-256 of their sources.");
    case Part::generation:
      return out.family("tally_policy_generation", "gauge", "How many versions of the policy were loaded.");
    case Part::reloads: return out.family("tally_reloads_total", "counter", "Reloads, by their result.");
    case Part::refused:
      return out.family("tally_reload_refused", "gauge", "1: the last reload was refused, so older rules are in use.");
    case Part::guard:
      return out.family("tally_guard_versions_total", "counter", "With --key: versions, by what the guard did.");
    case Part::documents: return out.family("tally_documents", "gauge", "Documents that are kept, by place and state.");
    case Part::log:
      return out.family("tally_log_decisions_total", "counter", "Decisions for the log, by what became of them.");
  }
}

void ServedPolicy::write(Part part, Exposition& out) {
  const auto relaxed = std::memory_order_relaxed;
  switch (part) {
    case Part::decisions: {
      (void)counters(*policy_->take());  // a rule that never fired is shown with 0
      const std::lock_guard lock(counters_mutex_);
      for (const auto& [name, counter] : counters_) {
        const std::string rule = std::to_string(name.second);
        out.sample("tally_decisions_total", {{"policy", name_}, {"decision", name.first}, {"rule", rule}},
                   counter->load(relaxed));
      }
      return;
    }
    case Part::info: {
      const auto version = policy_->take();
      return out.sample("tally_policy_info",
                        {{"policy", name_}, {"source_hash", hex_text(version->log_source().source_hash)}},
                        std::uint64_t{1});
    }
    case Part::generation: return out.sample("tally_policy_generation", {{"policy", name_}}, policy_->generation());
    case Part::reloads:
      out.sample("tally_reloads_total", {{"policy", name_}, {"result", "done"}}, reloads_.load(relaxed));
      return out.sample("tally_reloads_total", {{"policy", name_}, {"result", "refused"}},
                        refused_reloads_.load(relaxed));
    case Part::refused:
      return out.sample("tally_reload_refused", {{"policy", name_}},
                        std::uint64_t{policy_->last_reload().refusal != nullptr});
    case Part::guard:
      if (const auto counts = policy_->guard_counts()) {
        out.sample("tally_guard_versions_total", {{"policy", name_}, {"result", "admitted"}}, counts->admitted);
        out.sample("tally_guard_versions_total", {{"policy", name_}, {"result", "refused"}}, counts->refused);
      }
      return;
    case Part::documents:
      for (const auto& [place, summary] : documents_.summaries(*policy_->take())) {
        out.sample("tally_documents", {{"policy", name_}, {"place", place}, {"state", "bound"}},
                   std::uint64_t{summary.bound});
        out.sample("tally_documents", {{"policy", name_}, {"place", place}, {"state", "refused"}},
                   std::uint64_t{summary.refused});
      }
      return;
    case Part::log: {
      const auto log = policy_->last_log();
      if (log == nullptr) return;
      const LogCounts counts = log->counts();
      out.sample("tally_log_decisions_total", {{"policy", name_}, {"result", "written"}}, counts.written);
      return out.sample("tally_log_decisions_total", {{"policy", name_}, {"result", "dropped"}}, counts.dropped);
    }
  }
}

}  // namespace tally::serve
