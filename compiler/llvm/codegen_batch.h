// The batch function of a decision: the plan of the single function, row by row over
// columns. Private to code generation.
//
//   void f(const uint8_t *const *columns, uint16_t *rules, uint16_t *values, uint64_t rows);
//
// For example, with `source` at offset 0, columns[0] = {2, 1} and two rows, the rules
// `on when source is offnet`, `off otherwise` give rules = {1, 2} and values = {2, 1}.
//
// In:     the plan, one of its functions, and which of its outputs are needed
// Out:    the function in the module
// Always: a row gives the result of the single function for the row's codes. A column
//         that the outputs do not need is not touched, and its pointer is not read.
#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/code_plan.h"

namespace tally {

// The terms and functions that a batch function needs.
struct BatchTerms {
  std::string name;
  TermId rule;
  std::optional<TermId> value;  // nothing: all values are 0
  // The function that the loop calls for each row, if the loop cannot be written without
  // calls: the single function, and the number of slots that it fills. The rule is in
  // slot 0, the value in slot 1.
  std::string single;
  std::uint32_t slots = 0;
  std::uint32_t code_count = 0;
};

// A function attribute. It marks the loops that the vectoriser processes.
inline constexpr const char* batch_attribute = "tally-batch";

// Adds the batch function to the module. The single function must be in the module.
void emit_batch(llvm::Module& module, const Plan& plan, const BatchTerms& batch);

}  // namespace tally
