// Target machines, empty modules, and the pipelines for modules.
#include "compiler/llvm/llvm_module.h"

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/LCSSA.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>

#include <mutex>

#include "base/own_stack.h"
#include "compiler/llvm/codegen_batch.h"

namespace tally {

namespace {

// What LLVM needs at most: to begin with, and for each instruction and each byte of constants. Measured:
// 2 MiB and 2 kB in small modules, 0.5 kB in one of 74,000 instructions.
constexpr std::size_t base_memory = std::size_t{12} << 20, instruction_memory = 2'000, constant_memory = 6;

Result<> need_memory(std::size_t bytes) {
  if (has_memory(bytes)) return {};
  return Error{Cause::memory, "there is not enough memory to compile the rules",
               "compiling them takes up to " + std::to_string(bytes >> 20) + " MiB"};
}

Result<std::unique_ptr<llvm::TargetMachine>> machine_of(const Target& wanted) {
  static std::once_flag host, all;
  std::call_once(host, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  const std::string host_triple = llvm::sys::getProcessTriple();
  const std::string triple = wanted.triple.empty() ? host_triple : llvm::Triple::normalize(wanted.triple);
  if (triple != host_triple) {
    std::call_once(all, [] {
      llvm::InitializeAllTargetInfos();
      llvm::InitializeAllTargets();
      llvm::InitializeAllTargetMCs();
      llvm::InitializeAllAsmPrinters();
    });
  }
  const bool native = wanted.cpu == "native";
  if (native && llvm::Triple(triple).getArch() != llvm::Triple(host_triple).getArch()) {
    return Error{Cause::usage, "`native` is not a processor of `" + wanted.triple + "`"};
  }
  std::string message;
  const auto* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (target == nullptr) return Error{Cause::usage, "no code for the target `" + triple + "`"};
  llvm::SubtargetFeatures features;
  std::string cpu = wanted.cpu;
  if (native) {
    cpu = llvm::sys::getHostCPUName().str();
    for (const auto& feature : llvm::sys::getHostCPUFeatures()) features.AddFeature(feature.first(), feature.second);
  } else if (!cpu.empty()) {
    // LLVM itself only prints a warning on standard error.
    const std::unique_ptr<llvm::MCSubtargetInfo> known(target->createMCSubtargetInfo(triple, "", ""));
    if (known == nullptr || !known->isCPUStringValid(cpu)) {
      return Error{Cause::usage, "no processor `" + cpu + "` is known of `" + triple + "`"};
    }
  }
  // Code for this process need not suit other linkers.
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, cpu, features.getString(), llvm::TargetOptions(), llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Less, /*JIT=*/wanted.triple.empty() && native));
  if (machine == nullptr) return Error{Cause::usage, "no code for the target `" + triple + "`"};
  return machine;
}

}  // namespace

Error error_of(llvm::Error error) { return {Cause::system, llvm::toString(std::move(error))}; }

Result<LlvmModule> empty_module(const std::string& name, const Target& target) {
  TALLY_RETURN_IF_ERROR(need_memory(base_memory));
  LlvmModule result;
  TALLY_ASSIGN_OR_RETURN(result.machine, machine_of(target));
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

Result<> verify_module(const LlvmModule& module) {
  std::string broken;
  llvm::raw_string_ostream stream(broken);
  if (llvm::verifyModule(*module.module, &stream)) return Error{Cause::system, "not a valid module: " + broken};
  std::size_t constants = 0;
  for (const auto& variable : module.module->globals())
    constants += module.module->getDataLayout().getTypeAllocSize(variable.getValueType());
  return need_memory(base_memory + module.module->getInstructionCount() * instruction_memory +
                     constants * constant_memory);
}

namespace {

// Takes AVX-512 from the functions of one call, which have no vectors. With it, two thirds of the time of a long
// function go into one pass of LLVM, which looks for bits that would better be in mask registers.
void without_wide_vectors(LlvmModule& module) {
  if (!module.machine->getTargetTriple().isX86()) return;
  std::string features = module.machine->getTargetFeatureString().str();
  features += features.empty() ? "-avx512f" : ",-avx512f";
  for (auto& function : *module.module) {
    if (!function.isDeclaration() && !function.hasFnAttribute(batch_attribute))
      function.addFnAttr("target-features", features);
  }
}

}  // namespace

// Most of O3 does nothing for straight-line code without calls. Merging equal values and
// one round of combining give code of the same speed in a third of the time, or less for
// longer code.
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
  llvm::FunctionPassManager passes, loops_passes;
  // One round is on purpose. That it is not a fixpoint is not a fault.
  const auto once = llvm::InstCombineOptions().setMaxIterations(1).setVerifyFixpoint(false);
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::InstCombinePass(once));
  loops_passes.addPass(llvm::EarlyCSEPass());
  loops_passes.addPass(llvm::InstCombinePass());
  loops_passes.addPass(llvm::LoopSimplifyPass());
  loops_passes.addPass(llvm::LCSSAPass());
  loops_passes.addPass(llvm::LoopVectorizePass());
  loops_passes.addPass(llvm::InstCombinePass(once));
  loops_passes.addPass(llvm::EarlyCSEPass());
  loops_passes.addPass(llvm::SimplifyCFGPass());
  for (auto& function : *module.module) {
    if (function.isDeclaration()) continue;
    (function.hasFnAttribute(batch_attribute) ? loops_passes : passes).run(function, functions);
  }
  without_wide_vectors(module);
  // Combining makes new selects without this metadata.
  auto* unpredictable = llvm::MDBuilder(*module.context).createUnpredictable();
  for (auto& function : *module.module) {
    if (function.hasFnAttribute(batch_attribute)) continue;
    for (auto& instruction : llvm::instructions(function)) {
      if (llvm::isa<llvm::SelectInst>(instruction))
        instruction.setMetadata(llvm::LLVMContext::MD_unpredictable, unpredictable);
    }
  }
}

Result<ObjectBytes> emit_module(LlvmModule& module, llvm::CodeGenFileType type) {
  ObjectBytes code;
  llvm::raw_svector_ostream stream(code);
  llvm::legacy::PassManager passes;
  if (module.machine->addPassesToEmitFile(passes, stream, nullptr, type))
    return Error{Cause::usage, "no such code for this target"};
  passes.run(*module.module);
  if (!module.error->empty()) return Error{Cause::system, *module.error};
  return code;
}

}  // namespace tally
