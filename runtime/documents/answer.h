// Answers: result codes to values and reasons, as JSON.
//
// In: what the compiled functions wrote for a call, and the call. Out: text.
// Always: flags are booleans, enums are spelled as documents spell them, objects
// stand without their unset members, what is unset is null; one line.
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
  std::vector<std::uint16_t> reason_slots;  // of `reasons`; empty where they were not asked for
};

// Runs the compiled code. `reasons`: what reasons insert, too.
void decide(const PolicyDescriptor& policy, const PolicyFunctions& code, const BoundCall& call, bool reasons,
            Results& results);

// The rule that fired, from 1.
std::uint16_t rule_number(const DecisionDescriptor& decision, const Results& results);
// A decision's value as JSON.
void append_value(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                  const Results& results);
// The reason of the rule that fired, insertions made; nothing where it has none.
std::optional<std::string> reason(const DecisionDescriptor& decision, const CallValues& values, const Results& results);

// One decision as a JSON object: value, because (null where there is no reason),
// rule, and where the rule stands.
void append_explained(std::string& out, const DecisionDescriptor& decision, const CallValues& values,
                      const Results& results);
// A text with what it inserts; replaces what `out` holds.
void insert_text(const TextDescriptor& text, const CallValues& values, std::string& out);

// All of these decisions (indices) as one JSON object. `because`: each with its
// value, reason, rule, and where the rule stands.
void append_answer(std::string& out, const PolicyDescriptor& policy, const std::vector<std::size_t>& decisions,
                   const CallValues& values, const Results& results, bool because);

}  // namespace tally
