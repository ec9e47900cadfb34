// Values of a class of a number or text.
//
// In:     a leaf, and a code of it that is not 0.
// Out:    some values of that class, or all of them.
// Always: each value is in the class, and occurs once. The first is the value that examples
//         use: the leaf's default if it is in the class, else the class's representative.
//
// A call has codes, and its values are one of each class in which its relations hold as well:
// where `calls < limit` and both are 30..100, `calls` is 30 and `limit` is 31.
//
// For example, `limit : 0..100` has under the cut `limit < 3` the class 1 with the values 0, 1,
// 2. The class of all other texts, `other`, has the values "", "a", "b", and more.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

struct ClassValues {
  std::vector<Literal> values;  // at least one
  bool are_all = false;         // whether the class has no others
};

// Returns at most `limit` values, which is at least 2. A class with several values gives at
// least 2 of them.
ClassValues class_values(const Model& model, const Classes& classes, ElementId leaf, unsigned code, std::size_t limit);

// The values of some leaves.
using LeafValues = std::map<ElementId, Literal>;
// Returns a value for each leaf that is set in a call, an enum's too. Each is of its class, and the
// relations in the call hold between them. A leaf that no relation concerns has the value that
// `value_of` returns. The call must be possible.
LeafValues values_of(const Model& model, const Classes& classes, const Call& call);

// The same for two calls that differ in some elements, relations with a leaf among them included: all other
// leaves have the same value in both.
std::pair<LeafValues, LeafValues> values_of_both(const Model& model, const Classes& classes, const Call& first,
                                                 const Call& second, const std::set<ElementId>& differing);
// The value of a relation whose leaves have these values: `less`, `equal` and so on, or unset.
Literal value_of_relation(const Model& model, ElementId relation, const Literal& left, const Literal& right);

}  // namespace tally
