#include "cli/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "grammar/parser.h"

namespace tally::cli {

std::variant<std::string, ReadError> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return ReadError{"is a directory"};
  errno = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return ReadError{errno == ENOENT ? "no such file" : std::strerror(errno)};
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const std::size_t n = std::fread(buffer, 1, sizeof buffer, file.get());
    text.append(buffer, n);
    // A little more than is allowed, so that the size is complained of; never all of an endless file.
    if (n < sizeof buffer || text.size() > max_file_bytes) break;
  }
  if (std::ferror(file.get())) return ReadError{std::strerror(errno ? errno : EIO)};
  return text;
}

bool unreadable_root(const Compilation& compilation) {
  const auto& list = compilation.diagnostics.list();
  return list.size() == 1 && list.front().code == Code::unreadable_file && !list.front().span;
}

}  // namespace tally::cli
