// The elements that diagrams and calls are about.
//
// In:     diagrams of a space, or a call.
// Out:    elements, or the part of the call that is about some of them. A diagram of
//         `source is offnet and limit < 30` is about `source` and `limit`.
// Always: what is looked at is not changed.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

// The elements that diagrams of this space depend on.
std::set<ElementId> support_of(const Space& space, const std::vector<Diagram>& diagrams);
// The elements and the optional objects around them.
std::set<ElementId> with_surroundings(const Model& model, std::set<ElementId> elements);
// The elements, and the relations among `all` that have a leaf among them: what changes if these do.
std::set<ElementId> with_relations_among(const Model& model, const std::set<ElementId>& elements,
                                         std::span<const ElementId> all);
// The facts of a call about these elements.
Call restricted_to(const Call& call, const std::set<ElementId>& elements);
// The number of facts of a call that are set.
std::size_t set_count(const Call& call);

}  // namespace tally
