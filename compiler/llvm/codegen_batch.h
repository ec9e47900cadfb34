// The batch function of a decision: the same plan, a row at a time over columns.
// Private to code generation.
//
// In: the plan, one of its functions, and which of its outputs are wanted. Out:
// `void f(const uint8_t *const *columns, uint16_t *rules, uint16_t *values,
// uint64_t rows)` in the module. Always: a row gives what the single function
// gives for the row's codes; columns that the outputs do not need are not
// touched, nor their pointers read.
#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/code_plan.h"

namespace tally {

struct BatchTerms {
  std::string name;
  TermId rule;
  std::optional<TermId> value;  // none: values are 0
  // What the loop calls for a row where it cannot be written without calls: the
  // single function, and how many slots it fills, the rule in slot 0, the value in 1.
  std::string single;
  std::uint32_t slots = 0;
  std::uint32_t code_count = 0;
};

// A function attribute: loops that the vectoriser is to look at.
inline constexpr const char* batch_attribute = "tally-batch";

void emit_batch(llvm::Module& module, const Plan& plan, const BatchTerms& batch);

}  // namespace tally
