// When two numbers or texts that are handed on have equal values.
//
// In:     two origins, such as the leaf `limit` and the number 60, or the texts "{host}/in" and
//         "{host}/out", and the classes of their leaves.
// Out:    the combinations of classes in which the two have equal values in every document.
// Always: in every other combination some document gives them different values, and
//         `different_values` finds it, apart from combinations that are `unknown`.
//
// For example, let the cut `limit is 60` be known. Then `limit` and 60 are equal where `limit`
// is in the class 60, and different where it is not. Without this cut they are equal nowhere:
// `limit` is 60 in some documents, and in others it is not.
//
// Two texts can differ if a leaf that may vary is in one of them only: a text with another value
// inserted is another text. So only texts with the same leaves at different places need a search.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "compiler/diagrams/class_values.h"
#include "compiler/diagrams/space.h"
#include "compiler/lower/origins.h"

namespace tally {

// The value of a number or a text.
using HandedOn = std::variant<std::uint64_t, std::string>;

// Returns the value of an origin. `values` has a value for each of its leaves.
HandedOn value_of(const Origin& origin, const LeafValues& values);

// Returns an origin with the value of a leaf in place of the leaf.
Origin with_value(const Model& model, const Origin& origin, ElementId leaf, const Literal& value);

class EqualValues {
 public:
  struct Where {
    Diagram equal;    // the two are equal in every document of these calls
    Diagram unknown;  // it could not be decided either way
  };

  // All arguments must outlive it. The space has a variable for each leaf that has more than one
  // class.
  EqualValues(const Model& model, const Classes& classes, Space& space)
      : model_(model), classes_(classes), space_(space) {}

  // Compares two origins, both numbers or both texts. Both must be set in the calls in question.
  // Throws NodeLimit like its diagrams.
  Where compare(const Origin& a, const Origin& b);

 private:
  Where compare(const Pieces& a, const Pieces& b);
  Where same_leaves(const Pieces& a, const Pieces& b);
  Diagram test(ElementId leaf, unsigned code);

  const Model& model_;
  const Classes& classes_;
  Space& space_;
  std::size_t steps_ = 0;  // of the comparison that is being made
};

// The relations that decide whether origins of the first and of the second are equal: of two leaves that
// relations among `cuts` connect. With `a is b` and `b is c` known, `a` and `c` have one. With these
// cuts and their elements, `compare` knows where two leaves are equal.
std::set<CutId> relations_between(const Model& model, Graph& graph, const std::set<CutId>& cuts,
                                  const std::vector<Origin>& first, const std::vector<Origin>& second);

// Returns values of the leaves of two origins for which the two differ, or nothing if none were
// found. Each value is of the class that the leaf has in the call; a leaf that the call lacks has one
// class. The relations in the call hold, so there are values of the leaves that are compared with these, too.
std::optional<LeafValues> different_values(const Model& model, const Classes& classes, const Call& call,
                                           const Origin& a, const Origin& b);

// Returns the cut that contains exactly the values of a leaf for which the two origins are equal:
// for `limit` and 60 the cut `limit is 60`. Returns nothing if no such cut exists, for example
// for two leaves, or if no value makes them equal.
std::optional<std::pair<ElementId, Cut>> equality_cut(const Model& model, const Origin& a, const Origin& b);

}  // namespace tally
