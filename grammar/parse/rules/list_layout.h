// Whether a list, a quantifier or the test of a text begins, which takes more than one token to see.
//
// For example, `("911", "112")`, `("911",)` and `(5..30)` are lists; `(a or b)` is an expression.
// `some v in network:` is a quantifier; a `some` that is not followed by all of this is a name.
//
// In:     the tokens of a text
// Out:    whether a list or quantifier begins at one of them
// Always: the time is linear in the tokens up to the closing parenthesis. Private to grammar/parse/.
#pragma once

#include "grammar/parse/tokens/token_reader.h"

namespace tally::syntax::grammar {

// Whether a `(` stands at `at` with a comma between it and its `)`, or with a range alone in it. A
// comma in further brackets does not count. What is not closed before the next declaration ends there.
bool begins_list(const TokenReader& tokens, std::uint32_t at);
// Whether `some v in T:` or `every v in T:` stands at `at`.
bool begins_quantifier(const TokenReader& tokens, std::uint32_t at);
// Whether `count(v in T:` stands at `at`.
bool begins_count(const TokenReader& tokens, std::uint32_t at);
// Whether `ends "99"` or `like "NXX"` stands at `at`, behind a value or as a cell: the word, and then a text,
// the name of a list, or texts in parentheses that do not touch it. After `but not` the word may also be a value, and
// what follows it the next outcome: in `on when a in (b, c) but not ends  "x" when d` it is.
bool begins_text_test(const TokenReader& tokens, std::uint32_t at);
// Whether the list after `ends` or `like` at `at` touches the word, and is not a call at the beginning of an outcome.
bool touches_list(const TokenReader& tokens, std::uint32_t at);
// Whether `has length` stands at `at`, behind a value or as a cell. After `but not` a number, a range, a name or a
// parenthesis must follow it: in `on when a in (b, c) but not has  length when d` they are two values.
bool begins_length_test(const TokenReader& tokens, std::uint32_t at);

}  // namespace tally::syntax::grammar
