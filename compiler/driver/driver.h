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
//   const Compiled compiled = compile_for_running("recording.tally", read_file);
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

// Checks a policy and prepares it for running on documents. `outputs` are the output
// decisions to keep (indices, checked beforehand); all of them if it is empty.
// Fails with Cause::rules, or Cause::file if the rule file cannot be read; the diagnostics
// are those of `compilation`, sorted.
Result<Deployment> check_and_deploy(Compilation& compilation, const std::vector<std::size_t>& outputs = {});

// A rule file as functions in this process. `compilation` stays, for explanations.
struct Compiled {
  Compilation compilation;
  Result<CompiledPolicy> functions;
};
Compiled compile_for_running(const std::string& path, const ReadFile& read, Contents contents = Contents::functions);

// What a file that `tally build` writes contains.
enum class FileKind : std::uint8_t { shared, object, archive, llvm, bitcode, assembly, header };

struct FileOptions {
  FileKind kind = FileKind::shared;
  std::string prefix;  // of names in C, a valid name itself: "tally"
  Target target;
};

// `build_object` of object.h, which contains a large linker. It is passed in so that only
// programs that build files link it.
using BuildObject = std::function<Result<std::string>(const FunctionRequest& request, ObjectKind kind)>;

// A deployed policy as the bytes of a file. The same policy and options give the same bytes.
Result<std::string> compile_to_file(const Compilation& compilation, const Deployment& deployment,
                                    const FileOptions& options, const BuildObject& build_object);

}  // namespace tally
