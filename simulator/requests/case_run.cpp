#include "simulator/requests/case_run.h"

#include <algorithm>

#include "runtime/support/json_text.h"

namespace tally {
namespace {

using Json = nlohmann::json;

// The arrays of an answer are sets, so their order means nothing.
bool is_same(Json expected, Json decided) {
  if (expected.is_array() && decided.is_array()) {
    for (Json* set : {&expected, &decided}) {
      std::sort(set->begin(), set->end());
      set->erase(std::unique(set->begin(), set->end()), set->end());
    }
  }
  return expected == decided;
}

std::string case_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void compare(const std::string& pointer, const Json& expected, const Json& decided, std::vector<Deviation>& out) {
  if (!expected.is_object() || !decided.is_object()) {
    if (!is_same(expected, decided)) out.push_back({pointer, case_text(expected), case_text(decided)});
    return;
  }
  for (const auto& [key, value] : expected.items()) {
    const std::string place = pointer + "/" + escape_token(key);
    if (const auto other = decided.find(key); other != decided.end()) {
      compare(place, value, *other, out);
    } else if (!value.is_null()) {  // a member that is unset is left out
      out.push_back({place, case_text(value), ""});
    }
  }
  for (const auto& [key, value] : decided.items()) {
    if (!expected.contains(key)) out.push_back({pointer + "/" + escape_token(key), "", case_text(value)});
  }
}

std::string first_error(const std::vector<DocumentFault>& faults) {
  const auto error = std::find_if(faults.begin(), faults.end(), [](const auto& fault) { return fault.is_error(); });
  return error == faults.end() ? "" : id(error->code);
}

}  // namespace

CaseOutcome CaseRun::run(const RequestCase& asked) {
  deviations_.clear();
  call_ = requests_.bind(asked.request);
  if (asked.fault) {
    const auto is_expected = [&](const DocumentFault& f) { return f.is_error() && id(f.code) == *asked.fault; };
    if (call_ != nullptr) decide(policy_, code_, *call_, false, results_);
    if (call_ == nullptr && std::any_of(faults().begin(), faults().end(), is_expected)) return CaseOutcome::as_expected;
    deviations_.push_back(
        {"", "the fault " + *asked.fault, call_ == nullptr ? "the fault " + first_error(faults()) : ""});
    return CaseOutcome::otherwise;
  }
  if (call_ == nullptr) return CaseOutcome::refused;
  decide(policy_, code_, *call_, false, results_);
  if (asked.is_open) return CaseOutcome::open;
  for (const RequestCase::Expected& one : asked.expect) {
    const DecisionDescriptor& decision = policy_.decisions[one.decision];
    std::string value;
    append_value(value, decision, *call_, results_);
    compare("/" + escape_token(decision.name), one.value, Json::parse(value), deviations_);
  }
  return deviations_.empty() ? CaseOutcome::as_expected : CaseOutcome::otherwise;
}

std::string CaseRun::met_expectation(const RequestCase& asked) const {
  if (call_ == nullptr) return "\"fault\": " + json_string(first_error(faults()));
  std::vector<std::size_t> named;
  for (const RequestCase::Expected& one : asked.expect) named.push_back(one.decision);
  for (std::size_t i = 0; asked.expect.empty() && i < policy_.decisions.size(); ++i) named.push_back(i);
  std::string out = "\"expect\": ";
  append_answer(out, policy_, named, *call_, results_, false);
  return out;
}

}  // namespace tally
