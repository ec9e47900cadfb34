// A function request as the bytes of a file.
//
// In:     a function request, for this machine or another
// Out:    an object, an archive with the object, a shared object, bitcode, or text
// Always: the same request gives the same bytes. They contain no time, no path and
//         nothing of the building machine, apart from what `Target` asks for. An object
//         needs no symbol outside itself.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "compiler/llvm/codegen.h"

namespace tally {

// The kind of file; `llvm` is textual IR.
enum class ObjectKind : std::uint8_t { object, archive, shared, llvm, bitcode, assembly };

// Builds a file of this kind. Fails with Cause::usage for an unknown target or processor,
// and for a shared object of a target that is not ELF.
Result<std::string> build_object(const FunctionRequest& request, ObjectKind kind);

// The target of an empty triple: "x86_64-pc-linux-gnu".
std::string host_triple();

// Returns an object as a shared object, without the seal (ELF targets only). It exports
// the object's symbols and needs no other library. The linker works on files, so it gets
// a directory of its own below the system's directory for temporary files. One call runs
// at a time.
Result<std::string> link_shared(const std::string& object);

}  // namespace tally
