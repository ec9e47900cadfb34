#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "grammar/parser.h"

namespace tally::cli {

std::variant<File, ReadError> open_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return ReadError{"is a directory"};
  errno = 0;
  File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return ReadError{errno == ENOENT ? "no such file" : std::strerror(errno)};
  return file;
}

std::variant<std::string, ReadError> read_file(const std::string& path, std::size_t bound) {
  auto opened = open_file(path);
  if (auto* error = std::get_if<ReadError>(&opened)) return std::move(*error);
  std::FILE* const file = std::get<File>(opened).get();
  std::string text;
  char buffer[1 << 16];
  errno = 0;
  for (;;) {
    const std::size_t n = std::fread(buffer, 1, sizeof buffer, file);
    text.append(buffer, n);
    if (n < sizeof buffer || text.size() > bound) break;
  }
  if (std::ferror(file)) return ReadError{std::strerror(errno ? errno : EIO)};
  return text;
}

std::variant<std::string, ReadError> read_rules(const std::string& path) { return read_file(path, max_file_bytes); }

std::optional<std::string> write_atomically(const std::string& path, const std::string& bytes) {
  std::error_code error;
  // What is no file, as a device or a pipe, is written to, not replaced.
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return "is a directory";
  const bool in_place = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  // A link stays a link to what it names.
  std::string target = path;
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, error))) {
    const auto real = std::filesystem::canonical(path, error);
    if (!error) target = real.string();
  }
  std::string written = in_place ? target : target + ".XXXXXX";
  const int fd = in_place ? ::open(target.c_str(), O_WRONLY | O_CLOEXEC) : ::mkostemp(written.data(), O_CLOEXEC);
  if (fd < 0) return std::strerror(errno);
  const auto failed = [&]() -> std::optional<std::string> {
    const std::string why = std::strerror(errno);
    ::close(fd);
    if (!in_place) ::unlink(written.c_str());
    return why;
  };
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    done += static_cast<std::size_t>(n);
  }
  if (in_place) {
    if (::close(fd) != 0) return std::strerror(errno);
    return std::nullopt;
  }
  // Rights as any file has that is made anew, or those of the older one.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  struct stat old {};
  const mode_t mode = ::stat(target.c_str(), &old) == 0 ? old.st_mode & 07777 : 0666 & ~mask;
  if (::fchmod(fd, mode) != 0 || ::fsync(fd) != 0) return failed();
  if (::close(fd) != 0 || ::rename(written.c_str(), target.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    ::unlink(written.c_str());
    return why;
  }
  // The name itself; where the directory cannot be asked, the file is complete all the same.
  const std::string folder = std::filesystem::path(target).parent_path().string();
  const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return std::nullopt;
}

bool unreadable_root(const Compilation& compilation) {
  const auto& list = compilation.diagnostics.list();
  return list.size() == 1 && list.front().code == Code::unreadable_file && !list.front().span;
}

}  // namespace tally::cli
