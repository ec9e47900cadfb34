#include "compiler/driver/driver.h"

#include <optional>
#include <utility>

#include "compiler/checks/checks.h"
#include "compiler/deploy/c_header.h"
#include "compiler/fingerprint/fingerprint.h"
#include "grammar/source/render.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally {
namespace {

// The error of a policy that was not deployed. `tally check` shows its diagnostics.
Error refused(const Compilation& c) {
  return {is_unreadable(c) ? Cause::file : Cause::rules, c.path + ": " + summary(c.diagnostics),
          "`tally check " + c.path + "` shows the same; rules with an error decide nothing"};
}

ObjectKind object_kind(FileKind kind) {
  switch (kind) {
    case FileKind::shared: return ObjectKind::shared;
    case FileKind::archive: return ObjectKind::archive;
    case FileKind::llvm: return ObjectKind::llvm;
    case FileKind::bitcode: return ObjectKind::bitcode;
    case FileKind::assembly: return ObjectKind::assembly;
    case FileKind::object:
    case FileKind::header: break;  // a header is made without an object
  }
  return ObjectKind::object;
}

}  // namespace

Result<Deployment> check_and_deploy(Compilation& c, const std::vector<std::size_t>& outputs) {
  std::optional<Deployment> deployment;
  if (c.policy) {
    check(c);
    if (!c.diagnostics.has_errors()) {
      if (!outputs.empty()) keep_outputs(*c.policy, outputs);
      deployment = deploy(*c.policy, c.diagnostics);
    }
  }
  c.diagnostics.sort();
  if (!deployment) return refused(c);
  // A file of types and lets is for others to use. It has no fault, but there is nothing to run.
  if (deployment->outputs.empty()) {
    return Error{Cause::usage, "`" + c.path + "` has no decision, so it decides nothing",
                 "write `decision NAME : TYPE { ... }` in it, or name a file that has one"};
  }
  return std::move(*deployment);
}

Compiled compile_for_running(Compilation c, Contents contents) {
  Result<Deployment> deployment = check_and_deploy(c);
  if (!deployment) return {std::move(c), std::move(deployment).error()};
  Result<CompiledPolicy> functions = compile_policy(*c.policy, *deployment, c.sources, contents);
  return {std::move(c), std::move(functions)};
}

Result<std::string> compile_to_file(const Compilation& c, const Deployment& deployment, const FileOptions& options,
                                    const BuildObject& build_object) {
  const Policy& policy = *c.policy;
  const PolicyDescriptor descriptor = without_folder(describe_policy(policy, deployment, c.sources));
  Symbols symbols(policy, options.prefix);
  if (options.kind == FileKind::header) return c_header(descriptor, symbols, options.prefix);
  // A shared object is found by one symbol, whatever its functions are called.
  if (options.kind == FileKind::shared) symbols.policy = policy_symbol;
  FunctionRequest request = function_request(policy, deployment, symbols, descriptor.name);
  request.target = options.target;
  add_descriptor(request, deployment, symbols, descriptor, c.sources);
  // What is linked into a program is neither signed nor reloaded.
  if (options.kind == FileKind::shared && options.has_fingerprint) {
    if (const auto whole = fingerprint(policy).all()) request.descriptor->fingerprint = whole->bytes;
  }
  return build_object(request, object_kind(options.kind));
}

}  // namespace tally
