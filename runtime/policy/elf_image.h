// A shared object of `tally build` in memory.
//
// In:     the bytes of an ELF file, and its path.
// Out:    its segments, mapped with the rights that they ask for, and the address of one symbol.
// Always: every offset is checked against the bytes. A policy needs no symbol and no relocation,
//         so the dynamic linker is not used, and a damaged file cannot crash it. Nothing depends on the
//         file afterwards. Where the system refuses code in memory that was written, the code is mapped from a
//         sealed copy in memory (memfd_create), and from the file only if the system refuses that too.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/support/failure.h"

namespace tally {

class ElfImage {
 public:
  ~ElfImage();
  ElfImage(const ElfImage&) = delete;
  ElfImage& operator=(const ElfImage&) = delete;

  const std::byte* begin() const { return memory_; }
  std::size_t size() const { return size_; }
  // The segment that may be run.
  const std::byte* code() const { return code_; }
  std::size_t code_size() const { return code_size_; }
  const void* symbol() const { return symbol_; }
  // Whether the code is mapped from the file, and changes if somebody writes over it.
  bool runs_from_file() const { return runs_from_file_; }

 private:
  friend Result<std::shared_ptr<const ElfImage>, Failure> map_elf(const std::string& path, std::string_view file,
                                                                  const char* symbol);
  ElfImage() = default;
  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
  const std::byte* code_ = nullptr;
  std::size_t code_size_ = 0;
  const void* symbol_ = nullptr;
  bool runs_from_file_ = false;
};

// The machine that an ELF file is for: "x86_64", "aarch64", or the number that ELF gives it.
std::string elf_target(std::string_view file);

// The bytes of a file from a symbol to the end of its segment. The file may be for another machine.
Result<std::string_view, Failure> bytes_of_symbol(std::string_view file, const char* symbol);

// Maps the file. Fails, with nothing mapped, unless it is a shared object for this machine that
// exports the symbol. TALLY_ERROR_POLICY means that the file is at fault; MEMORY and SYSTEM, that the
// machine refuses.
Result<std::shared_ptr<const ElfImage>, Failure> map_elf(const std::string& path, std::string_view file,
                                                         const char* symbol);

}  // namespace tally
