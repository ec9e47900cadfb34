#include "runtime/logging/log_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>

#include "runtime/log/log_format.h"

namespace tally {
namespace {

// Whether a text fits a pattern: 0 is a digit, + is any digits, everything else itself.
bool fits(std::string_view text, std::string_view pattern) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t at = 0;
  for (const char p : pattern) {
    if (p == '+') {
      while (at < text.size() && is_digit(text[at])) ++at;
    } else if (at == text.size() || (p == '0' ? !is_digit(text[at]) : text[at] != p)) {
      return false;
    } else {
      ++at;
    }
  }
  return at == text.size();
}

}  // namespace

Result<Done, int> LogFile::open(const std::string& path, std::string_view header) {
  close();
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return errno;
  path_ = path;
  size_ = 0;
  std::size_t written = 0;
  if (const auto done = write_all(header, written); !done) {
    (void)::unlink(path.c_str());
    close();
    return done.error();
  }
  size_ = header.size();
  return {};
}

Result<Done, int> LogFile::write_all(std::string_view bytes, std::size_t& written) {
  written = 0;
  while (written < bytes.size()) {
    const std::int64_t got = write_(descriptor_, bytes.data() + written, bytes.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 ? EIO : errno;
    written += static_cast<std::size_t>(got);
  }
  return {};
}

Result<Done, int> LogFile::append(std::string_view records, std::size_t record_size, std::size_t& written) {
  std::size_t bytes = 0;
  const auto done = write_all(records, bytes);
  written = bytes / record_size;
  size_ += written * record_size;
  // If the file cannot be cut, it ends within a record, which a reader reports.
  if (!done && bytes % record_size != 0 && ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0)
    return done.error();
  return done;
}

Result<Done, int> LogFile::sync() const {
  while (::fdatasync(descriptor_) != 0) {
    if (errno != EINTR) return errno;
  }
  return {};
}

void LogFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string log_file_name(const std::string& name, std::uint64_t made, std::uint64_t number, std::uint64_t process) {
  const auto seconds = static_cast<std::time_t>(made / 1'000'000'000u);
  std::tm utc{};
  (void)::gmtime_r(&seconds, &utc);
  char text[96];
  const std::size_t length = std::strftime(text, sizeof text, "-%Y%m%dT%H%M%SZ", &utc);
  std::snprintf(text + length, sizeof text - length, "-%06llu-%llu", static_cast<unsigned long long>(number),
                static_cast<unsigned long long>(process));
  return name + text + log_ending;
}

std::vector<std::string> log_files(const std::string& folder, const std::string& name) {
  std::vector<std::string> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (open == nullptr) return found;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view file = entry->d_name;
    if (file.size() > name.size() && file.starts_with(name) &&
        fits(file.substr(name.size()), "-00000000T000000Z-000000+-+.tlog"))
      found.push_back(folder + "/" + std::string(file));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tally
