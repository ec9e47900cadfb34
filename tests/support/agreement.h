// The three ways to know a decision, held against each other.
//
// In: a policy. Out: on how many calls they were compared, and where they
// differ. For every output decision each assignment to the codes that it reads is
// tried. Those that no document brings about are left out, and the space must
// agree on which these are, and on their number. The others are put to the
// reference interpreter, to the diagrams and to the compiled code, for the rule
// and every part of the result.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/policy.h"

namespace tally::testing {

struct AgreementOptions {
  std::uint64_t max_assignments = 20'000;  // decisions that read more are skipped
  std::size_t max_differences = 5;         // then it stops
};

struct Agreement {
  std::uint64_t calls = 0;          // possible ones, compared
  std::size_t decisions = 0;        // compared
  std::size_t skipped = 0;          // decisions that read too much
  std::vector<std::string> differences;  // each with the decision and the call
};

Agreement compare(Policy& policy, const AgreementOptions& options = {});

}  // namespace tally::testing
