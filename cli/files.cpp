#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "grammar/parse/parser.h"
#include "runtime/policy/file_snapshot.h"
#include "runtime/policy/policy_loader.h"

namespace tally::cli {

namespace {

Error cannot_read(const std::string& path, const ReadError& error) {
  return {Cause::file, "cannot read `" + path + "`: " + error.reason, error.help};
}

std::variant<File, ReadError> opened(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return ReadError{"is a directory", "name a file in it"};
  errno = 0;
  File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return ReadError{errno == ENOENT ? "no such file" : std::strerror(errno)};
  return file;
}

std::variant<std::string, ReadError> contents(std::FILE* stream, std::size_t max_bytes) {
  std::string text;
  char buffer[1 << 16];
  errno = 0;
  for (;;) {
    const std::size_t n = std::fread(buffer, 1, sizeof buffer, stream);
    text.append(buffer, n);
    if (n < sizeof buffer || text.size() > max_bytes) break;
  }
  if (std::ferror(stream)) return ReadError{std::strerror(errno ? errno : EIO)};
  return text;
}

// A pipe or a device is read once, as it comes; a regular file belongs to the snapshot.
std::variant<std::string, ReadError> contents(const std::string& path, std::size_t max_bytes, FileSnapshot& files) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    auto text = files.read(path, std::max(max_bytes, max_policy_bytes));
    if (!text) return ReadError{text.error().message};
    return *std::move(text);
  }
  auto file = opened(path);
  if (auto* why = std::get_if<ReadError>(&file)) return std::move(*why);
  return contents(std::get<File>(file).get(), max_bytes);
}

}  // namespace

Result<File> open_file(const std::string& path) {
  auto file = opened(path);
  if (const auto* error = std::get_if<ReadError>(&file)) return cannot_read(path, *error);
  return std::move(std::get<File>(file));
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  auto text = in_one_state([&](FileSnapshot& files) { return contents(path, max_bytes, files); });
  if (!text) return cannot_read(path, {"it changes while it is read"});
  if (const auto* error = std::get_if<ReadError>(&*text)) return cannot_read(path, *error);
  return std::move(std::get<std::string>(*text));
}

Result<std::string> read_input(const std::string& path, std::size_t max_bytes) {
  if (path != "-") return read_file(path, max_bytes);
  auto text = contents(stdin, max_bytes);
  if (const auto* error = std::get_if<ReadError>(&text)) return cannot_read(path, *error);
  return std::move(std::get<std::string>(text));
}

Compilation compile_rules(const std::string& path, const std::string& more) {
  auto read = in_one_state([&](FileSnapshot& files) {
    return compile(path, [&](const std::string& file) {
      auto found = contents(file, max_file_bytes, files);
      if (auto* text = std::get_if<std::string>(&found); text && file == path) *text += more;
      return found;
    });
  });
  if (read) return *std::move(read);
  return compile(path, [](const std::string&) { return ReadError{keeps_changing}; });
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) fail();
}

Error AtomicFile::cannot_write(const std::string& why) const {
  return {Cause::file, "cannot write `" + path_ + "`: " + why};
}

Error AtomicFile::fail() {
  Error error = cannot_write(std::strerror(errno));
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  if (!in_place_) ::unlink(written_.c_str());
  return error;
}

Result<> AtomicFile::open(const std::string& path) {
  path_ = path;
  std::error_code error;
  // A device or a pipe is written to directly, and not replaced.
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return cannot_write("is a directory");
  in_place_ = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  // A symbolic link stays as it is, and the file that it names is replaced.
  target_ = path;
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, error))) {
    const auto real = std::filesystem::canonical(path, error);
    if (!error) target_ = real.string();
  }
  // A file that may not be written to is not replaced either, although the folder would allow it.
  if (std::filesystem::exists(status) && ::access(target_.c_str(), W_OK) != 0)
    return cannot_write(std::strerror(errno));
  written_ = in_place_ ? target_ : target_ + ".XXXXXX";
  fd_ = in_place_ ? ::open(target_.c_str(), O_WRONLY | O_CLOEXEC) : ::mkostemp(written_.data(), O_CLOEXEC);
  if (fd_ < 0) return cannot_write(std::strerror(errno));
  return {};
}

Result<> AtomicFile::write(const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(fd_, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail();
    done += static_cast<std::size_t>(n);
  }
  if (!in_place_) {
    // The file gets the permissions of a new file, or those of the file that it replaces.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    struct stat old {};
    const mode_t mode = ::stat(target_.c_str(), &old) == 0 ? old.st_mode & 07777 : 0666 & ~mask;
    if (::fchmod(fd_, mode) != 0 || ::fsync(fd_) != 0) return fail();
  }
  if (::close(std::exchange(fd_, -1)) != 0) return fail();
  if (in_place_) return {};
  if (::rename(written_.c_str(), target_.c_str()) != 0) return fail();
  // Sync the directory entry. If the directory cannot be opened, the file is complete all the same.
  const std::string folder = std::filesystem::path(target_).parent_path().string();
  const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

Result<> write_atomically(const std::string& path, const std::string& bytes) {
  AtomicFile file;
  TALLY_RETURN_IF_ERROR(file.open(path));
  return file.write(bytes);
}

Cause cause_of(const Compilation& compilation) { return is_unreadable(compilation) ? Cause::file : Cause::rules; }

}  // namespace tally::cli
