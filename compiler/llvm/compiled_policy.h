// A policy as code in this process, with what describes it: the last stage
// before documents come in.
//
// In: a policy and its deployment. Out: the descriptor and the functions that it
// describes. Always: the slots that the functions write are those of the
// descriptor; the functions may be called, from any thread, as long as the value
// lives (it may be moved).
#pragma once

#include <memory>
#include <variant>

#include "compiler/deploy/deployment.h"
#include "compiler/llvm/jit.h"

namespace tally {

struct CompiledPolicy {
  std::shared_ptr<const PolicyDescriptor> descriptor;
  NativeFunctions native;
  PolicyFunctions code;
};

// `standing_alone`: with what a policy has that is opened by its descriptor; then
// `native.constant()` is that.
std::variant<CompiledPolicy, CodeError> compile_policy(const Policy& policy, const Deployment& deployment,
                                                       const SourceSet& sources, bool standing_alone = false);

}  // namespace tally
