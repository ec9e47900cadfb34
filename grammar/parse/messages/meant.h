// What a word behind a whole expression was meant to be, where it is not an operator of the language.
//
// For example, in `on when a is b AND c is d  off otherwise` the condition ends before `AND`, which then
// looks like the outcome of the next rule.
//
// In:     the tokens, and where the word stands
// Out:    what to write, or nothing
// Always: the word is not a keyword. Private to grammar/parse/.
#pragma once

#include <optional>
#include <string>

#include "grammar/parse/engine/faults.h"

namespace tally::syntax {

inline constexpr std::uint32_t max_copied = 24;  // tokens of the user's text that a help repeats

// The first token from `begin` on, outside of brackets that open there, for which `is_end` holds or where the
// text around ends. Nothing if that is too far for a help to repeat what is between.
template <class IsEnd>
std::optional<std::uint32_t> end_of(const TokenReader& tokens, std::uint32_t begin, IsEnd is_end) {
  std::size_t depth = 0;
  for (std::uint32_t i = begin; i <= begin + max_copied; ++i) {
    const Token& token = tokens[i];
    if (token.kind == Kind::end || (depth == 0 && (closes(token.kind) || is_end(i)))) return i;
    if (opens(token.kind)) ++depth;
    if (closes(token.kind)) --depth;
  }
  return std::nullopt;
}

struct Meant {
  std::uint32_t begin = 0, end = 0;  // the tokens of the mistake
  std::string message;
  std::string help;
};

// What stands at `at`, right behind an expression of the same line: `AND`, `unless`, the `s` of `30 s`. `joins` is
// how another condition is added there: `and`, behind a claim `when`.
std::optional<Meant> meant_behind(const TokenReader& tokens, std::uint32_t at, const std::string& joins = "and");

// What the rule that begins at `begin` was meant to be. `at` is the token behind its outcome, where neither `when`
// nor `otherwise` stands: `elif a  on`, `on unless a`.
std::optional<Meant> meant_by_rule(const TokenReader& tokens, std::uint32_t begin, std::uint32_t at);

// The range that is written at the number `at`: "30..60" of `30-60`, `30 to 60`, `30 .. 60` and `30...60`;
// "540..1020" of `9:00-17:00`.
std::optional<std::string> range_meant_at(const TokenReader& tokens, std::uint32_t at);

// How many tokens mark at `at` that an outcome follows its condition: `->`, `=>`, `then`, `:`; 0 if none does.
std::uint32_t length_of_arrow(const TokenReader& tokens, std::uint32_t at);

// What a cell that begins with the word at `at` was meant to be: `end "4"`.
std::optional<Meant> meant_by_cell(const TokenReader& tokens, std::uint32_t at);

// Puts what was meant in the place of a fault.
void replace(Fault& fault, const TokenReader& tokens, const Meant& meant);

}  // namespace tally::syntax
