// A call that the runtime bound, as the model sees it.
//
// In: a model, its descriptor, and a bound call. Out: the value of each element
// of the model in that call. Always: elements that the descriptor does not have
// (inputs that nothing reads) are unset.
#pragma once

#include <functional>

#include "compiler/model/model.h"
#include "runtime/documents/facts.h"

namespace tally {

// What a call brings: the value of a leaf, EnumName "present" for an object that
// is there, or Unset.
using CallFacts = std::function<Literal(ElementId)>;

// All three must outlive the result.
CallFacts facts_of(const Model& model, const PolicyDescriptor& policy, const BoundCall& call);

}  // namespace tally
