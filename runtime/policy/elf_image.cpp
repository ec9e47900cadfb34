#include "runtime/policy/elf_image.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace tally {
namespace {

constexpr std::uint64_t max_memory = std::uint64_t{1} << 30;

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#else
constexpr std::uint16_t this_machine = EM_NONE;
#endif

template <class Part>
std::optional<Part> part_at(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Part)) return std::nullopt;
  Part part;
  std::memcpy(&part, bytes.data() + offset, sizeof part);
  return part;
}

std::string_view range(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

Failure bad_image(std::string why) { return {TALLY_ERROR_POLICY, std::move(why)}; }

struct Symbol {
  std::uint64_t address = 0, size = 0;
};

// Finds a symbol by the sections, which even a stripped shared object has for its dynamic
// symbols.
Result<Symbol, Failure> find_symbol(std::string_view file, const Elf64_Ehdr& header, const char* wanted) {
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = part_at<Elf64_Shdr>(file, header.e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) return bad_image("its section table ends early");
    if (section->sh_type == SHT_RELA || section->sh_type == SHT_REL) {
      if (section->sh_size > 0 && (section->sh_flags & SHF_ALLOC) != 0) return bad_image("it needs relocations");
    }
    if (section->sh_type != SHT_DYNSYM) continue;
    const auto names = part_at<Elf64_Shdr>(file, header.e_shoff + std::uint64_t{section->sh_link} * sizeof(Elf64_Shdr));
    if (!names) return bad_image("its symbol table has no names");
    const std::string_view texts = range(file, names->sh_offset, names->sh_size);
    const std::string_view symbols = range(file, section->sh_offset, section->sh_size);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols.size(); at += sizeof(Elf64_Sym)) {
      const auto symbol = *part_at<Elf64_Sym>(symbols, at);
      if (symbol.st_name >= texts.size()) continue;
      const std::string_view name = texts.substr(symbol.st_name);
      if (name.substr(0, name.find('\0')) != wanted || symbol.st_shndx == SHN_UNDEF) continue;
      return Symbol{symbol.st_value, symbol.st_size};
    }
  }
  return bad_image("it exports no `" + std::string(wanted) + "`");
}

// The header of a shared object, for this machine or for any that has its byte order.
enum class Machine : bool { any, this_one };
Result<Elf64_Ehdr, Failure> read_header(std::string_view file, Machine machine) {
  const auto header = part_at<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return bad_image("it is not an ELF file");
  const int order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
  const bool is_foreign = header->e_machine != this_machine || this_machine == EM_NONE;
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != order ||
      (is_foreign && machine == Machine::this_one)) {
    return bad_image("it is for another machine");
  }
  if (header->e_type != ET_DYN || header->e_phentsize != sizeof(Elf64_Phdr) ||
      header->e_shentsize != sizeof(Elf64_Shdr)) {
    return bad_image("it is not a shared object");
  }
  return *header;
}

// The segments to be mapped, in the order of their addresses; at least one.
Result<std::vector<Elf64_Phdr>, Failure> read_segments(std::string_view file, const Elf64_Ehdr& header,
                                                       std::uint64_t page) {
  std::vector<Elf64_Phdr> segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = part_at<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return bad_image("its segment table ends early");
    if (segment->p_type != PT_LOAD) continue;
    if (segment->p_filesz > segment->p_memsz ||
        range(file, segment->p_offset, segment->p_filesz).size() != segment->p_filesz ||
        segment->p_vaddr > max_memory || segment->p_memsz > max_memory) {
      return bad_image("a segment lies outside the file");
    }
    if ((segment->p_flags & PF_X) != 0 && (segment->p_flags & PF_W) != 0)
      return bad_image("a segment can be both written and run");
    // Two segments must not share a page of this machine: each has rights of its own.
    if (!segments.empty() && segment->p_vaddr / page * page < segments.back().p_vaddr + segments.back().p_memsz)
      return bad_image("its segments share a page");
    segments.push_back(*segment);
  }
  if (segments.empty() || segments.back().p_vaddr + segments.back().p_memsz == 0)
    return bad_image("it has no segments");
  return segments;
}

Failure no_memory_for_it() { return {TALLY_ERROR_MEMORY, "there is no memory for it"}; }

// Returns a file in memory with these bytes that nobody can change, or -1.
int sealed_copy(std::string_view bytes) {
  const int fd = ::memfd_create("tally", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -1;
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  if (have == bytes.size() && ::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
    return fd;
  ::close(fd);
  return -1;
}

bool map_code_from(int fd, std::byte* to, std::uint64_t size, std::uint64_t offset) {
  return mmap(to, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, static_cast<off_t>(offset)) != MAP_FAILED;
}

// Maps the pages of code from a copy. Returns whether the system allows that.
bool map_code_from_copy(std::string_view file, std::byte* to, std::uint64_t size, std::uint64_t offset) {
  const int fd = sealed_copy(file);
  if (fd < 0) return false;
  const bool mapped = map_code_from(fd, to, size, offset);
  ::close(fd);
  return mapped;
}

// Maps the pages of code from the file, which must still have the bytes that were checked.
Result<Done, Failure> map_code(const std::string& path, std::string_view file, std::byte* to, std::uint64_t size,
                               std::uint64_t offset) {
  const Failure refused(TALLY_ERROR_SYSTEM,
                        "the system refuses memory for code, also from the file: it may lie on a file system that is "
                        "mounted `noexec`");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return refused;
  const std::string_view wanted = range(file, offset, std::min<std::uint64_t>(size, file.size() - offset));
  std::string found(wanted.size(), '\0');
  std::size_t have = 0;
  while (have < found.size()) {
    const ssize_t n = ::pread(fd, found.data() + have, found.size() - have, static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  const bool same = have == found.size() && found == wanted;
  const bool mapped = same && map_code_from(fd, to, size, offset);
  const int why = errno;
  ::close(fd);
  if (!same) return Failure(TALLY_ERROR_FILE, "it changes while it is read");
  if (!mapped) return why == ENOMEM ? no_memory_for_it() : refused;
  return {};
}

// Gives the pages of a segment the rights that it asks for. A system that refuses code in memory that was
// written (systemd's MemoryDenyWriteExecute, SELinux's execmem) gets it from a copy, or from the file: then
// `from_file` is set.
Result<Done, Failure> protect(const std::string& path, std::string_view file, std::byte* memory, std::uint64_t size,
                              const Elf64_Phdr& segment, std::uint64_t page, bool& from_file) {
  const std::uint64_t from = segment.p_vaddr / page * page;
  const std::uint64_t to = std::min((segment.p_vaddr + segment.p_memsz + page - 1) / page * page, size);
  int rights = PROT_READ;
  if ((segment.p_flags & PF_W) != 0) rights |= PROT_WRITE;
  if ((segment.p_flags & PF_X) != 0) {
    rights |= PROT_EXEC;
    __builtin___clear_cache(reinterpret_cast<char*>(memory + from), reinterpret_cast<char*>(memory + to));
  }
  if (mprotect(memory + from, to - from, rights) == 0) return {};
  if (errno != EACCES && errno != EPERM) return no_memory_for_it();
  const std::uint64_t before = segment.p_vaddr - from;
  if ((segment.p_flags & PF_X) == 0 || segment.p_filesz != segment.p_memsz || segment.p_offset < before ||
      (segment.p_offset - before) % page != 0) {
    return Failure(TALLY_ERROR_SYSTEM, "the system refuses memory for code");
  }
  if (map_code_from_copy(file, memory + from, to - from, segment.p_offset - before)) return {};
  from_file = true;
  return map_code(path, file, memory + from, to - from, segment.p_offset - before);
}

}  // namespace

std::string elf_target(std::string_view file) {
  const auto header = part_at<Elf64_Ehdr>(file, 0);
  if (!header) return "none";
  switch (header->e_machine) {
    case EM_X86_64: return "x86_64";
    case EM_AARCH64: return "aarch64";
    default: return "machine-" + std::to_string(header->e_machine);
  }
}

Result<std::string_view, Failure> bytes_of_symbol(std::string_view file, const char* wanted) {
  TALLY_ASSIGN_OR_RETURN(const Elf64_Ehdr header, read_header(file, Machine::any));
  TALLY_ASSIGN_OR_RETURN(const Symbol symbol, find_symbol(file, header, wanted));
  TALLY_ASSIGN_OR_RETURN(const std::vector<Elf64_Phdr> segments, read_segments(file, header, 1));
  for (const Elf64_Phdr& segment : segments) {
    if (symbol.address < segment.p_vaddr || symbol.address - segment.p_vaddr >= segment.p_filesz) continue;
    return range(file, segment.p_offset, segment.p_filesz).substr(symbol.address - segment.p_vaddr);
  }
  return bad_image("its descriptor lies outside its segments");
}

ElfImage::~ElfImage() {
  if (memory_ != nullptr) munmap(memory_, size_);
}

Result<std::shared_ptr<const ElfImage>, Failure> map_elf(const std::string& path, std::string_view file,
                                                         const char* wanted) {
  TALLY_ASSIGN_OR_RETURN(const Elf64_Ehdr header, read_header(file, Machine::this_one));
  TALLY_ASSIGN_OR_RETURN(const Symbol symbol, find_symbol(file, header, wanted));
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  TALLY_ASSIGN_OR_RETURN(const std::vector<Elf64_Phdr> segments, read_segments(file, header, page));
  const std::uint64_t end = segments.back().p_vaddr + segments.back().p_memsz;
  if (symbol.address > end || symbol.size > end - symbol.address)
    return bad_image("its descriptor lies outside its segments");

  // Not make_shared: the constructor is private.
  std::shared_ptr<ElfImage> image(new ElfImage);
  const std::uint64_t size = (end + page - 1) / page * page;
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return no_memory_for_it();
  image->memory_ = static_cast<std::byte*>(memory);
  image->size_ = size;
  for (const Elf64_Phdr& segment : segments) {
    std::memcpy(image->memory_ + segment.p_vaddr, file.data() + segment.p_offset, segment.p_filesz);
  }
  for (const Elf64_Phdr& segment : segments) {
    if ((segment.p_flags & PF_X) != 0) {
      if (image->code_ != nullptr) return bad_image("it has two segments that are run");
      image->code_ = image->memory_ + segment.p_vaddr;
      image->code_size_ = segment.p_memsz;
    }
    TALLY_RETURN_IF_ERROR(protect(path, file, image->memory_, size, segment, page, image->runs_from_file_));
  }
  if (image->code_ == nullptr) return bad_image("it has no code");
  image->symbol_ = image->memory_ + symbol.address;
  return std::shared_ptr<const ElfImage>(std::move(image));
}

}  // namespace tally
