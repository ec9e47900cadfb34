#include "runtime/calls/live_call.h"

#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "runtime/documents/completion.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

const Fact nothing{};
const Fact present{Present{}};

bool is_nothing(const Fact& fact) { return std::holds_alternative<std::monostate>(fact); }

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::enumeration: return "an enum";
    case Kind::flag: return "a flag";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    default: return "an object";
  }
}

// "on", "off", "true" or "false".
std::optional<tally_value> flag_spelled(std::string_view text) {
  if (text == "on" || text == "true") return TALLY_ON;
  if (text == "off" || text == "false") return TALLY_OFF;
  return std::nullopt;
}

}  // namespace

LiveCall::LiveCall(Ref<ReloadablePolicy> policy) : policy_(std::move(policy)) { migrate(); }

// --- facts -----------------------------------------------------------------------------

const InputMeaning* LiveCall::meaning(tally_input input) { return version_->input(input); }

// Facts are told in the terms of the version in use: it may know inputs and values
// that the one before did not.
const InputMeaning* LiveCall::meaning_in_use(tally_input input) {
  if (policy_->current() != version_.get()) migrate();
  return meaning(input);
}

// The fact of an input of the version that is held; it is there from now on.
LiveCall::Own& LiveCall::claim(tally_input input, Own::Kind kind) {
  Own& fact = own_[input];
  if (fact.kind == Own::Kind::none) said_.push_back(input);
  if (fact.refused) --refused_;
  fact.refused = false;
  fact.kind = kind;
  return fact;
}

Failure LiveCall::no_input(tally_input input) const {
  return {TALLY_ERROR_ARGUMENT, "no input has the handle " + std::to_string(input)};
}

Failure LiveCall::wrong_kind(const InputMeaning& meaning, const char* given) const {
  const ElementDescriptor& element = version_->policy().elements[meaning.element];
  return {TALLY_ERROR_TYPE, "`" + element.name + "` is " + kind_name(element.kind) + ", not " + given, element.pointer};
}

bool LiveCall::is_present(ElementIndex element) const { return !is_nothing(*values_[element]); }

void LiveCall::require(ElementIndex element, bool missing) {
  if ((missing_[element] != 0) == missing) return;
  missing_[element] = missing ? 1 : 0;
  missing_count_ += missing ? 1u : ~std::size_t{0};
}

void LiveCall::put(ElementIndex element, const Fact& fact) {
  values_[element] = &fact;
  const ElementDescriptor& described = version_->policy().elements[element];
  if (described.offset) codes_[*described.offset] = code_of(described, fact);
}

// A fact that is there goes to its element. Only where an object around was not
// there yet does that change anything else.
void LiveCall::say(ElementIndex element, Own& fact) {
  said_of_[element] = &fact.fact;
  forget_results();
  if (covered_[element] != 0 || !composed_) return;
  const ElementDescriptor& described = version_->policy().elements[element];
  if (!described.is_leaf() || (described.parent && !is_present(*described.parent))) {
    composed_ = false;
    return;
  }
  put(element, fact.fact);
  require(element, false);
}

std::optional<Failure> LiveCall::set(tally_input input, tally_value value) {
  if (value == 0) return unset(input);
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr) return no_input(input);
  if (m->codes.empty()) return wrong_kind(*m, "an enum or a flag");
  if (value >= m->codes.size() || m->codes[value] == no_code) {
    const ElementDescriptor& element = version_->policy().elements[m->element];
    return Failure(TALLY_ERROR_VALUE, "`" + element.name + "` has no value with the handle " + std::to_string(value),
                   element.pointer);
  }
  Own& fact = claim(input, Own::Kind::value);
  fact.value = value;
  fact.fact = static_cast<std::uint8_t>(m->codes[value]);
  say(m->element, fact);
  return std::nullopt;
}

std::optional<Failure> LiveCall::set_number(tally_input input, std::uint64_t number) {
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr) return no_input(input);
  const ElementDescriptor& element = version_->policy().elements[m->element];
  if (element.kind != Kind::number) return wrong_kind(*m, "a number");
  if (number < element.low || number > element.high) return number_outside(element, number);
  Own& fact = claim(input, Own::Kind::number);
  fact.fact = number;
  say(m->element, fact);
  return std::nullopt;
}

std::optional<Failure> LiveCall::set_text(tally_input input, std::string_view text) {
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr) return no_input(input);
  const ElementDescriptor& element = version_->policy().elements[m->element];
  if (element.kind != Kind::text) return wrong_kind(*m, "a text");
  if (!is_utf8(text)) return text_not_utf8(element);
  Own& fact = claim(input, Own::Kind::text);
  if (!std::holds_alternative<std::string>(fact.fact) && !spare_.empty()) {
    fact.fact = std::move(spare_.back());
    spare_.pop_back();
  }
  if (auto* kept = std::get_if<std::string>(&fact.fact)) {
    kept->assign(text);
  } else {
    fact.fact = std::string(text);
  }
  say(m->element, fact);
  return std::nullopt;
}

std::optional<Failure> LiveCall::set_present(tally_input input) {
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr) return no_input(input);
  if (version_->policy().elements[m->element].is_leaf()) return wrong_kind(*m, "an object");
  Own& fact = claim(input, Own::Kind::present);
  fact.fact = Present{};
  say(m->element, fact);
  return std::nullopt;
}

std::optional<Failure> LiveCall::unset(tally_input input) {
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr && (input >= own_.size() || own_[input].kind == Own::Kind::none)) return no_input(input);
  if (input >= own_.size() || own_[input].kind == Own::Kind::none) return std::nullopt;
  Own& fact = own_[input];
  if (fact.refused) --refused_;
  fact.refused = false;
  fact.kind = Own::Kind::none;
  if (std::holds_alternative<std::string>(fact.fact)) spare_.push_back(std::move(fact.fact));
  fact.fact = Fact{};
  said_.erase(std::remove(said_.begin(), said_.end(), input), said_.end());
  forget_results();
  if (m == nullptr) return std::nullopt;
  said_of_[m->element] = &nothing;
  const ElementDescriptor& element = version_->policy().elements[m->element];
  if (covered_[m->element] != 0 || !composed_) return std::nullopt;
  if (!element.is_leaf() || element.parent) {
    composed_ = false;  // an object around may be gone with it
    return std::nullopt;
  }
  put(m->element, element.default_value ? version_->defaults()[m->element] : nothing);
  require(m->element, !element.default_value && !element.optional);
  return std::nullopt;
}

Failure LiveCall::no_such_input(std::string_view name) const {
  std::vector<std::string> known;
  for (const ElementDescriptor& element : version_->policy().elements) known.push_back(element.name);
  return {TALLY_ERROR_UNKNOWN,
          "no input `" + std::string(name) + "`" + did_you_mean(nearest(std::string(name), known))};
}

std::optional<Failure> LiveCall::find_input(std::string_view name, tally_input& input, tally_kind& kind) {
  if (policy_->current() != version_.get()) migrate();
  tally_input found = version_->find_input(name);
  if (found == 0) {
    const std::lock_guard lock(policy_->names().mutex);
    found = policy_->names().inputs.find(name);
  }
  if (found == 0) return no_such_input(name);
  input = found;
  kind = version_->kind_of(found);
  return std::nullopt;
}

std::optional<Failure> LiveCall::find_value(tally_input input, std::string_view spelling, tally_value& value) {
  const InputMeaning* m = meaning_in_use(input);
  if (m == nullptr) return no_input(input);
  const ElementDescriptor& element = version_->policy().elements[m->element];
  const std::string what = "`" + element.name + "`";
  if (element.kind == Kind::flag) {
    const std::optional<tally_value> flag = flag_spelled(spelling);
    if (!flag) return Failure(TALLY_ERROR_UNKNOWN, what + " is `on` or `off`");
    value = *flag;
    return std::nullopt;
  }
  if (element.kind != Kind::enumeration) return Failure(TALLY_ERROR_TYPE, what + " is neither an enum nor a flag");
  const auto found = std::find(element.values.begin(), element.values.end(), spelling);
  if (found == element.values.end()) {
    return Failure(TALLY_ERROR_UNKNOWN, "no value `" + std::string(spelling) + "`" +
                                            did_you_mean(nearest(std::string(spelling), element.values)) + " of " +
                                            what);
  }
  value = m->values[static_cast<std::size_t>(found - element.values.begin()) + 1];
  return std::nullopt;
}

std::optional<Failure> LiveCall::set_named(std::string_view name, std::string_view text) {
  if (policy_->current() != version_.get()) migrate();
  const tally_input input = version_->find_input(name);
  const InputMeaning* m = meaning(input);
  if (m == nullptr) return no_such_input(name);
  const ElementDescriptor& element = version_->policy().elements[m->element];
  const auto bad = [&](const std::string& why) { return Failure(TALLY_ERROR_VALUE, why, element.pointer); };
  switch (element.kind) {
    case Kind::text: return set_text(input, text);
    case Kind::flag: {
      const std::optional<tally_value> flag = flag_spelled(text);
      return flag ? set(input, *flag) : bad("a flag is `on` or `off`");
    }
    case Kind::enumeration: {
      const auto value = std::find(element.values.begin(), element.values.end(), text);
      if (value != element.values.end())
        return set(input, m->values[static_cast<std::size_t>(value - element.values.begin()) + 1]);
      return bad("`" + element.name + "` has no value `" + std::string(text) + "`" +
                 did_you_mean(nearest(std::string(text), element.values)));
    }
    case Kind::number: {
      std::uint64_t number = 0;
      bool whole = !text.empty();
      for (const char c : text) {
        whole = whole && c >= '0' && c <= '9' && number <= (UINT64_MAX - 9) / 10;
        if (whole) number = number * 10 + static_cast<std::uint64_t>(c - '0');
      }
      return whole ? set_number(input, number) : bad("`" + std::string(text) + "` is no whole number");
    }
    default: return wrong_kind(*m, "a text");
  }
}

void LiveCall::clear() {
  for (const tally_input input : said_) {
    Own& fact = own_[input];
    if (std::holds_alternative<std::string>(fact.fact)) spare_.push_back(std::move(fact.fact));
    fact.kind = Own::Kind::none;
    fact.refused = false;
    fact.fact = Fact{};
    if (const InputMeaning* m = meaning(input)) said_of_[m->element] = &nothing;
  }
  said_.clear();
  for (const Attached& attached : attached_) {
    if (attached.binding == nullptr) continue;
    for (const ElementIndex element : attached.binding->elements) covered_[element] = 0;
  }
  attached_.clear();
  refused_ = 0;
  composed_ = false;
  forget_results();
}

// --- documents -------------------------------------------------------------------------

std::optional<Failure> LiveCall::attach(Ref<KeptDocument> document) {
  if (&document->policy() != policy_.get())
    return Failure(TALLY_ERROR_ARGUMENT, "the document was bound for another policy");
  // A call that has nothing yet begins with the version in use.
  if (policy_->current() != version_.get()) migrate();
  const DocumentBinding* binding = document->known_in(*version_);
  if (binding == nullptr) {
    BindingResult bound = document->in(version_);
    if (auto* failure = std::get_if<Failure>(&bound)) return std::move(*failure);
    binding = std::get<const DocumentBinding*>(bound);
  }
  const auto before = std::find_if(attached_.begin(), attached_.end(), [&](const Attached& a) {
    if (a.document.get() == document.get()) return true;
    // Of one that the version refuses nothing is known but how its place was called.
    return a.binding != nullptr ? a.binding->place == binding->place : a.document->place() == document->place();
  });
  // What stood at this place is gone, so nothing can overlap that did not before; and
  // what lies around is there as it was.
  if (before != attached_.end() && before->binding != nullptr && before->binding->place == binding->place) {
    *before = {std::move(document), binding};
    forget_results();
    if (composed_) apply(*binding);
    return std::nullopt;
  }
  if (const ElementDescriptor* element = overlapped(*binding)) {
    return Failure(TALLY_ERROR_ARGUMENT, "the document overlaps another one at `" + element->pointer + "`",
                   element->pointer);
  }
  const bool known_around = composed_ && std::all_of(binding->around.begin(), binding->around.end(),
                                                     [&](ElementIndex e) { return is_present(e); });
  if (before != attached_.end()) {
    if (before->binding == nullptr) --refused_;
    *before = {std::move(document), binding};
  } else {
    attached_.push_back({std::move(document), binding});
  }
  forget_results();
  for (const ElementIndex element : binding->elements) covered_[element] = 1;
  if (known_around) {
    apply(*binding);
  } else {
    composed_ = false;
  }
  return std::nullopt;
}

// Something of a document that another one speaks for; null: there is nothing.
const ElementDescriptor* LiveCall::overlapped(const DocumentBinding& binding) const {
  for (const ElementIndex element : binding.elements) {
    if (covered_[element] != 0) return &version_->policy().elements[element];
  }
  return nullptr;
}

std::optional<Failure> LiveCall::detach(const KeptDocument& document) {
  const auto at = std::find_if(attached_.begin(), attached_.end(),
                               [&](const Attached& a) { return a.document.get() == &document; });
  if (at == attached_.end()) return Failure(TALLY_ERROR_ARGUMENT, "the document is not attached");
  if (at->binding == nullptr) --refused_;
  if (at->binding != nullptr) {
    for (const ElementIndex element : at->binding->elements) covered_[element] = 0;
  }
  attached_.erase(at);
  composed_ = false;
  forget_results();
  if (refused_ > 0) bind_attached();  // what was in the way of another may be gone
  return std::nullopt;
}

// What lies around the document is present already.
void LiveCall::apply(const DocumentBinding& binding) {
  for (std::size_t i = 0; i < binding.elements.size(); ++i) values_[binding.elements[i]] = binding.values[i];
  for (const DocumentBinding::Placed& placed : binding.codes) codes_[placed.offset] = placed.code;
  if (missing_count_ == 0) return;
  for (const ElementIndex element : binding.elements) require(element, false);
}

// --- versions --------------------------------------------------------------------------

// A fact in the version that is held; false where the version does not take it.
bool LiveCall::adopt(tally_input handle, Own& own, Failure* why) {
  const InputMeaning* m = meaning(handle);
  if (m == nullptr) return true;  // the rules do not ask any more
  const ElementDescriptor& element = version_->policy().elements[m->element];
  const auto refuse = [&](tally_status status, const std::string& message) {
    if (why != nullptr) *why = Failure(status, message, element.pointer);
    return false;
  };
  const auto other_kind = [&](const char* given) {
    return refuse(TALLY_ERROR_TYPE, "`" + element.name + "` is " + kind_name(element.kind) +
                                        " in the version in use, and was set to " + given);
  };
  switch (own.kind) {
    case Own::Kind::none: return true;
    case Own::Kind::present: return element.is_leaf() ? other_kind("an object") : true;
    case Own::Kind::value:
      if (m->codes.empty()) return other_kind("a value");
      if (own.value >= m->codes.size() || m->codes[own.value] == no_code) {
        return refuse(TALLY_ERROR_VALUE, "the version in use has no such value of `" + element.name + "`");
      }
      own.fact = static_cast<std::uint8_t>(m->codes[own.value]);
      return true;
    case Own::Kind::number: {
      if (element.kind != Kind::number) return other_kind("a number");
      const std::uint64_t number = std::get<std::uint64_t>(own.fact);
      if (number >= element.low && number <= element.high) return true;
      return refuse(TALLY_ERROR_VALUE,
                    std::to_string(number) + " is outside the range of `" + element.name + "` in the version in use");
    }
    case Own::Kind::text: return element.kind == Kind::text ? true : other_kind("a text");
  }
  return true;
}

// Takes the version in use, and tells it everything anew.
void LiveCall::migrate() {
  version_ = policy_->take();
  const PolicyDescriptor& policy = version_->policy();
  if (own_.size() < version_->input_handles()) own_.resize(version_->input_handles());
  quick_inputs_ = version_->quick_inputs();
  quick_decisions_ = version_->quick_decisions();
  said_of_.assign(policy.elements.size(), &nothing);
  values_.assign(policy.elements.size(), &nothing);
  covered_.assign(policy.elements.size(), 0);
  missing_.assign(policy.elements.size(), 0);
  missing_count_ = 0;
  codes_.assign(policy.code_count, 0);
  results_.slots.assign(policy.slot_count, 0);
  results_.reason_slots.assign(policy.reason_slot_count, 0);
  decided_.assign(policy.decisions.size(), 0);
  composed_ = false;
  refused_ = 0;
  forget_results();
  for (const tally_input input : said_) {
    Own& fact = own_[input];
    fact.refused = !adopt(input, fact, nullptr);
    if (fact.refused) ++refused_;
    const InputMeaning* m = meaning(input);
    if (m != nullptr && !fact.refused) said_of_[m->element] = &fact.fact;
  }
  for (Attached& attached : attached_) attached.binding = nullptr;
  refused_ += attached_.size();
  bind_attached();
}

// Documents that the version has not taken yet; those that it refuses stay so.
void LiveCall::bind_attached() {
  for (Attached& attached : attached_) {
    if (attached.binding != nullptr) continue;
    BindingResult bound = attached.document->in(version_);
    const auto* const binding = std::get_if<const DocumentBinding*>(&bound);
    // One that was refused may have been called otherwise than one that came after it.
    if (binding == nullptr || overlapped(**binding) != nullptr) continue;
    attached.binding = *binding;
    for (const ElementIndex element : attached.binding->elements) covered_[element] = 1;
    --refused_;
  }
}

// As RequestBinder::bind: documents stand instead of facts, what stands in an
// object makes it present, then defaults.
void LiveCall::compose() {
  const PolicyDescriptor& policy = version_->policy();
  std::vector<const Fact*>& said = composing_;
  said = said_of_;
  const auto make_present = [&](ElementIndex element) {
    if (is_nothing(*said[element])) said[element] = &present;
  };
  for (ElementIndex e = 0; e < policy.elements.size(); ++e) {
    if (covered_[e] != 0) said[e] = &nothing;
  }
  for (const Attached& attached : attached_) {
    if (attached.binding == nullptr) continue;
    for (std::size_t i = 0; i < attached.binding->elements.size(); ++i)
      said[attached.binding->elements[i]] = &(*attached.binding->facts)[i];
    for (const ElementIndex around : attached.binding->around) make_present(around);
  }
  for (const tally_input input : said_) {
    const InputMeaning* m = meaning(input);
    if (m == nullptr || covered_[m->element] != 0 || is_nothing(*said[m->element])) continue;
    for (auto around = policy.elements[m->element].parent; around; around = policy.elements[*around].parent)
      make_present(*around);
  }
  complete_each(
      policy, {}, [&](ElementIndex e) -> const Fact& { return *said[e]; },
      [&](ElementIndex e) { return is_present(e); },
      [&](ElementIndex e, const Fact& fact) {
        put(e, fact);
        require(e, false);
      },
      [&](ElementIndex e) {
        put(e, version_->defaults()[e]);
        require(e, false);
      },
      [&](ElementIndex e) { require(e, true); });
  composed_ = true;
}

std::optional<Failure> LiveCall::ready() {
  if (policy_->current() != version_.get()) migrate();
  if (refused_ > 0) {
    Failure why(TALLY_ERROR_INTERNAL, "a fact is refused");
    for (const tally_input input : said_) {
      if (own_[input].refused && !adopt(input, own_[input], &why)) return why;
    }
    for (const Attached& attached : attached_) {
      if (attached.binding != nullptr) continue;
      BindingResult bound = attached.document->in(version_);
      if (auto* failure = std::get_if<Failure>(&bound)) return std::move(*failure);
      if (const ElementDescriptor* element = overlapped(*std::get<const DocumentBinding*>(bound))) {
        return Failure(TALLY_ERROR_ARGUMENT,
                       "a document overlaps another one at `" + element->pointer + "` in the version in use",
                       element->pointer);
      }
    }
    return why;
  }
  if (!composed_) compose();
  if (missing_count_ == 0) return std::nullopt;
  std::vector<DocumentFault> faults;
  for (ElementIndex e = 0; e < missing_.size(); ++e) {
    if (missing_[e] != 0) faults.push_back(missing_fault(version_->policy().elements[e]));
  }
  Failure failure = document_failure(std::move(faults));
  failure.status = TALLY_ERROR_MISSING;
  return failure;
}

// --- deciding --------------------------------------------------------------------------

void LiveCall::forget_some() {
  some_decided_ = false;
  std::fill(decided_.begin(), decided_.end(), std::uint8_t{0});
}

std::optional<Failure> LiveCall::decide() {
  forget_results();
  if (auto failure = ready()) return failure;
  // By the version that is ready, even if it has been replaced since.
  run();
  return std::nullopt;
}

std::optional<Failure> LiveCall::decide_some(const tally_decision* decisions, std::size_t count) {
  forget_results();
  if (auto failure = ready()) return failure;
  for (std::size_t i = 0; i < count; ++i) {
    if (version_->decision(decisions[i]) == no_index) {
      return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decisions[i]));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t index = version_->decision(decisions[i]);
    version_->code().each[index](codes_.data(), results_.slots.data() + version_->policy().decisions[index].rule_slot);
    decided_[index] = 1;
    some_decided_ = true;
  }
  decided_by_ = version_->generation();
  return std::nullopt;
}

void LiveCall::want_reasons() {
  if (reasons_known_) return;
  if (const PolicyFunction reasons = version_->code().reasons) reasons(codes_.data(), results_.reason_slots.data());
  reasons_known_ = true;
}

std::optional<Failure> LiveCall::undecided(tally_decision decision, std::uint32_t& index) const {
  index = version_->decision(decision);
  if (index == no_index) return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decision));
  if (!is_decided(index))
    return Failure(TALLY_ERROR_UNDECIDED, "`" + version_->policy().decisions[index].name + "` has not been decided");
  return std::nullopt;
}

}  // namespace tally
