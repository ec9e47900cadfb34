#include "runtime/calls/call_answers.h"

#include <algorithm>
#include <utility>

namespace tally {
namespace {

Failure undecided(const DecidedCall& call, std::uint32_t index) {
  return {TALLY_ERROR_UNDECIDED, "`" + call.version.policy().decisions[index].name + "` has not been decided"};
}

// The index of a decision that was decided.
Result<std::uint32_t, Failure> decided_index(const DecidedCall& call, tally_decision decision) {
  const std::uint32_t index = call.version.decision(decision);
  if (index == no_index) return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(decision));
  if (!call.outcome.is_decided(index)) return undecided(call, index);
  return index;
}

bool is_inside_absent_object(const DecidedCall& call, const MemberMeaning& member) {
  return std::any_of(member.around.begin(), member.around.end(),
                     [&](std::uint32_t slot) { return call.results().slots[slot] == 0; });
}

}  // namespace

Result<Done, Failure> CallAnswers::result(const DecidedCall& call, tally_decision decision, tally_result& out) {
  TALLY_ASSIGN_OR_RETURN(const std::uint32_t index, decided_index(call, decision));
  const DecisionDescriptor& described = call.version.policy().decisions[index];
  tally_result found{};
  found.rule = rule_number(described, call.results());
  if (const MemberMeaning* scalar = call.version.scalar_of(index)) {
    read_typed_value(*scalar, call.results(), call.values(), inserted_, found);
  } else if (!described.result.presence || call.results().slots[*described.result.presence] != 0) {
    found.kind = TALLY_KIND_OBJECT;
  }
  out = found;
  return {};
}

Result<Done, Failure> CallAnswers::member(const DecidedCall& call, tally_member handle, tally_result& out) {
  const MemberMeaning* member = call.version.member(handle);
  if (member == nullptr) return Failure(TALLY_ERROR_ARGUMENT, "no member has the handle " + std::to_string(handle));
  if (!call.outcome.is_decided(member->decision)) return undecided(call, member->decision);
  tally_result found{};
  found.rule = rule_number(call.version.policy().decisions[member->decision], call.results());
  if (!is_inside_absent_object(call, *member))
    read_typed_value(*member, call.results(), call.values(), inserted_, found);
  out = found;
  return {};
}

Result<Done, Failure> CallAnswers::list_items(const DecidedCall& call) {
  if (call.outcome.decided() == CallOutcome::Decided::nothing)
    return Failure(TALLY_ERROR_UNDECIDED, "nothing has been decided");
  items_.clear();
  const std::vector<AnswerNode>& nodes = call.version.answer_nodes();
  for (std::size_t node = 0; node < nodes.size(); node = nodes[node].end) {
    if (call.outcome.is_decided(nodes[node].decision))
      items_.add_decision(call.version, node, call.results(), call.values());
  }
  return {};
}

Result<Done, Failure> CallAnswers::json(const DecidedCall& call, tally_decision decision) {
  TALLY_ASSIGN_OR_RETURN(const std::uint32_t index, decided_index(call, decision));
  text_.clear();
  append_value(text_, call.version.policy().decisions[index], call.values(), call.results());
  return {};
}

Result<Done, Failure> CallAnswers::reason(const DecidedCall& call, tally_decision decision) {
  TALLY_ASSIGN_OR_RETURN(const std::uint32_t index, decided_index(call, decision));
  call.outcome.want_reasons(call.version, call.composition.codes());
  text_ = tally::reason(call.version.policy().decisions[index], call.values(), call.results()).value_or("");
  return {};
}

Result<Done, Failure> CallAnswers::answer(const DecidedCall& call, bool because) {
  if (call.outcome.decided() == CallOutcome::Decided::nothing)
    return Failure(TALLY_ERROR_UNDECIDED, "nothing has been decided");
  std::vector<std::size_t> decisions;
  for (std::uint32_t i = 0; i < call.version.policy().decisions.size(); ++i) {
    if (call.outcome.is_decided(i)) decisions.push_back(i);
  }
  if (because) call.outcome.want_reasons(call.version, call.composition.codes());
  text_.clear();
  append_answer(text_, call.version.policy(), decisions, call.values(), call.results(), because);
  return {};
}

Result<Done, Failure> CallAnswers::explain(const DecidedCall& call, tally_decision decision) {
  TALLY_ASSIGN_OR_RETURN(const std::uint32_t index, decided_index(call, decision));
  std::string more;
  if (const auto& explain_deeper = call.version.loaded().explain) {
    BoundCall bound;
    bound.codes = call.composition.codes();
    for (const Fact* fact : call.composition.values()) bound.facts.by_element.push_back(*fact);
    TALLY_ASSIGN_OR_RETURN(more, explain_deeper(index, bound, call.composition.defaults()));
  }
  call.outcome.want_reasons(call.version, call.composition.codes());
  std::string out;
  append_explained(out, call.version.policy().decisions[index], call.values(), call.results());
  out.insert(out.size() - 1, more);
  text_ = std::move(out);
  return {};
}

}  // namespace tally
