#include <algorithm>
#include <numeric>

#include "base/nearest.h"
#include "runtime/log/record_shape.h"
#include "runtime/support/json_text.h"
#include "serve/served_policy.h"

namespace tally::serve {
namespace {

Refusal not_bound(const std::string& pointer, const std::string& key) {
  if (key.empty())
    return {409, ErrorCause::unbound, "the key of the document for `" + pointer + "` is empty",
            "`$bound` has the key with which the document was PUT"};
  return {409, ErrorCause::unbound, "no document `" + key + "` is bound for `" + pointer + "`",
          "PUT it to /v1/documents"};
}

}  // namespace

void Decider::take_version() {
  if (version_ != nullptr && policy_.policy().current() == version_.get()) return;
  stream_ = nullptr;
  version_ = policy_.policy().take();
  stream_ = std::make_unique<RequestStream>(version_->binder(), ReadOptions{UnknownKeys::counted});
  counters_ = policy_.counters(*version_);
  all_.resize(version_->policy().decisions.size());
  std::iota(all_.begin(), all_.end(), 0);
  first_slots_ = first_slots(version_->policy());
}

// Binds a request, with the documents that it names.
Result<const BoundCall*, Refusal> Decider::bind(std::string_view request) {
  kept_.clear();
  documents_.clear();
  if (BoundNames::may_be_in(request)) {
    const Places& places = version_->binder().places();
    TALLY_RETURN_IF_ERROR(names_.read(request, version_->policy(), places));
    request = names_.rest();
    for (const BoundName& name : names_.names()) {
      const std::string pointer = places.pointer(name.place);
      const auto stored = policy_.documents().find(pointer, name.key);
      if (stored == nullptr) return not_bound(pointer, name.key);
      auto document = stored->in(*version_);
      if (!document->document) {
        Refusal refusal{409, ErrorCause::unbound,
                        "the rules in use refuse the document `" + name.key + "` that is bound for `" + pointer + "`"};
        refusal.faults = document->faults;
        return refusal;
      }
      documents_.push_back(&*document->document);
      kept_.push_back(std::move(document));
    }
  }
  if (const BoundCall* call = stream_->bind(request, documents_)) return call;
  // Once more, with a search for near keys: a slip is often why something is missing.
  BindResult again = version_->binder().bind(request, documents_);
  return refusal_of(again.call ? stream_->faults() : std::move(again.faults));
}

Result<Done, Refusal> Decider::choose(const DecideOptions& options) {
  chosen_.clear();
  for (const std::string& name : options.decisions) {
    const auto& decisions = version_->policy().decisions;
    const auto at = std::find_if(decisions.begin(), decisions.end(), [&](const auto& d) { return d.name == name; });
    if (at == decisions.end()) {
      std::vector<std::string> known;
      for (const DecisionDescriptor& decision : decisions) known.push_back(decision.name);
      return Refusal{404, ErrorCause::unknown, "no decision `" + name + "`" + did_you_mean(nearest(name, known))};
    }
    chosen_.push_back(static_cast<std::size_t>(at - decisions.begin()));
  }
  return {};
}

void Decider::count_and_log(const BoundCall& call, const DecideOptions& options) {
  const std::vector<std::size_t>& decisions = options.decisions.empty() ? all_ : chosen_;
  for (const std::size_t i : decisions) {
    const std::uint16_t rule = rule_number(version_->policy().decisions[i], results_);
    if (rule != 0 && rule <= counters_[i].size()) counters_[i][rule - 1u]->fetch_add(1, std::memory_order_relaxed);
  }
  if (policy_.policy().log() == nullptr) return;
  const std::shared_ptr<DecisionLog> log = policy_.policy().take_log();
  if (log == nullptr) return;
  log->add_shared(version_->log_source(), [&](const RecordShape& shape, std::byte* raw, std::uint64_t time) {
    shape.put_head(raw, time, options.id);
    shape.put_codes(raw, call.codes.data());
    if (!shape.kept().empty()) shape.put_kept(raw, call);
    if (options.decisions.empty()) return shape.put_slots(raw, results_.slots.data());
    shape.put_no_slots(raw);
    for (const std::size_t i : decisions)
      shape.put_some_slots(raw, results_.slots.data(), first_slots_[i], first_slots_[i + 1]);
  });
}

Result<Done, Refusal> Decider::decide(std::string_view request, const DecideOptions& options, std::string& out) {
  take_version();
  TALLY_RETURN_IF_ERROR(choose(options));
  TALLY_ASSIGN_OR_RETURN(const BoundCall* call, bind(request));
  tally::decide(version_->policy(), version_->code(), *call, options.because, results_);
  append_answer(out, version_->policy(), options.decisions.empty() ? all_ : chosen_, *call, results_, options.because);
  count_and_log(*call, options);
  return {};
}

Result<Done, Refusal> Decider::explain(std::string_view request, const DecideOptions& options, std::string& out) {
  take_version();
  TALLY_RETURN_IF_ERROR(choose(options));
  TALLY_ASSIGN_OR_RETURN(const BoundCall* call, bind(request));
  tally::decide(version_->policy(), version_->code(), *call, true, results_);
  const std::vector<ElementIndex> defaults = stream_->defaults();
  std::string text = "{";
  for (const std::size_t i : options.decisions.empty() ? all_ : chosen_) {
    const DecisionDescriptor& decision = version_->policy().decisions[i];
    if (text.size() > 1) text += ',';
    text += json_string(decision.name);
    text += ':';
    append_explained(text, decision, *call, results_);
    if (!version_->loaded().explain) continue;
    const auto more = version_->loaded().explain(i, *call, defaults);
    if (!more) return Refusal{500, ErrorCause::internal, more.error().message};
    text.insert(text.size() - 1, *more);
  }
  out += text + "}";
  return {};
}

}  // namespace tally::serve
