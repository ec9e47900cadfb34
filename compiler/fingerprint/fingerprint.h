// The fingerprint of a policy: what it decides, as a hash.
//
// For example, the two decisions
//
//   decision recording : flag {                    decision recording : flag = outside and wanted
//     on   when source is offnet and enabled is on
//     off  otherwise                               let outside = source is offnet
//   }                                              let wanted  = enabled is on
//
// have one fingerprint, if `source` and `enabled` are at the same places.
//
// In:     a policy
// Out:    for each decision a digest of its values and one of its reasons; a digest of the documents that it reads
// Always: equal digests of values mean that no request gets different values. Policies that decide every request
//         alike have equal digests if they read the same places, apart from rare ones: see canonical_form.h. Names of
//         rule files, inputs, lets and enum values count for nothing, nor does the order of rules that do not overlap.
//
// Whoever compares fingerprints compares the documents too: what a policy refuses, no value shows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/fingerprint/digest.h"
#include "compiler/policy.h"

namespace tally {

struct DecisionFingerprint {
  std::string decision;
  // Nothing if the diagrams are larger than the bound.
  std::optional<Digest> values, reasons;
};

struct Fingerprint {
  Digest documents;                            // the inputs of the policy: their places, types and defaults
  std::vector<DecisionFingerprint> decisions;  // in the order of their names

  // The whole as one digest, or nothing if one of its parts is missing.
  std::optional<Digest> all() const;
};

// The bound of the diagrams of one member of a decision.
inline constexpr std::size_t fingerprint_node_limit = std::size_t{1} << 23;

// The names of the inputs, each with its place: how a host addresses what requests have elsewhere. A fingerprint has no
// names, so whoever hands facts over by name compares this too.
Digest names_of(const Policy& policy);

// The policy's graph grows. One thread at a time may use the policy.
Fingerprint fingerprint(const Policy& policy, std::size_t node_limit = fingerprint_node_limit);

}  // namespace tally
