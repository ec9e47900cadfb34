// The code of the class that a number or a text is in, as one expression.
//
// For example, with the classes 0..4, 5..30 and 31.. of the number v2:
//
//   CASE WHEN v2 <= 4 THEN 1 WHEN v2 <= 30 THEN 2 ELSE 3 END AS g2
//
// In:     classes, and places with the value of the leaf
// Out:    a name for the code; 0 is unset
// Always: a prefix that is longer counts before a shorter one
#pragma once

#include <optional>

#include "compiler/graph/classes.h"
#include "compiler/sql/levels.h"
#include "compiler/sql/row_places.h"

namespace tally::sql {

// A condition for the texts in a cut, of a leaf that is set.
Expr is_in_cut(const Writer& writer, RowPlaces& places, ElementId leaf, const Cut& cut);

// Returns nothing if the texts of the leaf cannot be divided into classes.
std::optional<Expr> class_code(const Writer& writer, Levels& levels, RowPlaces& places, const Classes& classes,
                               ElementId leaf);

}  // namespace tally::sql
