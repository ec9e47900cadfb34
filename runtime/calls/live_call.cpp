#include "runtime/calls/live_call.h"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <optional>
#include <utility>

#include "base/nearest.h"
#include "base/section.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

// A text that documents keep for the flag; otherwise "on", "off", "true" or "false".
std::optional<tally_value> flag_given(const ElementDescriptor& element, std::string_view text) {
  if (const auto code = flag_spelled(element, text)) return *code == 2 ? TALLY_ON : TALLY_OFF;
  if (text == "on" || text == "true") return TALLY_ON;
  if (text == "off" || text == "false") return TALLY_OFF;
  return std::nullopt;
}

// The handle of an enum's value; 0 if it has none of this spelling.
tally_value value_spelled(const ElementDescriptor& element, const InputMeaning& meaning, std::string_view spelling) {
  const auto value = value_spelled(element.values, element.others, spelling);
  return value ? meaning.values[*value + 1] : 0;
}

// A number in decimal digits.
std::optional<std::uint64_t> number_spelled(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > (UINT64_MAX - 9) / 10) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (text.empty()) return std::nullopt;
  return number;
}

std::string suggestion(std::string_view text, const std::vector<std::string>& known) {
  return did_you_mean(nearest(std::string(text), known));
}

std::string value_suggestion(const ElementDescriptor& element, std::string_view text) {
  const MeantValue meant = value_meant(std::string(text), element.values, element.names, element.others);
  return named_in_rules(meant) + did_you_mean(meant.spelling);
}

Failure no_such_handle(tally_input input) {
  return {TALLY_ERROR_ARGUMENT, "no input has the handle " + std::to_string(input)};
}

Failure no_such_input(const PolicyDescriptor& policy, std::string_view name) {
  std::vector<std::string> known;
  for (const ElementDescriptor& element : policy.elements) known.push_back(element.name);
  return {TALLY_ERROR_UNKNOWN, "no input `" + std::string(name) + "`" + suggestion(name, known)};
}

Failure wrong_kind(const ElementDescriptor& element, const char* given) {
  return {TALLY_ERROR_TYPE, "`" + element.name + "` is " + name_of(element.kind) + ", not " + given, element.pointer};
}

}  // namespace

LiveCall::LiveCall(Ref<ReloadablePolicy> policy) : policy_(std::move(policy)) { take_version(); }

// --- versions --------------------------------------------------------------------------

// Facts and documents stay; each is read in the version, which may refuse it.
void LiveCall::take_version() {
  version_ = policy_->take();
  quick_inputs_ = version_->quick_inputs();
  quick_decisions_ = version_->quick_decisions();
  facts_.adopt(*version_);
  composition_.begin(*version_);
  outcome_.begin(version_->policy());
  request_.leave();  // the composition does not refer to its facts any more
  for (AttachedDocument& attached : attached_) attached.binding = nullptr;
  bind_documents();
}

namespace {

Failure is_bound_whole(const char* what) {
  return {TALLY_ERROR_ARGUMENT, std::string("a whole request is bound to the call, so no ") + what +
                                    "; tally_call_clear removes the request"};
}

}  // namespace

// Binds the documents that the version has not taken yet; those that it refuses stay unbound.
void LiveCall::bind_documents() {
  for (AttachedDocument& attached : attached_) {
    if (attached.binding != nullptr) continue;
    const auto bound = attached.document->in(version_);
    // A document that another version refused may have another name for its place.
    if (!bound || composition_.overlap(**bound) != nullptr) continue;
    attached.binding = *bound;
    composition_.attach(**bound);
  }
}

// --- facts: each is set in the version in use, which may know inputs and values that the version
// held does not know ---------------------------------------------------------------------

Result<Done, Failure> LiveCall::set(tally_input input, tally_value value) {
  if (value == 0) return unset(input);
  if (request_.is_bound()) return is_bound_whole("fact can be set");
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_handle(input);
  const ElementDescriptor& element = element_of(*meaning);
  if (meaning->codes.empty()) return wrong_kind(element, "an enum or a flag");
  if (value >= meaning->codes.size() || meaning->codes[value] == no_code) {
    return Failure(TALLY_ERROR_VALUE, "`" + element.name + "` has no value with the handle " + std::to_string(value),
                   element.pointer);
  }
  fact_is_set(*meaning, facts_.set_value(input, value, static_cast<std::uint8_t>(meaning->codes[value])));
  return {};
}

Result<Done, Failure> LiveCall::set_number(tally_input input, std::uint64_t number) {
  if (request_.is_bound()) return is_bound_whole("fact can be set");
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_handle(input);
  const ElementDescriptor& element = element_of(*meaning);
  if (element.kind != Kind::number) return wrong_kind(element, "a number");
  if (number < element.low || number > element.high) return number_outside(element, number);
  fact_is_set(*meaning, facts_.set_number(input, number));
  return {};
}

Result<Done, Failure> LiveCall::set_text(tally_input input, std::string_view text) {
  if (request_.is_bound()) return is_bound_whole("fact can be set");
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_handle(input);
  const ElementDescriptor& element = element_of(*meaning);
  if (element.kind != Kind::text) return wrong_kind(element, "a text");
  if (!is_utf8(text)) return text_not_utf8(element);
  fact_is_set(*meaning, facts_.set_text(input, text));
  return {};
}

Result<Done, Failure> LiveCall::set_present(tally_input input) {
  if (request_.is_bound()) return is_bound_whole("fact can be set");
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_handle(input);
  if (element_of(*meaning).is_leaf()) return wrong_kind(element_of(*meaning), "an object");
  fact_is_set(*meaning, facts_.set_present(input));
  return {};
}

Result<Done, Failure> LiveCall::unset(tally_input input) {
  if (request_.is_bound()) return is_bound_whole("fact can be removed");
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (!facts_.contains(input)) {
    if (meaning == nullptr) return no_such_handle(input);
    return {};
  }
  facts_.remove(input);
  if (meaning != nullptr) composition_.remove_fact(meaning->element);
  outcome_.forget();
  return {};
}

Result<Done, Failure> LiveCall::set_named(std::string_view name, std::string_view text) {
  take_version_in_use();
  const tally_input input = version_->find_input(name);
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_input(version_->policy(), name);
  const ElementDescriptor& element = element_of(*meaning);
  const auto no_value = [&](const std::string& why) { return Failure(TALLY_ERROR_VALUE, why, element.pointer); };
  switch (element.kind) {
    case Kind::text: return set_text(input, text);
    case Kind::flag:
      if (const auto flag = flag_given(element, text)) return set(input, *flag);
      return no_value("a flag is `on` or `off`");
    case Kind::enumeration:
      if (const tally_value value = value_spelled(element, *meaning, text); value != 0) return set(input, value);
      return no_value("`" + element.name + "` has no value `" + std::string(text) + "`" +
                      value_suggestion(element, text));
    case Kind::number:
      if (const auto number = number_spelled(text)) return set_number(input, *number);
      return no_value("`" + std::string(text) + "` is not a whole number");
    case Kind::record:
    case Kind::map:
    case Kind::set: return wrong_kind(element, "a text");
  }
  return {};
}

void LiveCall::clear() {
  facts_.clear();
  request_.clear();
  log_.set_id("");
  for (const AttachedDocument& attached : attached_) {
    if (attached.binding != nullptr) composition_.detach(*attached.binding);
  }
  attached_.clear();
  composition_.make_stale();
  outcome_.forget();
}

// The request is read by the version in use. If there is a newer one when it is decided, that reads it again.
Result<Done, Failure> LiveCall::bind(std::string_view request) {
  facts_.clear();
  for (const AttachedDocument& attached : attached_) {
    if (attached.binding != nullptr) composition_.detach(*attached.binding);
  }
  attached_.clear();
  request_.clear();
  outcome_.forget();
  composition_.make_stale();
  take_version_in_use();
  TALLY_RETURN_IF_ERROR(request_.bind(version_, request));
  composition_.take(request_.call(), request_.defaults());
  return {};
}

Result<LiveCall::FoundInput, Failure> LiveCall::find_input(std::string_view name) {
  take_version_in_use();
  tally_input input = version_->find_input(name);
  if (input == 0) {
    const Section section(policy_->names().mutex);
    input = policy_->names().inputs.find(name);
  }
  if (input == 0) return no_such_input(version_->policy(), name);
  return FoundInput{input, version_->kind_of(input)};
}

Result<tally_value, Failure> LiveCall::find_value(tally_input input, std::string_view spelling) {
  take_version_in_use();
  const InputMeaning* meaning = version_->input(input);
  if (meaning == nullptr) return no_such_handle(input);
  const ElementDescriptor& element = element_of(*meaning);
  const std::string what = "`" + element.name + "`";
  if (element.kind == Kind::flag) {
    if (const auto flag = flag_given(element, spelling)) return *flag;
    return Failure(TALLY_ERROR_UNKNOWN, what + " is `on` or `off`");
  }
  if (element.kind != Kind::enumeration) return Failure(TALLY_ERROR_TYPE, what + " is neither an enum nor a flag");
  if (const tally_value value = value_spelled(element, *meaning, spelling); value != 0) return value;
  return Failure(TALLY_ERROR_UNKNOWN,
                 what + " has no value `" + std::string(spelling) + "`" + value_suggestion(element, spelling));
}

// --- documents -------------------------------------------------------------------------

Result<Done, Failure> LiveCall::attach(Ref<KeptDocument> document) {
  if (&document->policy() != policy_.get())
    return Failure(TALLY_ERROR_ARGUMENT, "the document was bound for another policy");
  if (request_.is_bound()) return is_bound_whole("document can be attached");
  take_version_in_use();
  const DocumentBinding* binding = document->known_in(*version_);
  if (binding == nullptr) {
    TALLY_ASSIGN_OR_RETURN(binding, document->in(version_));
  }
  // The document that this one takes the place of. If the version refuses a document, only the
  // name of its place is known.
  const auto before = std::find_if(attached_.begin(), attached_.end(), [&](const AttachedDocument& a) {
    if (a.document.get() == document.get()) return true;
    return a.binding != nullptr ? a.binding->place == binding->place : a.document->place() == document->place();
  });
  const bool is_known = before != attached_.end() && before->binding != nullptr;
  if (is_known && before->binding->place == binding->place) {
    *before = {std::move(document), binding};
    composition_.replace(*binding);
    outcome_.forget();
    return {};
  }
  if (const ElementDescriptor* element = composition_.overlap(*binding)) {
    return Failure(TALLY_ERROR_ARGUMENT, "the document overlaps another one at `" + element->pointer + "`",
                   element->pointer);
  }
  if (before != attached_.end()) {
    *before = {std::move(document), binding};
  } else {
    attached_.push_back({std::move(document), binding});
  }
  composition_.attach(*binding);
  outcome_.forget();
  return {};
}

Result<Done, Failure> LiveCall::detach(const KeptDocument& document) {
  const auto at = std::find_if(attached_.begin(), attached_.end(),
                               [&](const AttachedDocument& a) { return a.document.get() == &document; });
  if (at == attached_.end()) return Failure(TALLY_ERROR_ARGUMENT, "the document is not attached");
  if (at->binding != nullptr) composition_.detach(*at->binding);
  attached_.erase(at);
  composition_.make_stale();
  outcome_.forget();
  bind_documents();  // it may have been in the way of another one
  return {};
}

// Why the version refuses a document that is attached.
Result<Done, Failure> LiveCall::check_documents() {
  for (const AttachedDocument& attached : attached_) {
    if (attached.binding != nullptr) continue;
    TALLY_ASSIGN_OR_RETURN(const DocumentBinding* binding, attached.document->in(version_));
    const ElementDescriptor* element = composition_.overlap(*binding);
    assert(element != nullptr);  // otherwise it would have been bound
    return Failure(TALLY_ERROR_ARGUMENT,
                   "a document overlaps another one at `" + element->pointer + "` in the version in use",
                   element->pointer);
  }
  return {};
}

// --- deciding --------------------------------------------------------------------------

// Composes the call in the version in use. Succeeds if it is complete then.
Result<Done, Failure> LiveCall::compose() {
  outcome_.forget();
  take_version_in_use();
  if (request_.is_bound()) return compose_request();
  TALLY_RETURN_IF_ERROR(facts_.check(*version_));
  TALLY_RETURN_IF_ERROR(check_documents());
  composition_.compose(facts_, attached_);
  if (composition_.is_complete()) return {};
  Failure failure = document_failure(composition_.missing());
  failure.status = TALLY_ERROR_MISSING;
  return failure;
}

// A version that is newer than the one that read the request reads it again.
Result<Done, Failure> LiveCall::compose_request() {
  if (!composition_.is_stale()) return {};
  TALLY_RETURN_IF_ERROR(request_.read_in(version_));
  composition_.take(request_.call(), request_.defaults());
  return {};
}

Result<Done, Failure> LiveCall::decide() {
  TALLY_RETURN_IF_ERROR(compose());
  // By the version that was composed, even if another one is in use by now.
  outcome_.decide_all(*version_, composition_.codes());
  log_.add(*policy_, *version_, composition_, outcome_);
  return {};
}

Result<Done, Failure> LiveCall::decide_some(const tally_decision* decisions, std::size_t count) {
  TALLY_RETURN_IF_ERROR(compose());
  for (std::size_t i = 0; i < count; ++i) {
    if (version_->decision(decisions[i]) == no_index)
      return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decisions[i]));
  }
  outcome_.decide_some(*version_, composition_.codes(), {decisions, count});
  log_.add(*policy_, *version_, composition_, outcome_);
  return {};
}

}  // namespace tally
