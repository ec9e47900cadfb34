// The LLVM side of a function request. It is shared by the files that generate code
// (codegen.cpp), print it, link it (jit.cpp) and write it (object.cpp), and is private to
// them: no other file includes LLVM.
//
// In:     a function request, or a module
// Out:    modules, object bytes, loaded code
// Always: no function here aborts, throws or prints if LLVM reports an error. It returns
//         an `Error`, with Cause::usage for an unknown target or processor and
//         Cause::system otherwise. Each module has a context of its own, so any number of
//         threads may generate code at the same time.
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

// The members are destroyed in the opposite order: the module goes before its context.
struct LlvmModule {
  std::unique_ptr<llvm::LLVMContext> context;
  // The first error that LLVM reported while it worked on the module.
  std::unique_ptr<std::string> error;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

// Turns an error of LLVM into an `Error` with Cause::system.
Error error_of(llvm::Error error);

// A module without content.
Result<LlvmModule> empty_module(const std::string& name, const Target& target = {});
// Fails with the fault that LLVM finds in the module, or with Cause::memory if there is not enough memory
// to compile it. LLVM ends the process when it gets no memory, so it begins only if there is enough.
Result<> verify_module(const LlvmModule& module);

// The functions of a request, unoptimised and verified.
Result<LlvmModule> generate_module(const FunctionRequest& request);
// Optimises the module as far as its size allows. Also sets the optimisation level of its
// emission.
void optimize_module(LlvmModule& module);
// The bytes of an object, or of assembly text.
using ObjectBytes = llvm::SmallVector<char, 0>;
Result<ObjectBytes> emit_module(LlvmModule& module, llvm::CodeGenFileType type);

// The code of a module in this process (jit.cpp). It is a dylib of its own in the shared
// session. Its destructor removes the dylib with everything in it.
class LoadedModule {
 public:
  LoadedModule() = default;
  ~LoadedModule();
  LoadedModule(LoadedModule&& other) noexcept;
  LoadedModule& operator=(LoadedModule&& other) noexcept;

  // The address of a symbol, or null if the symbol does not exist or was not looked up.
  void* address(const std::string& name) const;
  std::size_t code_bytes() const { return code_bytes_; }  // of machine code and constant data

 private:
  friend Result<LoadedModule> load_module(LlvmModule& module, std::span<const std::string> names);
  llvm::orc::JITDylib* dylib_ = nullptr;  // owned by the session until it is removed
  std::map<std::string, void*> addresses_;
  std::size_t code_bytes_ = 0;
};
// Emits the module, links it, and looks up these symbols.
Result<LoadedModule> load_module(LlvmModule& module, std::span<const std::string> names);

}  // namespace tally
