// Turns result codes into values and reasons, as JSON.
//
// In:     the slots that the compiled functions wrote for a call, and the call.
// Out:    text of one line.
// Always: a flag is a boolean, an enum has its spelling in documents, an object lacks its unset
//         members, and a decision that is unset is null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/facts.h"

namespace tally {

// The results of one call.
struct Results {
  std::vector<std::uint16_t> slots;         // of `decide`
  std::vector<std::uint16_t> reason_slots;  // of `reasons`; empty if they were not asked for
};

// Runs the compiled code. `reasons`: what reasons insert, too.
void decide(const PolicyDescriptor& policy, const PolicyFunctions& code, const BoundCall& call, bool reasons,
            Results& results);

// The number of the rule that fired, from 1.
std::uint16_t rule_number(const DecisionDescriptor& decision, const Results& results);
// Appends a decision's value as JSON.
void append_value(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                  const Results& results);
// The reason of the rule that fired, with its insertions; nothing if the rule has no reason.
std::optional<std::string> reason(const DecisionDescriptor& decision, const CallValues& values, const Results& results);

// Appends a decision as a JSON object: value, because (null if there is no reason), rule, and the
// rule's file and line.
void append_explained(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                      const Results& results);
// Puts a text with its insertions into `out`, in place of what it holds.
void insert_text(const TextDescriptor& text, const CallValues& values, std::string& out);

// Appends these decisions, by index, as one JSON object: their values, or with `because` what
// `append_explained` appends for each.
void append_answer(std::string& out, const PolicyDescriptor& policy, const std::vector<std::size_t>& decisions,
                   const CallValues& values, const Results& results, bool because);

}  // namespace tally
