// Sets of texts as cells: of prefixes that lie in each other, or by any tests.
//
// In:     the classes of a text, and the codes of the set. The set has a text, and lacks one.
// Out:    a cell that means exactly these texts: `starts "+1" but not starts "+1415"`.
// Always: a prefix loses only the longer ones that are not in the set. Each test is one that the rules have.
#pragma once

#include <vector>

#include "compiler/graph/classes.h"
#include "simulator/conditions/cell_parts.h"

namespace tally::cells {

// By prefixes and whole texts: the pieces of `Classes::text_pieces`.
Cell text_cell(const std::vector<TextPiece>& pieces, const CodeSet& codes, UnsetIs unset);
// By the tests of an automaton, where the rules have others too: `ends "9"`, `has length 4`.
Cell tested_text_cell(const TextClasses& texts, const std::vector<ValueClass>& classes, const CodeSet& codes,
                      UnsetIs unset);

}  // namespace tally::cells
