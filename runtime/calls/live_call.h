// A call of one thread: facts and documents in, decisions out, again and again.
//
// In: facts by handle, kept documents. Out: results by handle. Always: a decision
// is made by one version from beginning to end; with a version already held, and
// documents already attached, setting and deciding neither allocates nor locks.
// The same facts and documents give what `RequestBinder::bind` and `decide` give
// for the request that says them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/calls/answer_items.h"
#include "runtime/documents/answer.h"
#include "runtime/policy/kept_document.h"
#include "runtime/policy/reloadable_policy.h"

namespace tally {

class LiveCall {
 public:
  explicit LiveCall(Ref<ReloadablePolicy> policy);

  // Another value of an enum or flag that is set already; false where `set` has to
  // look further.
  bool set_quickly(tally_input input, tally_value value) {
    if (input >= quick_inputs_.size() || value == 0 || value >= quick_inputs_[input].count) return false;
    const QuickInput& quick = quick_inputs_[input];
    const std::uint16_t code = quick.codes[value];
    Own& fact = own_[input];
    // The fact stands at its element already: another value of it is another code.
    if (code == no_code || !composed_ || fact.kind != Own::Kind::value || values_[quick.element] != &fact.fact)
      return false;
    fact.value = value;
    *std::get_if<std::uint8_t>(&fact.fact) = static_cast<std::uint8_t>(code);
    if (quick.offset != no_index) codes_[quick.offset] = static_cast<std::uint8_t>(code);
    forget_results();
    return true;
  }
  // How many of these were set, from the first; the next one needs `set`.
  std::size_t set_quickly(const tally_input* inputs, const tally_value* values, std::size_t count) {
    std::size_t done = 0;
    while (done < count && set_quickly(inputs[done], values[done])) ++done;
    return done;
  }
  std::optional<Failure> set(tally_input input, tally_value value);
  std::optional<Failure> set_number(tally_input input, std::uint64_t number);
  std::optional<Failure> set_text(tally_input input, std::string_view text);
  std::optional<Failure> set_present(tally_input input);
  std::optional<Failure> unset(tally_input input);
  std::optional<Failure> find_input(std::string_view name, tally_input& input, tally_kind& kind);
  std::optional<Failure> find_value(tally_input input, std::string_view spelling, tally_value& value);
  std::optional<Failure> set_named(std::string_view name, std::string_view text);
  void clear();

  std::optional<Failure> attach(Ref<KeptDocument> document);
  std::optional<Failure> detach(const KeptDocument& document);

  // False where there is more to do than to decide, or something is missing.
  bool decide_quickly() {
    if (policy_->current() != version_.get() || !composed_ || missing_count_ + refused_ > 0) return false;
    run();
    return true;
  }
  std::optional<Failure> decide();
  std::optional<Failure> decide_some(const tally_decision* decisions, std::size_t count);

  std::uint64_t generation() const { return decided_by_; }
  std::uint32_t rule(tally_decision decision) const {
    if (decision >= quick_decisions_.size()) return 0;
    const QuickDecision& quick = quick_decisions_[decision];
    return is_decided(quick.index) ? results_.slots[quick.rule_slot] : 0u;
  }
  tally_value value(tally_decision decision) const {
    if (decision >= quick_decisions_.size()) return 0;
    const QuickDecision& quick = quick_decisions_[decision];
    if (quick.value_slot == no_index || !is_decided(quick.index)) return 0;
    const std::uint16_t code = results_.slots[quick.value_slot];
    return quick.values == nullptr ? code : quick.values[code];
  }
  // Both, of several; either array may be null.
  void outcomes(const tally_decision* decisions, std::size_t count, std::uint32_t* rules, tally_value* values) const {
    const std::uint16_t* const slots = results_.slots.data();
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t fired = 0;
      tally_value found = 0;
      if (decisions[i] < quick_decisions_.size()) {
        const QuickDecision& quick = quick_decisions_[decisions[i]];
        if (is_decided(quick.index)) {
          fired = slots[quick.rule_slot];
          if (quick.value_slot != no_index)
            found = quick.values == nullptr ? slots[quick.value_slot] : quick.values[slots[quick.value_slot]];
        }
      }
      if (rules != nullptr) rules[i] = fired;
      if (values != nullptr) values[i] = found;
    }
  }
  std::optional<Failure> result(tally_decision decision, tally_result& out);
  std::optional<Failure> member(tally_member member, tally_result& out);
  std::optional<Failure> list_items();
  // What `list_items` listed.
  const std::vector<tally_item>& items() const { return items_.items(); }
  std::optional<Failure> json(tally_decision decision);
  std::optional<Failure> reason(tally_decision decision);
  std::optional<Failure> answer(bool because);
  std::optional<Failure> explain(tally_decision decision);
  // What the last of these four gave.
  const std::string& text() const { return text_; }

  ReloadablePolicy& policy() const { return *policy_; }

 private:
  void run() {
    version_->code().decide(codes_.data(), results_.slots.data());
    all_decided_ = true;
    reasons_known_ = false;
    decided_by_ = version_->generation();
  }  // the compiled code, on what is ready
  // A fact as it was set: means the same in every version.
  struct Own {
    enum class Kind : std::uint8_t { none, value, number, text, present };
    Kind kind = Kind::none;
    bool refused = false;  // the version in use does not take it
    tally_value value = 0;
    Fact fact;  // in the version that is held
  };
  struct Attached {
    Ref<KeptDocument> document;
    const DocumentBinding* binding;  // in the version that is held; null: that refuses it
  };

  std::optional<Failure> ready();
  void migrate();
  void bind_attached();
  const ElementDescriptor* overlapped(const DocumentBinding& binding) const;
  bool adopt(tally_input handle, Own& own, Failure* why);
  void compose();
  void apply(const DocumentBinding& binding);
  void say(ElementIndex element, Own& own);
  void put(ElementIndex element, const Fact& fact);
  void require(ElementIndex element, bool missing);
  bool is_present(ElementIndex element) const;
  const InputMeaning* meaning(tally_input input);
  const InputMeaning* meaning_in_use(tally_input input);
  Own& claim(tally_input input, Own::Kind kind);
  Failure no_input(tally_input input) const;
  Failure wrong_kind(const InputMeaning& meaning, const char* given) const;
  std::optional<Failure> undecided(tally_decision decision, std::uint32_t& index) const;
  // no_index is never decided.
  bool is_decided(std::uint32_t index) const {
    return all_decided_ ? index != no_index : index < decided_.size() && decided_[index] != 0;
  }
  void want_reasons();
  void describe(const MemberMeaning& member, tally_result& out);
  Failure no_such_input(std::string_view name) const;
  CallValues values() const { return CallValues(values_.data()); }
  void forget_results() {
    all_decided_ = false;
    reasons_known_ = false;
    decided_by_ = 0;
    if (some_decided_) forget_some();
  }
  void forget_some();

  Ref<ReloadablePolicy> policy_;
  std::shared_ptr<const PolicyVersion> version_;
  std::span<const QuickInput> quick_inputs_;  // of the version
  std::span<const QuickDecision> quick_decisions_;
  std::vector<Own> own_;           // by input handle
  std::vector<tally_input> said_;  // handles with a fact
  std::vector<Attached> attached_;
  std::vector<const Fact*> said_of_;    // by element: the own fact, or nothing
  std::vector<const Fact*> composing_;  // what is said of each, documents too
  std::vector<const Fact*> values_;     // by element: what stands there
  std::vector<std::uint8_t> covered_;   // by element: whether an attached document speaks for it
  std::vector<std::uint8_t> missing_;   // by element
  std::size_t missing_count_ = 0;
  std::size_t refused_ = 0;  // facts and documents
  std::vector<std::uint8_t> codes_;
  bool composed_ = false;  // codes and values are those of facts and documents
  Results results_;
  bool reasons_known_ = false;
  bool all_decided_ = false;
  bool some_decided_ = false;
  std::vector<std::uint8_t> decided_;  // by decision, where not all are
  std::uint64_t decided_by_ = 0;
  std::string text_, inserted_;
  AnswerItems items_;
  std::vector<Fact> spare_;  // texts that were taken away: their memory is used again
};

}  // namespace tally
