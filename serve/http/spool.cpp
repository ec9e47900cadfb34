#include "serve/http/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace tally::serve {

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

bool Spool::add(std::string_view text) {
  if (failed_) return false;
  kept_ += text;
  return kept_.size() <= in_memory || write_out();
}

bool Spool::write_out() {
  if (file_ < 0) {
    const char* folder = std::getenv("TMPDIR");
    if (folder == nullptr || *folder == 0) folder = "/tmp";
    file_ = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) failed_ = true;
  }
  for (std::string_view left = kept_; !failed_ && !left.empty();) {
    const ssize_t done = ::write(file_, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      failed_ = true;
      break;
    }
    left.remove_prefix(static_cast<std::size_t>(done));
    written_ += static_cast<std::uint64_t>(done);
  }
  kept_.clear();
  return !failed_;
}

int Spool::take_file() {
  if (failed_ || !write_out()) return -1;
  return std::exchange(file_, -1);
}

}  // namespace tally::serve
