// Rows that have not as many cells as the header.
//
// For example, in a table with a row per line, the second of
//
//   | source | enabled |
//   | onnet  | on      | on
//   | offnet | off
//
// is a row with one cell.
//
// In:     the form of a table, as counted (ParseState::table)
// Out:    the fault of a row, with the span of the row
// Always: the time is linear in the tokens of the table. Private to grammar/parse/.
#pragma once

#include <optional>

#include "grammar/parse/engine/faults.h"

namespace tally::syntax::grammar {

// The fault of the first row, up to token `end`, that has not as many cells as the header. Nothing if
// the table is not laid out with a row per line.
std::optional<Fault> first_miscounted_line(const ParseState& state, std::uint32_t end);
// Whether no line begins within a row while a row begins within a line.
bool counting_fits_lines(const ParseState& state, std::uint32_t end);
Fault miscounted(Span row, std::size_t found, std::size_t wanted);

}  // namespace tally::syntax::grammar
