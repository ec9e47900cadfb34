// Random policies: rule files to hold the interpreter, the diagrams and the
// compiled code against each other.
//
// In: a seed. Out: the source text of a rule file, the same on every machine.
// Always: it is valid (names, types, kinds of places) and each of its decisions
// ends in `otherwise`, so that no call is left undecided; a rule may be one that
// never fires, and a setting one that never matters. It has no proofs and no
// examples. Most of its decisions read so little that every call can be tried.
#pragma once

#include <cstdint>
#include <string>

namespace tally::testing {

std::string random_policy(std::uint64_t seed);

}  // namespace tally::testing
