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

Result<std::string> machine_code(LlvmModule& module, llvm::CodeGenFileType type) {
  TALLY_ASSIGN_OR_RETURN(const ObjectBytes bytes, emit_module(module, type));
  return std::string(bytes.begin(), bytes.end());
}

Result<std::string> archive_of(const std::string& object, const std::string& member) {
  std::vector<llvm::NewArchiveMember> members;
  auto& one = members.emplace_back(llvm::MemoryBufferRef(object, member));
  one.MemberName = member;
  auto archive =
      llvm::writeArchiveToBuffer(members, llvm::SymtabWritingMode::NormalSymtab, llvm::object::Archive::K_GNU,
                                 /*Deterministic=*/true, /*Thin=*/false);
  if (!archive) return error_of(archive.takeError());
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

Result<std::string> build_object(const FunctionRequest& request, ObjectKind kind) {
  TALLY_ASSIGN_OR_RETURN(LlvmModule module, generate_module(request));
  if (kind == ObjectKind::shared && !module.machine->getTargetTriple().isOSBinFormatELF()) {
    return Error{Cause::usage, "shared objects are made for ELF targets only; `" +
                                   module.machine->getTargetTriple().str() + "` is none"};
  }
  optimize_module(module);
  std::string text;
  llvm::raw_string_ostream stream(text);
  switch (kind) {
    case ObjectKind::llvm: module.module->print(stream, nullptr); return text;
    case ObjectKind::bitcode: llvm::WriteBitcodeToFile(*module.module, stream); return text;
    case ObjectKind::assembly: return machine_code(module, llvm::CodeGenFileType::AssemblyFile);
    case ObjectKind::object:
    case ObjectKind::archive:
    case ObjectKind::shared: break;
  }
  TALLY_ASSIGN_OR_RETURN(std::string object, machine_code(module, llvm::CodeGenFileType::ObjectFile));
  if (kind == ObjectKind::object) return object;
  if (kind == ObjectKind::archive) return archive_of(object, "policy.o");
  TALLY_ASSIGN_OR_RETURN(std::string linked, link_shared(object));
  return sealed(std::move(linked));
}

}  // namespace tally
