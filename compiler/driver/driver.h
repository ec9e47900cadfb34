// The driver: from a rule file to functions in this process, and to a file for another.
//
//   rule file  --load, analyze, lower-->  policy        front_end.h
//   policy     --check, deploy------->    deployment    check_and_deploy
//   deployment --generate, link------>    functions     compile_for_running
//                                    `->  bytes         compile_to_file
//
// In:     the path of a rule file, and a function that reads files.
// Out:    functions or bytes; or the diagnostics of all stages, and an error.
// Always: rules that fail a check, a proof or an example are never deployed.
//
// For example, the rules of "recording.tally" as functions in this process:
//
//   const Compiled compiled = compile_for_running(compile("recording.tally", read_file));
//   if (!compiled.functions) return complain(compiled.functions.error());
//   compiled.functions->code.decide(codes, slots);
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "compiler/llvm/object/object.h"

namespace tally {

// Checks a policy and prepares it for documents. `outputs` has the indices of the output
// decisions to keep, which the caller has checked; if it is empty, all are kept. Fails
// with Cause::rules, with Cause::file if the rule file cannot be read, or with Cause::usage
// if it has no decision. The diagnostics of `compilation` are sorted afterwards.
Result<Deployment> check_and_deploy(Compilation& compilation, const std::vector<std::size_t>& outputs = {});

// A rule file as functions in this process. `compilation` is kept for explanations.
struct Compiled {
  Compilation compilation;
  Result<CompiledPolicy> functions;
};
Compiled compile_for_running(Compilation compilation, Contents contents = Contents::functions);

// The content of a file that `tally build` writes.
enum class FileKind : std::uint8_t { shared, object, archive, llvm, bitcode, assembly, header };

// The kind of file, the prefix of its names, its target, and whether a shared object has the fingerprint of what it
// decides. That takes some times as long as all else, if the diagrams are large.
struct FileOptions {
  FileKind kind = FileKind::shared;
  std::string prefix;  // of names in C, and a valid C name itself: "tally"
  Target target;
  bool has_fingerprint = true;
};

// The type of `build_object` of object.h, which links in a large linker. It is passed as
// an argument, so that only programs that build files contain the linker.
using BuildObject = std::function<Result<std::string>(const FunctionRequest& request, ObjectKind kind)>;

// Returns a deployed policy as the bytes of a file. The same policy and options give the
// same bytes.
Result<std::string> compile_to_file(const Compilation& compilation, const Deployment& deployment,
                                    const FileOptions& options, const BuildObject& build_object);

}  // namespace tally
