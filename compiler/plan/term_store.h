// The terms of a plan while it is being made. Equal terms are one term: two calls with
// the same arguments return the same id.
//
// In:     an operation, the range of its codes, its operands and its table
// Out:    the term, which is an existing one if an equal one exists
// Always: operands come before their users
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/plan/code_plan.h"

namespace tally {

using Words = std::vector<std::uint32_t>;
struct WordsHash {
  std::size_t operator()(const Words& words) const;
};

// The terms of one plan. An id stays valid.
class TermStore {
 public:
  // Returns a term with the code range [low, codes).
  TermId make(TermOp op, std::uint32_t low, std::uint32_t codes, std::uint32_t value, std::span<const TermId> operands,
              std::span<const std::uint32_t> table);
  TermId constant(std::uint32_t code) { return make(TermOp::constant, code, code + 1, code, {}, {}); }

  const Term& at(TermId id) const { return plan_.at(id); }
  // Views. They are valid until the next term is made.
  std::span<const TermId> operands(TermId id) const { return plan_.operands(id); }
  std::span<const std::uint32_t> table(TermId id) const { return plan_.table(id); }
  // Copies, which stay valid.
  std::vector<TermId> operands_of(TermId id) const;
  Words table_of(TermId id) const;
  // The code of a constant, or nothing for another term.
  std::optional<std::uint32_t> value_of(TermId id) const;
  // The smallest range [low, codes) that contains the codes of all these terms.
  std::pair<std::uint32_t, std::uint32_t> range_of(std::span<const TermId> values) const;

  // Returns the plan with these outputs, one list per function. No term can be made
  // afterwards.
  Plan finish(std::vector<std::vector<TermId>> outputs) &&;

 private:
  Plan plan_;
  std::unordered_map<Words, TermId, WordsHash> index_;
};

}  // namespace tally
