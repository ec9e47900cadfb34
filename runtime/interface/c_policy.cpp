// tally.h: policies, their names, reloading, documents, and whole requests.
#include <cstring>
#include <numeric>

#include "base/nearest.h"
#include "base/own_stack.h"
#include "base/section.h"
#include "runtime/batch/batch.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/facts.h"
#include "runtime/interface/c_objects.h"
#include "runtime/policy/policy_json.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

using Success = Result<Done, Failure>;

// `whose` follows the name: " of `agent`".
std::string asked(const std::string& what, std::string_view name, const std::vector<std::string>& known,
                  const std::string& whose = "") {
  return "no " + what + " `" + std::string(name) + "`" + whose + did_you_mean(nearest(std::string(name), known));
}

// Opens what `load` returns.
template <class Load>
Success open_policy(std::string path, tally_policy** policy, Load load) {
  Success opened;
  const auto open = [&]() -> Success {
    TALLY_ASSIGN_OR_RETURN(LoadedPolicy loaded, load());
    *policy = new tally_policy(std::move(loaded), std::move(path));
    return {};
  };
  if (const auto ran = on_own_stack(big_stack, [&] { opened = open(); }); !ran) return machine_failure(ran.error());
  return opened;
}

template <class Handle, class At>
void list(std::size_t count, Handle* handles, std::size_t capacity, std::size_t* total, At at) {
  for (std::size_t i = 0; i < count && i < capacity; ++i) handles[i] = at(i);
  *total = count;
}

// Hands a text over to the caller, who frees it. `length` may be null.
void hand_out(const std::string& text, char** out, size_t* length) {
  *out = handed_out(text);
  if (length != nullptr) *length = text.size();
}

// A value among those of a table.
Success find_value(const ReloadablePolicy& policy, const NameTable* table, bool is_flag, const std::string& what,
                   const char* spelling, tally_value* value) {
  const std::string_view text(spelling);
  if (is_flag) {
    const bool on = text == "on" || text == "true";
    if (!on && text != "off" && text != "false") return Failure(TALLY_ERROR_UNKNOWN, what + " is `on` or `off`");
    *value = on ? TALLY_ON : TALLY_OFF;
    return {};
  }
  std::vector<std::string> known;
  {
    const Section section(policy.names().mutex);
    if (const tally_value found = table->find(text); found != 0) {
      *value = found;
      return {};
    }
    for (std::uint32_t i = 1; i <= table->size(); ++i) known.push_back(*table->name(i));
  }
  return Failure(TALLY_ERROR_UNKNOWN, asked("value", text, known, " of " + what));
}

Success member_value(const ReloadablePolicy& policy, const MemberMeaning& meaning, tally_member member,
                     const std::string& what, const char* spelling, tally_value* value) {
  if (meaning.scalar->kind == ScalarDescriptor::Kind::origin)
    return Failure(TALLY_ERROR_TYPE, what + " is neither an enum nor a flag");
  const bool is_flag = meaning.scalar->kind == ScalarDescriptor::Kind::flag;
  const NameTable* table = nullptr;
  if (!is_flag) {
    const Section section(policy.names().mutex);
    table = &policy.names().member_values[member];
  }
  return find_value(policy, table, is_flag, what, spelling, value);
}

}  // namespace
}  // namespace tally

using namespace tally;

extern "C" {

int tally_can_compile(void) { return rule_compiler() != nullptr ? 1 : 0; }

// --- policies --------------------------------------------------------------------------

tally_status tally_policy_open(const char* path, tally_policy** policy, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (path == nullptr || policy == nullptr) return null_argument();
    return open_policy(path, policy, [&] { return load_policy(path); });
  });
}

tally_status tally_policy_open_constant(const void* constant, tally_policy** policy, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (constant == nullptr || policy == nullptr) return null_argument();
    return open_policy("", policy, [&] { return load_constant(constant); });
  });
}

tally_status tally_policy_open_text(const char* name, const char* text, size_t length, tally_policy** policy,
                                    tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (name == nullptr || (text == nullptr && length > 0) || policy == nullptr) return null_argument();
    const RuleCompiler* compiler = rule_compiler();
    if (compiler == nullptr)
      return Failure(TALLY_ERROR_UNSUPPORTED, "libtally-runtime has no compiler; `tally build` makes rules a policy");
    return open_policy("", policy,
                       [&] { return compiler->compile_text(name, std::string(text == nullptr ? "" : text, length)); });
  });
}

tally_policy* tally_policy_retain(tally_policy* policy) {
  if (policy != nullptr) policy->retain();
  return policy;
}
void tally_policy_release(tally_policy* policy) {
  if (policy != nullptr) policy->release();
}

uint64_t tally_policy_generation(const tally_policy* policy) { return policy == nullptr ? 0 : policy->generation(); }

tally_status tally_policy_json(const tally_policy* policy, char** text, size_t* length, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || text == nullptr) return null_argument();
    hand_out(policy_json(*policy->take()), text, length);
    return {};
  });
}

tally_status tally_policy_inputs(const tally_policy* policy, tally_input* inputs, size_t capacity, size_t* count,
                                 tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || count == nullptr || (inputs == nullptr && capacity > 0)) return null_argument();
    const auto version = policy->take();
    list(version->policy().elements.size(), inputs, capacity, count,
         [&](std::size_t i) { return version->handle_of(static_cast<ElementIndex>(i)); });
    return {};
  });
}

tally_status tally_policy_decisions(const tally_policy* policy, tally_decision* decisions, size_t capacity,
                                    size_t* count, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || count == nullptr || (decisions == nullptr && capacity > 0)) return null_argument();
    const auto version = policy->take();
    list(version->policy().decisions.size(), decisions, capacity, count,
         [&](std::size_t i) { return version->handle_of_decision(static_cast<std::uint32_t>(i)); });
    return {};
  });
}

tally_status tally_policy_input(const tally_policy* policy, const char* name, tally_input* input, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || name == nullptr || input == nullptr) return null_argument();
    const auto version = policy->take();
    tally_input found = 0;
    {
      const Section section(policy->names().mutex);
      found = policy->names().inputs.find(name);
    }
    if (version->input(found) == nullptr) {
      std::vector<std::string> known;
      for (const ElementDescriptor& element : version->policy().elements) known.push_back(element.name);
      return Failure(TALLY_ERROR_UNKNOWN, asked("input", name, known));
    }
    *input = found;
    return {};
  });
}

tally_status tally_policy_value(const tally_policy* policy, tally_input input, const char* spelling, tally_value* value,
                                tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || spelling == nullptr || value == nullptr) return null_argument();
    const auto version = policy->take();
    const InputMeaning* meaning = version->input(input);
    if (meaning == nullptr) return Failure(TALLY_ERROR_ARGUMENT, "no input has the handle " + std::to_string(input));
    const ElementDescriptor& element = version->policy().elements[meaning->element];
    const std::string what = "`" + element.name + "`";
    const bool is_flag = element.kind == ElementDescriptor::Kind::flag;
    if (!is_flag && element.kind != ElementDescriptor::Kind::enumeration)
      return Failure(TALLY_ERROR_TYPE, what + " is neither an enum nor a flag");
    // The handle of a value is that of its first spelling.
    const char* written = spelling;
    if (const auto code = flag_spelled(element, spelling)) written = *code == 2 ? "on" : "off";
    if (const auto known = value_spelled(element.values, element.others, spelling))
      written = element.values[*known].c_str();
    const NameTable* table = nullptr;
    {
      const Section section(policy->names().mutex);
      table = &policy->names().input_values[input];
    }
    return find_value(*policy, table, is_flag, what, written, value);
  });
}

tally_status tally_policy_decision(const tally_policy* policy, const char* name, tally_decision* decision,
                                   tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || name == nullptr || decision == nullptr) return null_argument();
    const auto version = policy->take();
    tally_decision found = 0;
    {
      const Section section(policy->names().mutex);
      found = policy->names().decisions.find(name);
    }
    if (version->decision(found) == no_index) {
      std::vector<std::string> known;
      for (const DecisionDescriptor& described : version->policy().decisions) known.push_back(described.name);
      return Failure(TALLY_ERROR_UNKNOWN, asked("decision", name, known));
    }
    *decision = found;
    return {};
  });
}

tally_status tally_policy_member(const tally_policy* policy, tally_decision decision, const char* pointer,
                                 tally_member* member, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || pointer == nullptr || member == nullptr) return null_argument();
    const auto version = policy->take();
    const std::uint32_t index = version->decision(decision);
    if (index == no_index)
      return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decision));
    const std::string& name = version->policy().decisions[index].name;
    tally_member found = 0;
    std::vector<std::string> known;
    {
      const Section section(policy->names().mutex);
      const NameTable& members = policy->names().members;
      found = members.find(PolicyNames::member_key(name, pointer));
      const std::string prefix = PolicyNames::member_key(name, "");
      for (std::uint32_t i = 1; version->member(found) == nullptr && i <= members.size(); ++i) {
        if (members.name(i)->starts_with(prefix)) known.push_back(members.name(i)->substr(prefix.size()));
      }
    }
    if (version->member(found) == nullptr)
      return Failure(TALLY_ERROR_UNKNOWN, asked("member", pointer, known, " of `" + name + "`"));
    *member = found;
    return {};
  });
}

tally_status tally_policy_decision_value(const tally_policy* policy, tally_decision decision, const char* spelling,
                                         tally_value* value, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || spelling == nullptr || value == nullptr) return null_argument();
    const auto version = policy->take();
    const std::uint32_t index = version->decision(decision);
    if (index == no_index)
      return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decision));
    const std::string& name = version->policy().decisions[index].name;
    const MemberMeaning* meaning = version->scalar_of(index);
    if (meaning == nullptr) return Failure(TALLY_ERROR_TYPE, "`" + name + "` is neither an enum nor a flag");
    tally_member member = 0;
    {
      const Section section(policy->names().mutex);
      member = policy->names().members.find(PolicyNames::member_key(name, ""));
    }
    return member_value(*policy, *meaning, member, "`" + name + "`", spelling, value);
  });
}

tally_status tally_policy_member_value(const tally_policy* policy, tally_member member, const char* spelling,
                                       tally_value* value, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || spelling == nullptr || value == nullptr) return null_argument();
    const auto version = policy->take();
    const MemberMeaning* meaning = version->member(member);
    if (meaning == nullptr) return Failure(TALLY_ERROR_ARGUMENT, "no member has the handle " + std::to_string(member));
    return member_value(*policy, *meaning, member,
                        "a member of `" + version->policy().decisions[meaning->decision].name + "`", spelling, value);
  });
}

const char* tally_input_name(const tally_policy* policy, tally_input input) {
  if (policy == nullptr) return nullptr;
  const Section section(policy->names().mutex);
  const std::string* name = policy->names().inputs.name(input);
  return name == nullptr ? nullptr : name->c_str();
}

const char* tally_decision_name(const tally_policy* policy, tally_decision decision) {
  if (policy == nullptr) return nullptr;
  const Section section(policy->names().mutex);
  const std::string* name = policy->names().decisions.name(decision);
  return name == nullptr ? nullptr : name->c_str();
}

tally_kind tally_input_kind(const tally_policy* policy, tally_input input) {
  return policy == nullptr ? TALLY_KIND_UNSET : policy->take()->kind_of(input);
}

// --- reloading -------------------------------------------------------------------------

tally_status tally_policy_reload(tally_policy* policy, tally_reload* reload, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(const tally_reload done, policy->reload());
    if (reload != nullptr) *reload = done;
    return {};
  });
}

tally_status tally_policy_watch(tally_policy* policy, uint32_t interval, tally_watcher watcher, void* context,
                                tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr) return null_argument();
    return policy->watch(interval, watcher, context);
  });
}

tally_status tally_policy_last_reload(const tally_policy* policy, int64_t* when, tally_error** refusal,
                                      tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || refusal == nullptr) return null_argument();
    const LastReload last = policy->last_reload();
    *refusal = last.refusal == nullptr ? nullptr : new tally_error(*last.refusal);
    if (when != nullptr) *when = last.when;
    return {};
  });
}

void tally_policy_unwatch(tally_policy* policy) {
  if (policy != nullptr) policy->unwatch();
}

// --- documents -------------------------------------------------------------------------

tally_status tally_document_bind(tally_policy* policy, const char* place, const char* json, size_t length,
                                 tally_document** document, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || place == nullptr || (json == nullptr && length > 0) || document == nullptr)
      return null_argument();
    const auto version = policy->take();
    std::string text(json == nullptr ? "" : json, length);
    TALLY_ASSIGN_OR_RETURN(OwnedBinding binding, bind_text(*version, place, text));
    *document =
        new tally_document(Ref<ReloadablePolicy>::share(policy), place, std::move(text), version, std::move(binding));
    return {};
  });
}

tally_document* tally_document_retain(tally_document* document) {
  if (document != nullptr) document->retain();
  return document;
}
void tally_document_release(tally_document* document) {
  if (document != nullptr) document->release();
}

tally_status tally_document_check(tally_document* document, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (document == nullptr) return null_argument();
    TALLY_RETURN_IF_ERROR(document->in(document->policy().take()));
    return {};
  });
}

size_t tally_document_unknown_keys(const tally_document* document) {
  return document == nullptr ? 0 : document->unknown_keys();
}

tally_status tally_document_warnings(const tally_document* document, char** text, size_t* length, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (document == nullptr || text == nullptr) return null_argument();
    TALLY_ASSIGN_OR_RETURN(const auto warnings, document->warnings(*document->policy().take()));
    hand_out(faults_json(warnings), text, length);
    return {};
  });
}

// --- at once ---------------------------------------------------------------------------

tally_status tally_request_warnings(const tally_policy* policy, const char* request, size_t length,
                                    size_t* unknown_keys, char** text, size_t* text_length, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || (request == nullptr && length > 0) || text == nullptr) return null_argument();
    const auto version = policy->take();
    BindResult bound = version->binder().bind(std::string_view(request == nullptr ? "" : request, length));
    if (!bound.call) return document_failure(std::move(bound.faults));
    hand_out(faults_json(bound.faults), text, text_length);
    if (unknown_keys != nullptr) *unknown_keys = bound.unknown_keys;
    return {};
  });
}

tally_status tally_decide_json(tally_policy* policy, const char* request, size_t length, int because, char** answer,
                               size_t* answer_length, tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || (request == nullptr && length > 0) || answer == nullptr) return null_argument();
    const auto version = policy->take();
    BindResult bound =
        version->binder().bind(std::string_view(request == nullptr ? "" : request, length), {}, {UnknownKeys::counted});
    if (!bound.call) return document_failure(std::move(bound.faults));
    std::vector<std::size_t> decisions(version->policy().decisions.size());
    std::iota(decisions.begin(), decisions.end(), 0);
    Results results;
    decide(version->policy(), version->code(), *bound.call, because != 0, results);
    log_request(*policy, *version, *bound.call, results);
    std::string out;
    append_answer(out, version->policy(), decisions, *bound.call, results, because != 0);
    hand_out(out, answer, answer_length);
    return {};
  });
}

tally_status tally_decide_batch(tally_policy* policy, const tally_column* columns, size_t column_count,
                                const tally_answer_column* answers, size_t answer_count, size_t rows,
                                tally_error** error) {
  return guarded(error, [&]() -> Success {
    if (policy == nullptr || (columns == nullptr && column_count > 0) || (answers == nullptr && answer_count > 0))
      return null_argument();
    return decide_batch(*policy->take(), columns, column_count, answers, answer_count, rows);
  });
}

}  // extern "C"
