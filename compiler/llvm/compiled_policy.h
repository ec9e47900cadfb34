// A compiled policy: code in this process and the descriptor of the code. It is the last
// stage before documents.
//
// In:     a policy and its deployment
// Out:    the descriptor, and the functions that it describes
// Always: the functions write the slots of the descriptor. Any thread may call them while
//         the value lives. The value may be moved.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "compiler/deploy/deployment.h"
#include "compiler/llvm/jit.h"

namespace tally {

// The descriptor, the memory of the functions, and the functions themselves.
struct CompiledPolicy {
  std::shared_ptr<const PolicyDescriptor> descriptor;
  NativeFunctions native;
  PolicyFunctions code;
};

// The content to compile: the functions that decide, or these and the constant that
// describes them. The runtime opens a policy by this constant, `native.constant()`.
enum class Contents : std::uint8_t { functions, functions_and_descriptor };

// Compiles a policy. Fails with Cause::system if LLVM refuses.
Result<CompiledPolicy> compile_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources,
                                      Contents contents = Contents::functions);

}  // namespace tally
