// Where the parser goes on after a fault.
//
// For example, after a fault in line 2 of
//
//   let a = (b or
//   let c = d
//
// it goes on at `let c`, since its `let` stands in column one.
//
// In:     tokens, and where the fault is
// Out:    a token at which a declaration begins, or the token `end`
// Always: behind the token `start`, so the parser comes to an end. Private to grammar/parse/ and its test.
#pragma once

#include "grammar/parse/tokens/token_reader.h"

namespace tally::syntax {

// Returns where a declaration begins again after a fault at token `fault` in what began at token
// `start`: at the start of a line in column one, or further in if no bracket is open since `start`.
std::uint32_t resume(const TokenReader& tokens, std::uint32_t start, std::uint32_t fault);

}  // namespace tally::syntax
