#include "compiler/llvm/compiled_policy.h"

#include <utility>

namespace tally {

std::variant<CompiledPolicy, CodeError> compile_policy(const Policy& policy, const Deployment& deployment,
                                                       const SourceSet& sources, bool standing_alone) {
  auto descriptor = std::make_shared<const PolicyDescriptor>(describe(policy, deployment, sources));
  const Symbols symbols(policy);
  FunctionRequest request = function_request(policy, deployment, symbols, descriptor->name);
  if (standing_alone) add_descriptor(request, deployment, symbols, *descriptor, sources);
  auto native = compile_native(request);
  if (auto* error = std::get_if<CodeError>(&native)) return std::move(*error);
  NativeFunctions& code = std::get<NativeFunctions>(native);
  PolicyFunctions functions{code.function(symbols.decide), code.function(symbols.reasons), {}, {}};
  return CompiledPolicy{std::move(descriptor), std::move(code), std::move(functions)};
}

}  // namespace tally
