// The plan of a module's code: the decision graph over input bytes instead of elements.
// It already uses what a compiler back end cannot know, such as the codes that never
// occur.
//
// The main concern of the plan is the map. A `select` by an index among cells at equal
// byte distances becomes one load with a computed address. So does a select among equal
// operations on such cells ("the setting of the device or of the user, of the cell for
// this network").
//
// For example, `account[direction, network].enabled` with its four cells at the bytes 0..3,
// `direction` at byte 8 and `network` at byte 9, both with the codes 1..2:
//
//   t0 = load 8
//   t1 = load 9
//   t2 = load -3 + 2 * t0 + 1 * t1        cell (1, 1) is byte 0, cell (2, 2) is byte 3
//
// A long list of rules becomes bit vectors, one row per code of an input. The rows are
// intersected, which tests 64 rules per instruction (Lakshman and Stiliadis, "High-Speed
// Policy-based Packet Forwarding Using Efficient Multi-dimensional Range Matching",
// 1998); see `Match` for an example.
//
// In:     a function request
// Out:    terms, one per distinct value, operands before their users, and for each
//         function the terms of its outputs
// Always: the code of a term is in [low, codes); every table covers [0, codes of its
//         operand). A term has the meaning of its graph node for all inputs that keep to
//         the layout.
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

// The operations of terms. Each comment has the operands and the resulting code.
enum class TermOp : std::uint8_t {
  constant,      // the code `value`
  load,          // the byte at `value` (signed) + the sum of (the code of operand i) * table[i] (signed)
  load_wide,     // the two bytes there, as one number of the machine
  member,        // 1 if table[the code of operand 0] is 1
  negate,        // 1 - operand 0
  both,          // 1 if all operands are 1
  either,        // 1 if at least one operand is 1
  choose,        // c1, v1, ..., v: the v after the first c that is 1, else the last
  select,        // index, then one v per code of the index; those below its `low` are never used
  first_set,     // a, b: a if it is not 0, else b
  recode,        // table[the code of operand 0]
  at_least_one,  // operand 0, or 1 if it is 0
  first_match,   // the number of the first arm that matches, from 0, or `value`, the number of arms: see `Match`
};

// A term with the codes [low, codes). Operands and table are in the plan.
struct Term {
  TermOp op = TermOp::constant;
  std::uint32_t low = 0, codes = 1;
  std::uint32_t value = 0;
  std::uint32_t first_operand = 0, operand_count = 0;
  std::uint32_t first_entry = 0, entry_count = 0;
};

// The parts of a first_match. Arm i matches if bit i is set in the row of every tested
// term's code, and its own condition (if it has one) is 1. A row is `row_words` words of
// 32 bits, an even number. Bits past the last arm are set.
//
// For example, with arm 0 `source is onnet` and arm 1 `source is offnet and enabled is on`:
//
//   row of source    code 1: ...11101    code 2: ...11110
//   row of enabled   codes 0, 1: ...11101    code 2: ...11111
//
// Here arm 0 is the lowest bit, and bit 2 is past the last arm. For source 2 and enabled 2
// the intersection is ...11110, so arm 1 matches.
struct Match {
  std::uint32_t row_words = 0;
  std::span<const TermId> tested;
  std::vector<std::span<const std::uint32_t>> rows;  // for each tested term one row per code, from 0
  std::span<const TermId> conditions;
  std::span<const std::uint32_t> arms;  // the arm of each condition, ascending
};

// The terms of a module, in order, and the outputs of its functions. It does not change
// once it is made.
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
  // The output terms of each function, in the order of the request.
  const std::vector<std::vector<TermId>>& outputs() const { return outputs_; }
  // The terms that the roots need, in order, each once.
  std::vector<TermId> reachable(std::span<const TermId> roots) const;

 private:
  friend class TermStore;  // makes it
  std::vector<Term> terms_;
  std::vector<TermId> operands_;
  std::vector<std::uint32_t> entries_;
  std::vector<std::vector<TermId>> outputs_;
};

// Makes the plan of a request. Fails with Cause::usage if the request contradicts itself:
// a leaf has no byte, the classes do not know a cut, or a node is not in the graph. Fails
// with Cause::bound if an output has more codes than 16 bits hold.
Result<Plan> make_plan(const FunctionRequest& request);

}  // namespace tally
