// The three ways to know a decision, held against each other.
//
// In: a policy. Out: on how many calls they were compared, and where they
// differ. For every output decision, each assignment to the codes that it reads
// is tried. Those that no document brings about are left out, and the space must
// agree on which these are, and on their number. The others are put to the
// reference interpreter, to the diagrams and to the compiled code, for the rule
// and every part of the result.
//
// A decision that reads too much for that is compared part by part. A part (the
// rule, or one part of the result) mostly reads far less: each assignment to
// what it reads is tried, all else holding some possible codes, other ones each
// time. Parts that read too much even so are sampled: on random possible calls,
// and on calls for every value that the part can take.
//
// Apart from calls, the plan of the code must be the decision graph over all
// codes of all inputs (plan_diagrams.h), for decisions of any size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/policy.h"

namespace tally::testing {

struct AgreementOptions {
  std::uint64_t max_assignments = 20'000;  // decisions that read more are compared part by part
  std::uint64_t max_part_assignments = 0;  // parts that read more are sampled
  std::uint64_t samples = 0;               // random calls of a decision with such parts; 0: those parts are skipped
  std::uint64_t samples_a_value = 8;       // calls for each value of such a part
  std::uint64_t least_calls = 200;         // of a part; its assignments are repeated, with all else different
  std::size_t node_limit = std::size_t{1} << 22;  // of the diagrams of a decision
  std::size_t max_differences = 5;                // then it stops
};

struct Agreement {
  std::uint64_t calls = 0;   // possible ones, compared
  std::size_t whole = 0;     // decisions that were compared on all calls
  std::size_t by_parts = 0;  // other decisions that were compared; of them the parts:
  std::size_t parts = 0;     // compared on all that they read
  std::size_t parts_sampled = 0;
  std::size_t parts_skipped = 0;
  std::size_t skipped = 0;               // decisions with a part that was skipped
  std::size_t without_diagrams = 0;      // decisions whose diagrams are too large: only interpreter and code compared
  std::size_t plans = 0;                 // outputs of which the plan is the graph over all inputs
  std::size_t plans_too_large = 0;       // outputs of which that is not known, for their diagrams are too large
  std::uint64_t sampled_calls = 0;       // of the calls, those that were drawn
  std::vector<std::string> differences;  // each with the decision and the call
};

// One line: "3 decisions on all calls, 2 by 20 parts on all that they read, ..."
std::string summary(const Agreement& agreement);

Agreement compare(const Policy& policy, const AgreementOptions& options = {});

}  // namespace tally::testing
