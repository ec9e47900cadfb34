#include "runtime/policy/policy_loader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "runtime/descriptor/descriptor_format.h"
#include "runtime/policy/elf_image.h"

namespace tally {
namespace {

struct Descriptor {
  int fd;
  explicit Descriptor(const std::string& path) {
    do fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (fd < 0 && errno == EINTR);
  }
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

bool same_moment(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

Failure cannot_read(const std::string& path, const std::string& why) {
  return {TALLY_ERROR_FILE, "cannot read `" + path + "`: " + why};
}

Failure damaged(const std::string& path, const std::string& why) {
  return {TALLY_ERROR_POLICY, "`" + path + "` is not a policy: " + why};
}

}  // namespace

Result<std::string, Failure> read_whole(const std::string& path, std::size_t bound) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Descriptor file(path);
    if (file.fd < 0) return cannot_read(path, errno == ENOENT ? "no such file" : std::strerror(errno));
    struct stat before {
    }, after{};
    if (::fstat(file.fd, &before) != 0) return cannot_read(path, std::strerror(errno));
    if (S_ISDIR(before.st_mode)) return cannot_read(path, "is a directory");
    if (!S_ISREG(before.st_mode)) return cannot_read(path, "is not a regular file");
    if (static_cast<std::uint64_t>(before.st_size) > bound)
      return cannot_read(path, "is larger than " + std::to_string(bound) + " bytes");
    std::string bytes(static_cast<std::size_t>(before.st_size), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
      const ssize_t n = ::read(file.fd, bytes.data() + have, bytes.size() - have);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return cannot_read(path, std::strerror(errno));
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    if (::fstat(file.fd, &after) == 0 && same_moment(before, after) && have == bytes.size()) return bytes;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // in full, whatever signals arrive
  }
  return cannot_read(path, "it changes while it is read");
}

FileState state_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return {};
  return {s.st_dev,         s.st_ino,          static_cast<std::uint64_t>(s.st_size),
          s.st_mtim.tv_sec, s.st_mtim.tv_nsec, s.st_ctim.tv_sec,
          s.st_ctim.tv_nsec};
}

Result<LoadedPolicy, Failure> load_constant(const void* constant) {
  auto contents = read_policy(constant, nullptr);
  if (!contents) return Failure(TALLY_ERROR_POLICY, "no policy: " + contents.error().message);
  return LoadedPolicy{nullptr, *std::move(contents), {}, {}};
}

Result<LoadedPolicy, Failure> load_image(const std::string& path, std::string_view bytes) {
  FileSeal seal{};
  if (bytes.size() < sizeof seal) return damaged(path, "it ends early");
  std::memcpy(&seal, bytes.data() + bytes.size() - sizeof seal, sizeof seal);
  bytes.remove_suffix(sizeof seal);
  if (std::memcmp(seal.magic, seal_magic, sizeof seal_magic) != 0) {
    return damaged(path, "it has no seal at its end; it is incomplete, or was not made by `tally build`");
  }
  if (seal.size != bytes.size() || seal.hash != hash_of(bytes)) return damaged(path, "it is damaged");
  auto mapped = map_elf(path, bytes, policy_symbol);
  if (!mapped) {
    const Failure& why = mapped.error();
    if (why.status == TALLY_ERROR_POLICY) return damaged(path, why.message);
    return Failure(why.status, "cannot load `" + path + "`: " + why.message);
  }
  const ElfImage& image = **mapped;
  const PolicyBounds bounds{image.begin(), image.size(), image.code(), image.code_size()};
  auto contents = read_policy(image.symbol(), &bounds);
  if (!contents) return damaged(path, contents.error().message);
  return LoadedPolicy{*std::move(mapped), *std::move(contents), {}, {}};
}

namespace {

Result<LoadedPolicy, Failure> load_by_kind(const std::string& path) {
  const FileState state = state_of(path);
  const auto bytes = read_whole(path, max_policy_bytes);
  if (!bytes) return bytes.error();
  if (bytes->starts_with("\x7f"
                         "ELF")) {
    TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_image(path, *bytes));
    policy.files = {{path, state}};
    return policy;
  }
  // Text: rules. Anything else is a file that was to be a policy.
  if (bytes->find('\0') != std::string::npos) return damaged(path, "it is neither a shared object nor a rule file");
  if (const RuleCompiler* compiler = rule_compiler()) return compiler->compile_file(path);
  return Failure(
      TALLY_ERROR_UNSUPPORTED,
      "`" + path + "` is a rule file, and libtally-runtime has no compiler; `tally build` makes it a policy");
}

}  // namespace

Result<LoadedPolicy, Failure> load_policy(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_by_kind(path));
  if (policy.contents.descriptor->decisions.empty()) return damaged(path, "it decides nothing");
  return policy;
}

}  // namespace tally
