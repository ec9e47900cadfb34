// The terms of a plan while it is made: equal terms are one term.
//
// In: an operation, the range of its codes, its operands and its table. Out: the term, an
// existing one if there is an equal one. Always: operands stand before their users.
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

class TermStore {
 public:
  // A term whose code is in [low, codes).
  TermId make(TermOp op, std::uint32_t low, std::uint32_t codes, std::uint32_t value, std::span<const TermId> operands,
              std::span<const std::uint32_t> table);
  TermId constant(std::uint32_t code) { return make(TermOp::constant, code, code + 1, code, {}, {}); }

  const Term& at(TermId id) const { return plan_.at(id); }
  // Views: they end when the next term is made.
  std::span<const TermId> operands(TermId id) const { return plan_.operands(id); }
  std::span<const std::uint32_t> table(TermId id) const { return plan_.table(id); }
  // Copies.
  std::vector<TermId> operands_of(TermId id) const;
  Words table_of(TermId id) const;
  // The code of a constant.
  std::optional<std::uint32_t> value_of(TermId id) const;
  // The smallest [low, codes) that holds the codes of all of these.
  std::pair<std::uint32_t, std::uint32_t> range_of(std::span<const TermId> values) const;

  // The plan of these outputs, by function. Nothing can be made afterwards.
  Plan finish(std::vector<std::vector<TermId>> outputs) &&;

 private:
  Plan plan_;
  std::unordered_map<Words, TermId, WordsHash> index_;
};

}  // namespace tally
