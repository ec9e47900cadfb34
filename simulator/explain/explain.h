// Why a call is decided as it is.
//
// In: a policy and the facts of one call. Out, for a decision: the rule that
// fires, the facts that this rests on, what kept each earlier rule from firing,
// and which single fact would have changed the outcome. Always: whatever else
// were set, the facts that an outcome rests on alone bring it about, and none of
// them can be left out (a prime implicant of the outcome, over the documents
// that can exist).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "simulator/documents/call_facts.h"

namespace tally {

struct ExplainedFact {
  ElementId element;
  std::string value;  // "on", "60", "\"x\"", "unset", "set" for an object that is there
};

// A part of a rule's condition that is false.
struct ExplainedFailure {
  std::string condition;  // as in the rule file
  std::vector<ExplainedFact> because;
};
struct EarlierRule {
  std::size_t number = 0;  // from 1
  Span span;
  std::vector<ExplainedFailure> failures;
};

struct ExplainedChange {
  ElementId element;
  std::string to;        // "on", "not on", "< 30"
  std::size_t rule = 0;  // that fires then
  std::string outcome;   // "on"; of a record what differs: "url = account.url, format unset"
};

struct Explanation {
  DecisionId decision;
  std::size_t rule = 0;  // from 1; 0: none fires
  std::vector<ExplainedFact> rests_on;
  std::vector<EarlierRule> earlier;
  std::vector<ExplainedChange> changes;
};

// For an output of the policy. Fails where its diagrams pass the node limit.
Result<Explanation> explain(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts);

}  // namespace tally
