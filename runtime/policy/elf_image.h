// A shared object of `tally build` in memory.
//
// In: the bytes of an ELF file. Out: its segments, mapped and protected as they
// ask for, and the address of one symbol. Always: every offset is checked against
// the bytes. The dynamic linker is not asked: a policy needs no symbol and no
// relocation, so there is nothing to link, and a damaged file cannot crash it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace tally {

class ElfImage {
 public:
  ~ElfImage();
  ElfImage(const ElfImage&) = delete;
  ElfImage& operator=(const ElfImage&) = delete;

  const std::byte* begin() const { return memory_; }
  std::size_t size() const { return size_; }
  // The segments that may be run; they are one run of pages.
  const std::byte* code() const { return code_; }
  std::size_t code_size() const { return code_size_; }
  const void* symbol() const { return symbol_; }

 private:
  friend std::variant<std::shared_ptr<const ElfImage>, std::string> map_elf(std::string_view file, const char* symbol);
  ElfImage() = default;
  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
  const std::byte* code_ = nullptr;
  std::size_t code_size_ = 0;
  const void* symbol_ = nullptr;
};

// Nothing mapped, and why, where the file is not an object of this machine that
// exports the symbol.
std::variant<std::shared_ptr<const ElfImage>, std::string> map_elf(std::string_view file, const char* symbol);

}  // namespace tally
