// Long choices: find the first of many conditions that holds by bit vectors, instead of
// testing one after the other. code_plan.h has the source and an example.
//
// In:     the operands of an `either` or a `choose`
// Out:    an equal term with a `first_match`, or nothing. There is none if the choice is
//         short, its rows would be too large, or testing one literal after the other
//         costs no more.
// Always: the new term has the same code in every call.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "compiler/plan/term_store.h"

namespace tally {

class TermMaker;

// The term is 1 if at least one of the conditions holds. There must be two or more.
std::optional<TermId> either_by_rows(TermMaker& maker, std::span<const TermId> conditions);
// `operands`: c1, v1, c2, v2, ..., v, as in a `choose`.
std::optional<TermId> choose_by_rows(TermMaker& maker, const std::vector<TermId>& operands);

}  // namespace tally
