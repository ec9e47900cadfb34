#include "compiler/llvm/object/object.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>

#include <cstring>
#include <utility>
#include <vector>

#include "compiler/llvm/llvm_module.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally {
namespace {

std::variant<std::string, CodeError> machine_code(LlvmModule& module, llvm::CodeGenFileType type) {
  auto code = emit_module(module, type);
  if (auto* error = std::get_if<CodeError>(&code)) return std::move(*error);
  const auto& bytes = std::get<ObjectBytes>(code);
  return std::string(bytes.begin(), bytes.end());
}

std::variant<std::string, CodeError> archive_of(const std::string& object, const std::string& member) {
  std::vector<llvm::NewArchiveMember> members;
  auto& one = members.emplace_back(llvm::MemoryBufferRef(object, member));
  one.MemberName = member;
  auto archive =
      llvm::writeArchiveToBuffer(members, llvm::SymtabWritingMode::NormalSymtab, llvm::object::Archive::K_GNU,
                                 /*Deterministic=*/true, /*Thin=*/false);
  if (!archive) return to_code_error(archive.takeError());
  return (*archive)->getBuffer().str();
}

std::string sealed(std::string file) {
  FileSeal seal{};
  std::memcpy(seal.magic, seal_magic, sizeof seal_magic);
  seal.hash = hash_of(file);
  seal.size = file.size();
  file.append(reinterpret_cast<const char*>(&seal), sizeof seal);
  return file;
}

}  // namespace

std::string host_triple() { return llvm::sys::getProcessTriple(); }

std::variant<std::string, CodeError> build_object(const FunctionRequest& request, ObjectKind kind) {
  auto generated = generate_module(request);
  if (auto* error = std::get_if<CodeError>(&generated)) return std::move(*error);
  auto& module = std::get<LlvmModule>(generated);
  if (kind == ObjectKind::shared && !module.machine->getTargetTriple().isOSBinFormatELF()) {
    return CodeError{"shared objects are made for ELF targets only; `" + module.machine->getTargetTriple().str() +
                     "` is none"};
  }
  optimize_module(module);
  std::string text;
  llvm::raw_string_ostream stream(text);
  switch (kind) {
    case ObjectKind::llvm: module.module->print(stream, nullptr); return text;
    case ObjectKind::bitcode: llvm::WriteBitcodeToFile(*module.module, stream); return text;
    case ObjectKind::assembly: return machine_code(module, llvm::CodeGenFileType::AssemblyFile);
    default: break;
  }
  auto object = machine_code(module, llvm::CodeGenFileType::ObjectFile);
  auto* bytes = std::get_if<std::string>(&object);
  if (bytes == nullptr || kind == ObjectKind::object) return object;
  if (kind == ObjectKind::archive) return archive_of(*bytes, "policy.o");
  auto linked = link_shared(*bytes);
  if (auto* file = std::get_if<std::string>(&linked)) return sealed(std::move(*file));
  return linked;
}

}  // namespace tally
