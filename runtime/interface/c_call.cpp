// tally.h: calls.
#include "runtime/interface/c_objects.h"

using namespace tally;

namespace {

using Result = std::optional<Failure>;

// A function that does something with a call.
template <class Body>
tally_status with(tally_call* call, tally_error** error, Body body) noexcept {
  return guarded(error, [&]() -> Result {
    if (call == nullptr) return null_argument();
    return body(*call);
  });
}

// Likewise, where it leaves a text in the call.
template <class Body>
tally_status text_of(tally_call* call, const char** text, size_t* length, tally_error** error, Body body) noexcept {
  return with(call, error, [&](tally_call& c) -> Result {
    if (text == nullptr) return null_argument();
    if (auto failure = body(c)) return failure;
    *text = c.text().c_str();
    if (length != nullptr) *length = c.text().size();
    return std::nullopt;
  });
}

}  // namespace

extern "C" {

tally_status tally_call_new(tally_policy* policy, tally_call** call, tally_error** error) {
  return guarded(error, [&]() -> Result {
    if (policy == nullptr || call == nullptr) return null_argument();
    *call = new tally_call(Ref<ReloadablePolicy>::share(policy));
    return std::nullopt;
  });
}

void tally_call_free(tally_call* call) { delete call; }

tally_status tally_call_clear(tally_call* call, tally_error** error) {
  return with(call, error, [](tally_call& c) -> Result { return c.clear(), std::nullopt; });
}

// These are what a switch does for every call of a subscriber: the usual case
// goes first, and no further.
tally_status tally_call_set(tally_call* call, tally_input input, tally_value value, tally_error** error) {
  if (call != nullptr && call->set_quickly(input, value)) return TALLY_OK;
  return with(call, error, [&](tally_call& c) { return c.set(input, value); });
}

tally_status tally_call_set_values(tally_call* call, const tally_input* inputs, const tally_value* values, size_t count,
                                   tally_error** error) {
  if (call == nullptr || ((inputs == nullptr || values == nullptr) && count > 0))
    return guarded(error, []() -> Result { return null_argument(); });
  size_t done = call->set_quickly(inputs, values, count);
  while (done < count) {
    const tally_status status = with(call, error, [&](tally_call& c) { return c.set(inputs[done], values[done]); });
    if (status != TALLY_OK) return status;
    ++done;
    done += call->set_quickly(inputs + done, values + done, count - done);
  }
  return TALLY_OK;
}

tally_status tally_call_decide(tally_call* call, tally_error** error) {
  if (call != nullptr && call->decide_quickly()) return TALLY_OK;
  return with(call, error, [](tally_call& c) { return c.decide(); });
}

tally_status tally_call_set_number(tally_call* call, tally_input input, uint64_t number, tally_error** error) {
  return with(call, error, [&](tally_call& c) { return c.set_number(input, number); });
}

tally_status tally_call_set_text(tally_call* call, tally_input input, const char* text, size_t length,
                                 tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (text == nullptr && length > 0) return null_argument();
    return c.set_text(input, std::string_view(text == nullptr ? "" : text, length));
  });
}

tally_status tally_call_set_present(tally_call* call, tally_input input, tally_error** error) {
  return with(call, error, [&](tally_call& c) { return c.set_present(input); });
}

tally_status tally_call_unset(tally_call* call, tally_input input, tally_error** error) {
  return with(call, error, [&](tally_call& c) { return c.unset(input); });
}

tally_status tally_call_set_named(tally_call* call, const char* name, const char* text, size_t length,
                                  tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (name == nullptr || (text == nullptr && length > 0)) return null_argument();
    return c.set_named(name, std::string_view(text == nullptr ? "" : text, length));
  });
}

tally_status tally_call_find_input(tally_call* call, const char* name, size_t length, tally_input* input,
                                   tally_kind* kind, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if ((name == nullptr && length > 0) || input == nullptr) return null_argument();
    tally_kind found = TALLY_KIND_UNSET;
    if (auto failure = c.find_input(std::string_view(name == nullptr ? "" : name, length), *input, found))
      return failure;
    if (kind != nullptr) *kind = found;
    return std::nullopt;
  });
}

tally_status tally_call_find_value(tally_call* call, tally_input input, const char* spelling, size_t length,
                                   tally_value* value, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if ((spelling == nullptr && length > 0) || value == nullptr) return null_argument();
    return c.find_value(input, std::string_view(spelling == nullptr ? "" : spelling, length), *value);
  });
}

tally_status tally_call_attach(tally_call* call, tally_document* document, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (document == nullptr) return null_argument();
    return c.attach(Ref<KeptDocument>::share(document));
  });
}

tally_status tally_call_detach(tally_call* call, tally_document* document, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (document == nullptr) return null_argument();
    return c.detach(*document);
  });
}

tally_status tally_call_decide_some(tally_call* call, const tally_decision* decisions, size_t count,
                                    tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (decisions == nullptr && count > 0) return null_argument();
    return c.decide_some(decisions, count);
  });
}

uint64_t tally_call_generation(const tally_call* call) { return call == nullptr ? 0 : call->generation(); }
uint32_t tally_call_rule(const tally_call* call, tally_decision decision) {
  return call == nullptr ? 0 : call->rule(decision);
}
tally_value tally_call_value(const tally_call* call, tally_decision decision) {
  return call == nullptr ? 0 : call->value(decision);
}

tally_status tally_call_outcomes(const tally_call* call, const tally_decision* decisions, size_t count, uint32_t* rules,
                                 tally_value* values, tally_error** error) {
  if (call == nullptr || (decisions == nullptr && count > 0))
    return guarded(error, []() -> Result { return null_argument(); });
  call->outcomes(decisions, count, rules, values);
  return TALLY_OK;
}

tally_status tally_call_result(tally_call* call, tally_decision decision, tally_result* result, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (result == nullptr) return null_argument();
    return c.result(decision, *result);
  });
}

tally_status tally_call_member(tally_call* call, tally_member member, tally_result* result, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (result == nullptr) return null_argument();
    return c.member(member, *result);
  });
}

tally_status tally_call_items(tally_call* call, const tally_item** items, size_t* count, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Result {
    if (items == nullptr || count == nullptr) return null_argument();
    if (auto failure = c.list_items()) return failure;
    *items = c.items().data();
    *count = c.items().size();
    return std::nullopt;
  });
}

tally_status tally_call_json(tally_call* call, tally_decision decision, const char** text, size_t* length,
                             tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.json(decision); });
}
tally_status tally_call_reason(tally_call* call, tally_decision decision, const char** text, size_t* length,
                               tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.reason(decision); });
}
tally_status tally_call_answer(tally_call* call, int because, const char** text, size_t* length, tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.answer(because != 0); });
}
tally_status tally_call_explain(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.explain(decision); });
}

}  // extern "C"
