// Random facts for the elements of a policy, as valid documents give them.
//
// In:     a descriptor and a source of random numbers
// Out:    facts that some request brings about: no member of an absent object is set, every
//         required member of a present object is set, and of several elements that read one
//         place at most one is set
#pragma once

#include "runtime/documents/facts.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {

Facts random_facts(const PolicyDescriptor& policy, const Places& places, Random& random);

}  // namespace tally::testing
