// Links with LLVM's linker, used as a library.
#include <lld/Common/Driver.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/llvm/object/object.h"

LLD_HAS_DRIVER(elf)

namespace tally {
namespace {

// A directory. Its destructor removes the directory with everything in it.
struct Folder {
  llvm::SmallString<128> path;
  bool made = false;
  ~Folder() {
    if (made) llvm::sys::fs::remove_directories(path);
  }
};

Error why(const std::string& what, std::error_code error) { return {Cause::file, what + ": " + error.message()}; }

}  // namespace

Result<std::string> link_shared(const std::string& object) {
  static std::mutex one_at_a_time;  // the linker has global state
  static bool usable = true;
  const std::lock_guard lock(one_at_a_time);
  if (!usable) return Error{Cause::system, "the linker failed before, and cannot be used again"};
  Folder folder;
  if (auto error = llvm::sys::fs::createUniqueDirectory("tally", folder.path))
    return why("no directory for the linker", error);
  folder.made = true;
  const std::string input = (folder.path + "/policy.o").str(), output = (folder.path + "/policy.so").str();
  std::error_code error;
  {
    llvm::raw_fd_ostream file(input, error);
    if (error) return why("cannot write for the linker", error);
    file << object;
    file.close();
    if (file.has_error()) {
      error = file.error();
      file.clear_error();
      return why("cannot write for the linker", error);
    }
  }
  // Only the exported symbols remain, and no trace of time and place.
  const std::vector<const char*> arguments = {
      "ld.lld",          "-shared",          "-nostdlib", "--no-undefined", "-Bsymbolic", "--strip-all",
      "--build-id=none", "--hash-style=gnu", "-z",        "noexecstack",    "-z",         "norelro",
      "--threads=1",     input.c_str(),      "-o",        output.c_str()};
  std::string said;
  llvm::raw_string_ostream stream(said);
  const auto result = lld::lldMain(arguments, llvm::nulls(), stream, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  if (result.retCode != 0) return Error{Cause::system, "the linker fails: " + said};
  auto file = llvm::MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) return why("cannot read what the linker made", file.getError());
  return (*file)->getBuffer().str();
}

}  // namespace tally
