// A policy as code in this process, with what describes it: the last stage
// before documents come in.
//
// In: a policy and its deployment. Out: the descriptor and the functions that it
// describes. Always: the slots that the functions write are those of the
// descriptor; the functions may be called, from any thread, as long as the value
// lives (it may be moved).
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "compiler/deploy/deployment.h"
#include "compiler/llvm/jit.h"

namespace tally {

struct CompiledPolicy {
  std::shared_ptr<const PolicyDescriptor> descriptor;
  NativeFunctions native;
  PolicyFunctions code;
};

// What is compiled: the functions that decide; or these and the constant that describes
// them (`native.constant()`), by which the runtime opens a policy.
enum class Contents : std::uint8_t { functions, functions_and_descriptor };

// Fails with Cause::system if LLVM refuses.
Result<CompiledPolicy> compile_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources,
                                      Contents contents = Contents::functions);

}  // namespace tally
