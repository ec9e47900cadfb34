#include "compiler/llvm/compiled_policy.h"

#include <utility>

namespace tally {

Result<CompiledPolicy> compile_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources,
                                      Contents contents) {
  auto descriptor = std::make_shared<const PolicyDescriptor>(describe_policy(policy, deployment, sources));
  const Symbols symbols(policy);
  FunctionRequest request = function_request(policy, deployment, symbols, descriptor->name);
  if (contents == Contents::functions_and_descriptor)
    add_descriptor(request, deployment, symbols, *descriptor, sources);
  TALLY_ASSIGN_OR_RETURN(NativeFunctions code, compile_native(request));
  PolicyFunctions functions{code.function(symbols.decide), code.function(symbols.reasons), {}, {}};
  return CompiledPolicy{std::move(descriptor), std::move(code), std::move(functions)};
}

}  // namespace tally
