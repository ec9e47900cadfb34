// A code request as bytes of a file.
//
// In: a code request, for this machine or another. Out: an object, an archive with
// it, a shared object, bitcode, or text. Always: the same request gives the same
// bytes: no time, no path, nothing of the machine that it is made on but what
// `Target` asks for. An object needs no symbol outside itself.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "compiler/llvm/codegen.h"

namespace tally {

enum class ObjectKind : std::uint8_t { object, archive, shared, llvm, bitcode, assembly };

Result<std::string> build_object(const FunctionRequest& request, ObjectKind kind);

// What code for an empty triple is for: "x86_64-pc-linux-gnu".
std::string host_triple();

// An object as a shared object that exports its symbols and needs no other (ELF
// targets only), without the seal. The linker works on files: it is given a
// directory of its own below the system's for temporary files. One at a time.
Result<std::string> link_shared(const std::string& object);

}  // namespace tally
