// Makers of terms: each simplifies by what is known of its operands' codes. A leaf that is
// never unset has no code 0, for example, so a branch for it is a don't-care.
//
// In: terms. Out: a term that means the operation on them. Always: a maker gives the
// simplest term that it knows for the meaning, which may have another operation: a `recode`
// whose table is the identity is its operand, and a `choose` with many arms is a `select`
// by a `first_match` (long_choices.h).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/gather.h"
#include "compiler/plan/term_store.h"

namespace tally {

class TermMaker {
 public:
  TermStore& store() { return store_; }
  const TermStore& store() const { return store_; }

  TermId constant(std::uint32_t code) { return store_.constant(code); }
  // 1 where table[operand's code] is 1; codes past the table's end are not in the set.
  TermId member(TermId operand, Words table);
  TermId negate(TermId condition);
  TermId both(std::vector<TermId> conditions) { return junction(TermOp::both, 0, std::move(conditions)); }
  TermId either(std::vector<TermId> conditions) { return junction(TermOp::either, 1, std::move(conditions)); }
  // Operands c1, v1, c2, v2, ..., v.
  TermId choose(const std::vector<TermId>& operands);
  // `branches`: one for each code of the index, from 0.
  TermId select(TermId index, std::vector<TermId> branches);
  TermId first_set(TermId a, TermId b);
  TermId recode(TermId operand, Words table);
  TermId at_least_one(TermId operand);

 private:
  // both, either: `absorbing` is the code that decides the whole (0, 1).
  TermId junction(TermOp op, std::uint32_t absorbing, std::vector<TermId> conditions);

  TermStore store_;
  Gatherer gatherer_;
};

}  // namespace tally
