// Makers of terms. Each simplifies by the codes that its operands can have: a leaf that
// is never unset has no code 0, for example, so any branch for code 0 will do.
//
//   recode(t, {0, 1, 2})                  for t in 0..2 is t
//   negate(negate(c))                     is c
//   choose(c1, v1, c2, v2, ..., v)        with many arms is a select by a first_match
//
// In:     terms
// Out:    a term with the meaning of the operation on them
// Always: a maker returns the simplest term that it knows for the meaning. It may have
//         another operation: a `recode` with an identity table is its operand, and a
//         `choose` with many arms is a `select` by a `first_match` (long_choices.h).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/gather.h"
#include "compiler/plan/term_store.h"

namespace tally {

// Makes the terms of one plan. Operands must be terms of its store.
class TermMaker {
 public:
  TermStore& store() { return store_; }
  const TermStore& store() const { return store_; }

  TermId constant(std::uint32_t code) { return store_.constant(code); }
  // 1 if table[the operand's code] is 1. A code past the end of the table is not in the
  // set.
  TermId member(TermId operand, Words table);
  // The operations of TermOp, with the operands that they have there.
  TermId negate(TermId condition);
  TermId both(std::vector<TermId> conditions) { return junction(TermOp::both, 0, std::move(conditions)); }
  TermId either(std::vector<TermId> conditions) { return junction(TermOp::either, 1, std::move(conditions)); }
  // `operands`: c1, v1, c2, v2, ..., v.
  TermId choose(const std::vector<TermId>& operands);
  // `branches`: one for each code of the index, from 0.
  TermId select(TermId index, std::vector<TermId> branches);
  TermId first_set(TermId a, TermId b);
  TermId recode(TermId operand, Words table);
  TermId at_least_one(TermId operand);

 private:
  // Makes a `both` or an `either`. `absorbing` is the code that decides the result: 0 or
  // 1.
  TermId junction(TermOp op, std::uint32_t absorbing, std::vector<TermId> conditions);

  TermStore store_;
  Gatherer gatherer_;
};

}  // namespace tally
