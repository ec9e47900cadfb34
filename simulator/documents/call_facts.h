// A call that the runtime bound, as the model sees it.
//
// In:     a model, its descriptor, and a bound call.
// Out:    the value of each element of the model in that call.
// Always: elements that the descriptor lacks, such as inputs that nothing reads, are unset.
//
// For example, for the request {"source": "onnet"}, `facts_of(...)(source)` is the enum value
// "onnet".
#pragma once

#include <functional>
#include <vector>

#include "compiler/model/model.h"
#include "runtime/documents/facts.h"

namespace tally {

// Returns the value of an element in a call: the value of a leaf, EnumName "present" for an
// object that is present, or Unset.
using CallFacts = std::function<Literal(ElementId)>;

// Returns the facts of a call. The model, the policy and the call must outlive the result.
CallFacts facts_of(const Model& model, const PolicyDescriptor& policy, const BoundCall& call);

// Returns whether a leaf has its value only because that is its default.
using IsDefault = std::function<bool(ElementId)>;

// Returns which leaves have their default, of those of a descriptor. The model must outlive the result.
IsDefault defaults_of(const Model& model, const PolicyDescriptor& policy, const std::vector<ElementIndex>& defaults);
// Returns the elements of a call that have a value although the request has none.
std::vector<ElementIndex> added_defaults(const Facts& request, const BoundCall& call);

}  // namespace tally
