// The descriptor as a constant of a module. Private to code generation.
//
// In:     the tables of the descriptor, and a module with the functions that it names.
// Out:    one exported constant in the module, in the format of runtime/descriptor/descriptor_format.h.
// Always: it needs no relocation: a function is a distance from the constant.
#pragma once

#include <llvm/IR/Module.h>

#include "compiler/llvm/codegen.h"

namespace tally {

// Adds the descriptor to the module. The functions that it names must be in the module.
void emit_descriptor(llvm::Module& module, const DescriptorSpec& descriptor);

}  // namespace tally
