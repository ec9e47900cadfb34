// Random policies: rule files on which interpreter, diagrams and compiled code are compared.
//
// In:     a seed
// Out:    the source text of a rule file, the same on every machine. It has no proofs and no
//         examples.
// Always: the file is valid (names, types, kinds of places), and each of its decisions ends in
//         `otherwise`, so that no call is undecided. A rule may never fire, and a setting may
//         never matter. Most decisions read so little that every call can be tried.
#pragma once

#include <cstdint>
#include <string>

namespace tally::testing {

std::string random_policy(std::uint64_t seed);

// A rule file with one decision per quantifier (`s` for `some`, `e` for `every`, `k` for `count`) over
// the same condition, and a proof for each, which has the condition once for each value.
std::string random_quantifiers(std::uint64_t seed);

// A rule file with lists that contain each other, and a decision for each comparison with one (`in-e0`,
// `not-in-e0`, `starts-e0`), with a proof that has the members written out.
std::string random_lists(std::uint64_t seed);
// A random policy in two files, and one file that means the same.
struct AmendedPolicy {
  std::string base;       // a file as random_policy makes them
  std::string amendment;  // amends "base.tally": some of its decisions and lets
  // The base, where an amended decision `d0` is called `d0-was`. What the amendment leaves open of
  // `d0` is `d0-was`. An amended let has its new body.
  std::string merged;
};
AmendedPolicy random_amended_policy(std::uint64_t seed);

}  // namespace tally::testing
