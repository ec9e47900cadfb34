// Each `NativeFunctions` is a dylib of its own in the shared session. It is linked from
// an object in memory, and removed with everything in it.
#include "compiler/llvm/jit.h"

#include <sys/mman.h>
#include <unistd.h>

#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/ExecutorProcessControl.h>
#include <llvm/ExecutionEngine/Orc/Mangling.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/section.h"
#include "compiler/llvm/llvm_module.h"

namespace tally {

namespace {

// The LLVM session of the process. It lives until the process ends, so that code in
// objects of static lifetime is never freed after the session.
//
// LLJIT is not used: its platform support compiles a module of its own into every dylib,
// and its compile layer would hide the times. These two members do the rest.
struct Session {
  std::unique_ptr<llvm::orc::ExecutionSession> session;
  // Its memory manager maps pages for each module and unmaps them with the module.
  std::unique_ptr<llvm::orc::ObjectLinkingLayer> layer;
  std::string error;  // why there is no session
  std::atomic<std::uint64_t> next{0};

  Session() {
    auto control = llvm::orc::SelfExecutorProcessControl::Create();
    if (!control) {
      error = llvm::toString(control.takeError());
      return;
    }
    session = std::make_unique<llvm::orc::ExecutionSession>(std::move(*control));
    // An error reaches the caller through the lookup that fails, so it is not printed.
    session->setErrorReporter([](llvm::Error ignored) { llvm::consumeError(std::move(ignored)); });
    layer = std::make_unique<llvm::orc::ObjectLinkingLayer>(*session);
  }
};

Session& shared_session() {
  static Session& session = *new Session;
  return session;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The bytes of the sections that are loaded.
llvm::Expected<std::size_t> loaded_bytes(llvm::MemoryBufferRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(object);
  if (!file) return file.takeError();
  std::size_t bytes = 0;
  for (const auto& section : (*file)->sections()) {
    if (section.isText() || section.isData()) bytes += section.getSize();
  }
  return bytes;
}

// Tries what the session does with the memory of a module. LLVM's own error names all its symbols, but no
// cause.
Result<> try_code_memory() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return Error{Cause::memory, "no memory for code"};
  const bool runs = mprotect(memory, page, PROT_READ | PROT_EXEC) == 0;
  const bool forbidden = !runs && (errno == EACCES || errno == EPERM);
  munmap(memory, page);
  if (runs) return {};
  if (!forbidden) return Error{Cause::memory, "no memory for code"};
  return Error{Cause::system, "the system refuses executable memory, so rules cannot be compiled in this process",
               "`tally build` makes a `.so` of them elsewhere, which the library opens without such memory"};
}

}  // namespace

// --- any module ----------------------------------------------------------------------

LoadedModule::~LoadedModule() {
  if (dylib_ == nullptr) return;
  const Section section;  // of the session's lock
  auto& session = *shared_session().session;
  // Removing a dylib first removes its resources: code, data, symbols.
  if (auto error = session.removeJITDylib(*dylib_)) session.reportError(std::move(error));
  session.getSymbolStringPool()->clearDeadEntries();
}
LoadedModule::LoadedModule(LoadedModule&& other) noexcept
    : dylib_(std::exchange(other.dylib_, nullptr)),
      addresses_(std::move(other.addresses_)),
      code_bytes_(other.code_bytes_) {}
LoadedModule& LoadedModule::operator=(LoadedModule&& other) noexcept {
  std::swap(dylib_, other.dylib_);
  std::swap(addresses_, other.addresses_);
  std::swap(code_bytes_, other.code_bytes_);
  return *this;
}

void* LoadedModule::address(const std::string& name) const {
  const auto at = addresses_.find(name);
  return at == addresses_.end() ? nullptr : at->second;
}

Result<LoadedModule> load_module(LlvmModule& module, std::span<const std::string> names) {
  TALLY_RETURN_IF_ERROR(try_code_memory());
  LoadedModule loaded;
  TALLY_ASSIGN_OR_RETURN(ObjectBytes emitted, emit_module(module, llvm::CodeGenFileType::ObjectFile));
  auto object =
      std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(emitted), module.module->getModuleIdentifier(),
                                                      /*RequiresNullTerminator=*/false);
  auto bytes = loaded_bytes(object->getMemBufferRef());
  if (!bytes) return error_of(bytes.takeError());
  loaded.code_bytes_ = *bytes;

  auto& shared = shared_session();
  if (shared.session == nullptr) return Error{Cause::system, shared.error};
  // Each dylib has a new name, since a session refuses two dylibs with one name.
  loaded.dylib_ = &shared.session->createBareJITDylib("tally." + std::to_string(shared.next++));
  if (auto error = shared.layer->add(*loaded.dylib_, std::move(object))) return error_of(std::move(error));
  llvm::orc::MangleAndInterner mangle(*shared.session, module.module->getDataLayout());
  for (const std::string& name : names) {
    auto symbol = shared.session->lookup({loaded.dylib_}, mangle(name));
    if (!symbol) return error_of(symbol.takeError());
    loaded.addresses_[name] = symbol->getAddress().toPtr<void*>();
  }
  return loaded;
}

// --- decision functions --------------------------------------------------------------

struct NativeFunctions::Impl {
  LoadedModule loaded;
  const void* constant = nullptr;
  CompileTimes times;
};

NativeFunctions::NativeFunctions(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NativeFunctions::~NativeFunctions() = default;
NativeFunctions::NativeFunctions(NativeFunctions&&) noexcept = default;
NativeFunctions& NativeFunctions::operator=(NativeFunctions&&) noexcept = default;

DecideFunction NativeFunctions::function(const std::string& name) const {
  return reinterpret_cast<DecideFunction>(impl_->loaded.address(name));
}
const void* NativeFunctions::constant() const { return impl_->constant; }
const CompileTimes& NativeFunctions::times() const { return impl_->times; }
std::size_t NativeFunctions::code_bytes() const { return impl_->loaded.code_bytes(); }

Result<NativeFunctions> compile_native(const FunctionRequest& request) {
  auto impl = std::make_unique<NativeFunctions::Impl>();
  auto start = std::chrono::steady_clock::now();
  TALLY_ASSIGN_OR_RETURN(LlvmModule module, generate_module(request));
  impl->times.generate = seconds_since(start);

  start = std::chrono::steady_clock::now();
  optimize_module(module);
  impl->times.optimize = seconds_since(start);

  start = std::chrono::steady_clock::now();
  std::vector<std::string> names;
  for (const auto& function : request.functions) names.push_back(function.name);
  if (request.descriptor) names.push_back(request.descriptor->symbol);
  TALLY_ASSIGN_OR_RETURN(impl->loaded, load_module(module, names));
  if (request.descriptor) impl->constant = impl->loaded.address(request.descriptor->symbol);
  impl->times.emit = seconds_since(start);
  return NativeFunctions(std::move(impl));
}

}  // namespace tally
