// Whether parentheses hold a list or an expression, which takes more than one token to see.
//
// For example, `("911", "112")`, `("911",)` and `(5..30)` are lists; `(a or b)` is an expression.
//
// In:     the tokens of a text
// Out:    whether a list begins at one of them
// Always: the time is linear in the tokens up to the closing parenthesis. Private to grammar/parse/.
#pragma once

#include "grammar/parse/tokens/token_reader.h"

namespace tally::syntax::grammar {

// Whether a `(` stands at `at` with a comma between it and its `)`, or with a range alone in it. A
// comma in further brackets does not count. What is not closed before the next declaration ends there.
bool begins_list(const TokenReader& tokens, std::uint32_t at);

}  // namespace tally::syntax::grammar
