// What a decided call returns to its host: typed values, JSON, reasons, explanations, items.
//
// In:     a decided call: the version, the composition and the outcome of it.
// Out:    values, and texts that stay until the next one is asked for.
// Always: a decision that was not decided is TALLY_ERROR_UNDECIDED.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/calls/answer_items.h"
#include "runtime/calls/call_outcome.h"
#include "runtime/calls/composition.h"

namespace tally {

// The parts of a call that its answers are read from.
struct DecidedCall {
  const PolicyVersion& version;
  const Composition& composition;
  CallOutcome& outcome;

  const Results& results() const { return outcome.results(); }
  CallValues values() const { return CallValues(composition.values().data()); }
};

class CallAnswers {
 public:
  Result<Done, Failure> result(const DecidedCall& call, tally_decision decision, tally_result& out);
  Result<Done, Failure> member(const DecidedCall& call, tally_member member, tally_result& out);
  // Leaves a list of all values in `items()`.
  Result<Done, Failure> list_items(const DecidedCall& call);
  // These leave a text in `text()`.
  Result<Done, Failure> json(const DecidedCall& call, tally_decision decision);
  Result<Done, Failure> reason(const DecidedCall& call, tally_decision decision);
  Result<Done, Failure> answer(const DecidedCall& call, bool because);
  Result<Done, Failure> explain(const DecidedCall& call, tally_decision decision);

  const std::vector<tally_item>& items() const { return items_.items(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string inserted_;  // the text of the last typed value, if it was put together
  AnswerItems items_;
};

}  // namespace tally
