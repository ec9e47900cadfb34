// The rows of a part that calls may fall into of which only some codes are known.
//
// In:     a part of a diff, and for each element of its space the codes that a call may have, and its value where that
//         is known.
// Out:    the rows that a call with such codes may fall into; and the elements of which more must be known, if these
// are
//         several.
// Always: the row of each possible call with such codes is among them. If it is one alone, all these calls are in it.
//
// For example, a row "when limit is below 20" has some of the calls whose limit is one of 0..29, but all of those whose
// limit is one of 0..19.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "compiler/diagrams/class_values.h"
#include "simulator/diff/diff.h"

namespace tally {

// What is known of a call.
struct PartlyKnownCall {
  std::map<ElementId, std::set<Code>> codes;  // of each element of the space
  LeafValues values;                          // of the leaves whose value is known
};

class RowPlaces {
 public:
  static constexpr std::size_t no_row = SIZE_MAX;  // the policies decide alike, or the call was not asked about

  // The part, and the diff that it is of, must outlive it. Throws NodeLimit.
  RowPlaces(const Model& joint, const DiffPart& part);

  // The elements of the part's space.
  const std::vector<ElementId>& elements() const;
  const Classes& classes() const;
  // The leaves that are handed on in some row.
  std::set<ElementId> leaves() const;

  struct Places {
    std::set<std::size_t> rows;    // from 0, and `no_row`; none if no call has such codes
    std::set<ElementId> divided;   // if there are several rows: the elements whose codes lead to different ones
    std::set<ElementId> unvalued;  // likewise: the leaves whose values may be equal to others
    bool are_several() const { return rows.size() > 1; }
  };
  Places places(const PartlyKnownCall& call) const;

  // Whether an alternative of a row holds in such calls: in all, in some, or in none.
  enum class Holds : std::uint8_t { never, sometimes, always };
  Holds holds(std::size_t row, std::size_t alternative, const PartlyKnownCall& call) const;

 private:
  // Whether the two outcomes of a row, which are handed on, have different values in such calls.
  Holds differ(const Origin& a, const Origin& b, const PartlyKnownCall& call, std::set<ElementId>& unknown) const;
  void collect(Diagram from, const std::vector<std::vector<Code>>& codes, std::set<std::uint32_t>& terminals,
               std::set<VariableId>* dividing) const;

  const Model& joint_;
  const DiffPart& part_;
  Diagram rows_;  // as in DiffSpace, and `impossible_` for what no document brings about
  std::uint32_t impossible_;
};

}  // namespace tally
