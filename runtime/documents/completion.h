// Completes facts with defaults: finds what stands at each element, and what is missing. `Completion`
// (facts.h) does the same for facts in one place.
//
// In:     a descriptor, some of its elements, and functions: one returns the fact that is given for an element.
// Out:    calls of the other functions: one for each element that is set, by a fact or by its default, and one for
//         each element that is required and missing.
// Always: facts may lie in several places, and are not copied.
#pragma once

#include <variant>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/facts.h"

namespace tally {

// Looks at `elements`, parents first, or at all if it is empty, and calls back for each:
//   given(e)         returns the fact that is given for an element
//   is_set(e)       returns whether something was put at an element that was looked at
//   put(e, fact)    the fact stands at the element; an empty one if nothing does
//   put_default(e)  the default stands there: the object around is present, the element is not
//   missing(e)      nothing was put at the element, although it is required
template <class Given, class IsSet, class Put, class PutDefault, class Missing>
void complete_each(const PolicyDescriptor& policy, const std::vector<ElementIndex>& elements, Given given, IsSet is_set,
                   Put put, PutDefault put_default, Missing missing) {
  std::vector<bool> considered;
  if (!elements.empty()) considered.assign(policy.elements.size(), false);
  static const Fact nothing{};
  const auto look_at = [&](ElementIndex i) {
    const ElementDescriptor& element = policy.elements[i];
    const bool around =
        !element.parent || (!elements.empty() && !considered[*element.parent]) || is_set(*element.parent);
    if (!elements.empty()) considered[i] = true;
    const Fact& fact = around ? given(i) : nothing;
    if (!around || !std::holds_alternative<std::monostate>(fact)) return put(i, fact);
    if (element.default_value) return put_default(i);
    put(i, nothing);
    if (!element.optional) missing(i);
  };
  if (elements.empty()) {
    for (ElementIndex i = 0; i < policy.elements.size(); ++i) look_at(i);
  } else {
    for (const ElementIndex i : elements) look_at(i);
  }
}

}  // namespace tally
