// Random facts for the elements of a policy: documents that it takes.
//
// In: a descriptor and randomness. Out: facts that some request brings about:
// nothing stands in an absent object, what is required is there, and of two
// elements that read one place at most one is set.
#pragma once

#include "runtime/documents/facts.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {

Facts random_facts(const PolicyDescriptor& policy, const Places& places, Random& random);

}  // namespace tally::testing
