// An explanation of a decided call, as JSON.
//
// In:     a decision: its value, its reason, and its explanation.
// Out:    {"value": "on", "because": "...", "rule": 1, "file": ..., "line": ..., "rests_on": [...],
//         "earlier": [...], "changes": [...]}, and "words" if it was asked for in words.
// Always: "because" is null if the rule has no reason.
#pragma once

#include <optional>
#include <string>

#include "runtime/descriptor/policy_descriptor.h"
#include "simulator/explain/explain.h"
#include "simulator/report/json.h"
#include "simulator/table/call_in_words.h"

namespace tally::report {

// One decision: its value, and why.
struct ExplainedDecision {
  const DecisionDescriptor* descriptor = nullptr;
  std::string value;  // as JSON
  std::optional<std::string> reason;
  Explanation why;
  std::optional<CallInWords> words;
};

Json explanation_json(const Model& model, const ExplainedDecision& decision);

}  // namespace tally::report
