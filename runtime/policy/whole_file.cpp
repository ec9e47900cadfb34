#include "runtime/policy/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

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

}  // namespace tally
