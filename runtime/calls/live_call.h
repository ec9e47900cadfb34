// A call of one thread: facts and documents in, decisions out, again and again.
//
// In:     facts by handle, kept documents.
// Out:    results by handle.
// Always: a decision is made by one version from beginning to end. With a version already held,
//         and documents already attached, setting and deciding neither allocates nor locks. The
//         same facts and documents give what `RequestBinder::bind` and `decide` give for the
//         request that has them.
//
// A call has four parts, and is in one of five states:
//
//   HostFacts    what the host set; survives reloads                   host_facts.h
//   WholeRequest a request that stands for all facts and documents     whole_request.h
//   Composition  what stands at each element in the version held       composition.h
//   CallOutcome  what was decided, and for which decisions             call_outcome.h
//
//   state       facts, documents  composition  outcome    what leads there
//   refused     some are refused  stale        nothing    a reload whose version refuses something
//   stale       all are taken     stale        nothing    a new call, `clear`, `detach`, a reload; a
//                                                         fact or document that may change whether
//                                                         an object is present
//   incomplete  all are taken     composed     nothing    deciding while something required is missing
//   ready       all are taken     complete     nothing    any other change of facts and documents
//   decided     all are taken     complete     some, all  deciding, which composes first if need be
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/calls/call_answers.h"
#include "runtime/calls/call_log.h"
#include "runtime/calls/call_outcome.h"
#include "runtime/calls/composition.h"
#include "runtime/calls/host_facts.h"
#include "runtime/calls/whole_request.h"
#include "runtime/policy/kept_document.h"
#include "runtime/policy/reloadable_policy.h"

namespace tally {

class LiveCall {
 public:
  explicit LiveCall(Ref<ReloadablePolicy> policy);

  // --- facts ---

  // Fast path: gives an enum or flag that is set another value. Returns false, and changes
  // nothing, if `set` must be used.
  bool set_quickly(tally_input input, tally_value value) {
    if (input >= quick_inputs_.size() || value == 0 || value >= quick_inputs_[input].count) return false;
    const QuickInput& quick = quick_inputs_[input];
    const std::uint16_t code = quick.codes[value];
    if (code == no_code || !facts_.is_value(input) || !composition_.stands(quick.element, facts_.at(input)))
      return false;
    facts_.replace_value(input, value, static_cast<std::uint8_t>(code));
    composition_.replace_code(quick.offset, static_cast<std::uint8_t>(code));
    outcome_.forget();
    return true;
  }
  // Likewise several. Returns how many it set; the one after them needs `set`.
  std::size_t set_quickly(const tally_input* inputs, const tally_value* values, std::size_t count) {
    std::size_t done = 0;
    while (done < count && set_quickly(inputs[done], values[done])) ++done;
    return done;
  }
  Result<Done, Failure> set(tally_input input, tally_value value);
  Result<Done, Failure> set_number(tally_input input, std::uint64_t number);
  Result<Done, Failure> set_text(tally_input input, std::string_view text);
  Result<Done, Failure> set_present(tally_input input);
  Result<Done, Failure> unset(tally_input input);
  Result<Done, Failure> set_named(std::string_view name, std::string_view text);
  void clear();
  // Binds a whole request in place of all facts and documents. While it is bound, none can be set.
  Result<Done, Failure> bind(std::string_view request);

  struct FoundInput {
    tally_input input;
    tally_kind kind;  // TALLY_KIND_UNSET: only another version has the input
  };
  Result<FoundInput, Failure> find_input(std::string_view name);
  Result<tally_value, Failure> find_value(tally_input input, std::string_view spelling);

  // --- documents ---

  Result<Done, Failure> attach(Ref<KeptDocument> document);
  Result<Done, Failure> detach(const KeptDocument& document);

  // --- deciding ---

  // Fast path. Returns false, and changes nothing, unless the call is ready or decided.
  bool decide_quickly() {
    if (policy_->current() != version_.get() || !composition_.is_complete()) return false;
    outcome_.decide_all(*version_, composition_.codes());
    log_.add(*policy_, *version_, composition_, outcome_);
    return true;
  }
  Result<Done, Failure> decide();
  Result<Done, Failure> decide_some(const tally_decision* decisions, std::size_t count);

  // Names the decisions that follow in the log of the policy, until `clear`.
  void set_id(std::string_view id) { log_.set_id(id); }

  // --- answers ---

  std::uint64_t generation() const { return outcome_.generation(); }
  std::uint32_t rule(tally_decision decision) const {
    if (decision >= quick_decisions_.size()) return 0;
    const QuickDecision& quick = quick_decisions_[decision];
    return outcome_.is_decided(quick.index) ? outcome_.results().slots[quick.rule_slot] : 0u;
  }
  tally_value value(tally_decision decision) const {
    if (decision >= quick_decisions_.size()) return 0;
    const QuickDecision& quick = quick_decisions_[decision];
    return outcome_.is_decided(quick.index) ? value_of(quick) : 0;
  }
  // Both, of several decisions; either array may be null.
  void outcomes(const tally_decision* decisions, std::size_t count, std::uint32_t* rules, tally_value* values) const {
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t rule = 0;
      tally_value value = 0;
      if (decisions[i] < quick_decisions_.size()) {
        const QuickDecision& quick = quick_decisions_[decisions[i]];
        if (outcome_.is_decided(quick.index)) {
          rule = outcome_.results().slots[quick.rule_slot];
          value = value_of(quick);
        }
      }
      if (rules != nullptr) rules[i] = rule;
      if (values != nullptr) values[i] = value;
    }
  }
  // Everything else that a decided call returns: `call.answers().json(call.decided(), decision)`.
  CallAnswers& answers() { return answers_; }
  DecidedCall decided() { return {*version_, composition_, outcome_}; }

  ReloadablePolicy& policy() const { return *policy_; }

 private:
  void take_version_in_use() {
    if (policy_->current() != version_.get()) take_version();
  }
  void take_version();
  void bind_documents();
  Result<Done, Failure> compose();
  Result<Done, Failure> compose_request();
  Result<Done, Failure> check_documents();
  void fact_is_set(const InputMeaning& meaning, const Fact& fact) {
    composition_.set_fact(meaning.element, fact);
    outcome_.forget();
  }
  const ElementDescriptor& element_of(const InputMeaning& meaning) const {
    return version_->policy().elements[meaning.element];
  }
  // Of a decision that is decided.
  tally_value value_of(const QuickDecision& quick) const {
    if (quick.value_slot == no_index) return 0;
    const std::uint16_t code = outcome_.results().slots[quick.value_slot];
    if (code >= quick.codes) return 0;
    return quick.values == nullptr ? code : quick.values[code];
  }

  Ref<ReloadablePolicy> policy_;
  std::shared_ptr<const PolicyVersion> version_;
  std::span<const QuickInput> quick_inputs_;  // of the version
  std::span<const QuickDecision> quick_decisions_;
  HostFacts facts_;
  WholeRequest request_;  // while it is bound, there are no facts and no documents
  std::vector<AttachedDocument> attached_;
  Composition composition_;
  CallOutcome outcome_;
  CallAnswers answers_;
  CallLog log_;
};

}  // namespace tally
