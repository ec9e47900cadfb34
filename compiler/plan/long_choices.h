// Long choices: which of many conditions holds first, by bit vectors instead of one test
// after the other (code_plan.h names the source).
//
// In: the operands of an `either` or a `choose`. Out: an equal term by a `first_match`, or
// nothing if the choice is short, its rows would be too large, or testing one literal after
// the other costs no more.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "compiler/plan/term_store.h"

namespace tally {

class TermMaker;

// Two or more conditions, of which one holds.
std::optional<TermId> either_by_rows(TermMaker& maker, std::span<const TermId> conditions);
// Operands c1, v1, c2, v2, ..., v.
std::optional<TermId> choose_by_rows(TermMaker& maker, const std::vector<TermId>& operands);

}  // namespace tally
