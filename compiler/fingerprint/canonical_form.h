// The canonical form of a function of the documents, as a digest.
//
// For example, "source is offnet and user.enabled is on" has the form
//
//   /source   offnet  -> the object /user
//             onnet   -> off
//   /user     absent  -> off
//             present -> /user/enabled
//   /user/enabled   unset, off -> off
//                   on         -> on
//
// whatever the names of inputs and values are, in which order the rules test them, and in which classes they divide
// their values.
//
// In:     a diagram of a space: the number of an outcome for each call that some document brings about, and
//         `no_call` for the other assignments; and a digest of each outcome
// Out:    a digest of the function
// Always: equal digests mean equal functions of the documents. Functions of the same places that are equal have equal
//         digests, apart from those that compare numbers or texts with each other, and from texts with insertions:
//         these may be written in several ways.
//
// The form is a decision diagram: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation" (1986). It tests
// the places in an order that follows from the places alone: that of `place_text` (places.h), with each object before
// its members, and a relation after its leaves. A place that the others make
// unnecessary is left out, the last in the order first. Values that lead to the same node are one entry; a value that
// no document has here is not an entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "compiler/diagrams/space.h"
#include "compiler/fingerprint/digest.h"

namespace tally {

// The terminal of the assignments that no document brings about.
inline constexpr std::uint32_t no_call = 0;

// The order in which the form tests these elements. A space in this order keeps what `canonical_form` does in
// proportion to the diagram; in another order the result is the same.
std::vector<ElementId> canonical_order(const Model& model, const std::set<ElementId>& elements);

// The possible calls, without the places that neither the outcomes nor what is around their places depend on.
Diagram calls_about(const Model& model, Space& space, Diagram outcomes, Diagram possible);

struct CanonicalForm {
  Digest digest;
  std::size_t nodes = 0;
};

// `outcomes` has the digests of the terminals 1, 2, ... . All arguments are of one policy. Throws NodeLimit like the
// diagrams.
CanonicalForm canonical_form(const Model& model, const Classes& classes, Space& space, Diagram function,
                             const std::vector<Digest>& outcomes);

}  // namespace tally
