#include "cli/lines.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tally::cli {

void Lines::on_wait(std::function<void()> before, int wake) {
  before_wait_ = std::move(before);
  wake_ = wake;
}

// Waits until something can be read, be it the end. Returns false if it was woken instead.
bool Lines::await() {
  pollfd ends[2] = {{descriptor_, POLLIN, 0}, {wake_, POLLIN, 0}};
  int ready = ::poll(ends, 2, 0);
  if (ready == 0 && before_wait_) before_wait_();
  while (ready == 0 || (ready < 0 && errno == EINTR)) ready = ::poll(ends, 2, -1);
  return ends[1].revents == 0;
}

// Reads the next block. Returns false if there is none.
bool Lines::refill() {
  begin_ = end_ = 0;
  for (;;) {
    woken_ = !await();
    if (woken_) return false;
    const ssize_t n = ::read(descriptor_, block_.data(), block_.size());
    if (n >= 0) end_ = static_cast<std::size_t>(n);
    if (n >= 0) return n > 0;
    if (errno == EINTR || errno == EAGAIN) continue;  // another reader may have been faster
    failed_ = true;
    return false;
  }
}

bool Lines::next(std::string_view& line) {
  carried_.clear();
  too_long_ = false;
  bool any = false;
  for (;;) {
    if (begin_ == end_ && !refill()) {
      line = carried_;
      return any && !woken_;
    }
    any = true;
    const char* from = block_.data() + begin_;
    const std::size_t length = end_ - begin_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', length));
    const std::size_t taken = newline != nullptr ? static_cast<std::size_t>(newline - from) : length;
    begin_ += taken + (newline != nullptr ? 1 : 0);
    const std::size_t room = max_line_ - std::min(carried_.size(), max_line_);
    too_long_ = too_long_ || taken > room;
    if (newline != nullptr && carried_.empty() && !too_long_) {
      line = std::string_view(from, taken);  // the common case, in which nothing is copied
      return true;
    }
    carried_.append(from, std::min(taken, room));
    if (newline != nullptr) {
      line = carried_;
      return true;
    }
  }
}

}  // namespace tally::cli
