// The plan of a module's code: the decision graph over input bytes instead of
// elements, with what a compiler back end cannot know already used.
//
// In: a code request. Out: terms, one a distinct value, operands before their
// users, and for each function the terms of its outputs. Always: a term's code
// is in [low, codes); every table covers [0, codes of its operand); a term
// means what its graph node means for all inputs that keep to the layout.
//
// The plan's main concern is the map: a `select` by an index among cells whose
// bytes stand equally far apart becomes one load with a computed address, and
// so does a select among equal operations on such cells ("the device's or the
// user's setting, of the cell for this network"). Long lists of rules become
// bit vectors, one row for each code of an input, which are intersected: 64
// rules an instruction (Lakshman and Stiliadis, "High-Speed Policy-based Packet
// Forwarding Using Efficient Multi-dimensional Range Matching", 1998).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "compiler/plan/function_request.h"

namespace tally {

using TermId = Id<struct TermTag>;

enum class TermOp : std::uint8_t {
  constant,      // the code `value`
  load,          // the byte at `value` (signed) + the sum of operand i's code * table[i] (signed)
  member,        // 1 where table[operand 0's code] is 1
  negate,        // 1 - operand 0
  both,          // 1 where all operands are 1
  either,        // 1 where one operand is 1
  choose,        // c1, v1, ..., v: the v behind the first c that is 1, else the last
  select,        // index, then a v for each of the index's codes; those below its `low` mean nothing
  first_set,     // a, b: a where it is not 0, else b
  recode,        // table[operand 0's code]
  at_least_one,  // operand 0, but 1 where it is 0
  first_match,   // the number of the first arm that matches, from 0, or `value`, the number of arms: see `Match`
};

struct Term {
  TermOp op = TermOp::constant;
  std::uint32_t low = 0, codes = 1;
  std::uint32_t value = 0;
  std::uint32_t first_operand = 0, operand_count = 0;
  std::uint32_t first_entry = 0, entry_count = 0;
};

// A first_match, taken apart. Arm i matches where bit i is set in the row of
// every tested term's code, and its own condition, if it has one, is 1. A row
// is `row_words` words of 32 bits, an even number; bits past the last arm are set.
struct Match {
  std::uint32_t row_words = 0;
  std::span<const TermId> tested;
  std::vector<std::span<const std::uint32_t>> rows;  // for each tested term those of its codes, from 0
  std::span<const TermId> conditions;
  std::span<const std::uint32_t> arms;  // whose conditions they are, ascending
};

class Plan {
 public:
  std::size_t size() const { return terms_.size(); }
  const Term& at(TermId id) const { return terms_[id.value]; }
  std::span<const TermId> operands(TermId id) const {
    return {operands_.data() + at(id).first_operand, at(id).operand_count};
  }
  std::span<const std::uint32_t> table(TermId id) const {
    return {entries_.data() + at(id).first_entry, at(id).entry_count};
  }
  Match match(TermId id) const;
  // The outputs of each function, in the order of the request.
  const std::vector<std::vector<TermId>>& outputs() const { return outputs_; }
  // The terms that these need, in order, each once.
  std::vector<TermId> reachable(std::span<const TermId> roots) const;

 private:
  friend class TermStore;  // which makes it
  std::vector<Term> terms_;
  std::vector<TermId> operands_;
  std::vector<std::uint32_t> entries_;
  std::vector<std::vector<TermId>> outputs_;
};

// Fails with Cause::usage if the request contradicts itself (a leaf without a byte, a cut
// that the classes do not know, a node that is not in the graph), and with Cause::bound if
// an output has more codes than its 16 bits hold.
Result<Plan> make_plan(const FunctionRequest& request);

}  // namespace tally
