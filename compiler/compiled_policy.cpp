#include "compiler/compiled_policy.h"

#include <utility>

namespace tally {

std::variant<CompiledPolicy, CodeError> compile_policy(const Policy& policy, const Deployment& deployment,
                                                       const SourceSet& sources) {
  auto descriptor = std::make_shared<const PolicyDescriptor>(describe(policy, deployment, sources));
  auto native = compile_native(code_request(policy, deployment, descriptor->name));
  if (auto* error = std::get_if<CodeError>(&native)) return std::move(*error);
  NativeCode& code = std::get<NativeCode>(native);
  const PolicyCode functions{code.function(decide_function), code.function(reasons_function)};
  return CompiledPolicy{std::move(descriptor), std::move(code), functions};
}

}  // namespace tally
