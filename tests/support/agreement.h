// Compares the three ways to know a decision: interpreter, diagrams and compiled code.
//
// In:     a policy
// Out:    on how many calls they were compared, and where they differ. For example, one
//         decision that reads two flags is compared on 4 calls.
// Always: nothing of a call is left out that the three could disagree on: the rule and
//         every part of the result are compared
//
// For every output decision, each assignment to the codes that it reads is tried. Assignments
// that no document brings about are left out, and the space must agree on which these are and
// how many.
//
// A decision that reads too much for that is compared part by part. A part (the rule, or one
// part of the result) usually reads far less. Each assignment to the elements of the part is
// tried, and all other elements hold possible codes, different ones each time. A part that
// still reads too much is sampled: on random possible calls, and on calls for every value that
// the part can take.
//
// Independently of calls, the plan of the code must equal the decision graph over all codes of
// all inputs (plan_diagrams.h). This is checked for decisions of any size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/policy.h"

namespace tally::testing {

struct AgreementOptions {
  std::uint64_t max_assignments = 20'000;         // decisions that read more are compared part by part
  std::uint64_t max_part_assignments = 0;         // parts that read more are sampled
  std::uint64_t samples = 0;                      // random calls per decision with such parts; 0 skips the parts
  std::uint64_t samples_a_value = 8;              // calls per value of such a part
  std::uint64_t least_calls = 200;                // calls per part; its assignments repeat, with all else different
  std::size_t node_limit = std::size_t{1} << 22;  // for the diagrams of a decision
  std::size_t max_differences = 5;                // the comparison stops after this many
  std::size_t part_terms = 250;                   // FunctionRequest::part_terms
};

struct Agreement {
  std::uint64_t calls = 0;   // possible calls that were compared
  std::size_t whole = 0;     // decisions that were compared on all calls
  std::size_t by_parts = 0;  // other decisions that were compared; their parts are:
  std::size_t parts = 0;     // parts that were compared on everything that they read
  std::size_t parts_sampled = 0;
  std::size_t parts_skipped = 0;
  std::size_t skipped = 0;           // decisions with a part that was skipped
  std::size_t without_diagrams = 0;  // decisions whose diagrams are too large: only interpreter and code are compared
  std::size_t plans = 0;             // outputs whose plan equals the graph over all inputs
  std::size_t plans_too_large = 0;   // outputs whose diagrams are too large for that comparison
  std::uint64_t sampled_calls = 0;   // calls that were drawn at random, among `calls`
  std::vector<std::string> differences;  // each with the decision and the call
};

// One line: "3 decisions on all calls, 2 by 20 parts on all that they read, ..."
std::string summary(const Agreement& agreement);

Agreement compare(const Policy& policy, const AgreementOptions& options = {});

}  // namespace tally::testing
