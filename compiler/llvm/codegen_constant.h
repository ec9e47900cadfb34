// The descriptor as a constant of a module. Private to code generation.
#pragma once

#include <llvm/IR/Module.h>

#include "compiler/llvm/codegen.h"

namespace tally {

// Adds the descriptor to the module. The functions that it names must be in the module.
void emit_descriptor(llvm::Module& module, const DescriptorSpec& descriptor);

}  // namespace tally
