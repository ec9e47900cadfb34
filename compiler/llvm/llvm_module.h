// The LLVM side of a code request, shared by what generates code (codegen.cpp),
// prints it, links it (jit.cpp) and writes it (object.cpp). Private to them: no
// other file includes LLVM.
//
// Always: no function here aborts, throws or prints on an error of LLVM; it comes back as
// an `Error`, with Cause::usage for an unknown target or processor and Cause::system for
// the rest. Each module has a context of its own, so any number of threads may generate at
// the same time.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "compiler/llvm/codegen.h"

namespace llvm::orc {
class JITDylib;
}

namespace tally {

// The members are destroyed in the opposite order: the module before its context.
struct LlvmModule {
  std::unique_ptr<llvm::LLVMContext> context;
  // What LLVM reports while it works on the module, first error only.
  std::unique_ptr<std::string> error;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

Error error_of(llvm::Error error);

// Nothing in it.
Result<LlvmModule> empty_module(const std::string& name, const Target& target = {});
// Fails with what LLVM finds wrong with the module.
Result<> verify_module(const LlvmModule& module);

// A request's functions, unoptimised and verified.
Result<LlvmModule> generate_module(const FunctionRequest& request);
// As far as its size allows; also sets the level of its emission.
void optimize_module(LlvmModule& module);
using ObjectBytes = llvm::SmallVector<char, 0>;
Result<ObjectBytes> emit_module(LlvmModule& module, llvm::CodeGenFileType type);

// A module's code in this process (jit.cpp): a dylib of its own in the shared
// session, removed with everything in it.
class LoadedModule {
 public:
  LoadedModule() = default;
  ~LoadedModule();
  LoadedModule(LoadedModule&& other) noexcept;
  LoadedModule& operator=(LoadedModule&& other) noexcept;

  // Null where it has no such symbol, or none that was asked for.
  void* address(const std::string& name) const;
  std::size_t code_bytes() const { return code_bytes_; }  // machine code and constant data

 private:
  friend Result<LoadedModule> load_module(LlvmModule& module, std::span<const std::string> names);
  llvm::orc::JITDylib* dylib_ = nullptr;  // owned by the session, until it is removed
  std::map<std::string, void*> addresses_;
  std::size_t code_bytes_ = 0;
};
// Emits the module and links it; looks these symbols up.
Result<LoadedModule> load_module(LlvmModule& module, std::span<const std::string> names);

}  // namespace tally
