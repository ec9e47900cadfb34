// tally.h: calls.
#include "runtime/interface/c_objects.h"
#include "runtime/support/utf8.h"

using namespace tally;

namespace {

using Success = Result<Done, Failure>;

// A function that does something with a call.
template <class Body>
tally_status with(tally_call* call, tally_error** error, Body body) noexcept {
  return guarded(error, [&]() -> Success {
    if (call == nullptr) return null_argument();
    return body(*call);
  });
}

// Likewise, where it leaves a text in the call.
template <class Body>
tally_status text_of(tally_call* call, const char** text, size_t* length, tally_error** error, Body body) noexcept {
  return with(call, error, [&](tally_call& c) -> Success {
    if (text == nullptr) return null_argument();
    TALLY_RETURN_IF_ERROR(body(c));
    *text = c.answers().text().c_str();
    if (length != nullptr) *length = c.answers().text().size();
    return {};
  });
}

}  // namespace

extern "C" {

tally_status tally_call_new(tally_policy* policy, tally_call** call, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || call == nullptr) return null_argument();
    *call = new tally_call(Ref<ReloadablePolicy>::share(policy));
    return {};
  });
}

void tally_call_free(tally_call* call) { delete call; }

tally_status tally_call_clear(tally_call* call, tally_error** error) {
  return with(call, error, [](tally_call& c) -> Success {
    c.clear();
    return {};
  });
}

// A switch makes these calls for every call of a subscriber, so the fast path comes first. The others
// capture by value, because a reference would cost the fast path a store.
tally_status tally_call_set(tally_call* call, tally_input input, tally_value value, tally_error** error) {
  if (call != nullptr && call->set_quickly(input, value)) return TALLY_OK;
  return with(call, error, [=](tally_call& c) { return c.set(input, value); });
}

tally_status tally_call_set_values(tally_call* call, const tally_input* inputs, const tally_value* values, size_t count,
                                   tally_error** error) {
  if (call == nullptr || ((inputs == nullptr || values == nullptr) && count > 0))
    return guarded(error, []() -> Success { return null_argument(); });
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
  return with(call, error, [&](tally_call& c) -> Success {
    if (text == nullptr && length > 0) return null_argument();
    return c.set_text(input, {text == nullptr ? "" : text, length});
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
  return with(call, error, [&](tally_call& c) -> Success {
    if (name == nullptr || (text == nullptr && length > 0)) return null_argument();
    return c.set_named(name, {text == nullptr ? "" : text, length});
  });
}

tally_status tally_call_find_input(tally_call* call, const char* name, size_t length, tally_input* input,
                                   tally_kind* kind, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if ((name == nullptr && length > 0) || input == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(const LiveCall::FoundInput found, c.find_input({name == nullptr ? "" : name, length}));
    *input = found.input;
    if (kind != nullptr) *kind = found.kind;
    return {};
  });
}

tally_status tally_call_find_value(tally_call* call, tally_input input, const char* spelling, size_t length,
                                   tally_value* value, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if ((spelling == nullptr && length > 0) || value == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(*value, c.find_value(input, {spelling == nullptr ? "" : spelling, length}));
    return {};
  });
}

tally_status tally_call_attach(tally_call* call, tally_document* document, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (document == nullptr) return null_argument();
    return c.attach(Ref<KeptDocument>::share(document));
  });
}

tally_status tally_call_set_id(tally_call* call, const char* id, size_t length, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (id == nullptr && length > 0) return null_argument();
    const std::string_view given(id == nullptr ? "" : id, length);
    if (!is_utf8(given)) return Failure(TALLY_ERROR_VALUE, "an id is not UTF-8");
    c.set_id(given);
    return {};
  });
}

tally_status tally_call_bind(tally_call* call, const char* request, size_t length, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (request == nullptr && length > 0) return null_argument();
    return c.bind({request == nullptr ? "" : request, length});
  });
}

tally_status tally_call_detach(tally_call* call, tally_document* document, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (document == nullptr) return null_argument();
    return c.detach(*document);
  });
}

tally_status tally_call_decide_some(tally_call* call, const tally_decision* decisions, size_t count,
                                    tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
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
    return guarded(error, []() -> Success { return null_argument(); });
  call->outcomes(decisions, count, rules, values);
  return TALLY_OK;
}

tally_status tally_call_result(tally_call* call, tally_decision decision, tally_result* result, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (result == nullptr) return null_argument();
    return c.answers().result(c.decided(), decision, *result);
  });
}

tally_status tally_call_member(tally_call* call, tally_member member, tally_result* result, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (result == nullptr) return null_argument();
    return c.answers().member(c.decided(), member, *result);
  });
}

tally_status tally_call_items(tally_call* call, const tally_item** items, size_t* count, tally_error** error) {
  return with(call, error, [&](tally_call& c) -> Success {
    if (items == nullptr || count == nullptr) return null_argument();
    TALLY_RETURN_IF_ERROR(c.answers().list_items(c.decided()));
    *items = c.answers().items().data();
    *count = c.answers().items().size();
    return {};
  });
}

tally_status tally_call_json(tally_call* call, tally_decision decision, const char** text, size_t* length,
                             tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.answers().json(c.decided(), decision); });
}
tally_status tally_call_reason(tally_call* call, tally_decision decision, const char** text, size_t* length,
                               tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.answers().reason(c.decided(), decision); });
}
tally_status tally_call_answer(tally_call* call, int because, const char** text, size_t* length, tally_error** error) {
  return text_of(call, text, length, error,
                 [&](tally_call& c) { return c.answers().answer(c.decided(), because != 0); });
}
tally_status tally_call_explain(tally_call* call, tally_decision decision, const char** text, size_t* length,
                                tally_error** error) {
  return text_of(call, text, length, error, [&](tally_call& c) { return c.answers().explain(c.decided(), decision); });
}

}  // extern "C"
