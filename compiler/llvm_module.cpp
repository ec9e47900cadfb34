// Machines, empty modules, and the pipelines that modules go through.
#include "compiler/llvm_module.h"

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>

#include <mutex>

namespace tally {

namespace {

// Instructions of a module from which on little is spent on it. A function is one
// block, and in it register allocation and scheduling are superlinear. Long
// functions are mostly intersections of bit vectors, which the fast instruction
// selector does as well; the worst that was measured is 1.4 times the time of a
// call, against 20,000 instructions in 10 s instead of 0.3 s.
constexpr unsigned large_module = 4000;

std::variant<std::unique_ptr<llvm::TargetMachine>, CodeError> host_machine() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  const std::string triple = llvm::sys::getProcessTriple();
  std::string message;
  const auto* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (target == nullptr) return CodeError{"no code for this host: " + message};
  llvm::SubtargetFeatures features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) features.AddFeature(feature.first(), feature.second);
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, llvm::sys::getHostCPUName(), features.getString(), llvm::TargetOptions(), llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Less, /*JIT=*/true));
  if (machine == nullptr) return CodeError{"no code for this host: " + triple};
  return machine;
}

}  // namespace

CodeError to_code_error(llvm::Error error) { return CodeError{llvm::toString(std::move(error))}; }

std::variant<LlvmModule, CodeError> empty_module(const std::string& name) {
  LlvmModule result;
  auto machine = host_machine();
  if (auto* error = std::get_if<CodeError>(&machine)) return std::move(*error);
  result.machine = std::move(std::get<std::unique_ptr<llvm::TargetMachine>>(machine));
  result.context = std::make_unique<llvm::LLVMContext>();
  result.error = std::make_unique<std::string>();
  // Without a handler LLVM prints an error and ends the process.
  result.context->setDiagnosticHandlerCallBack(
      [](const llvm::DiagnosticInfo* info, void* error) {
        auto& text = *static_cast<std::string*>(error);
        if (info->getSeverity() != llvm::DS_Error || !text.empty()) return;
        llvm::raw_string_ostream stream(text);
        llvm::DiagnosticPrinterRawOStream printer(stream);
        info->print(printer);
      },
      result.error.get());
  result.module = std::make_unique<llvm::Module>(name, *result.context);
  result.module->setTargetTriple(result.machine->getTargetTriple().str());
  result.module->setDataLayout(result.machine->createDataLayout());
  return result;
}

std::optional<CodeError> verify_module(const LlvmModule& module) {
  std::string broken;
  llvm::raw_string_ostream stream(broken);
  if (llvm::verifyModule(*module.module, &stream)) return CodeError{"not a valid module: " + broken};
  return std::nullopt;
}

// Straight-line code without calls has no use for the most of O3. Merging equal
// values and one round of combining give code of the same speed in a third of
// the time, and less for longer code.
void optimize_module(LlvmModule& module) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(module.machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  const bool large = module.module->getInstructionCount() > large_module;
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::EarlyCSEPass());
  if (!large) {
    // One round is on purpose, so that it is no fixpoint is no defect.
    const auto once = llvm::InstCombineOptions().setMaxIterations(1).setVerifyFixpoint(false);
    passes.addPass(llvm::InstCombinePass(once));
  }
  for (auto& function : *module.module) {
    if (!function.isDeclaration()) passes.run(function, functions);
  }
  // Combining makes new selects, and forgets what they are.
  auto* unpredictable = llvm::MDBuilder(*module.context).createUnpredictable();
  for (auto& function : *module.module) {
    for (auto& instruction : llvm::instructions(function)) {
      if (llvm::isa<llvm::SelectInst>(instruction))
        instruction.setMetadata(llvm::LLVMContext::MD_unpredictable, unpredictable);
    }
  }
  module.machine->setOptLevel(large ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Less);
}

std::variant<MachineCode, CodeError> emit_module(LlvmModule& module, llvm::CodeGenFileType type) {
  MachineCode code;
  llvm::raw_svector_ostream stream(code);
  llvm::legacy::PassManager passes;
  if (module.machine->addPassesToEmitFile(passes, stream, nullptr, type)) return CodeError{"no code for this host"};
  passes.run(*module.module);
  if (!module.error->empty()) return CodeError{*module.error};
  return code;
}

}  // namespace tally
