#include "cli/files.h"

#include <cerrno>
#include <cstdio>
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

bool unreadable_root(const Compilation& compilation) {
  const auto& list = compilation.diagnostics.list();
  return list.size() == 1 && list.front().code == Code::unreadable_file && !list.front().span;
}

}  // namespace tally::cli
