// The bounds of a text, which every part of the parser keeps.
//
// For example, brackets that nest deeper than `max_nesting` are reported, instead of a stack that overflows.
#pragma once

#include <cstddef>

namespace tally {

inline constexpr std::size_t max_file_bytes = 4u << 20;
// Brackets in brackets, and suffixes in a row: `((a))`, `a.b.c`.
inline constexpr std::size_t max_nesting = 200;

}  // namespace tally
