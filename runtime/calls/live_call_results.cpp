// What a call gives once it is decided. See live_call.h.
#include <algorithm>
#include <utility>

#include "runtime/calls/live_call.h"

namespace tally {

void LiveCall::describe(const MemberMeaning& member, tally_result& out) {
  const bool hidden = std::any_of(member.around.begin(), member.around.end(),
                                  [&](std::uint32_t slot) { return results_.slots[slot] == 0; });
  if (!hidden) read_typed_value(member, results_, values(), inserted_, out);
}

std::optional<Failure> LiveCall::result(tally_decision decision, tally_result& out) {
  std::uint32_t index = 0;
  if (auto failure = undecided(decision, index)) return failure;
  const DecisionDescriptor& described = version_->policy().decisions[index];
  tally_result found{};
  found.rule = results_.slots[described.rule_slot];
  if (const MemberMeaning* scalar = version_->scalar_of(index)) {
    describe(*scalar, found);
  } else if (!described.result.presence || results_.slots[*described.result.presence] != 0) {
    found.kind = TALLY_KIND_OBJECT;
  }
  out = found;
  return std::nullopt;
}

std::optional<Failure> LiveCall::member(tally_member handle, tally_result& out) {
  const MemberMeaning* member = version_->member(handle);
  if (member == nullptr) return Failure(TALLY_ERROR_ARGUMENT, "no member has the handle " + std::to_string(handle));
  const DecisionDescriptor& described = version_->policy().decisions[member->decision];
  if (!is_decided(member->decision))
    return Failure(TALLY_ERROR_UNDECIDED, "`" + described.name + "` has not been decided");
  tally_result found{};
  found.rule = results_.slots[described.rule_slot];
  describe(*member, found);
  out = found;
  return std::nullopt;
}

std::optional<Failure> LiveCall::list_items() {
  if (decided_by_ == 0) return Failure(TALLY_ERROR_UNDECIDED, "nothing has been decided");
  items_.clear();
  const std::vector<AnswerNode>& nodes = version_->answer_nodes();
  for (std::size_t node = 0; node < nodes.size(); node = nodes[node].end) {
    if (is_decided(nodes[node].decision)) items_.add_decision(*version_, node, results_, values());
  }
  return std::nullopt;
}

std::optional<Failure> LiveCall::json(tally_decision decision) {
  std::uint32_t index = 0;
  if (auto failure = undecided(decision, index)) return failure;
  text_.clear();
  append_value(text_, version_->policy().decisions[index], values(), results_);
  return std::nullopt;
}

std::optional<Failure> LiveCall::reason(tally_decision decision) {
  std::uint32_t index = 0;
  if (auto failure = undecided(decision, index)) return failure;
  want_reasons();
  text_ = tally::reason(version_->policy().decisions[index], values(), results_).value_or("");
  return std::nullopt;
}

std::optional<Failure> LiveCall::answer(bool because) {
  std::vector<std::size_t> decisions;
  for (std::uint32_t i = 0; i < version_->policy().decisions.size(); ++i) {
    if (is_decided(i)) decisions.push_back(i);
  }
  if (decided_by_ == 0) return Failure(TALLY_ERROR_UNDECIDED, "nothing has been decided");
  if (because) want_reasons();
  text_.clear();
  append_answer(text_, version_->policy(), decisions, values(), results_, because);
  return std::nullopt;
}

std::optional<Failure> LiveCall::explain(tally_decision decision) {
  std::uint32_t index = 0;
  if (auto failure = undecided(decision, index)) return failure;
  std::string more;
  if (const auto& deeper = version_->loaded().explain) {
    BoundCall call;
    call.codes = codes_;
    for (const Fact* fact : values_) call.facts.by_element.push_back(*fact);
    auto explained = deeper(index, call);
    if (auto* failure = std::get_if<Failure>(&explained)) return std::move(*failure);
    more = std::move(std::get<std::string>(explained));
  }
  want_reasons();
  std::string out;
  append_explained(out, version_->policy().decisions[index], values(), results_);
  out.insert(out.size() - 1, more);
  text_ = std::move(out);
  return std::nullopt;
}

}  // namespace tally
